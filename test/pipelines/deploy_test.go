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

	"github.com/morket-io/platform/internal/fakeaws"
	"github.com/morket-io/platform/internal/rollout"
	"github.com/morket-io/platform/test/platformtest"
)

// TestMain is kubectl and aws, too, where it is called so: they ask the test's cluster and the AWS CLI.
func TestMain(m *testing.M) {
	switch filepath.Base(os.Args[0]) {
	case "kubectl":
		os.Exit(kubectl())
	case "aws":
		os.Exit(aws())
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

// A controlPlane is a cluster that follows a repository as Argo CD and Crossplane do, and an AWS account.
type controlPlane struct {
	t      *testing.T
	aws    *fakeaws.Account
	remote string
	env    []string // for programs that talk to both

	distribution string                       // CloudFront's
	claims       map[string][2]string         // by namespace/name: branch and file
	images       map[string]map[string]string // by ECS cluster: what the claim asks for now
}

// newControlPlane starts a control plane with an empty bare repository. Programs that are called aws and kubectl talk to it.
func newControlPlane(t *testing.T) *controlPlane {
	t.Helper()
	cli := startAWS(t)
	dir := t.TempDir()
	c := &controlPlane{
		t: t, aws: fakeaws.New(), remote: filepath.Join(dir, "remote.git"), distribution: "E2EXAMPLE",
		claims: map[string][2]string{}, images: map[string]map[string]string{},
	}
	c.aws.AddSite(c.distribution)
	server := c.aws.Start()
	t.Cleanup(server.Close)
	bin := filepath.Join(dir, "bin")
	if err := os.MkdirAll(bin, 0o750); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"kubectl", "aws"} {
		if err := os.Symlink(self, filepath.Join(bin, name)); err != nil {
			t.Fatal(err)
		}
	}
	cluster := httptest.NewServer(http.HandlerFunc(c.kubectl))
	t.Cleanup(cluster.Close)
	c.env = append(os.Environ(),
		"PATH="+bin+":"+os.Getenv("PATH"), "TEST_CLUSTER="+cluster.URL, "TEST_AWS="+cli, "HOME="+dir, "AWS_ENDPOINT_URL="+server.URL,
		"GIT_CONFIG_GLOBAL=/dev/null", "GIT_AUTHOR_NAME=bot", "GIT_AUTHOR_EMAIL=bot@morket.io", "GIT_COMMITTER_NAME=bot", "GIT_COMMITTER_EMAIL=bot@morket.io",
		"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_REGION=us-east-1", "AWS_DEFAULT_REGION=us-east-1", "AWS_EC2_METADATA_DISABLED=true", "AWS_MAX_ATTEMPTS=1",
		"CLAIM=morket/morket-staging", "POLL_SECONDS=0", "GITHUB_STEP_SUMMARY=",
	)
	c.git("", "init", "--quiet", "--bare", "--initial-branch=develop", c.remote)
	return c
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

func (c *controlPlane) git(dir string, args ...string) string {
	c.t.Helper()
	cmd := exec.CommandContext(c.t.Context(), "git", args...)
	cmd.Dir, cmd.Env = dir, c.env
	out, err := cmd.CombinedOutput()
	if err != nil {
		c.t.Fatalf("git %v: %v: %s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// kubectl answers kubectl. Before it answers about a claim, Argo CD and Crossplane do their work.
func (c *controlPlane) kubectl(w http.ResponseWriter, r *http.Request) {
	out, err := c.get(strings.Join(r.URL.Query()["arg"], " "))
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	json.NewEncoder(w).Encode(out) //nolint:errcheck,gosec // a test's own
}

func (c *controlPlane) get(line string) (any, error) {
	for claim, follows := range c.claims {
		namespace, name, _ := strings.Cut(claim, "/")
		if line == "get morketplatforms.v1alpha1.platform.morket.io "+name+" --namespace="+namespace+" --ignore-not-found -o=json --request-timeout=30s" {
			return c.sync(follows[0], follows[1])
		}
	}
	item := func(name, external string) map[string]any {
		return map[string]any{"metadata": map[string]any{"annotations": map[string]string{
			"crossplane.io/composition-resource-name": name, "crossplane.io/external-name": external,
		}}}
	}
	kind, rest, _ := strings.Cut(strings.TrimPrefix(line, "get "), " ")
	name, ok := strings.CutPrefix(rest, "--selector crossplane.io/claim-namespace=morket,crossplane.io/claim-name=")
	name, asJSON := strings.CutSuffix(name, " --output json")
	switch {
	case ok && asJSON && kind == "buckets.s3.aws.upbound.io":
		return map[string]any{"items": []any{item("exports-bucket", "other"), item("frontend-bucket", siteBucket(name))}}, nil
	case ok && asJSON && kind == "distributions.cloudfront.aws.upbound.io":
		return map[string]any{"items": []any{item("cdn", c.distribution)}}, nil
	}
	return nil, fmt.Errorf("unexpected: kubectl %s", line)
}

// sync brings a claim out of Git, and returns it as the cluster has it.
func (c *controlPlane) sync(branch, file string) (map[string]any, error) {
	raw, err := exec.CommandContext(c.t.Context(), "git", "-C", c.remote, "show", branch+":"+file).Output()
	if err != nil {
		return nil, err
	}
	target, err := rollout.Read(raw)
	if err != nil {
		return nil, err
	}
	images := map[string]string{}
	for _, s := range target.Services {
		images[s.Name] = s.Image
	}
	c.aws.Apply(target.Cluster, images)
	target.Claim["status"] = map[string]any{"namePrefix": target.Cluster, "conditions": []any{
		map[string]any{"type": "Ready", "status": "False", "reason": "Waiting"}, // for a certificate
		map[string]any{"type": "ComputeReady", "status": "True", "reason": "Available"},
	}}
	return target.Claim, nil
}

func siteBucket(name string) string { return name + "-frontend-111122223333-us-east-1" }

// run runs a program in a directory.
func (c *controlPlane) run(dir string, env []string, program string, args ...string) (code int, output string) {
	c.t.Helper()
	cmd := exec.CommandContext(c.t.Context(), program, args...)
	cmd.Dir, cmd.Env = dir, append(slices.Clone(c.env), env...)
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		c.t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

func TestSiteScript(t *testing.T) {
	t.Parallel()
	c := newControlPlane(t)
	platformtest.Program(t, "jq", "jq")
	work, bucket := t.TempDir(), siteBucket("morket-staging")
	c.aws.Objects[bucket+"/assets/index-old.js"] = fakeaws.Object{Body: "old"}
	writeSite(t, work, map[string]string{
		"index.html": "new", "robots.txt": "all", "assets/index-new.js": "code", ".well-known/security.txt": "mail",
	})
	for range 2 { // a second time it does the same
		if code, out := c.run(work, nil, script(t, "site.sh"), "site"); code != 0 {
			t.Fatalf("exit code %d: %s", code, out)
		}
	}
	got := map[string]string{}
	for key, o := range c.aws.Objects {
		got[strings.TrimPrefix(key, bucket+"/")] = o.Cache
	}
	const forever = "public, max-age=31536000, immutable"
	want := map[string]string{
		"assets/index-old.js": "", "assets/index-new.js": forever, "index.html": "no-cache", "robots.txt": "no-cache", ".well-known/security.txt": "no-cache",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("It should keep the files of open pages, and say how long each may be cached\n-want +got:\n%s", diff)
	}
	if kind := c.aws.Objects[bucket+"/index.html"].Kind; kind != "text/html; charset=utf-8" {
		t.Errorf("It should be a page: %s", kind)
	}
	if len(c.aws.Invalidations) != 2 {
		t.Errorf("It should invalidate the former site each time, got %d invalidations", len(c.aws.Invalidations))
	}
	allowed(t, c.aws)

	if code, out := c.run(work, nil, script(t, "site.sh"), "."); code != 1 || !strings.Contains(out, "has no index.html") {
		t.Errorf("It should not publish what is no site: %d, %s", code, out)
	}
}

func writeSite(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for file, content := range files {
		path := filepath.Join(dir, "site", file)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// allowed checks that the deploy's role may do all that was asked of AWS.
func allowed(t *testing.T, account *fakeaws.Account) {
	t.Helper()
	const file = "deploy.permissions.json"
	allowed := actions(t, file)
	for _, action := range account.Asked() {
		if !slices.Contains(allowed, action) {
			t.Errorf("examples/github/%s should allow %s, which a deploy needs", file, action)
		}
	}
}
