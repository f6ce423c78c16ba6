package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/morket-io/platform/compositions"
	"github.com/morket-io/platform/functions"
	"github.com/morket-io/platform/internal/adopt"
	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/render"
)

// AdoptCommand finds what a claim can take over.
type AdoptCommand struct {
	File      string `arg:"" help:"File with the claim; - reads standard input. What it has in spec.adopt is not looked at."`
	Terraform string `required:"" type:"path" placeholder:"FILE" help:"What terraform show -json prints of the state."`
}

// Help is shown by --help.
func (c *AdoptCommand) Help() string {
	return "Prints spec.adopt for the claim, and as comments what you have to decide and what belongs to another environment, region, account or network. " +
		"It is a proposal: docs/adoption.md says how to go on. If the proposal mixes environments, the exit code is 1."
}

// Run finds and prints.
func (c *AdoptCommand) Run(s streams) error {
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
	if spec, ok := in.Platform["spec"].(map[string]any); ok {
		delete(spec, "adopt")
	}
	xr, problems, err := render.Admit(in.Platform)
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		return &refusedError{file: c.File, problems: problems}
	}
	steps, err := render.ReadPipeline(compositions.Platform)
	if err != nil {
		return err
	}
	r := &render.Renderer{Layers: functions.Layers(rand.Reader), Steps: steps}
	result, err := r.Eventually(xr, nil)
	if err != nil {
		return err
	}
	f, err := os.Open(c.Terraform)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // only read
	state, err := adopt.Read(f)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Terraform, err)
	}
	claim := adopt.Claim{
		Environment: fields.Text(xr, "spec", "environment"), AccountID: fields.Text(xr, "spec", "accountId"), Region: fields.Text(xr, "spec", "region"),
		CIDR: fields.Text(result.XR, "status", "sizing", "network", "cidr"), Domain: fields.Text(xr, "spec", "domain", "name"),
	}
	m := adopt.Find(state, slices.Sorted(maps.Keys(result.Resources)), claim)
	if err := printMatch(s, m); err != nil {
		return err
	}
	if len(m.Mixed) > 0 {
		return fmt.Errorf("%s: the proposal mixes environments: correct the tags, or name yourself what belongs to %s:\n  %s", c.Terraform, claim.Environment, strings.Join(m.Mixed, "\n  "))
	}
	return nil
}

func printMatch(s streams, m *adopt.Match) error {
	var b strings.Builder
	b.WriteString("adopt:\n  policy: Observe\n  externalNames:")
	if len(m.ExternalNames) == 0 {
		b.WriteString(" {}")
	}
	b.WriteString("\n")
	for _, name := range slices.Sorted(maps.Keys(m.Found)) {
		writeCandidate(&b, "    ", name, m.Found[name])
	}
	for _, name := range slices.Sorted(maps.Keys(m.Doubtful)) {
		for _, c := range m.Doubtful[name] {
			writeCandidate(&b, "    # ", name, c)
		}
	}
	list := func(heading string, lines []string) {
		if len(lines) > 0 {
			b.WriteString("# " + heading + ":\n#   " + strings.Join(lines, "\n#   ") + "\n")
		}
	}
	list("In Terraform's state, and not proposed, because they belong elsewhere", addresses(m.Elsewhere))
	list("In Terraform's state, and matched with nothing of the platform", addresses(m.Left))
	list("Of the platform, and not found: created unless you name them above", m.Open)
	_, err := fmt.Fprint(s.out, b.String())
	return err
}

// writeCandidate writes a line of externalNames, with where it comes from and why people have to decide.
func writeCandidate(b *strings.Builder, indent, name string, c adopt.Candidate) {
	fmt.Fprintf(b, "%s%s: %q # %s\n", indent, name, c.ExternalName, describe(c))
}

func addresses(candidates []adopt.Candidate) []string {
	var out []string
	for _, c := range candidates {
		out = append(out, describe(c))
	}
	return out
}

func describe(c adopt.Candidate) string {
	out := c.Address
	if c.Reason != "" {
		out += ": " + c.Reason
	}
	if c.Tainted {
		out += "; tainted: Terraform would replace it at the next apply"
	}
	return strings.NewReplacer("\n", " ", "\r", " ").Replace(out)
}
