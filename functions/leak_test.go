package functions_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"strings"
	"testing"

	"github.com/crossplane/crossplane-runtime/v2/pkg/logging"
	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/functions"
	fieldpath "github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/render"
	"github.com/morket-io/platform/internal/simulate"
	"github.com/morket-io/platform/test/platformtest"
)

// A recorder is a logger that keeps everything it is given, at every level.
type recorder struct {
	out    *bytes.Buffer
	values []any
}

func (r recorder) Info(msg string, kv ...any)  { fmt.Fprintln(r.out, msg, r.values, kv) }
func (r recorder) Debug(msg string, kv ...any) { fmt.Fprintln(r.out, msg, r.values, kv) }
func (r recorder) WithValues(kv ...any) logging.Logger {
	return recorder{out: r.out, values: append(r.values, kv...)}
}

// secrets collects the values that Kubernetes Secrets hold: what stands in a document, the document, and either as it may
// be written elsewhere.
func secrets(t *testing.T, resources map[string]*fnv1.Resource) map[string]string {
	t.Helper()
	out := map[string]string{}
	note := func(name, v string) {
		if len(v) < 20 { // a user's name, or a field's
			return
		}
		for form, s := range map[string]string{
			"": v, " in base64": base64.StdEncoding.EncodeToString([]byte(v)), " in hexadecimal": hex.EncodeToString([]byte(v)), " in a URL": url.QueryEscape(v),
		} {
			out[s] = name + form
		}
	}
	for name, r := range resources {
		for _, v := range fieldpath.Below(r.GetResource(), "data") {
			raw, err := base64.StdEncoding.DecodeString(v.GetStringValue())
			if err != nil {
				t.Fatal(err)
			}
			note(name, string(raw))
			var fields map[string]string
			if json.Unmarshal(raw, &fields) == nil {
				for _, f := range fields {
					note(name, f)
				}
			}
		}
	}
	return out
}

// TestNoLeak goes through the life of a platform, damaged and not, and looks for the generated values everywhere but in
// the Kubernetes Secrets. (design rule 4)
func TestNoLeak(t *testing.T) {
	for _, env := range platformtest.Environments {
		xr := platformtest.XR(t, env, nil)
		var observed map[string]*fnv1.Resource
		known := map[string]string{}
		for round := range 24 {
			var logged bytes.Buffer
			f := &functions.Function{Log: recorder{out: &logged}}
			if round == 16 { // a rotation
				rotated := platformtest.XR(t, env, platformtest.Set(map[string]any{"redis": 1.0, "jwt": 1.0}, "spec", "secrets", "rotation"))
				xr.Fields["spec"] = rotated.GetFields()["spec"]
			}
			before := observed
			if round > 8 && round%2 == 0 {
				before = mangle(observed, uint64(round))
			}
			rsp, err := f.RunFunction(context.Background(), request(xr, before))
			if err != nil {
				t.Fatal(err)
			}
			maps.Copy(known, secrets(t, rsp.GetDesired().GetResources()))
			if made := 3; round >= made && len(known) < 40 { // a value waits for its secret, which waits for the key
				t.Fatalf("Should have made the values of 8 secrets, knows %d forms", len(known))
			}
			look(t, fmt.Sprintf("%s, round %d", env, round), known, map[string]string{
				"log": logged.String(), "render": printed(t, rsp), "response": withoutSecrets(t, rsp),
			})
			if round > 8 && round%2 == 0 {
				continue
			}
			observed = simulate.Provider(rsp.GetDesired().GetResources(), observed)
			xr.Fields["status"] = rsp.GetDesired().GetComposite().GetResource().GetFields()["status"]
		}
	}
}

// look finds values in texts where they must not be.
func look(t *testing.T, when string, known, texts map[string]string) {
	t.Helper()
	for where, text := range texts {
		for s, name := range known {
			if strings.Contains(text, s) {
				t.Fatalf("%s: the %s shows the value of %s", when, where, name)
			}
		}
	}
}

// withoutSecrets is a whole response but for the data of Kubernetes Secrets.
func withoutSecrets(t *testing.T, rsp *fnv1.RunFunctionResponse) string {
	t.Helper()
	rsp = proto.CloneOf(rsp)
	for _, r := range rsp.GetDesired().GetResources() {
		if o := r.GetResource(); fieldpath.Text(o, "apiVersion") == "v1" && fieldpath.Text(o, "kind") == "Secret" {
			delete(o.GetFields(), "data")
		}
	}
	raw, err := protojson.Marshal(rsp)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// printed is what `morket render` would print of a response.
func printed(t *testing.T, rsp *fnv1.RunFunctionResponse) string {
	t.Helper()
	var out bytes.Buffer
	for _, r := range rsp.GetDesired().GetResources() {
		for _, write := range []func(*bytes.Buffer, *structpb.Struct) error{
			func(b *bytes.Buffer, o *structpb.Struct) error { return render.WriteYAML(b, o) },
			func(b *bytes.Buffer, o *structpb.Struct) error { return render.WriteObserved(b, o) },
		} {
			if err := write(&out, r.GetResource()); err != nil {
				t.Fatal(err)
			}
		}
	}
	return out.String()
}

// TestFatalDoesNotLeak asks for what cannot be, with secrets in what was observed.
func TestFatalDoesNotLeak(t *testing.T) {
	xr := platformtest.XR(t, "production", nil)
	observed := platformtest.Observed(platformtest.Eventually(t, xr))
	xr.GetFields()["spec"].GetStructValue().Fields["region"] = structpb.NewStringValue("nowhere")
	var logged bytes.Buffer
	rsp, err := (&functions.Function{Log: recorder{out: &logged}}).RunFunction(context.Background(), request(xr, observed))
	if err != nil || fatal(t, rsp) == "" {
		t.Fatalf("want a Fatal, got %v, %v", rsp.GetResults(), err)
	}
	look(t, "Fatal", secrets(t, observed), map[string]string{"log": logged.String(), "response": withoutSecrets(t, rsp)})
}
