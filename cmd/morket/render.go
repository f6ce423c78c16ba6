package main

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/apis/v1alpha1"
	"github.com/morket-io/platform/compositions"
	"github.com/morket-io/platform/functions"
	"github.com/morket-io/platform/internal/render"
)

// RenderCommand renders a claim.
type RenderCommand struct {
	File        string `arg:"" help:"File with a MorketPlatform claim or an XMorketPlatform; - reads standard input."`
	Observed    string `placeholder:"DIR" help:"Directory (or file) of composed resources as they were observed: the render is then what Crossplane would do next."`
	Eventual    bool   `help:"Let a simulated provider answer until nothing changes any more, so that what waits for values of AWS is shown too. The number of rounds goes to standard error."`
	Composition string `type:"existingfile" placeholder:"FILE" help:"Composition to run instead of the one that is shipped. All its steps must be morket-io-function-morket-platform."`
	Output      string `short:"o" enum:"yaml,summary,observed" default:"yaml" help:"yaml prints every resource as Crossplane would apply it, summary counts them, observed (with --eventual) prints them as the simulated provider left them, for --observed."`
}

// A refusedError lists why a claim is refused, a line each.
type refusedError struct {
	file     string
	problems []string
}

func (e *refusedError) Error() string {
	var b strings.Builder
	for _, p := range e.problems {
		fmt.Fprintf(&b, "%s: %s\n", e.file, p)
	}
	return b.String()
}

// Validate refuses flags that do not go together.
func (c *RenderCommand) Validate() error {
	if c.Output == "observed" && !c.Eventual {
		return errors.New("only a simulated provider's resources can be printed as observed: add --eventual")
	}
	return nil
}

// Run renders.
func (c *RenderCommand) Run(s streams) error {
	platform, err := read(c.File, s.in)
	if err != nil {
		return err
	}
	xr, err := admit(c.File, platform)
	if err != nil {
		return err
	}
	steps, err := c.pipeline()
	if err != nil {
		return err
	}
	r := &render.Renderer{Layers: functions.Layers(rand.Reader), Steps: steps}
	observed, err := render.Observed(c.Observed)
	if err != nil {
		return err
	}
	result, err := c.render(r, xr, observed)
	if err != nil {
		return &refusedError{file: c.File, problems: render.Problems(err)}
	}
	if c.Eventual {
		fmt.Fprintf(s.err, "settled after %d rounds, %d resources\n", result.Rounds, len(result.Resources)) //nolint:errcheck // nowhere else to say it
	}
	var out bytes.Buffer // all or nothing: half a platform on standard output would be worse than none
	switch c.Output {
	case "summary":
		return summary(s.out, result)
	case "observed":
		err = render.WriteObserved(&out, result.ObservedObjects()...)
	default:
		err = render.WriteYAML(&out, result.Objects()...)
	}
	if err != nil {
		return fmt.Errorf("cannot print the resources: %w", err)
	}
	_, err = s.out.Write(out.Bytes())
	return err
}

// read reads the one claim or composite resource that the file holds.
func read(file string, in io.Reader) (map[string]any, error) {
	objects, err := readObjects(file, in)
	if err != nil {
		return nil, err
	}
	return one(file, objects)
}

// one returns the one claim or composite resource among objects.
func one(file string, objects []map[string]any) (map[string]any, error) {
	var found []map[string]any
	for _, o := range objects {
		if o["kind"] == v1alpha1.KindClaim || o["kind"] == v1alpha1.KindComposite {
			found = append(found, o)
		}
	}
	if len(found) != 1 {
		return nil, fmt.Errorf("%s holds %d objects of kind %s or %s: give a file with exactly one", file, len(found), v1alpha1.KindClaim, v1alpha1.KindComposite)
	}
	return found[0], nil
}

// admit makes the composite resource of what was read.
func admit(file string, o map[string]any) (*structpb.Struct, error) {
	xr, problems, err := render.Admit(o)
	if len(problems) > 0 {
		return nil, &refusedError{file: file, problems: problems}
	}
	return xr, err
}

func (c *RenderCommand) pipeline() ([]render.Step, error) {
	if c.Composition == "" {
		return render.ReadPipeline(compositions.Platform)
	}
	raw, err := os.ReadFile(c.Composition)
	if err != nil {
		return nil, err
	}
	steps, err := render.ReadPipeline(raw)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Composition, err)
	}
	return steps, nil
}

func (c *RenderCommand) render(r *render.Renderer, xr *structpb.Struct, observed map[string]*fnv1.Resource) (*render.Result, error) {
	if c.Eventual {
		return r.Eventually(xr, observed)
	}
	return r.Once(xr, observed)
}
