package pipelines

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/morket-io/platform/test/platformtest"
)

// TestMain is kubectl too, where it is called so: it asks the test's cluster.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == "kubectl" {
		os.Exit(kubectl())
	}
	code := m.Run()
	if built != "" {
		os.RemoveAll(built) //nolint:errcheck,gosec // best effort
	}
	os.Exit(code)
}

func kubectl() int {
	rsp, err := http.Get(os.Getenv("TEST_CLUSTER") + "/?" + url.Values{"arg": os.Args[1:]}.Encode()) //nolint:gosec,noctx // the test's own server
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer rsp.Body.Close()       //nolint:errcheck // only read
	io.Copy(os.Stdout, rsp.Body) //nolint:errcheck,gosec // a test's own
	if rsp.StatusCode != http.StatusOK {
		return 1
	}
	return 0
}

// A deployment is where a deploy happens: a repository with its remote, a cluster that follows the remote as Argo CD and
// Crossplane do, and an AWS account.
type deployment struct {
	t        *testing.T
	aws      *account
	work     string // the checkout
	remote   string
	env      []string
	unready  bool // the claim
	detached bool // Argo CD does not follow

	distribution string // CloudFront's
}

const claimFile = "claims/staging.yaml"

func newDeployment(t *testing.T) *deployment {
	t.Helper()
	program := platformtest.Program(t, "aws", "awscli")
	platformtest.Program(t, "jq", "jq")
	dir := t.TempDir()
	d := &deployment{t: t, aws: newAccount(), distribution: "E2EXAMPLE", work: filepath.Join(dir, "work"), remote: filepath.Join(dir, "remote.git")}
	endpoint := d.aws.start(t)

	bin := filepath.Join(dir, "bin")
	if err := os.MkdirAll(bin, 0o750); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(bin, "kubectl")); err != nil {
		t.Fatal(err)
	}
	// Older releases of the AWS CLI do not know AWS_ENDPOINT_URL.
	shim := fmt.Sprintf("#!/bin/sh\nexec %s --endpoint-url %s \"$@\"\n", program, endpoint)
	if err := os.WriteFile(filepath.Join(bin, "aws"), []byte(shim), 0o700); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
	cluster := httptest.NewServer(http.HandlerFunc(d.cluster))
	t.Cleanup(cluster.Close)
	d.env = append(os.Environ(),
		"PATH="+bin+":"+os.Getenv("PATH"), "TEST_CLUSTER="+cluster.URL, "MORKET="+morket(t), "HOME="+dir,
		"GIT_CONFIG_GLOBAL=/dev/null", "GIT_AUTHOR_NAME=bot", "GIT_AUTHOR_EMAIL=bot@morket.io", "GIT_COMMITTER_NAME=bot", "GIT_COMMITTER_EMAIL=bot@morket.io",
		"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_REGION=us-east-1", "AWS_DEFAULT_REGION=us-east-1", "AWS_EC2_METADATA_DISABLED=true", "AWS_MAX_ATTEMPTS=1",
		"CLAIM=morket/morket-staging", "POLL_SECONDS=0", "ROLLOUT_SECONDS=300", "MIGRATION_SECONDS=300", "GITHUB_STEP_SUMMARY=",
	)
	d.git("", "init", "--quiet", "--bare", "--initial-branch=develop", d.remote)
	d.git("", "clone", "--quiet", d.remote, d.work)
	claim, err := os.ReadFile(platformtest.Path(t, "examples", "claims", "production.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer("morket-production", "morket-staging", "3f2a9c1", former).Replace(string(claim))
	if err := os.MkdirAll(filepath.Join(d.work, "claims"), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(d.work, claimFile), []byte(text), 0o600); err != nil { //nolint:gosec // the test's own directory
		t.Fatal(err)
	}
	d.git(d.work, "checkout", "--quiet", "-B", "develop")
	d.git(d.work, "add", ".")
	d.git(d.work, "commit", "--quiet", "-m", "Claim")
	d.git(d.work, "push", "--quiet", "origin", "develop")
	return d
}

// morket builds the tool, once, and returns its path.
func morket(t *testing.T) string {
	t.Helper()
	path, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

var build = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "morket-") // it outlives the test that asks first
	if err != nil {
		return "", err
	}
	built = dir
	file := filepath.Join(dir, "morket")
	out, err := exec.Command("go", "build", "-o", file, "github.com/morket-io/platform/cmd/morket").CombinedOutput() //nolint:noctx // it outlives the test that asks first
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return file, nil
})

// built is what TestMain removes.
var built string

func (d *deployment) git(dir string, args ...string) string {
	d.t.Helper()
	cmd := exec.CommandContext(d.t.Context(), "git", args...)
	cmd.Dir, cmd.Env = dir, d.env
	out, err := cmd.CombinedOutput()
	if err != nil {
		d.t.Fatalf("git %v: %v: %s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// cluster answers kubectl. Whoever looks at the claim has Argo CD and Crossplane do their work first.
func (d *deployment) cluster(w http.ResponseWriter, r *http.Request) {
	args := r.URL.Query()["arg"]
	item := func(name, external string) map[string]any {
		return map[string]any{"metadata": map[string]any{"annotations": map[string]string{"crossplane.io/composition-resource-name": name, "crossplane.io/external-name": external}}}
	}
	const selected = "crossplane.io/claim-namespace=morket,crossplane.io/claim-name=morket-staging"
	var out any
	switch line := strings.Join(args, " "); line {
	case "get morketplatforms.platform.morket.io --namespace morket morket-staging --output json":
		show := exec.CommandContext(r.Context(), "git", "-C", d.remote, "show", "develop:"+claimFile)
		raw, err := show.Output()
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		var claim map[string]any
		if err := yaml.Unmarshal(raw, &claim); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		images := claim["spec"].(map[string]any)["images"].(map[string]any)
		if d.detached {
			images["tag"] = former
		}
		d.aws.rollOut(images["tag"].(string))
		ready := "True"
		if d.unready {
			ready = "False"
		}
		claim["status"] = map[string]any{"namePrefix": cluster, "conditions": []any{map[string]any{"type": "Ready", "status": ready}}}
		out = claim
	case "get buckets.s3.aws.upbound.io --selector " + selected + " --output json":
		out = map[string]any{"items": []any{item("exports-bucket", "other"), item("frontend-bucket", bucket)}}
	case "get distributions.cloudfront.aws.upbound.io --selector " + selected + " --output json":
		out = map[string]any{"items": []any{item("cdn", d.distribution)}}
	default:
		http.Error(w, "unexpected: kubectl "+line, http.StatusNotFound)
		return
	}
	json.NewEncoder(w).Encode(out) //nolint:errcheck,gosec // a test's own
}

// run runs a script in the checkout.
func (d *deployment) run(env []string, script string, args ...string) (code int, output string) {
	d.t.Helper()
	cmd := exec.CommandContext(d.t.Context(), platformtest.Path(d.t, ".github", "scripts", script), args...)
	cmd.Dir, cmd.Env = d.work, append(slices.Clone(d.env), env...)
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		d.t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

// log is the remote's history, newest first.
func (d *deployment) log() []string {
	return strings.Split(d.git(d.remote, "log", "--format=%s", "develop"), "\n")
}

// at is what every service of the version runs.
func at(tag string) map[string]string {
	return map[string]string{"backend": tag, "scraper": tag, "frontend": tag, "temporal-worker": tag, "temporal-server": "1.29.3"}
}

const next = "0123456789012345678901234567890123456789"

func TestRollout(t *testing.T) {
	t.Parallel()
	type want struct {
		Code int
		Runs map[string]string
		Log  []string
		Says string
	}
	rolled := []string{"Roll out " + next + " to morket/morket-staging", "Claim"}
	reverted := append([]string{`Revert "` + rolled[0] + `"`}, rolled...)
	cases := map[string]struct {
		reason string
		change func(*deployment)
		env    []string
		want   want
	}{
		"Success": {
			reason: "Should commit the tag, and wait until every service runs it",
			want:   want{0, at(next), rolled, "morket/morket-staging runs " + next},
		},
		"Failing": {
			reason: "Should roll back as soon as ECS gives a deployment up",
			change: func(d *deployment) { d.aws.breaks = next },
			want:   want{1, at(former), reverted, "ECS gave the deployment up: ECS deployment circuit breaker: tasks failed to start.. Rolled back: the claim has its former version again"},
		},
		"Unsteady": {
			reason: "Should roll back what does not become steady in time",
			change: func(d *deployment) { d.aws.never = next }, env: []string{"ROLLOUT_SECONDS=1"},
			want: want{1, at(former), reverted, "is being rolled out (1 of 1 tasks run). Rolled back: the claim has its former version again"},
		},
		"NotReady": {
			reason: "Should roll back a platform that does not become Ready",
			change: func(d *deployment) { d.unready, d.aws.quick = true, true }, env: []string{"ROLLOUT_SECONDS=1"},
			want: want{1, at(next), reverted, "the claim is not Ready. Rolled back"}, // the services go back with the claim, after this
		},
		"NotFollowed": {
			reason: "Should roll back what nobody applies",
			change: func(d *deployment) { d.detached = true }, env: []string{"ROLLOUT_SECONDS=1"},
			want: want{1, at(former), reverted, "the cluster has not been given the claim with " + next},
		},
		"Missing": {
			reason: "Should not take a service that is not there for one that is steady",
			change: func(d *deployment) { d.aws.quick = true; delete(d.aws.services, "temporal-server") }, env: []string{"ROLLOUT_SECONDS=1"},
			want: want{1, map[string]string{"backend": next, "scraper": next, "frontend": next, "temporal-worker": next}, reverted, "morket-staging-temporal-server is MISSING. Rolled back"},
		},
		"Busy": {
			reason: "Should push on top of what somebody else pushed meanwhile",
			change: func(d *deployment) {
				other := filepath.Join(d.t.TempDir(), "other")
				d.git("", "clone", "--quiet", d.remote, other)
				d.git(other, "commit", "--quiet", "--allow-empty", "-m", "Other")
				d.git(other, "push", "--quiet", "origin", "develop")
				d.aws.quick = true
			},
			want: want{0, at(next), []string{rolled[0], "Other", "Claim"}, "morket/morket-staging runs " + next},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDeployment(t)
			if tc.change != nil {
				tc.change(d)
			}
			code, out := d.run(tc.env, "rollout.sh", next, claimFile, "develop")
			got := want{code, d.aws.runs(), d.log(), tc.want.Says}
			if !strings.Contains(out, tc.want.Says) {
				got.Says = out
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\n-want +got:\n%s\n%s", tc.reason, diff, out)
			}
			if name != "Success" {
				return
			}
			code, out = d.run(tc.env, "rollout.sh", next, claimFile, "develop")
			if diff := cmp.Diff(rolled, d.log()); code != 0 || diff != "" {
				t.Errorf("Should have nothing to do a second time: exit code %d\n-want +got:\n%s\n%s", code, diff, out)
			}
			d.allowed("deploy.permissions.json")
		})
	}
}

func TestMigrateTask(t *testing.T) {
	t.Parallel()
	type want struct {
		Code  int
		Tasks int
		Says  string
	}
	cases := map[string]struct {
		reason string
		change func(*deployment)
		env    []string
		want   want
	}{
		"Success": {
			reason: "Should run the migrations, and tell what they said",
			want:   want{0, 1, "log of backend/backend\nmigrated to " + next},
		},
		"Failure": {
			reason: "Should fail as they do, so that nothing is rolled out",
			change: func(d *deployment) { d.aws.migrationExit = new(3) },
			want:   want{1, 1, "failed (exit code 3; Essential container in task exited): nothing is rolled out"},
		},
		"NeverStarted": {
			reason: "Should take a task without an exit code for failed",
			change: func(d *deployment) { d.aws.migrationExit = nil },
			want:   want{1, 1, "failed (exit code none; CannotPullContainerError: not found): nothing is rolled out"},
		},
		"TooLong": {
			reason: "Should stop what does not end",
			change: func(d *deployment) { d.aws.never = next }, env: []string{"MIGRATION_SECONDS=1"},
			want: want{1, 1, "did not end within 1 s and were stopped: nothing is rolled out"},
		},
		"NoService": {
			reason: "Should say that the platform has no version yet",
			change: func(d *deployment) { delete(d.aws.services, "backend") },
			want:   want{1, 0, "there is no service morket-staging-backend yet"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDeployment(t)
			if tc.change != nil {
				tc.change(d)
			}
			code, out := d.run(tc.env, "migrate.sh", next)
			got := want{code, len(d.aws.tasks), tc.want.Says}
			if !strings.Contains(out, tc.want.Says) {
				got.Says = out
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\n-want +got:\n%s\n%s", tc.reason, diff, out)
			}
			if diff := cmp.Diff(at(former), d.aws.runs()); name != "NoService" && diff != "" {
				t.Errorf("Should roll nothing out\n-want +got:\n%s", diff)
			}
			for id, o := range d.aws.tasks {
				if o.stopped != (name == "TooLong") {
					t.Errorf("%s: stopped is %t", id, o.stopped)
				}
				d.migrates(o.definition)
			}
			d.allowed("deploy.permissions.json")
		})
	}
}

// migrates checks that a task definition is the backend's, made for migrations and gone after them.
func (d *deployment) migrates(definitionARN string) {
	d.t.Helper()
	definition := d.aws.definitions[definitionARN]
	container := definition["containerDefinitions"].([]any)[0].(map[string]any)
	if definition["family"] != "morket-staging-migrate" || definition["status"] != "INACTIVE" {
		d.t.Errorf("Should have a task definition of its own, and leave none behind: %v, %v", definition["family"], definition["status"])
	}
	if container["image"] != "111122223333.dkr.ecr.us-east-1.amazonaws.com/morket-backend:"+next ||
		fmt.Sprint(container["command"]) != "[node migrate.mjs node dist/migrate.js]" ||
		container["secrets"] == nil || container["healthCheck"] != nil {
		d.t.Errorf("Should be the backend with the new image, its secrets and another command: %v", container)
	}
}

func TestSiteScript(t *testing.T) {
	t.Parallel()
	d := newDeployment(t)
	d.aws.objects["assets/index-old.js"] = object{body: "old"}
	for file, content := range map[string]string{
		"index.html": "new", "robots.txt": "all", "assets/index-new.js": "code", ".well-known/security.txt": "mail",
	} {
		path := filepath.Join(d.work, "site", file)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // a second time it does the same
		if code, out := d.run(nil, "site.sh", "site"); code != 0 {
			t.Fatalf("exit code %d: %s", code, out)
		}
	}
	got := map[string]string{}
	for key, o := range d.aws.objects {
		got[key] = o.cache
	}
	const forever = "public, max-age=31536000, immutable"
	want := map[string]string{
		"assets/index-old.js": "", "assets/index-new.js": forever, "index.html": "no-cache", "robots.txt": "no-cache", ".well-known/security.txt": "no-cache",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Should keep what is open somewhere, and say how long each may be kept\n-want +got:\n%s", diff)
	}
	if kind := d.aws.objects["index.html"].kind; kind != "text/html; charset=utf-8" {
		t.Errorf("Should be a page: %s", kind)
	}
	if len(d.aws.invalid) != 2 {
		t.Errorf("Should have CloudFront forget the former site each time, got %d invalidations", len(d.aws.invalid))
	}
	d.allowed("deploy.permissions.json")

	if code, out := d.run(nil, "site.sh", "claims"); code != 1 || !strings.Contains(out, "has no index.html") {
		t.Errorf("Should not publish what is no site: %d, %s", code, out)
	}
}

// allowed checks that the role may do all that was asked of AWS.
func (d *deployment) allowed(file string) {
	d.t.Helper()
	allowed := actions(d.t, file)
	for _, action := range d.aws.asked() {
		if !slices.Contains(allowed, action) {
			d.t.Errorf("examples/github/%s should allow %s, which the scripts need", file, action)
		}
	}
}
