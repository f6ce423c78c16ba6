package layer

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/crossplane/crossplane-runtime/v2/pkg/logging"
	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
)

// A recorder is a logger that keeps everything it gets.
type recorder struct{ out *bytes.Buffer }

func (r recorder) Info(msg string, kv ...any)          { fmt.Fprintln(r.out, msg, kv) }
func (r recorder) Debug(msg string, kv ...any)         { fmt.Fprintln(r.out, msg, kv) }
func (r recorder) WithValues(kv ...any) logging.Logger { fmt.Fprintln(r.out, kv...); return r }

// explode panics with an argument that may not be shown.
func explode(secret string) byte { return secret[len(secret)] }

// TestPanicLog looks in the log of a panic for where it came from, and for the values that led to it.
func TestPanicLog(t *testing.T) {
	const secret = "aHVudGVyMmh1bnRlcjI=" //nolint:gosec // made up: the log must not hold it
	var logged bytes.Buffer
	broken := Layer{Name: "broken", Condition: "BrokenReady", Compose: func(s *Scope) {
		_ = explode(s.Observe("credentials").Data()["value"])
	}}
	observed := map[string]*fnv1.Resource{"credentials": managed(t, "demo-x7x7x-credentials", map[string]any{
		"apiVersion": "v1", "kind": "Secret", "data": map[string]any{"value": secret},
	})}
	rsp, _ := Answer(request(t, xr(t, nil), observed, "broken"), []Layer{broken}, recorder{&logged})
	if len(rsp.GetResults()) != 1 || !strings.Contains(rsp.GetResults()[0].GetMessage(), "index out of range") {
		t.Fatalf("Should end with the layer's panic, got %v", rsp.GetResults())
	}
	for _, want := range []string{"layer.explode ", "panic_test.go:", "layer.compose ", "run.go:"} {
		if !strings.Contains(logged.String(), want) {
			t.Errorf("Should log the functions and lines that the panic came through: %q is missing in\n%s", want, logged.String())
		}
	}
	for _, not := range []string{secret, "0x", "layer.stack "} {
		if strings.Contains(logged.String(), not) {
			t.Errorf("Should log neither values nor its own call: found %q in\n%s", not, logged.String())
		}
	}
}
