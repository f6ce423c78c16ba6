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
	cidr := fields.Text(result.XR, "status", "sizing", "network", "cidr")
	return printMatch(s, adopt.Find(state, slices.Sorted(maps.Keys(result.Resources)), cidr))
}

func printMatch(s streams, m *adopt.Match) error {
	var b strings.Builder
	b.WriteString("adopt:\n  policy: Observe\n  externalNames:")
	if len(m.ExternalNames) == 0 {
		b.WriteString(" {}")
	}
	b.WriteString("\n")
	for _, name := range slices.Sorted(maps.Keys(m.ExternalNames)) {
		fmt.Fprintf(&b, "    %s: %q # %s\n", name, m.ExternalNames[name], m.Addresses[name])
	}
	list := func(heading string, names []string) {
		if len(names) > 0 {
			b.WriteString("# " + heading + ":\n#   " + strings.Join(names, "\n#   ") + "\n")
		}
	}
	list("In Terraform's state, and matched with nothing of the platform", m.Left)
	list("Of the platform, and not found, or found more than once: made anew unless you name it above", m.Open)
	_, err := fmt.Fprint(s.out, b.String())
	return err
}
