package functions_test

import (
	"context"
	"net"
	"testing"

	"github.com/crossplane/function-sdk-go/logging"
	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/functions"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/test/platformtest"
)

// states are the requests that are measured: a platform of which nothing exists, and one of which everything does.
func states(b *testing.B, environment string) map[string]*fnv1.RunFunctionRequest {
	b.Helper()
	xr := platformtest.XR(b, environment, nil)
	r := platformtest.Eventually(b, xr)
	observed := platformtest.Observed(r)
	for _, o := range observed {
		addManagedFields(o.GetResource())
	}
	return map[string]*fnv1.RunFunctionRequest{"fresh": request(xr, nil), "observed": request(r.XR, observed)}
}

// addManagedFields adds what the API server writes about who owns which field, which is as much again as the fields: one
// entry for Crossplane's fields, one for the provider's.
func addManagedFields(o *structpb.Struct) {
	var owned func(s *structpb.Struct) *structpb.Struct
	owned = func(s *structpb.Struct) *structpb.Struct {
		out := &structpb.Struct{Fields: map[string]*structpb.Value{}}
		for k, v := range s.GetFields() {
			out.Fields["f:"+k] = structpb.NewStructValue(owned(v.GetStructValue()))
		}
		return out
	}
	entry := func(manager, field string) *structpb.Value {
		f := owned(o.GetFields()[field].GetStructValue())
		return structpb.NewStructValue(&structpb.Struct{Fields: map[string]*structpb.Value{
			"manager": structpb.NewStringValue(manager), "operation": structpb.NewStringValue("Apply"), "fieldsType": structpb.NewStringValue("FieldsV1"),
			"time":     structpb.NewStringValue("2026-01-01T00:00:00Z"),
			"fieldsV1": structpb.NewStructValue(&structpb.Struct{Fields: map[string]*structpb.Value{"f:" + field: structpb.NewStructValue(f)}}),
		}})
	}
	o.GetFields()["metadata"].GetStructValue().Fields["managedFields"] = structpb.NewListValue(&structpb.ListValue{Values: []*structpb.Value{
		entry("apiextensions.crossplane.io/composed/0123456789abcdef", "spec"), entry("provider", "status"),
	}})
}

// BenchmarkRender composes in process: what the function itself costs.
func BenchmarkRender(b *testing.B) {
	for _, env := range platformtest.Environments {
		for _, state := range []string{"fresh", "observed"} {
			req := states(b, env)[state]
			b.Run(env+"/"+state, func(b *testing.B) {
				layers := functions.Layers(platformtest.Random())
				var rsp *fnv1.RunFunctionResponse
				for b.Loop() {
					rsp = layer.Run(req, layers)
					req.Desired = nil
				}
				sizes(b, req, rsp)
			})
		}
	}
}

// BenchmarkLayer composes one layer of a platform of which everything exists: what each costs of a call. The request is
// the same for all, and so is what a call costs beside its layers: a step per layer pays it each time.
func BenchmarkLayer(b *testing.B) {
	for _, env := range platformtest.Environments {
		req := states(b, env)["observed"]
		for _, l := range functions.Layers(platformtest.Random()) {
			b.Run(env+"/"+l.Name, func(b *testing.B) {
				layers := []layer.Layer{l}
				req.Input = &structpb.Struct{Fields: map[string]*structpb.Value{"layers": structpb.NewListValue(&structpb.ListValue{Values: []*structpb.Value{structpb.NewStringValue(l.Name)}})}}
				var rsp *fnv1.RunFunctionResponse
				for b.Loop() {
					req.Desired = nil
					rsp = layer.Run(req, layers)
				}
				sizes(b, req, rsp)
			})
		}
	}
}

// BenchmarkGRPC calls the function over gRPC on loopback, as Crossplane does.
func BenchmarkGRPC(b *testing.B) {
	serveBenchmark(b, &functions.Function{Log: logging.NewNopLogger()})
}

// BenchmarkEcho is a function that is sent the same bytes and returns what it got: everything that is observed. Compare
// the observed states; in the fresh ones it has nothing to return.
func BenchmarkEcho(b *testing.B) { serveBenchmark(b, &echo{}) }

type echo struct {
	fnv1.UnimplementedFunctionRunnerServiceServer
}

func (*echo) RunFunction(_ context.Context, req *fnv1.RunFunctionRequest) (*fnv1.RunFunctionResponse, error) {
	return &fnv1.RunFunctionResponse{Meta: &fnv1.ResponseMeta{Tag: req.GetMeta().GetTag()}, Desired: req.GetObserved()}, nil
}

// BenchmarkFloor is a stricter measure: a function that is sent the same bytes and answers with exactly what ours would,
// ready-made.
func BenchmarkFloor(b *testing.B) { serveBenchmark(b, &floor{}) }

type floor struct {
	fnv1.UnimplementedFunctionRunnerServiceServer

	answer *fnv1.RunFunctionResponse
}

func (f *floor) RunFunction(context.Context, *fnv1.RunFunctionRequest) (*fnv1.RunFunctionResponse, error) {
	return f.answer, nil
}

func serveBenchmark(b *testing.B, fn fnv1.FunctionRunnerServiceServer) {
	b.Helper()
	listener, err := (&net.ListenConfig{}).Listen(b.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	server := grpc.NewServer()
	fnv1.RegisterFunctionRunnerServiceServer(server, fn)
	go server.Serve(listener) //nolint:errcheck // ends with Stop
	defer server.Stop()
	connection, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		b.Fatal(err)
	}
	defer connection.Close() //nolint:errcheck // the benchmark is over
	client := fnv1.NewFunctionRunnerServiceClient(connection)

	for _, env := range platformtest.Environments {
		for _, state := range []string{"fresh", "observed"} {
			req := states(b, env)[state]
			if f, ok := fn.(*floor); ok {
				f.answer = layer.Run(proto.CloneOf(req), functions.Layers(platformtest.Random()))
			}
			b.Run(env+"/"+state, func(b *testing.B) {
				var rsp *fnv1.RunFunctionResponse
				for b.Loop() {
					if rsp, err = client.RunFunction(b.Context(), req); err != nil {
						b.Fatal(err)
					}
				}
				sizes(b, req, rsp)
			})
		}
	}
}

func sizes(b *testing.B, req *fnv1.RunFunctionRequest, rsp *fnv1.RunFunctionResponse) {
	b.Helper()
	b.ReportMetric(float64(proto.Size(req)), "request-bytes")
	b.ReportMetric(float64(proto.Size(rsp)), "response-bytes")
	b.ReportMetric(float64(len(rsp.GetDesired().GetResources())), "resources")
}
