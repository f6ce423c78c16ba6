package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/morket-io/platform/compositions"
	"github.com/morket-io/platform/functions"
	"github.com/morket-io/platform/internal/adopt"
	"github.com/morket-io/platform/internal/render"
)

// AdoptCommand finds what a claim can take over.
type AdoptCommand struct {
	File      string `arg:"" help:"File with the claim; - reads standard input. What it has in spec.adopt is not looked at."`
	Terraform string `required:"" type:"path" placeholder:"FILE" help:"What terraform show -json prints of the state."`
}

// Help is shown by --help.
func (c *AdoptCommand) Help() string {
	return "Prints spec.adopt for the claim, and as comments what is left to people. It is a proposal: docs/adoption.md says how to go on."
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
	cidr := result.XR.GetFields()["status"].GetStructValue().GetFields()["sizing"].GetStructValue().GetFields()["network"].GetStructValue().GetFields()["cidr"].GetStringValue()
	return printMatch(s, adopt.Find(state, slices.Sorted(maps.Keys(result.Resources)), cidr))
}

func printMatch(s streams, m *adopt.Match) error {
	out := "adopt:\n  policy: Observe\n  externalNames:\n"
	if len(m.ExternalNames) == 0 {
		out = "adopt:\n  policy: Observe\n  externalNames: {}\n"
	}
	for _, name := range slices.Sorted(maps.Keys(m.ExternalNames)) {
		out += fmt.Sprintf("    %s: %q # %s\n", name, m.ExternalNames[name], m.Addresses[name])
	}
	if len(m.Left) > 0 {
		out += "# In Terraform's state, and matched with nothing of the platform:\n"
		for _, address := range m.Left {
			out += "#   " + address + "\n"
		}
	}
	if len(m.Open) > 0 {
		out += "# Of the platform, and not found, or found more than once: made anew unless you name it above:\n"
		for _, name := range m.Open {
			out += "#   " + name + "\n"
		}
	}
	_, err := fmt.Fprint(s.out, out)
	return err
}
