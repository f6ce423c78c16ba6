package render

import (
	"sync"

	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/apis"
	"github.com/morket-io/platform/internal/xrd"
)

// Schema is the schema of claim and composite resource. Its rules are compiled once.
var Schema = sync.OnceValues(func() (*xrd.Schema, error) { return xrd.Load(apis.CRDs) })

// Admit does what the API server and Crossplane do before the function is called: it refuses what the schema refuses,
// fills in defaults, and makes the composite resource of a claim. The problems are what the API server would say, a line
// each. It changes o.
func Admit(o map[string]any) (xr *structpb.Struct, problems []string, err error) {
	schema, err := Schema()
	if err != nil {
		return nil, nil, err
	}
	schema.Default(o)
	for _, p := range schema.Validate(o) {
		problems = append(problems, p.String())
	}
	if len(problems) > 0 {
		return nil, problems, nil
	}
	composite, err := Composite(o)
	if err != nil {
		return nil, nil, err
	}
	schema.Default(composite)
	xr, err = ToStruct(composite)
	return xr, nil, err
}
