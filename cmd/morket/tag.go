package main

import (
	"bytes"
	"fmt"
	"os"

	"github.com/morket-io/platform/internal/claimfile"
	"github.com/morket-io/platform/internal/render"
)

// TagCommand sets the images' tag of a claim in its file: that is what rolls a version out, and what a rollback reverts.
type TagCommand struct {
	File string `arg:"" type:"existingfile" help:"File with a MorketPlatform claim. Nothing but the tag is changed in it."`
	Tag  string `arg:"" help:"The images' new tag, such as a commit's SHA."`
}

// Run sets the tag, unless the API would refuse the claim then.
func (c *TagCommand) Run(s streams) error {
	info, err := os.Stat(c.File)
	if err != nil {
		return err
	}
	file, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	changed, was, err := claimfile.SetTag(file, c.Tag)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	objects, err := render.ReadYAML(bytes.NewReader(changed))
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	claim, err := one(c.File, objects)
	if err != nil {
		return err
	}
	if _, err := admit(c.File, claim); err != nil {
		return err
	}
	if was == c.Tag {
		fmt.Fprintf(s.err, "%s has the tag %s already\n", c.File, c.Tag) //nolint:errcheck // nowhere else to say it
		return nil
	}
	return os.WriteFile(c.File, changed, info.Mode().Perm()) //nolint:gosec // writing the file it was given is what this is for
}
