package pipelines

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/morket-io/platform/test/platformtest"
)

type workflow struct {
	On          map[string]trigger `json:"true"` // YAML takes `on` for a boolean
	Permissions map[string]string
	Concurrency struct {
		Group            string
		CancelInProgress any `json:"cancel-in-progress"`
	}
	Env  map[string]string
	Jobs map[string]job
}

type trigger struct {
	Branches, Paths, Tags []string
	Cron                  string
}

// UnmarshalJSON takes a schedule, which is a list, for its one entry.
func (tr *trigger) UnmarshalJSON(raw []byte) error {
	type plain trigger
	var many []plain
	if json.Unmarshal(raw, &many) == nil && len(many) == 1 {
		*tr = trigger(many[0])
		return nil
	}
	return json.Unmarshal(raw, (*plain)(tr))
}

// deployed are the paths of .github/paths whose change starts a deploy.
func deployed(t *testing.T) []string {
	t.Helper()
	var out []string
	for line := range strings.Lines(platformtest.Read(t, ".github/paths")) {
		if who := strings.Fields(line); len(who) == 2 && who[0] != "#" && who[0] != "pipelines" {
			out = append(out, who[1])
		}
	}
	return out
}

type job struct {
	Name, If, Uses, Environment string
	Strategy                    struct{ Matrix map[string]any }
	Needs                       any
	Permissions                 map[string]string
	TimeoutMinutes              int `json:"timeout-minutes"`
	Env                         map[string]string
	Steps                       []step
}

type step struct {
	ID, Name, Uses, Run, If string
	Env                     map[string]string
	With                    map[string]any
}

func workflows(t *testing.T) map[string]workflow {
	t.Helper()
	files, err := filepath.Glob(platformtest.Path(t, ".github", "workflows", "*.yml"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]workflow{}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		// The one key that YAML 1.1 does not take for a string.
		raw = regexp.MustCompile(`(?m)^on:`).ReplaceAll(raw, []byte(`"true":`))
		var w workflow
		if err := yaml.Unmarshal(raw, &w); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		out[filepath.Base(file)] = w
	}
	return out
}

func TestTriggers(t *testing.T) {
	all := workflows(t)
	got := map[string]map[string]trigger{}
	for name, w := range all {
		got[name] = w.On
	}
	want := map[string]map[string]trigger{
		"ci.yml":      {"pull_request": {Branches: []string{"main", "develop"}}},
		"node.yml":    {"workflow_call": {}},
		"deploy.yml":  {"push": {Branches: []string{"develop", "main"}, Paths: deployed(t)}},
		"nightly.yml": {"schedule": {Cron: "17 2 * * *"}, "workflow_dispatch": {}},
		"release.yml": {"push": {Tags: []string{"v[0-9]+.[0-9]+.[0-9]+*"}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("R-CI-1, R-CD-1, R-CD-4: Should run when they should\n-want +got:\n%s", diff)
	}
	if all["deploy.yml"].Concurrency.CancelInProgress != false || all["ci.yml"].Concurrency.CancelInProgress != true {
		t.Error("Should break CI off for a newer push, and a deploy never")
	}
}

// Least permissions (R-CD-5): what a job may do beyond reading the code is named here, with the reason in the workflow.
func TestPermissions(t *testing.T) {
	want := map[string]map[string]string{
		"ci.yml comment":       {"contents": "read", "pull-requests": "write"},
		"deploy.yml images":    {"contents": "read", "id-token": "write"},
		"deploy.yml rollout":   {"contents": "write", "id-token": "write"},
		"nightly.yml drift":    {"contents": "read", "id-token": "write"},
		"nightly.yml issue":    {"contents": "read", "issues": "write"},
		"release.yml packages": {"contents": "write", "id-token": "write", "packages": "write"},
	}
	got := map[string]map[string]string{}
	for name, w := range workflows(t) {
		if diff := cmp.Diff(map[string]string{"contents": "read"}, w.Permissions); diff != "" {
			t.Errorf("%s: Should read the code and nothing else, but for jobs that say so\n-want +got:\n%s", name, diff)
		}
		for id, j := range w.Jobs {
			if j.Permissions != nil {
				got[name+" "+id] = j.Permissions
			}
			if j.Uses == "" && j.TimeoutMinutes == 0 {
				t.Errorf("%s: job %s should have a time limit", name, id)
			}
		}
		if name != "node.yml" && w.Concurrency.Group == "" {
			t.Errorf("%s: Should have a concurrency group", name)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Should have no other permissions\n-want +got:\n%s", diff)
	}
}

// Actions are pinned by commit, and one action is of one version everywhere.
func TestPins(t *testing.T) {
	pin := regexp.MustCompile(`^\s*-?\s*uses: ([a-z-]+/[a-z-]+)@([0-9a-f]{40}) # (v[0-9]+\.[0-9]+\.[0-9]+)$`)
	local := regexp.MustCompile(`^\s*-?\s*uses: \./\.github/(workflows/[a-z]+\.yml|actions/[a-z]+)$`)
	versions := map[string]string{}
	files, err := filepath.Glob(platformtest.Path(t, ".github", "workflows", "*.yml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append(files, platformtest.Path(t, ".github", "actions", "image", "action.yml")) {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(raw)) {
			line = strings.TrimRight(line, "\n")
			if !strings.Contains(line, "uses:") || local.MatchString(line) {
				continue
			}
			m := pin.FindStringSubmatch(line)
			if m == nil {
				t.Errorf("%s: Should be pinned by commit, with the version behind it:%s", filepath.Base(file), line)
				continue
			}
			if was := versions[m[1]]; was != "" && was != m[2]+" "+m[3] {
				t.Errorf("%s: Should be of one version everywhere: %s and %s %s", m[1], was, m[2], m[3])
			}
			versions[m[1]] = m[2] + " " + m[3]
		}
	}
	if len(versions) < 10 {
		t.Errorf("Should have seen all actions, saw %v", versions)
	}
}

// Logic is in scripts, which have tests: a step runs three lines at most. No long-lived key of AWS is anywhere.
func TestSteps(t *testing.T) {
	for name, w := range workflows(t) {
		for id, j := range w.Jobs {
			for _, s := range j.Steps {
				if strings.Count(strings.TrimSpace(s.Run), "\n") >= 3 {
					t.Errorf("%s: job %s: Should be a script:\n%s", name, id, s.Run)
				}
				if strings.Contains(s.Run, "${{") {
					t.Errorf("%s: job %s: Should get values through its environment, which no shell reads as code:\n%s", name, id, s.Run)
				}
				if strings.HasPrefix(s.Uses, "actions/checkout@") && s.With["persist-credentials"] != false && id != "rollout" {
					t.Errorf("%s: job %s: Should not keep the token of the checkout", name, id)
				}
				for key := range s.With {
					if slices.Contains([]string{"aws-access-key-id", "aws-secret-access-key"}, key) {
						t.Errorf("%s: job %s: R-CD-5: Should have no long-lived keys", name, id)
					}
				}
			}
		}
	}
}

func (j job) runs() string {
	var all []string
	for _, s := range j.Steps {
		all = append(all, strings.TrimSpace(s.Run))
	}
	return strings.Join(all, "\n")
}

func TestCI(t *testing.T) {
	jobs := workflows(t)["ci.yml"].Jobs
	for _, name := range []string{"backend", "scraper", "frontend", "platform"} {
		if want := "needs.changes.outputs." + name + " == 'true'"; jobs[name].If != want || jobs[name].Needs != "changes" {
			t.Errorf("%s: Should run where it is needed: if is %q", name, jobs[name].If)
		}
	}
	for _, name := range []string{"backend", "frontend"} {
		if jobs[name].Uses != "./.github/workflows/node.yml" {
			t.Errorf("%s: Should be checked as every Node.js package is", name)
		}
	}
	for name, want := range map[string][]string{
		"scraper":  {"ruff check .", "black --check .", "mypy .", "pytest"},
		"platform": {".ci/run checks", ".github/scripts/render-diff.sh HEAD^1 render-diff.md"},
		"e2e":      {".ci/run e2e"},
		"comment":  {`.github/scripts/comment.sh "$PULL_REQUEST" render-diff.md`},
	} {
		for _, line := range want {
			if !slices.Contains(strings.Split(jobs[name].runs(), "\n"), line) {
				t.Errorf("%s: Should run %s, runs\n%s", name, line, jobs[name].runs())
			}
		}
	}
	check := workflows(t)["node.yml"].Jobs["check"]
	if diff := cmp.Diff("\n\nnpm ci\nnpm run lint\nnpm run typecheck\nnpx --no-install vitest run", check.runs()); diff != "" {
		t.Errorf("Should lint, check types and test\n-want +got:\n%s", diff)
	}
	// Any failure fails the pull request: the last job waits for all others.
	var others []any
	for _, name := range []string{"changes", "backend", "frontend", "scraper", "images", "platform", "e2e", "comment"} {
		others = append(others, name)
	}
	if diff := cmp.Diff(others, jobs["ci"].Needs); diff != "" || len(others) != len(jobs)-1 || jobs["ci"].If != "always()" {
		t.Errorf("Should wait for every other job, whatever comes of it\n-want +got:\n%s", diff)
	}
}

// Whoever may sign, or write to AWS, the registry or a branch, runs nobody else's code: not that of tests, linters and
// what they build.
func TestRelease(t *testing.T) {
	tests := regexp.MustCompile(`\.ci/run|make .*\b(lint|test|validate)\b|\bnpm |\bpip |go test`)
	for name, w := range workflows(t) {
		for id, j := range w.Jobs {
			privileged := false
			for _, level := range j.Permissions {
				privileged = privileged || level == "write"
			}
			if privileged && tests.MatchString(j.runs()) {
				t.Errorf("%s: job %s: Should test in a job that may read the code and nothing else:\n%s", name, id, j.runs())
			}
		}
	}
	jobs := workflows(t)["release.yml"].Jobs
	if !strings.Contains(jobs["check"].runs(), ".ci/run checks") || jobs["packages"].Needs != "check" {
		t.Error("R-CD-4: Should release nothing that fails a test")
	}
	want := []string{
		`make packages PUSH=1 PACKAGE_VERSION="$VERSION"`, ".github/scripts/sign.sh dist/packages.txt",
		"make binaries", "cosign sign-blob --yes --bundle dist/bin/SHA256SUMS.sigstore.json dist/bin/SHA256SUMS",
	}
	for _, line := range want {
		if !slices.Contains(strings.Split(jobs["packages"].runs(), "\n"), line) {
			t.Errorf("R-CD-4: Should run %s, runs\n%s", line, jobs["packages"].runs())
		}
	}
}

// The claim's commit passes a protected branch by a key that does not expire: a GitHub App's token is good for an hour,
// so it cannot be kept as a secret.
func TestClaimKey(t *testing.T) {
	for _, s := range workflows(t)["deploy.yml"].Jobs["rollout"].Steps {
		if !strings.HasPrefix(s.Uses, "actions/checkout@") {
			continue
		}
		if got, want := s.With["ssh-key"], "${{ secrets.CLAIM_KEY }}"; got != want {
			t.Errorf("Should push with the deploy key where there is one: want %s, got %v", want, got)
		}
		if s.With["token"] != nil {
			t.Errorf("Should not want a token that expires: %v", s.With["token"])
		}
	}
}

// Pull requests build the images that a deploy pushes, in the same way, and push nothing.
func TestImages(t *testing.T) {
	all := workflows(t)
	for file, want := range map[string]struct {
		images any
		pushes bool
	}{
		"ci.yml":     {"${{ fromJSON(needs.changes.outputs.images) }}", false},
		"deploy.yml": {[]any{"backend", "scraper", "frontend"}, true},
	} {
		job := all[file].Jobs["images"]
		if diff := cmp.Diff(want.images, job.Strategy.Matrix["image"]); diff != "" {
			t.Errorf("%s: Should build these images\n-want +got:\n%s", file, diff)
		}
		i := slices.IndexFunc(job.Steps, func(s step) bool { return s.Uses == "./.github/actions/image" })
		if i < 0 || job.Steps[i].With["image"] != "${{ matrix.image }}" || (job.Steps[i].With["tags"] != nil) != want.pushes {
			t.Errorf("%s: Should build with the one action, and push: %t", file, want.pushes)
		}
	}
	if !strings.Contains(platformtest.Read(t, ".github/actions/image/action.yml"), "push: ${{ inputs.tags != '' }}") {
		t.Error("Should push only what has a tag")
	}
}

func TestDeploy(t *testing.T) {
	jobs := workflows(t)["deploy.yml"].Jobs
	rollout := jobs["rollout"]
	if want := "${{ github.ref_name == 'main' && 'production' || 'staging' }}"; rollout.Environment != want || rollout.Needs != "images" {
		t.Errorf("R-CD-1: Should roll out in the branch's environment, where reviewers stand, once there are images: %s", rollout.Environment)
	}
	var scripts []string
	for line := range strings.SplitSeq(rollout.runs(), "\n") {
		if strings.HasPrefix(line, ".github/scripts/") || strings.HasPrefix(line, "bin/morket ") {
			scripts = append(scripts, line)
		}
	}
	want := []string{
		`bin/morket migrate "$CLAIM_FILE" "$TAG"`,
		`bin/morket rollout "$CLAIM_FILE" "$TAG" --branch "$GITHUB_REF_NAME"`,
		`.github/scripts/site.sh site`,
	}
	if diff := cmp.Diff(want, scripts); diff != "" {
		t.Errorf("R-CD-2, R-CD-3: Should migrate, then roll out, then publish the site\n-want +got:\n%s", diff)
	}
	pushed := ""
	for _, s := range jobs["images"].Steps {
		if tags, ok := s.With["tags"].(string); ok {
			pushed = tags
		}
		if strings.HasPrefix(s.Uses, "aws-actions/configure-aws-credentials@") && s.With["role-to-assume"] != "${{ github.ref_name == 'main' && vars.PRODUCTION_BUILD_ROLE_ARN || vars.STAGING_BUILD_ROLE_ARN }}" {
			t.Errorf("Should push as the branch's role that may do nothing else")
		}
	}
	if !strings.Contains(pushed, ":${{ env.TAG }}\n") || !strings.Contains(pushed, ":latest\n") {
		t.Errorf("R-CD-1: Should tag images with environment and commit, and latest: %s", pushed)
	}
}
