package rollout

import (
	"context"
	"errors"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ecs"

	"github.com/morket-io/platform/internal/fakeaws"
	"github.com/morket-io/platform/test/platformtest"
)

const (
	cluster   = "morket-staging"
	claimFile = "claims/staging.yaml"
	former    = "f0e1d2c"
	next      = "0a2b456789012345678901234567890123456789"
	other     = "a999999"
)

// A world is where a version is rolled out: a clone with its remote, a cluster that follows the remote as Argo CD and
// Crossplane do, and an AWS account.
type world struct {
	t             *testing.T
	aws           *fakeaws.Account
	server        *httptest.Server
	clone, remote string

	mu       sync.Mutex
	follows  func() bool                    // whether the cluster gets what is in Git
	compute  func(tag string) (ok bool)     // what ComputeReady says
	finds    func() error                   // whether the cluster answers
	has      []byte                         // the claim in the cluster
	logs     []string                       // what was logged
	progress func(w *world, waiting string) // called for each thing that is waited for
}

func newWorld(t *testing.T) *world {
	t.Helper()
	dir := t.TempDir()
	w := &world{
		t: t, aws: fakeaws.New(), clone: filepath.Join(dir, "clone"), remote: filepath.Join(dir, "remote.git"),
		follows: func() bool { return true }, compute: func(string) bool { return true }, finds: func() error { return nil },
		progress: func(*world, string) {},
	}
	w.server = w.aws.Start()
	t.Cleanup(w.server.Close)
	text := strings.NewReplacer("morket-production", cluster, "3f2a9c1", former, "images: {", "images: {  ").
		Replace(platformtest.Read(t, "examples/claims/production.yaml"))
	w.git("", "init", "--quiet", "--bare", "--initial-branch=develop", w.remote)
	w.git("", "clone", "--quiet", w.remote, w.clone)
	w.git(w.clone, "checkout", "--quiet", "-B", "develop")
	w.commit("Claim", text)
	if _, err := w.Find(nil); err != nil {
		t.Fatal(err)
	}
	w.aws.Settle()
	return w
}

func (w *world) git(dir string, args ...string) string {
	w.t.Helper()
	cmd := exec.CommandContext(w.t.Context(), "git", args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		w.t.Fatalf("git %v: %v: %s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// commit writes the claim and pushes it.
func (w *world) commit(subject, claim string) {
	w.t.Helper()
	if err := os.MkdirAll(filepath.Join(w.clone, "claims"), 0o750); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(w.clone, claimFile), []byte(claim), 0o600); err != nil {
		w.t.Fatal(err)
	}
	w.git(w.clone, "add", ".")
	w.git(w.clone, "commit", "--quiet", "--allow-empty", "-m", subject)
	w.git(w.clone, "push", "--quiet", "origin", "develop")
}

// elsewhere has somebody else change the claim, and push.
func (w *world) elsewhere(subject string, change func(string) string) {
	w.t.Helper()
	dir := filepath.Join(w.t.TempDir(), "elsewhere")
	w.git("", "clone", "--quiet", w.remote, dir)
	raw, err := os.ReadFile(filepath.Join(dir, claimFile))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, claimFile), []byte(change(string(raw))), 0o600)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	w.git(dir, "commit", "--quiet", "--allow-empty", "-a", "-m", subject)
	w.git(dir, "push", "--quiet", "origin", "develop")
}

// Find has Argo CD and Crossplane do their work, and returns the claim that the cluster has then.
func (w *world) Find(map[string]any) (map[string]any, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.finds(); err != nil {
		return nil, err
	}
	if w.has == nil || w.follows() {
		w.has = []byte(w.git(w.remote, "show", "develop:"+claimFile))
	}
	target, err := Read(w.has)
	if err != nil {
		return nil, err
	}
	images := map[string]string{}
	for _, s := range target.Services {
		images[s.Name] = s.Image
	}
	w.aws.Apply(target.Cluster, images)
	status := "False"
	if w.compute(target.Tag) {
		status = "True"
	}
	target.Claim["status"] = map[string]any{"conditions": []any{
		map[string]any{"type": "Ready", "status": "False", "reason": "Waiting"}, // a certificate, the CDN
		map[string]any{"type": "ComputeReady", "status": status, "reason": "WaitingForService", "message": "waiting for service-backend"},
	}}
	return target.Claim, nil
}

// log is the remote's history, newest first.
func (w *world) log() []string {
	return strings.Split(w.git(w.remote, "log", "--format=%s", "develop"), "\n")
}

func (w *world) config() aws.Config {
	return aws.Config{
		Region: fakeaws.Region, BaseEndpoint: aws.String(w.server.URL), Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
		HTTPClient: w.server.Client(), RetryMaxAttempts: 3,
	}
}

func (w *world) ecs(_ context.Context, region string) (*ecs.Client, error) {
	if region != fakeaws.Region {
		return nil, errors.New("the region should be the claim's, not " + region)
	}
	return ecs.NewFromConfig(w.config()), nil
}

// rollout is one that has time, and looks often.
func (w *world) rollout() *Rollout {
	return &Rollout{
		Repository: &Repository{Dir: w.clone, File: claimFile, Remote: "origin", Branch: "develop"},
		Cluster:    w, ECS: w.ecs,
		Log:      func(text string) { w.logs = append(w.logs, text) },
		Progress: func(text string) { w.logs = append(w.logs, text); w.progress(w, text) },
		Poll:     time.Millisecond, Apply: 5 * time.Minute, Steady: 5 * time.Minute,
	}
}

func (w *world) migration() *Migration {
	return &Migration{
		ECS: w.ecs, Logs: func(context.Context, string) (*cloudwatchlogs.Client, error) {
			return cloudwatchlogs.NewFromConfig(w.config()), nil
		},
		Log: func(text string) { w.logs = append(w.logs, text) }, Output: func(text string) { w.logs = append(w.logs, text) },
		Poll: time.Millisecond, Limit: 5 * time.Minute,
	}
}

// allowed checks that the role of the deploy may do all that was asked of AWS.
func (w *world) allowed() {
	w.t.Helper()
	policy := platformtest.Read(w.t, "examples/github/deploy.permissions.json")
	for _, action := range w.aws.Asked() {
		if !strings.Contains(policy, `"`+action+`"`) {
			w.t.Errorf("examples/github/deploy.permissions.json should allow %s", action)
		}
	}
}

// TestMain gives git a name, and none of this machine's settings.
func TestMain(m *testing.M) {
	for k, v := range map[string]string{
		"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null", "GIT_AUTHOR_NAME": "bot", "GIT_AUTHOR_EMAIL": "bot@example.com",
		"GIT_COMMITTER_NAME": "bot", "GIT_COMMITTER_EMAIL": "bot@example.com",
	} {
		os.Setenv(k, v) //nolint:errcheck,gosec // it cannot fail
	}
	os.Exit(m.Run())
}
