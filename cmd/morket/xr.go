package main

import (
	"fmt"

	"github.com/morket-io/platform/internal/render"
)

// XRCommand prints the composite resource of a claim.
type XRCommand struct {
	File string `arg:"" help:"File with a MorketPlatform claim; - reads standard input."`
}

// Run prints.
func (c *XRCommand) Run(s streams) error {
	o, err := read(c.File, s.in)
	if err != nil {
		return err
	}
	xr, err := admit(c.File, o)
	if err != nil {
		return err
	}
	if err := render.WriteYAML(s.out, xr); err != nil {
		return fmt.Errorf("cannot print the composite resource: %w", err)
	}
	return nil
}
