package main

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"slices"

	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/apis/v1alpha1"
	"github.com/morket-io/platform/compositions"
	"github.com/morket-io/platform/functions"
	"github.com/morket-io/platform/internal/export"
	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/render"
)

// ExportCommand writes what a live platform is.
type ExportCommand struct {
	File       string `arg:"" help:"File with the claim; - reads standard input. With --live it names the claim, and the cluster's own is exported."`
	Format     string `default:"claim" help:"claim: the claim with spec.adopt, to find the platform again after its control plane is lost. terraform: Terraform configuration with import blocks, to leave; without --live and --observed it is what the claim asks for, for scanners. ids: a list of the ids by which Terraform imports the resources."`
	Observed   string `placeholder:"DIR" help:"Directory (or file) of composed resources as they were observed; the claim may be among them."`
	Live       bool   `help:"Read the platform from the cluster with kubectl."`
	Kubeconfig string `type:"path" placeholder:"FILE" help:"For --live: kubectl's."`
	Context    string `placeholder:"NAME" help:"For --live: kubectl's."`
}

// Help is shown by --help.
func (c *ExportCommand) Help() string {
	return `Examples:
  morket export claim.yaml --live >saved.yaml
  morket export claim.yaml --live --format terraform >platform.tf

No format holds secret values. What is left out goes to standard error, a line each. docs/tasks/lost.md says when to write the
claim, and how to find the platform again with it. docs/tasks/leaving.md says how to go on with Terraform.`
}

// terraform is the format that a claim is enough for.
const terraform = "terraform"

// Validate refuses flags that do not go together.
func (c *ExportCommand) Validate() error {
	if _, err := export.Find(c.Format); err != nil {
		return fmt.Errorf("--format: %w", err)
	}
	switch {
	case c.Live && c.Observed != "", !c.Live && c.Observed == "" && c.Format != terraform:
		return errors.New("give either --live or --observed, to say where the platform is read from")
	case !c.Live && (c.Kubeconfig != "" || c.Context != ""):
		return errors.New("--kubeconfig and --context are for --live")
	}
	return nil
}

// Run reads and writes.
func (c *ExportCommand) Run(s streams) error {
	format, err := export.Find(c.Format)
	if err != nil {
		return err
	}
	p, notes, err := c.platform(s)
	if err != nil {
		return err
	}
	if c.Format != "claim" && !p.Planned {
		notes = append(notes, p.Importable()...)
		slices.Sort(notes)
	}
	var out bytes.Buffer
	if err := format(&out, p); err != nil {
		return err
	}
	for _, n := range notes {
		fmt.Fprintln(s.err, "morket:", n) //nolint:errcheck // nowhere else to say it
	}
	if len(p.Resources) == 0 {
		return errors.New("no managed resource of the platform was observed: a file without them would find nothing")
	}
	if c.Format == "claim" {
		if err := checkExported(out.Bytes()); err != nil {
			return err
		}
	}
	_, err = s.out.Write(out.Bytes())
	return err
}

// platform returns the platform that is there, or what a claim alone would become.
func (c *ExportCommand) platform(s streams) (*export.Platform, []string, error) {
	if !c.Live && c.Observed == "" {
		claim, err := read(c.File, s.in)
		if err != nil {
			return nil, nil, err
		}
		result, err := eventually(c.File, claim, func(map[string]any) {})
		if err != nil {
			return nil, nil, err
		}
		p, notes, err := export.Read(claim, result.Observed, slices.Collect(maps.Keys(result.Resources)))
		if p != nil {
			p.Planned = true
		}
		return p, notes, err
	}
	claim, observed, err := c.read(s)
	if err != nil {
		return nil, nil, err
	}
	names, err := composed(c.File, claim)
	if err != nil {
		return nil, nil, err
	}
	return export.Read(claim, observed, names)
}

// read returns the claim, and what is observed of its platform.
func (c *ExportCommand) read(s streams) (claim map[string]any, observed map[string]*structpb.Struct, err error) {
	if claim, err = read(c.File, s.in); err != nil {
		return nil, nil, err
	}
	checked, err := render.ToStruct(claim)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", c.File, err)
	}
	if _, err := admit(c.File, checked.AsMap()); err != nil { // of a copy, which gets the defaults
		return nil, nil, err
	}
	if !c.Live {
		in, err := foundIn(c.Observed)
		if err != nil {
			return nil, nil, err
		}
		if in.Platform != nil && in.Platform["kind"] == v1alpha1.KindClaim {
			for _, field := range []string{"name", "namespace"} {
				if a, b := fields.TextIn(claim, "metadata", field), fields.TextIn(in.Platform, "metadata", field); a != b {
					return nil, nil, fmt.Errorf("%s has another claim than %s: metadata.%s is %q there, and %q here", c.Observed, c.File, field, b, a)
				}
			}
			claim = in.Platform
		}
		return claim, in.Resources, nil
	}
	k := kubectl{kubeconfig: c.Kubeconfig, context: c.Context}
	own, _, err := k.find(claim)
	if err != nil {
		return nil, nil, err
	}
	if own == nil {
		return nil, nil, fmt.Errorf("%s: the cluster has no such claim: check its name and namespace, and kubectl's context", c.File)
	}
	in, err := k.read(claim)
	if err != nil {
		return nil, nil, err
	}
	return own, in.Resources, nil
}

// composed are the names of what a claim asks for, whatever it adopts.
func composed(file string, claim map[string]any) ([]string, error) {
	result, err := eventually(file, claim, func(spec map[string]any) { delete(spec, "adopt") })
	if err != nil {
		return nil, err
	}
	return slices.Collect(maps.Keys(result.Resources)), nil
}

// checkExported renders what was exported, managed: a file that the function refuses would be of no use when it is needed.
func checkExported(raw []byte) error {
	objects, err := render.ReadYAML(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	_, err = eventually("the exported claim", objects[0], func(spec map[string]any) {
		if adopt, ok := spec["adopt"].(map[string]any); ok {
			adopt["policy"] = v1alpha1.AdoptManage
		}
	})
	return err
}

// eventually renders a copy of a claim with a change of its spec.
func eventually(file string, claim map[string]any, change func(spec map[string]any)) (*render.Result, error) {
	object, err := render.ToStruct(claim)
	if err != nil {
		return nil, err
	}
	o := object.AsMap()
	delete(o, "status")
	if spec, ok := o["spec"].(map[string]any); ok {
		change(spec)
	}
	xr, err := admit(file, o)
	if err != nil {
		return nil, err
	}
	steps, err := render.ReadPipeline(compositions.Platform)
	if err != nil {
		return nil, err
	}
	r := &render.Renderer{Layers: functions.Layers(rand.Reader), Steps: steps}
	result, err := r.Eventually(xr, nil)
	if err != nil {
		return nil, &refusedError{file: file, problems: render.Problems(err)}
	}
	return result, nil
}
