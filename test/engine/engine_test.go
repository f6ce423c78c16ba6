//go:build engine

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/morket-io/platform/internal/aws/crds"
)

// These tests are run by `make validate`, with
//
//	MORKET_ENGINE_CACHE         the directory for the built Crossplane binaries
//	MORKET_ENGINE_ENVIRONMENTS  a directory of environments, as the program takes them

func TestMorketRendersWhatCrossplaneRenders(t *testing.T) {
	e := openEngine(t)
	bin := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-o", bin+"/", "./cmd/function", "./cmd/morket")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("cannot build the function and morket: %v\n%s", err, out)
	}
	fn, err := startFunction(t.Context(), filepath.Join(bin, "function"))
	if err != nil {
		t.Fatal(err)
	}
	defer fn.Stop()

	for _, environment := range environments(t) {
		t.Run(filepath.Base(environment), func(t *testing.T) {
			r, err := e.Render(t.Context(), fn, environment)
			if err != nil {
				t.Fatal(err)
			}
			args := []string{"render", filepath.Join(environment, "xr.yaml"), "-o", "yaml"}
			if observed := filepath.Join(environment, "observed"); isDir(observed) {
				args = append(args, "--observed="+observed)
			}
			out, err := exec.CommandContext(t.Context(), filepath.Join(bin, "morket"), args...).Output()
			if err != nil {
				t.Fatalf("cannot run morket %s: %v", strings.Join(args, " "), err)
			}
			if diff := compare(r.All(), parse(t, string(out))); diff != "" {
				t.Errorf("\nShould render what Crossplane renders, resource by resource.\n%s", diff)
			}
		})
	}
}

func TestValidateRefuses(t *testing.T) {
	cases := map[string]struct {
		reason string
		doc    string
		want   string // in the error; no error if empty
	}{
		"Valid": {
			reason: "Should take what the schemas allow.",
			doc:    vpc,
		},
		"UnknownField": {
			reason: "Should refuse a field that the provider does not know.",
			doc:    vpc + "    cidrBlok: 10.0.0.0/16\n",
			want:   `unknown field: "cidrBlok"`,
		},
		"WrongType": {
			reason: "Should refuse a value of another type.",
			doc:    vpc + "    enableDnsSupport: maybe\n",
			want:   "spec.forProvider.enableDnsSupport in body must be of type boolean",
		},
		"NewField": {
			reason: "Should accept a field that provider-aws has from v2.7.0 on, the oldest release that our packages accept.",
			doc:    "apiVersion: rds.aws.upbound.io/v1beta2\nkind: Cluster\nmetadata: {name: a}\nspec: {forProvider: {region: us-east-1, engine: aurora, autoMinorVersionUpgrade: true}}\n",
		},
		"UnknownSecretField": {
			reason: "Should check Secrets, which no CRD describes, against Kubernetes' own types.",
			doc:    "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringdata: {a: b}\n",
			want:   `unknown field "stringdata"`,
		},
		"UnknownKind": {
			reason: "Should refuse a kind without a schema.",
			doc:    "apiVersion: ec2.aws.upbound.io/v1beta1\nkind: VPN\nmetadata: {name: a}\n",
			want:   "schema(s) missing",
		},
		"UnknownVersion": {
			reason: "Should refuse a version that is not served.",
			doc:    strings.ReplaceAll(vpc, "v1beta1", "v1beta9"),
			want:   "schema(s) missing",
		},
	}
	e := openEngine(t)
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			err := e.validate(t.Context(), parse(t, tc.doc), 0)
			if tc.want == "" && err != nil {
				t.Errorf("\n%s\nvalidate(...): %v", tc.reason, err)
			}
			if tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)) {
				t.Errorf("\n%s\nvalidate(...): want %q in the error, got: %v", tc.reason, tc.want, err)
			}
		})
	}
}

// openEngine opens the engine in the root of the repository.
func openEngine(t *testing.T) *engine {
	t.Helper()
	root, err := crds.Root()
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(root)
	e, err := newEngine(t.Context(), setting(t, "MORKET_ENGINE_CACHE"), "apis/definition.yaml", "compositions/platform.yaml", "package/input")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	return e
}

func environments(t *testing.T) []string {
	t.Helper()
	pattern := filepath.Join(setting(t, "MORKET_ENGINE_ENVIRONMENTS"), "*", "xr.yaml")
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("cannot find %s: %v", pattern, err)
	}
	for i := range files {
		files[i] = filepath.Dir(files[i])
	}
	return files
}

func setting(t *testing.T, name string) string {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		t.Fatalf("%s is not set: run `make validate`", name)
	}
	return value
}
