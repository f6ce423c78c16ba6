package render

import (
	"bytes"
	"errors"
	"fmt"

	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/apis/v1alpha1"
	"github.com/morket-io/platform/internal/fields"
)

// FunctionName is how Compositions call the platform's function: as Crossplane names a Function that it installs because a
// Configuration depends on its package, which is by the package's repository.
const FunctionName = "morket-io-function-morket-platform"

// A Step of a Composition's pipeline.
type Step struct {
	Name  string
	Input *structpb.Struct // nil if the step has none
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
	o := objects[0]
	spec, _ := o["spec"].(map[string]any)
	if kind := fields.TextIn(spec, "compositeTypeRef", "kind"); kind != v1alpha1.KindComposite {
		return nil, fmt.Errorf("the Composition is for %s, not for %s", kind, v1alpha1.KindComposite)
	}
	pipeline, _ := spec["pipeline"].([]any)
	if len(pipeline) == 0 {
		return nil, errors.New("the Composition has no pipeline")
	}
	steps := make([]Step, 0, len(pipeline))
	for i, v := range pipeline {
		step, _ := v.(map[string]any)
		if name := fields.TextIn(step, "functionRef", "name"); name != FunctionName {
			return nil, fmt.Errorf("step %d of the pipeline, %q, calls %q: only %s runs here; for other functions use `crossplane render`", i+1, fields.TextIn(step, "step"), name, FunctionName)
		}
		next := Step{Name: fields.TextIn(step, "step")}
		if input, ok := step["input"].(map[string]any); ok {
			if next.Input, err = ToStruct(input); err != nil {
				return nil, fmt.Errorf("cannot read the input of step %q: %w", next.Name, err)
			}
		}
		steps = append(steps, next)
	}
	return steps, nil
}
