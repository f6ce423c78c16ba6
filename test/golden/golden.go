// Package golden holds whole renders of both environments, so that a change shows what it does to a platform.
package golden

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strings"

	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/render"
	"github.com/morket-io/platform/test/platformtest"
)

// Files are, for each environment, what is composed on a control plane that has nothing yet (fresh.yaml), what the simulated
// provider makes of the platform in the end (examples/observed), and how what is composed in the end differs from that
// (eventual.yaml): the last two together say what is composed, without storing two hundred resources twice.
func Files(t platformtest.T) platformtest.Files {
	t.Helper()
	out := platformtest.Files{}
	for _, env := range platformtest.Environments {
		xr := platformtest.XR(t, env, nil)
		eventual := platformtest.Eventually(t, xr)
		out["test/golden/testdata/"+env+"/fresh.yaml"] = text(t, render.WriteYAML, platformtest.Once(t, xr, nil).Objects())
		out["examples/observed/"+env+"/resources.yaml"] = text(t, render.WriteObserved, eventual.ObservedObjects())
		out["test/golden/testdata/"+env+"/eventual.yaml"] = text(t, render.WriteYAML, []*structpb.Struct{eventual.XR}) + differences(t, eventual)
	}
	return out
}

func text(t platformtest.T, write func(io.Writer, ...*structpb.Struct) error, objects []*structpb.Struct) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b, objects...); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// differences is a document with a JSON merge patch for each resource, which turns what is observed into what is composed. What
// all of them have in common comes first.
func differences(t platformtest.T, r *render.Result) string {
	t.Helper()
	first, _ := r.Resources[r.Names()[0]].AsMap()["metadata"].(map[string]any)
	owners := first["ownerReferences"]
	common := map[string]any{"metadata": map[string]any{"ownerReferences": owners}, "status": nil}
	var out strings.Builder
	fmt.Fprintf(&out, "---\n# Merge patches from examples/observed to what is composed: of all, and then of each resource.\n\"*\": %s\n", encode(t, common))
	if len(r.Observed) != len(r.Resources) {
		t.Errorf("everything that is composed should be observed: %d resources, %d observed", len(r.Resources), len(r.Observed))
	}
	for _, name := range r.Names() {
		desired := r.Resources[name].AsMap()
		if metadata, _ := desired["metadata"].(map[string]any); reflect.DeepEqual(metadata["ownerReferences"], owners) {
			delete(metadata, "ownerReferences")
		}
		observed := r.Observed[name].AsMap()
		delete(observed, "status")
		if patch := difference(observed, desired); len(patch) > 0 {
			fmt.Fprintf(&out, "%s: %s\n", name, encode(t, patch))
		}
	}
	return out.String()
}

// difference is the merge patch from one object to another. (RFC 7386)
func difference(from, to map[string]any) map[string]any {
	out := map[string]any{}
	for k, old := range from {
		updated, ok := to[k]
		below, isMap := old.(map[string]any)
		into, intoMap := updated.(map[string]any)
		switch {
		case !ok:
			out[k] = nil
		case isMap && intoMap:
			if d := difference(below, into); len(d) > 0 {
				out[k] = d
			}
		case !reflect.DeepEqual(old, updated):
			out[k] = updated
		}
	}
	for k, added := range to {
		if _, ok := from[k]; !ok {
			out[k] = added
		}
	}
	return out
}

func encode(t platformtest.T, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
