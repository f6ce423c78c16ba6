// Package functions is the platform's composition function: its layers, served as one.
package functions

import (
	"context"
	"crypto/rand"
	"io"

	"github.com/crossplane/function-sdk-go/logging"
	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"

	"github.com/morket-io/platform/functions/compute"
	"github.com/morket-io/platform/functions/data"
	"github.com/morket-io/platform/functions/edge"
	"github.com/morket-io/platform/functions/network"
	"github.com/morket-io/platform/functions/observability"
	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/layer"
)

// Layers returns the layers that exist, in the order in which the shipped Composition names them. Secrets are made of what
// random gives: crypto/rand.Reader, but for tests.
func Layers(random io.Reader) []layer.Layer {
	return []layer.Layer{
		network.Layer(),
		data.Layer(random),
		compute.Layer(),
		edge.Layer(),
		observability.Layer(),
	}
}

// A Function answers Crossplane's requests with the layers that a pipeline step's input names.
type Function struct {
	fnv1.UnimplementedFunctionRunnerServiceServer

	Log logging.Logger
}

// RunFunction composes. It never returns an error: what goes wrong is a Fatal result. Nothing of the request or the
// response but names and numbers is ever logged, because both may hold secrets.
func (f *Function) RunFunction(_ context.Context, req *fnv1.RunFunctionRequest) (*fnv1.RunFunctionResponse, error) {
	log := f.Log.WithValues("tag", req.GetMeta().GetTag(), "xr", fields.Text(req.GetObserved().GetComposite().GetResource(), "metadata", "name"))
	rsp, _ := layer.Answer(req, Layers(rand.Reader), log)
	log.Debug("Composed", "observed", len(req.GetObserved().GetResources()), "desired", len(rsp.GetDesired().GetResources()))
	for _, r := range rsp.GetResults() {
		if r.GetSeverity() == fnv1.Severity_SEVERITY_FATAL {
			log.Info("Cannot compose", "reason", r.GetReason(), "message", r.GetMessage())
		}
	}
	return rsp, nil
}
