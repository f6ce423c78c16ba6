package main

import (
	"fmt"
	"io"
	"os"

	"github.com/morket-io/platform/internal/diff"
	"github.com/morket-io/platform/internal/render"
)

// DiffCommand says what the difference between two renders does to a platform.
type DiffCommand struct {
	Base  string `arg:"" type:"existingfile" help:"What the platform renders to before a change, as morket render prints it."`
	Head  string `arg:"" type:"existingfile" help:"What it renders to after the change."`
	Title string `default:"Platform" help:"What the report is about, such as staging."`
}

// Run prints the difference as Markdown. That the API server would refuse the change is an error, after it is printed.
func (c *DiffCommand) Run(s streams) error {
	base, err := objects(c.Base)
	if err != nil {
		return err
	}
	head, err := objects(c.Head)
	if err != nil {
		return err
	}
	report, err := diff.Compare(base, head)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(s.out, report.Markdown(c.Title)); err != nil {
		return err
	}
	if len(report.Refused) > 0 {
		return &refusedError{file: c.Head, problems: report.Refused}
	}
	return nil
}

func objects(file string) ([]map[string]any, error) {
	f, err := os.Open(file) //nolint:gosec // reading the file it was given is what this is for
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // only read
	out, err := render.ReadYAML(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return out, nil
}
