package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/internal/render"
	"github.com/morket-io/platform/test/platformtest"
)

// files writes files into a directory of their own, and returns it.
func files(t *testing.T, contents map[string]string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for name, content := range contents {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func text(t *testing.T, elements ...string) string {
	t.Helper()
	raw, err := os.ReadFile(platformtest.Path(t, elements...))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// staging is how many resources the staging claim becomes at first, and what it becomes in the end.
func staging(t *testing.T) (once int, settled *render.Result) {
	t.Helper()
	xr := platformtest.XR(t, "staging", nil)
	return len(platformtest.Once(t, xr, nil).Resources), platformtest.Eventually(t, xr)
}

// kinds counts the objects of a stream of YAML by kind: those that matter to a test.
func kinds(t *testing.T, stdout string) map[string]int {
	t.Helper()
	objects, err := render.ReadYAML(strings.NewReader(stdout))
	if err != nil {
		t.Fatalf("standard output holds more than YAML: %v", err)
	}
	out := make(map[string]int)
	for _, o := range objects {
		kind, _ := o["kind"].(string)
		if _, ok := o["metadata"].(map[string]any); !ok || kind == "" {
			t.Errorf("standard output holds something that is no object: %v", o)
		}
		out[kind]++
		out["all"]++
	}
	maps.DeleteFunc(out, func(kind string, _ int) bool {
		return !slices.Contains([]string{"all", "XMorketPlatform", "VPC"}, kind)
	})
	return out
}

const (
	tooMany = " objects of kind MorketPlatform or XMorketPlatform: give a file with exactly one"
	dirMark = "DIR" // stands for the test's directory
)

func TestRun(t *testing.T) {
	claim := text(t, "examples", "claims", "staging.yaml")
	perLayer := text(t, "examples", "compositions", "step-per-layer.yaml")
	badClaim := strings.NewReplacer("environment: staging", "environment: qa", "region: us-east-1", "region: 5").Replace(claim)
	dir := files(t, map[string]string{
		"claim.yaml":      claim,
		"bad.yaml":        badClaim,
		"zones.yaml":      strings.Replace(claim, "us-east-1", "us-west-1", 1),
		"two.yaml":        claim + "---\n" + claim,
		"kind.yaml":       strings.Replace(claim, "kind: MorketPlatform", "kind: Deployment", 1),
		"api.yaml":        strings.Replace(claim, "platform.morket.io/v1alpha1", "other.io/v1", 1),
		"twice.yaml":      claim + "  region: us-east-2\n",
		"per-layer.yaml":  perLayer,
		"foreign.yaml":    strings.Replace(perLayer, "morket-io-function-morket-platform", "function-auto-ready", 1),
		"unannotated.yml": "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n",
	})
	file := func(name string) string { return filepath.Join(dir, name) }
	zones := "spec.network.availabilityZones: Required value: must be given in us-west-1, where accounts see different zones: name two that `aws ec2 describe-availability-zones` lists\n"
	once, settled := staging(t)
	platform := map[string]int{"all": once + 1, "XMorketPlatform": 1, "VPC": 1}
	eventual := map[string]int{"all": len(settled.Resources) + 1, "XMorketPlatform": 1, "VPC": 1}
	rounds := fmt.Sprintf("settled after %d rounds, %d resources\n", settled.Rounds, len(settled.Resources))

	type want struct {
		Code   int
		Kinds  map[string]int
		Stderr string
	}
	cases := map[string]struct {
		reason string
		args   []string
		stdin  string
		want   want
	}{
		"Render": {
			reason: "Should print the platform, and nothing else",
			args:   []string{"render", file("claim.yaml")}, want: want{Kinds: platform},
		},
		"RenderStdin": {
			reason: "Should read standard input if the file is -",
			args:   []string{"render", "-"}, stdin: claim, want: want{Kinds: platform},
		},
		"RenderList": {
			reason: "Should read the claim in a List, as kubectl and Kustomize write it",
			args:   []string{"render", "-"}, stdin: "apiVersion: v1\nkind: List\nitems:\n- " + strings.ReplaceAll(claim, "\n", "\n  "),
			want: want{Kinds: platform},
		},
		"Composition": {
			reason: "Should run another Composition",
			args:   []string{"render", file("claim.yaml"), "--composition", file("per-layer.yaml")}, want: want{Kinds: platform},
		},
		"Eventual": {
			reason: "Should tell the rounds on standard error, and keep standard output to YAML",
			args:   []string{"render", file("claim.yaml"), "--eventual"},
			want:   want{Kinds: eventual, Stderr: rounds},
		},
		"ObservedOutput": {
			reason: "Should print the simulated provider's resources, without the composite resource",
			args:   []string{"render", file("claim.yaml"), "--eventual", "-o", "observed"},
			want:   want{Kinds: map[string]int{"all": len(settled.Resources), "VPC": 1}, Stderr: rounds},
		},
		"ObservedOutputOnce": {
			reason: "Should say that nothing is simulated without --eventual",
			args:   []string{"render", file("claim.yaml"), "-o", "observed"},
			want:   want{Code: exitUsage, Stderr: "morket: render: only a simulated provider's resources can be printed as observed: add --eventual\n"},
		},
		"BadClaim": {
			reason: "Should refuse a bad claim with a line for each problem, of file and field",
			args:   []string{"render", file("bad.yaml")},
			want: want{Code: exitRefused, Stderr: `DIR/bad.yaml: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation
DIR/bad.yaml: spec.environment: Unsupported value: "qa": supported values: "staging", "production"
DIR/bad.yaml: spec.region: Invalid value: "integer": spec.region in body must be of type string: "integer"
`},
		},
		"Fatal": {
			reason: "Should refuse what the function refuses",
			args:   []string{"render", file("zones.yaml")}, want: want{Code: exitRefused, Stderr: "DIR/zones.yaml: " + zones},
		},
		"FatalEventual": {
			reason: "Should refuse what the function refuses in a simulation too, and not tell rounds",
			args:   []string{"render", "-", "--eventual", "-o", "summary"}, stdin: strings.Replace(claim, "us-east-1", "us-west-1", 1),
			want: want{Code: exitRefused, Stderr: "-: " + zones},
		},
		"MissingFile": {
			reason: "Should name a file that is missing",
			args:   []string{"render", file("missing.yaml")}, want: want{Code: exitRefused, Stderr: "morket: open DIR/missing.yaml: no such file or directory\n"},
		},
		"TwoClaims": {
			reason: "Should not choose between two claims",
			args:   []string{"render", file("two.yaml")}, want: want{Code: exitRefused, Stderr: "morket: DIR/two.yaml holds 2" + tooMany + "\n"},
		},
		"WrongKind": {
			reason: "Should not render another kind",
			args:   []string{"render", file("kind.yaml")}, want: want{Code: exitRefused, Stderr: "morket: DIR/kind.yaml holds 0" + tooMany + "\n"},
		},
		"NoClaimXR": {
			reason: "Should say that standard input holds nothing",
			args:   []string{"xr", "-"}, want: want{Code: exitRefused, Stderr: "morket: - holds 0" + tooMany + "\n"},
		},
		"WrongAPIVersion": {
			reason: "Should refuse the kind of another API",
			args:   []string{"xr", file("api.yaml")},
			want:   want{Code: exitRefused, Stderr: "DIR/api.yaml: apiVersion: Invalid value: \"other.io/v1\": must be platform.morket.io/v1alpha1\n"},
		},
		"FieldTwice": {
			reason: "Should refuse a field that is given twice",
			args:   []string{"render", file("twice.yaml")},
			want: want{Code: exitRefused, Stderr: `morket: DIR/twice.yaml: document 1 is not a Kubernetes object: error converting YAML to JSON: yaml: unmarshal errors:
  line 12: key "region" already set in map
`},
		},
		"UnknownFlag": {
			reason: "Should tell a wrong command line from a wrong claim",
			args:   []string{"render", file("claim.yaml"), "--bogus"}, want: want{Code: exitUsage, Stderr: "morket: unknown flag --bogus\n"},
		},
		"NoCommand": {
			reason: "Should name the commands if given none",
			want:   want{Code: exitUsage, Stderr: "morket: expected one of \"adopt\", \"export\", \"migrate\", \"plan\", \"render\", ...\n"},
		},
		"MissingComposition": {
			reason: "Should name a Composition that is missing",
			args:   []string{"render", file("claim.yaml"), "--composition", file("missing.yaml")},
			want:   want{Code: exitUsage, Stderr: "morket: --composition: stat DIR/missing.yaml: no such file or directory\n"},
		},
		"ForeignFunction": {
			reason: "Should not leave out the steps of other functions silently",
			args:   []string{"render", file("claim.yaml"), "--composition", file("foreign.yaml")},
			want: want{Code: exitRefused, Stderr: "morket: DIR/foreign.yaml: step 1 of the pipeline, \"network\", calls \"function-auto-ready\": " +
				"only morket-io-function-morket-platform runs here; for other functions use `crossplane render`\n"},
		},
		"NotAComposition": {
			reason: "Should not run something else",
			args:   []string{"render", file("claim.yaml"), "--composition", file("two.yaml")},
			want:   want{Code: exitRefused, Stderr: "morket: DIR/two.yaml: holds 2 objects: give a file with one Composition and nothing else\n"},
		},
		"ObservedUnannotated": {
			reason: "Should name the observed resource, and its file, that is not of a composition",
			args:   []string{"render", file("claim.yaml"), "--observed", file("unannotated.yml")},
			want: want{Code: exitRefused, Stderr: "morket: DIR/unannotated.yml: Secret s has no annotation crossplane.io/composition-resource-name: " +
				"only composed resources can be observed\n"},
		},
		"ObservedMissing": {
			reason: "Should name observed resources that are missing, and not the claim",
			args:   []string{"render", file("claim.yaml"), "--observed", file("missing")},
			want:   want{Code: exitRefused, Stderr: "morket: cannot read observed resources: stat DIR/missing: no such file or directory\n"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var out, err bytes.Buffer
			code := run(tc.args, streams{in: strings.NewReader(tc.stdin), out: &out, err: &err})
			got := want{Code: code, Stderr: strings.ReplaceAll(err.String(), dir, dirMark)}
			if out.Len() > 0 {
				got.Kinds = kinds(t, out.String())
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\n-want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestSummary(t *testing.T) {
	once, settled := staging(t)
	claim := platformtest.Path(t, "examples", "claims", "staging.yaml")
	observed := platformtest.Path(t, "examples", "observed", "staging")

	cases := map[string]struct {
		reason string
		args   []string
		want   []string // lines, with blanks as one
	}{
		"Once": {
			reason: "Should count, and tell that nothing is ready yet",
			args:   []string{"render", claim, "-o", "summary"},
			want: []string{
				"LAYER READY REASON MESSAGE",
				"NetworkReady False WaitingForVPC 0 of 55 resources are ready; waiting for vpc (VPC), internet-gateway (InternetGateway), subnet-public-a (Subnet), subnet-private-a (Subnet), subnet-public-b (Subnet), and 50 more",
				"KIND RESOURCES READY", "VPC.ec2.aws.upbound.io/v1beta1 1 0", fmt.Sprintf("total %d 0", once),
			},
		},
		"Eventual": {
			reason: "Should tell that all are ready in the end",
			args:   []string{"render", claim, "-o", "summary", "--eventual"},
			want: []string{
				"LAYER READY REASON MESSAGE", "NetworkReady True Available 55 resources are ready",
				"KIND RESOURCES READY", "VPC.ec2.aws.upbound.io/v1beta1 1 1", fmt.Sprintf("total %d %[1]d", len(settled.Resources)),
			},
		},
		"Observed": {
			reason: "Should tell that all are ready that are observed so",
			args:   []string{"render", claim, "-o", "summary", "--observed", observed},
			want: []string{
				"LAYER READY REASON MESSAGE", "NetworkReady True Available 55 resources are ready",
				"KIND RESOURCES READY", "VPC.ec2.aws.upbound.io/v1beta1 1 1", fmt.Sprintf("total %d %[1]d", len(settled.Resources)),
			},
		},
	}
	shown := regexp.MustCompile(`^(LAYER|NetworkReady|KIND|VPC\.|total)`)
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var out, err bytes.Buffer
			if code := run(tc.args, streams{out: &out, err: &err}); code != exitOK {
				t.Fatalf("%s\nexit code %d: %s", tc.reason, code, err.String())
			}
			var got []string
			for line := range strings.Lines(out.String()) {
				if shown.MatchString(line) {
					got = append(got, strings.Join(strings.Fields(line), " "))
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\n-want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// What -o observed prints is what --observed reads: the next render changes nothing.
func TestObservedRoundTrip(t *testing.T) {
	claim := platformtest.Path(t, "examples", "claims", "staging.yaml")
	morket := func(args ...string) string {
		t.Helper()
		var out, err bytes.Buffer
		if code := run(append([]string{"render", claim}, args...), streams{out: &out, err: &err}); code != exitOK {
			t.Fatalf("exit code %d: %s", code, err.String())
		}
		return out.String()
	}
	dir := files(t, map[string]string{"observed.yaml": morket("--eventual", "-o", "observed")})
	if diff := cmp.Diff(morket("--eventual"), morket("--observed", dir)); diff != "" {
		t.Errorf("Should come to the same from what was observed as the simulation did\n-eventual +observed:\n%s", diff)
	}
}

func TestXR(t *testing.T) {
	var out, err bytes.Buffer
	code := run([]string{"xr", platformtest.Path(t, "examples", "claims", "staging.yaml")}, streams{out: &out, err: &err})
	if code != exitOK || err.Len() > 0 {
		t.Fatalf("exit code %d: %s", code, err.String())
	}
	objects, e := render.ReadYAML(&out)
	if e != nil || len(objects) != 1 {
		t.Fatalf("Should print one object, got %d: %v", len(objects), e)
	}
	spec, _ := objects[0]["spec"].(map[string]any)
	network, _ := spec["network"].(map[string]any)
	got := map[string]any{"kind": objects[0]["kind"], "metadata": objects[0]["metadata"], "claimRef": spec["claimRef"], "region": spec["region"], "defaults": len(network) > 0}
	want := map[string]any{
		"kind": "XMorketPlatform",
		"metadata": map[string]any{
			"name":   "morket-staging",
			"labels": map[string]any{"crossplane.io/claim-name": "morket-staging", "crossplane.io/claim-namespace": "morket"},
		},
		"claimRef": map[string]any{"apiVersion": "platform.morket.io/v1alpha1", "kind": "MorketPlatform", "name": "morket-staging", "namespace": "morket"},
		"region":   "us-east-1",
		"defaults": true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Should print the composite resource with claimRef and defaults\n-want +got:\n%s", diff)
	}
}
