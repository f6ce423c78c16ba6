package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/morket-io/platform/apis/v1alpha1"
	"github.com/morket-io/platform/compositions"
	"github.com/morket-io/platform/functions"
	"github.com/morket-io/platform/internal/adopt"
	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/platform"
	"github.com/morket-io/platform/internal/render"
)

// AdoptCommand finds what a claim can take over.
type AdoptCommand struct {
	File      string   `arg:"" help:"File with the claim; - reads standard input. What it has in spec.adopt is not looked at."`
	Terraform []string `required:"" sep:"none" placeholder:"FILE" help:"What terraform show -json prints of a state; - reads standard input. Repeat it for several states."`
}

// Help is shown by --help.
func (c *AdoptCommand) Help() string {
	return "Prints spec.adopt for the claim, and as comments what you have to decide and what belongs to another environment, region, account or network. " +
		"It is a proposal: docs/adoption.md says how to go on. If the proposal mixes environments, the exit code is 1."
}

// Run finds and prints.
func (c *AdoptCommand) Run(s streams) error {
	if c.File == "-" && slices.Contains(c.Terraform, "-") {
		return errors.New("standard input cannot be both the claim and a state: give a file for one of them")
	}
	objects, err := readObjects(c.File, s.in)
	if err != nil {
		return err
	}
	in, err := newInput(c.File, objects)
	if err != nil {
		return err
	}
	if in.Platform == nil {
		return errors.New("there is no claim in " + c.File)
	}
	claim := withoutAdoption(in.Platform)
	states, err := c.states(s.in)
	if err != nil {
		return err
	}
	steps, err := render.ReadPipeline(compositions.Platform)
	if err != nil {
		return err
	}
	p := &proposer{file: c.File, renderer: &render.Renderer{Layers: functions.Layers(rand.Reader), Steps: steps}, state: adopt.Join(states...)}
	proposal, err := p.propose(claim)
	if err != nil {
		return err
	}
	if err := proposal.print(s.out); err != nil {
		return err
	}
	if mixed := proposal.match.Mixed; len(mixed) > 0 {
		return fmt.Errorf("%s: the proposal mixes environments: correct the tags, or name yourself what belongs to %v:\n  %s", strings.Join(c.Terraform, ", "), fields.In(in.Platform, "spec", "environment"), strings.Join(mixed, "\n  "))
	}
	return nil
}

// withoutAdoption is a claim that takes over nothing but its database cluster: that may be called what no new one may.
func withoutAdoption(claim map[string]any) map[string]any {
	cluster := fields.In(claim, "spec", "adopt", "externalNames", platform.Aurora)
	if spec, ok := claim["spec"].(map[string]any); ok {
		delete(spec, "adopt")
	}
	if cluster == nil {
		return claim
	}
	return adopting(claim, v1alpha1.AdoptManage, map[string]any{platform.Aurora: cluster})
}

// states reads what each --terraform names.
func (c *AdoptCommand) states(in io.Reader) ([]adopt.State, error) {
	var out []adopt.State
	for i, file := range c.Terraform {
		if slices.Contains(c.Terraform[:i], file) {
			return nil, fmt.Errorf("--terraform %s is given twice: name each state once", file)
		}
		resources, err := readState(file, in)
		if err != nil {
			return nil, err
		}
		out = append(out, adopt.State{Name: nameOf(file), Resources: resources})
	}
	return out, nil
}

func readState(file string, in io.Reader) ([]*adopt.Resource, error) {
	if file != "-" {
		f, err := os.Open(file) //nolint:gosec // It is for people to say which file.
		if err != nil {
			return nil, err
		}
		defer f.Close() //nolint:errcheck // only read
		in = f
	}
	resources, err := adopt.Read(in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", nameOf(file), err)
	}
	return resources, nil
}

// nameOf is what messages call a file.
func nameOf(file string) string {
	if file == "-" {
		return "standard input"
	}
	return file
}
