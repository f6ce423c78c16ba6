package render

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/apis/v1alpha1"
	"github.com/morket-io/platform/internal/fields"
)

// FunctionName is how Compositions call the platform's function: as Crossplane names a Function that it installs because a
// Configuration depends on its package, which is by the package's repository.
const FunctionName = "morket-io-function-morket-platform"

// A Step of a Composition's pipeline.
type Step struct {
	Name     string
	Function string           // name of the Function
	Input    *structpb.Struct // nil if the step has none
}

// ReadPipeline reads the steps of a Composition. All of them must be the platform's own function: others are not here to
// be run.
func ReadPipeline(raw []byte) ([]Step, error) {
	objects, err := ReadYAML(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	if len(objects) != 1 || fields.TextIn(objects[0], "kind") != "Composition" {
		return nil, fmt.Errorf("holds %d objects: give a file with one Composition and nothing else", len(objects))
	}
	steps, others, err := read(objects[0])
	if err == nil && len(others) > 0 {
		err = fmt.Errorf("%s: only %s runs here; for other functions use `crossplane render`", others[0], FunctionName)
	}
	return steps, err
}

// OwnSteps reads those steps of a Composition that call the platform's function. The notes name the others, which cannot run here.
func OwnSteps(composition map[string]any) (steps []Step, notes []string, err error) {
	steps, others, err := read(composition)
	if err == nil && len(steps) == 0 {
		err = fmt.Errorf("no step of the pipeline calls %s", FunctionName)
	}
	for _, other := range others {
		notes = append(notes, fmt.Sprintf("The plan leaves this out, because only %s runs here: %s.", FunctionName, other))
	}
	return steps, notes, err
}

// own reports whether a Function of this name is the platform's: in either channel, and from any registry, whose path begins the name.
func own(name string) bool {
	return strings.HasSuffix(strings.TrimSuffix(name, "-next"), "function-morket-platform")
}

// read reads the steps of a Composition. It describes those that call other functions.
func read(o map[string]any) (steps []Step, others []string, err error) {
	spec, _ := o["spec"].(map[string]any)
	if kind := fields.TextIn(spec, "compositeTypeRef", "kind"); kind != v1alpha1.KindComposite {
		return nil, nil, fmt.Errorf("the Composition is for %s, not for %s", kind, v1alpha1.KindComposite)
	}
	pipeline, _ := spec["pipeline"].([]any)
	if len(pipeline) == 0 {
		return nil, nil, errors.New("the Composition has no pipeline")
	}
	for i, v := range pipeline {
		step, _ := v.(map[string]any)
		next := Step{Name: fields.TextIn(step, "step"), Function: fields.TextIn(step, "functionRef", "name")}
		if !own(next.Function) {
			others = append(others, fmt.Sprintf("step %d of the pipeline, %q, calls %q", i+1, next.Name, next.Function))
			continue
		}
		if input, ok := step["input"].(map[string]any); ok {
			in, err := ToStruct(input)
			if err != nil {
				return nil, nil, fmt.Errorf("cannot read the input of step %q: %w", next.Name, err)
			}
			next.Input = in
		}
		steps = append(steps, next)
	}
	return steps, others, nil
}
