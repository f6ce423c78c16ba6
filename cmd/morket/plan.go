package main

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/morket-io/platform/apis/v1alpha1"
	"github.com/morket-io/platform/compositions"
	"github.com/morket-io/platform/functions"
	"github.com/morket-io/platform/internal/plan"
	"github.com/morket-io/platform/internal/render"
)

// PlanCommand says what a change of a claim does.
type PlanCommand struct {
	Files      []string `arg:"" name:"file" help:"The claim as it is and as it would be; only the latter with --revision, --observed or --live. The former may also be what render --eventual printed, by another version for example. An empty file is a platform that is not there: before it is created, or once it is deleted. - reads standard input."`
	Revision   string   `placeholder:"REV" help:"Compare with the file as it is in a git revision, such as main."`
	Observed   string   `placeholder:"DIR" help:"Compare with resources as they were observed, as render reads them; the claim or composite resource may be among them."`
	Live       bool     `help:"Compare with the cluster, which kubectl reads."`
	Kubeconfig string   `type:"path" placeholder:"FILE" help:"For --live: kubectl's."`
	Context    string   `placeholder:"NAME" help:"For --live: kubectl's."`
	Output     string   `short:"o" enum:"text,markdown,json" default:"text" help:"text, markdown for a comment on a pull request, or json."`
}

// Help is shown by --help.
func (c *PlanCommand) Help() string {
	return "Exit codes: 0 nothing changes, 1 an error, or something is refused, 2 something changes."
}

// Validate refuses what does not go together.
func (c *PlanCommand) Validate() error {
	ways := 0
	for _, given := range []bool{c.Revision != "", c.Observed != "", c.Live} {
		if given {
			ways++
		}
	}
	switch {
	case ways > 1:
		return errors.New("--revision, --observed and --live are three ways to say what there is: give one")
	case ways == 1 && len(c.Files) != 1:
		return errors.New("with --revision, --observed or --live give one file, the claim as it would be")
	case ways == 0 && len(c.Files) != 2:
		return errors.New("give two files, the claim as it is and as it would be; or one, and --revision, --observed or --live")
	case !c.Live && (c.Kubeconfig != "" || c.Context != ""):
		return errors.New("--kubeconfig and --context are for --live")
	}
	return nil
}

// An exitError ends the program with a code, everything being said.
type exitError int

func (e exitError) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// exitChanges is the exit code of a plan that changes something, as terraform plan -detailed-exitcode has it.
const exitChanges = 2

// Run plans.
func (c *PlanCommand) Run(s streams) error {
	p, err := c.plan(s)
	if err != nil {
		return err
	}
	switch c.Output {
	case "json":
		err = p.WriteJSON(s.out)
	case "markdown":
		err = p.WriteMarkdown(s.out)
	default:
		err = p.WriteText(s.out)
	}
	switch {
	case err != nil:
		return fmt.Errorf("cannot print the plan: %w", err)
	case p.Refuses():
		return exitError(exitRefused)
	case !p.Empty():
		return exitError(exitChanges)
	default:
		return nil
	}
}

func (c *PlanCommand) plan(s streams) (*plan.Plan, error) {
	next, err := c.next(s)
	if err != nil {
		return nil, err
	}
	was, err := c.former(s, next)
	if err != nil {
		return nil, err
	}
	steps, notes, err := c.steps(next, was)
	if err != nil {
		return nil, err
	}
	p, err := plan.Change(&render.Renderer{Layers: functions.Layers(rand.Reader), Steps: steps}, was, next)
	var invalid *plan.InvalidError
	if errors.As(err, &invalid) {
		return nil, &refusedError{file: invalid.Input, problems: invalid.Problems}
	}
	if err == nil {
		p.Notes = append(p.Notes, notes...)
	}
	return p, err
}

// steps returns the pipeline: that of the cluster where it is asked, otherwise the one that is shipped.
func (c *PlanCommand) steps(next, was *plan.Input) (steps []render.Step, notes []string, err error) {
	if c.Live {
		return kubectl{kubeconfig: c.Kubeconfig, context: c.Context}.steps(next, was)
	}
	steps, err = render.ReadPipeline(compositions.Platform)
	return steps, nil, err
}

// next reads the claim as it would be.
func (c *PlanCommand) next(s streams) (*plan.Input, error) {
	file := c.Files[len(c.Files)-1]
	objects, err := readObjects(file, s.in)
	if err != nil {
		return nil, err
	}
	return newInput(file, objects)
}

// former reads what there is.
func (c *PlanCommand) former(s streams, next *plan.Input) (*plan.Input, error) {
	switch {
	case c.Revision != "":
		raw, err := fromGit(c.Revision, next.Name)
		if err != nil {
			return nil, err
		}
		objects, err := render.ReadYAML(bytes.NewReader(raw))
		if err != nil {
			return nil, fmt.Errorf("%s in %s: %w", next.Name, c.Revision, err)
		}
		return newInput(next.Name+" in "+c.Revision, render.Items(objects))
	case c.Observed != "":
		return foundIn(c.Observed)
	case c.Live:
		return kubectl{kubeconfig: c.Kubeconfig, context: c.Context}.read(next.Platform)
	default:
		if c.Files[0] == "-" && c.Files[1] == "-" {
			return nil, errors.New("standard input can be one of the two only")
		}
		objects, err := readObjects(c.Files[0], s.in)
		if err != nil {
			return nil, err
		}
		return newInput(c.Files[0], objects)
	}
}

// newInput sorts objects: one claim or composite resource at most, and what was composed of it. What else a file holds, such as
// the claim's namespace, is none of ours.
func newInput(file string, objects []map[string]any) (*plan.Input, error) {
	in := &plan.Input{Name: file}
	found := 0
	var composed []map[string]any
	for _, o := range objects {
		metadata, _ := o["metadata"].(map[string]any)
		annotations, _ := metadata["annotations"].(map[string]any)
		switch {
		case o["kind"] == v1alpha1.KindClaim, o["kind"] == v1alpha1.KindComposite:
			found++
			in.Platform = o
		case annotations["crossplane.io/composition-resource-name"] != nil:
			composed = append(composed, o)
		}
	}
	if found > 1 || found == 0 && len(objects) > 0 {
		return nil, fmt.Errorf("%s holds %d objects of kind %s or %s: give a file with exactly one, or an empty one", file, found, v1alpha1.KindClaim, v1alpha1.KindComposite)
	}
	var err error
	in.Resources, err = render.Composed(composed)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return in, nil
}

// foundIn reads observed resources, and the claim or composite resource among them.
func foundIn(path string) (*plan.Input, error) {
	objects, err := render.ReadObserved(path)
	if err != nil {
		return nil, err
	}
	in := &plan.Input{Name: path, Found: true}
	for _, o := range objects {
		// The composite resource is what the claim asks for, with the name that the resources have.
		if o["kind"] == v1alpha1.KindComposite || o["kind"] == v1alpha1.KindClaim && in.Platform == nil {
			in.Platform = o
		}
	}
	in.Resources, err = render.Composed(objects)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return in, nil
}

// fromGit reads a file as it is in a revision. One that is not there yet is empty.
func fromGit(revision, file string) ([]byte, error) {
	if file == "-" {
		return nil, errors.New("--revision needs a file that git knows, and not standard input")
	}
	git := func(args ...string) ([]byte, error) {
		cmd := exec.Command("git", append([]string{"-C", filepath.Dir(file)}, args...)...) //nolint:gosec // What it is for.
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("git: %w: %s", err, strings.TrimSpace(stderr.String()))
		}
		return out, nil
	}
	if _, err := git("rev-parse", "--git-dir"); err != nil {
		return nil, fmt.Errorf("--revision: %w", err)
	}
	if _, err := git("rev-parse", "--quiet", "--verify", revision+"^{commit}"); err != nil {
		return nil, fmt.Errorf("--revision: there is no revision %s here", revision)
	}
	path := revision + ":./" + filepath.Base(file)
	if _, err := git("cat-file", "-e", path); err != nil {
		return nil, nil //nolint:nilerr // The file is new.
	}
	return git("show", path)
}

// readObjects reads the objects of a file, and those in its Lists.
func readObjects(file string, in io.Reader) ([]map[string]any, error) {
	if file != "-" {
		f, err := os.Open(file) //nolint:gosec // reading the file it was given is what this is for
		if err != nil {
			return nil, err
		}
		defer f.Close() //nolint:errcheck // only read
		in = f
	}
	objects, err := render.ReadYAML(in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return render.Items(objects), nil
}
