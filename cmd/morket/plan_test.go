package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/internal/plan"
)

// morket runs the program, and returns what it prints.
func morket(stdin string, args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	code = run(args, streams{in: strings.NewReader(stdin), out: &out, err: &err})
	return code, out.String(), err.String()
}

// claims are example claims and variants of them, in files.
func claims(t *testing.T) (dir string) {
	t.Helper()
	staging := text(t, "examples", "claims", "staging.yaml")
	return files(t, map[string]string{
		"empty.yaml":     "",
		"staging.yaml":   staging,
		"larger.yaml":    staging + "  data: {redis: {nodeType: cache.r6g.large}}\n",
		"refused.yaml":   staging + "  data: {aurora: {masterUsername: boss}}\n",
		"invalid.yaml":   strings.Replace(staging, "environment: staging", "environment: qa", 1),
		"late.yaml":      staging + "  network: {availabilityZones: [us-east-1b, us-east-1c]}\n",
		"other.yaml":     strings.Replace(staging, "name: morket-staging", "name: morket-other", 1),
		"namespace.yaml": strings.Replace(staging, "namespace: morket", "namespace: shop", 1),
		"beside.yaml":    staging + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n",
		"bare.yaml":      "apiVersion: platform.morket.io/v1alpha1\nkind: MorketPlatform\nmetadata: {name: morket-staging, namespace: morket}\n",
		"nameless.yaml":  "apiVersion: platform.morket.io/v1alpha1\nkind: MorketPlatform\n",
		"two.yaml":       staging + "---\n" + staging,
		"notclaim.yaml":  "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n",
	})
}

func TestPlan(t *testing.T) {
	dir := claims(t)
	file := func(name string) string { return filepath.Join(dir, name) }
	_, settled := staging(t)

	type want struct {
		Code   int
		Has    []string // in standard output
		Stderr string
	}
	cases := map[string]struct {
		reason string
		args   []string
		stdin  string
		want   want
	}{
		"Nothing": {
			reason: "Should say that a claim which stays as it is changes nothing",
			args:   []string{file("staging.yaml"), file("staging.yaml")},
			want:   want{Code: 0, Has: []string{"No change: ", " USD a month, as before."}},
		},
		"Changes": {
			reason: "Should tell changes by the exit code",
			args:   []string{file("staging.yaml"), file("larger.yaml")},
			want:   want{Code: 2, Has: []string{"~ redis (ReplicationGroup)", `nodeType: "cache.t4g.small" → "cache.r6g.large"`, "OUTAGE: in the next maintenance window (sun:05:00-sun:06:00 UTC)", "Redis: 23 → 150 (+127)"}},
		},
		"Refused": {
			reason: "Should begin with what the API server says, and tell a refusal by the exit code",
			args:   []string{file("staging.yaml"), file("refused.yaml")},
			want: want{Code: 1, Has: []string{
				"The claim is refused, so nothing happens:\n  ! spec.data.aurora.masterUsername: Invalid value: \"boss\": data.aurora.masterUsername cannot be changed after creation",
				`masterUsername: "morket_admin" → "boss" REFUSED: AWS cannot change it in place`, "way out: ", "Plan: 1 refused",
			}},
		},
		"Invalid": {
			reason: "Should say what the API server says to a claim that is wrong in itself",
			args:   []string{file("staging.yaml"), file("invalid.yaml")},
			want:   want{Code: 1, Has: []string{`spec.environment: Unsupported value: "qa"`}},
		},
		"Bare": {
			reason: "Should name the platform that there is if the claim does not say what it is",
			args:   []string{file("staging.yaml"), file("bare.yaml")},
			want:   want{Code: 1, Has: []string{"morket-staging (staging, us-east-1)\n", "! spec: Required value"}},
		},
		"Nameless": {
			reason: "Should say that there is no name",
			args:   []string{file("empty.yaml"), file("nameless.yaml")},
			want:   want{Code: 1, Has: []string{"a claim without a name\n", "! metadata.name: Required value"}},
		},
		"FunctionRefuses": {
			reason: "Should say what the function says to a change that only it can judge",
			args:   []string{file("staging.yaml"), file("late.yaml")},
			want:   want{Code: 1, Has: []string{"spec.network.availabilityZones: Invalid value: "}},
		},
		"OldInvalid": {
			reason: "Should name the file and field if the claim as it is cannot be",
			args:   []string{file("invalid.yaml"), file("staging.yaml")},
			want:   want{Code: 1, Stderr: "DIR/invalid.yaml: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation\nDIR/invalid.yaml: spec.environment: Unsupported value: \"qa\": supported values: \"staging\", \"production\"\n"},
		},
		"OtherPlatform": {
			reason: "Should not take two platforms for one",
			args:   []string{file("staging.yaml"), file("other.yaml")},
			want:   want{Code: 1, Stderr: "morket: DIR/staging.yaml is of the claim morket/morket-staging, and DIR/other.yaml of morket/morket-other: a plan is of one claim; to make another, compare it with an empty file\n"},
		},
		"OtherNamespace": {
			reason: "Should not take claims in two namespaces for one",
			args:   []string{file("staging.yaml"), file("namespace.yaml")},
			want:   want{Code: 1, Stderr: "morket: DIR/staging.yaml is of the claim morket/morket-staging, and DIR/namespace.yaml of shop/morket-staging: a plan is of one claim; to make another, compare it with an empty file\n"},
		},
		"Beside": {
			reason: "Should find the claim among other objects of its file, as kubectl apply does",
			args:   []string{file("beside.yaml"), file("beside.yaml")},
			want:   want{Code: 0, Has: []string{"No change: "}},
		},
		"Create": {
			reason: "Should create everything of a platform that is not there",
			args:   []string{file("empty.yaml"), file("staging.yaml")},
			want:   want{Code: 2, Has: []string{"+ aurora (Cluster)", "0 unchanged", "Cost: about 0 → "}},
		},
		"Delete": {
			reason: "Should delete everything, and say what becomes of data",
			args:   []string{file("staging.yaml"), "/dev/null"},
			want:   want{Code: 2, Has: []string{"- aurora (Cluster)\n      afterwards: its data is lost", "→ 0 USD"}},
		},
		"NothingAtAll": {
			reason: "Should say that there is no platform",
			args:   []string{"/dev/null", file("empty.yaml")},
			want:   want{Code: 1, Stderr: "morket: there is no claim: neither as it is, nor as it would be\n"},
		},
		"Stdin": {
			reason: "Should read one of the two from standard input",
			args:   []string{"-", file("staging.yaml")}, stdin: text(t, "examples", "claims", "staging.yaml"),
			want: want{Has: []string{"No change"}},
		},
		"StdinTwice": {
			reason: "Should not read both from standard input",
			args:   []string{"-", "-"}, stdin: text(t, "examples", "claims", "staging.yaml"),
			want: want{Code: 1, Stderr: "morket: standard input can be one of the two only\n"},
		},
		"TwoClaims": {
			reason: "Should not choose between two claims",
			args:   []string{file("staging.yaml"), file("two.yaml")},
			want:   want{Code: 1, Stderr: "morket: DIR/two.yaml holds 2 objects of kind MorketPlatform or XMorketPlatform: give a file with exactly one, or an empty one\n"},
		},
		"NoClaim": {
			reason: "Should not take another object for a claim",
			args:   []string{file("staging.yaml"), file("notclaim.yaml")},
			want:   want{Code: 1, Stderr: "morket: DIR/notclaim.yaml holds 0 objects of kind MorketPlatform or XMorketPlatform: give a file with exactly one, or an empty one\n"},
		},
		"OneFile": {
			reason: "Should say what to compare with, and not exit as if something changed",
			args:   []string{file("staging.yaml")},
			want:   want{Code: 1, Stderr: "morket: plan: give two files, the claim as it is and as it would be; or one, and --revision, --observed or --live\n"},
		},
		"NoDirectory": {
			reason: "Should not take the current directory for an empty name",
			args:   []string{file("staging.yaml"), "--observed", ""},
			want:   want{Code: 1, Stderr: "morket: plan: give two files, the claim as it is and as it would be; or one, and --revision, --observed or --live\n"},
		},
		"TwoWays": {
			reason: "Should not compare with two things",
			args:   []string{file("staging.yaml"), "--live", "--revision", "main"},
			want:   want{Code: 1, Stderr: "morket: plan: --revision, --observed and --live are three ways to say what there is: give one\n"},
		},
		"Missing": {
			reason: "Should name a file that is missing",
			args:   []string{file("missing.yaml"), file("staging.yaml")},
			want:   want{Code: 1, Stderr: "morket: open DIR/missing.yaml: no such file or directory\n"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := morket(tc.stdin, append([]string{"plan"}, tc.args...)...)
			if code != tc.want.Code {
				t.Errorf("%s: want exit code %d, got %d: %s", tc.reason, tc.want.Code, code, stderr)
			}
			if diff := cmp.Diff(tc.want.Stderr, strings.ReplaceAll(stderr, dir, dirMark)); diff != "" {
				t.Errorf("%s: standard error: -want, +got:\n%s", tc.reason, diff)
			}
			for _, has := range tc.want.Has {
				if !strings.Contains(stdout, has) {
					t.Errorf("%s: want %q in:\n%s", tc.reason, has, stdout)
				}
			}
		})
	}
	_, stdout, _ := morket("", "plan", file("staging.yaml"), "/dev/null", "-o", "json")
	p := plan.Plan{}
	if err := json.Unmarshal([]byte(stdout), &p); err != nil || len(p.Changes) != len(settled.Resources) {
		t.Errorf("Should print JSON with all %d resources, got %d, %v", len(settled.Resources), len(p.Changes), err)
	}
}

// TestPlanRevision compares with a revision of git.
func TestPlanRevision(t *testing.T) {
	dir := claims(t)
	file := filepath.Join(dir, "staging.yaml")
	git := func(args ...string) {
		t.Helper()
		cmd := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"}, args...)...)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	git("init", "-q")
	git("add", "staging.yaml")
	git("commit", "-qm", "one")
	raw, err := os.ReadFile(filepath.Join(dir, "larger.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, raw, 0o600); err != nil { //nolint:gosec // In the test's own directory.
		t.Fatal(err)
	}
	if code, stdout, stderr := morket("", "plan", file, "--revision", "HEAD"); code != 2 || !strings.Contains(stdout, "~ redis (") || strings.Contains(stdout, "+ ") {
		t.Errorf("Should compare with the file as it was committed: %d %s\n%s", code, stderr, stdout)
	}
	if code, stdout, stderr := morket("", "plan", filepath.Join(dir, "larger.yaml"), "--revision", "HEAD"); code != 2 || !strings.Contains(stdout, "+ redis (") {
		t.Errorf("Should create what was not there: %d %s\n%s", code, stderr, stdout)
	}
	if code, _, stderr := morket("", "plan", file, "--revision", "nowhere"); code != 1 || stderr != "morket: --revision: there is no revision nowhere here\n" {
		t.Errorf("Should name a revision that is not there: %d %s", code, stderr)
	}
}

// TestPlanRendered compares with a render, perhaps of another version, and with what was observed.
func TestPlanRendered(t *testing.T) {
	dir := claims(t)
	claim := filepath.Join(dir, "staging.yaml")
	_, rendered, _ := morket("", "render", claim, "--eventual")
	_, observed, _ := morket("", "render", claim, "--eventual", "-o", "observed")
	_, xr, _ := morket("", "xr", claim)
	other := strings.Replace(rendered, "sun:05:00-sun:06:00", "mon:05:00-mon:06:00", 1)
	for name, content := range map[string]string{"render.yaml": rendered, "other.yaml": other, "o/r.yaml": observed, "ox/r.yaml": observed, "ox/xr.yaml": xr} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	file := func(name string) string { return filepath.Join(dir, name) }
	cases := map[string]struct {
		reason string
		args   []string
		code   int
		has    string
	}{
		"Same":            {"Should find no change against its own render", []string{file("render.yaml"), claim}, 0, "No change"},
		"OtherVersion":    {"Should find what another version renders otherwise", []string{file("other.yaml"), claim}, 2, `maintenanceWindow: "mon:05:00-mon:06:00" → "sun:05:00-sun:06:00"`},
		"Observed":        {"Should find no change against its own resources, and say what it cannot tell", []string{claim, "--observed", file("o")}, 0, "Note: what a resource is given no more is not shown"},
		"ObservedChanged": {"Should find a change against observed resources", []string{file("larger.yaml"), "--observed", file("o")}, 2, "~ redis ("},
		"Composite":       {"Should know with the composite resource what is given no more", []string{claim, "--observed", file("ox")}, 0, "No change"},
		"CompositeUpdate": {"Should hold the change against the composite resource", []string{file("refused.yaml"), "--observed", file("ox")}, 1, "masterUsername cannot be changed after creation"},
		"Other":           {"Should not take observed resources of another claim for its own", []string{file("namespace.yaml"), "--observed", file("o")}, 1, "o is of the claim morket/morket-staging, and "},
		"OtherComposite":  {"Should not take another claim's composite resource for its own", []string{file("namespace.yaml"), "--observed", file("ox")}, 1, "ox is of the claim morket/morket-staging, and "},
		"Unknown":         {"Should say what it needs to know what is deleted", []string{"/dev/null", "--observed", file("o")}, 1, "o holds no claim or composite resource, and there is no other: "},
		"Deleted":         {"Should say what becomes of what was observed", []string{"/dev/null", "--observed", file("ox")}, 2, "its data is lost"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := morket("", append([]string{"plan"}, tc.args...)...)
			if code != tc.code || !strings.Contains(stdout+stderr, tc.has) {
				t.Errorf("%s: exit code %d\n%s\n%s", tc.reason, code, stderr, stdout)
			}
		})
	}
}
