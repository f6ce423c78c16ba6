package pipelines

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/internal/fakeaws"
	"github.com/morket-io/platform/test/platformtest"
	"github.com/morket-io/platform/test/team"
)

// A shop is a team with its copy of this repository on a remote, two environments on one control plane, and an AWS account.
type shop struct {
	*controlPlane
	work string // somebody's clone
	sha  string // the newest commit of theirs
}

func newShop(t *testing.T) *shop {
	t.Helper()
	platformtest.Program(t, "jq", "jq")
	s := &shop{controlPlane: newControlPlane(t), work: team.Copy(t)}
	s.claims["morket/"+team.Staging] = [2]string{"develop", "claims/staging.yaml"}
	s.claims["morket/"+team.Production] = [2]string{"main", "claims/production.yaml"}
	s.git(s.work, "init", "--quiet", "--initial-branch=develop")
	s.git(s.work, "remote", "add", "origin", s.remote)
	s.commit("Import", nil)
	s.push("develop")
	s.git(s.work, "push", "--quiet", "origin", "develop:main")
	for claim := range s.claims {
		if _, err := s.sync(s.claims[claim][0], s.claims[claim][1]); err != nil {
			t.Fatal(err)
		}
	}
	s.aws.Settle()
	return s
}

// commit commits changes of files, each as what replaces what.
func (s *shop) commit(subject string, changes map[string][2]string) {
	s.t.Helper()
	for file, change := range changes {
		path := filepath.Join(s.work, file)
		raw, err := os.ReadFile(path)
		if err != nil {
			s.t.Fatal(err)
		}
		changed := strings.Replace(string(raw), change[0], change[1], 1)
		if changed == string(raw) {
			s.t.Fatalf("%s has no %q", file, change[0])
		}
		if err := os.WriteFile(path, []byte(changed), 0o600); err != nil { //nolint:gosec // the test's own
			s.t.Fatal(err)
		}
	}
	s.git(s.work, "add", "-A")
	s.git(s.work, "commit", "--quiet", "-m", subject)
	s.sha = s.git(s.work, "rev-parse", "HEAD")
}

func (s *shop) push(branch string) {
	s.t.Helper()
	s.git(s.work, "push", "--quiet", "origin", "HEAD:"+branch)
}

// log is a branch's history on the remote, newest first.
func (s *shop) log(branch string) []string {
	return strings.Split(s.git(s.remote, "log", "--first-parent", "--format=%s", branch), "\n")
}

// deploys reports whether a push of these commits starts a deploy, by the paths of deploy.yml.
func (s *shop) deploys(from, to string) bool {
	globs := workflows(s.t)["deploy.yml"].On["push"].Paths
	for file := range strings.Lines(s.git(s.work, "diff", "--name-only", from, to)) {
		file = strings.TrimSpace(file)
		if slices.ContainsFunc(globs, func(glob string) bool {
			dir, below := strings.CutSuffix(glob, "**")
			return file == glob || below && strings.HasPrefix(file, dir)
		}) {
			return true
		}
	}
	return false
}

// runner is a fresh machine of GitHub's with a clone at a commit. These actions have stand-ins, everything else is run:
//
//	actions/checkout                       a clone of the remote
//	actions/setup-go                       the Go that runs the test
//	actions/cache                          nothing
//	aws-actions/configure-aws-credentials  credentials in the environment
//	aws-actions/amazon-ecr-login           the registry's address
//	./.github/actions/image                the Dockerfile is looked for; a push is noted
//	docker/build-push-action (the site)    three files
//	actions/{up,down}load-artifact         the directory is kept
func (s *shop) runner(at string, facts map[string]string) *runner {
	s.t.Helper()
	dir := s.t.TempDir()
	r := &runner{
		t: s.t, dir: filepath.Join(dir, "work"), bin: dir, facts: facts, outputs: map[string]string{},
		env: append(slices.Clone(s.env), "MORKET_POLL=20ms", "CI=true", "GITHUB_SHA="+s.sha, "GITHUB_STEP_SUMMARY="+filepath.Join(dir, "summary"),
			"GITHUB_REF_NAME="+facts["github.ref_name"], "GOFLAGS=-trimpath", "GOCACHE="+goEnv(s.t, "GOCACHE"), "GOPATH="+goEnv(s.t, "GOPATH")),
		instead: map[string]string{
			"sudo tools/install.sh": "true", ".ci/run checks": "true", // they run this test
			"make bin/morket": "mkdir -p bin && ln -s " + morket(s.t) + " bin/morket", // render-diff.sh makes it for real
		},
	}
	nothing := func(map[string]string) error { return nil }
	r.actions = map[string]func(map[string]string) error{
		"actions/checkout": func(with map[string]string) error { //nolint:unparam // as the others
			s.git("", "clone", "--quiet", s.remote, r.dir)
			s.git(r.dir, "checkout", "--quiet", at)
			if with["ref"] != "" {
				s.git(r.dir, "checkout", "--quiet", with["ref"])
			}
			return nil
		},
		"actions/setup-go": nothing, "actions/cache": nothing, "actions/upload-artifact": nothing,
		"aws-actions/configure-aws-credentials": nothing,
		"actions/download-artifact": func(map[string]string) error { //nolint:unparam // as the others
			writeSite(s.t, r.dir, map[string]string{"index.html": s.sha, "assets/index-" + s.sha[:8] + ".js": "code"})
			return nil
		},
		"./.github/actions/image": func(with map[string]string) error {
			_, err := os.Stat(filepath.Join(r.dir, "docker", with["image"]+".Dockerfile"))
			return err
		},
	}
	return r
}

// goEnv is a setting of the test's Go, as HOME is another one in the runner.
func goEnv(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// deploy runs the rollout of deploy.yml in an environment, and returns the step that failed, and what was printed.
func (s *shop) deploy(environment string) (failed, log string) {
	s.t.Helper()
	branch, name := "develop", team.Staging
	if environment == "production" {
		branch, name = "main", team.Production
	}
	r := s.runner(s.sha, map[string]string{
		"github.ref_name": branch, "github.sha": s.sha, "github.ref_name == 'main' && 'production' || 'staging'": environment, "github.run_id": "1", "secrets.CLAIM_KEY": "", "vars.AWS_REGION": "us-east-1",
		"vars.CLAIM": "morket/" + name, "vars.CLAIM_FILE": "claims/" + environment + ".yaml",
		"vars.AWS_DEPLOY_ROLE_ARN": "arn:aws:iam::" + team.Account + ":role/github-deploy-" + environment, "vars.CONTROL_PLANE_CLUSTER": "control-plane",
	})
	w := workflows(s.t)["deploy.yml"]
	for k, v := range w.Env {
		r.env = append(r.env, k+"="+r.fill(v))
	}
	failed = r.job(w.Jobs["rollout"])
	return failed, r.log.String()
}

// TestTeam takes a team through its first weeks: pull request, merge, deploy, deploy again, a failing deploy and its rollback,
// a rollback by hand, and a second environment; with real git, the real AWS CLI and SDK, and the steps of the workflows.
func TestTeam(t *testing.T) {
	t.Parallel()
	s := newShop(t)

	// A pull request, which changes an application and the platform.
	s.git(s.work, "checkout", "--quiet", "-b", "feature")
	s.commit("Greet", map[string][2]string{
		"packages/backend/src/health.ts": {"'ok'", "'fine'"},
		"claims/staging.yaml":            {"spec:\n", "spec:\n  network: {natGateways: 2}\n"},
	})
	s.push("feature")
	s.git(s.work, "checkout", "--quiet", "-b", "merge", "develop")
	s.git(s.work, "merge", "--quiet", "--no-ff", "-m", "Merge", "feature") // what GitHub tests
	s.push("merge")
	s.pullRequest()

	// Merged, and deployed to staging.
	s.git(s.work, "checkout", "--quiet", "develop")
	before := s.git(s.work, "rev-parse", "HEAD")
	s.git(s.work, "merge", "--quiet", "--no-ff", "-m", "Merge the greeting", "feature")
	s.sha = s.git(s.work, "rev-parse", "HEAD")
	s.push("develop")
	if !s.deploys(before, s.sha) {
		t.Error("A merge that changes an application should start a deploy")
	}
	merged, good := s.sha, "staging-"+s.sha
	s.deployed("staging", []string{"Roll out " + good, "Merge the greeting", "Import"})
	s.git(s.work, "pull", "--quiet", "origin", "develop")
	if s.deploys(merged, "HEAD") {
		t.Error("The claim's commit should start no deploy")
	}
	// Rolled out again: nothing changes.
	again := []string{"rollout", "claims/staging.yaml", good, "--branch", "develop"}
	if code, out := s.run(s.work, []string{"MORKET_POLL=20ms"}, morket(t), again...); code != 0 || s.git(s.work, "rev-parse", "HEAD") != s.git(s.remote, "rev-parse", "develop") {
		t.Errorf("A second rollout should change nothing: exit code %d\n%s", code, out)
	}

	// A version that does not start.
	s.commit("Break", map[string][2]string{"packages/backend/src/health.ts": {"'fine'", "'broken'"}})
	s.push("develop")
	bad := "staging-" + s.sha
	s.aws.Set(func(a *fakeaws.Account) { a.Breaks = bad })
	failed, log := s.deploy("staging")
	if failed != "Roll out, or back" || !strings.Contains(log, "ECS gave the deployment up") || !strings.Contains(log, "Rolled back to "+good) {
		t.Errorf("The rollout should fail and go back: %q\n%s", failed, log)
	}
	s.runs(team.Staging, good)
	if diff := cmp.Diff([]string{"Roll back to " + good, "Roll out " + bad, "Break"}, s.log("develop")[:3]); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if page := s.aws.Objects[siteBucket(team.Staging)+"/index.html"].Body; page != merged {
		t.Errorf("The site should be the former one, not %s", page)
	}

	// Back to the first version, by hand.
	if code, out := s.run(s.work, []string{"MORKET_POLL=20ms"}, morket(t), "rollout", "claims/staging.yaml", team.First, "--branch", "develop"); code != 0 {
		t.Errorf("A rollback by hand should succeed: %s", out)
	}
	s.runs(team.Staging, team.First)

	// The second environment: what was tested goes to main.
	s.git(s.work, "pull", "--quiet", "--rebase", "origin", "develop")
	s.commit("Mend", map[string][2]string{"packages/backend/src/health.ts": {"'broken'", "'fine'"}})
	s.push("develop")
	s.git(s.work, "checkout", "--quiet", "-b", "main", "origin/main")
	s.git(s.work, "merge", "--quiet", "--no-ff", "-m", "Release", "develop")
	s.sha = s.git(s.work, "rev-parse", "HEAD")
	s.push("main")
	s.deployed("production", []string{"Roll out production-" + s.sha, "Release", "Import"})
	s.runs(team.Staging, team.First)
	allowed(t, s.aws)
}

// deployed deploys, and checks what comes of it.
func (s *shop) deployed(environment string, history []string) {
	s.t.Helper()
	tag := environment + "-" + s.sha
	name, branch := team.Staging, "develop"
	if environment == "production" {
		name, branch = team.Production, "main"
	}
	failed, log := s.deploy(environment)
	if failed != "" {
		s.t.Fatalf("%s should be deployed, but %s failed:\n%s", environment, failed, log)
	}
	for _, says := range []string{"migrated morket/" + name + " to " + tag, "morket/" + name + " runs " + tag, "the site is in " + siteBucket(name)} {
		if !strings.Contains(log, says) {
			s.t.Errorf("It should say %q:\n%s", says, log)
		}
	}
	s.runs(name, tag)
	if diff := cmp.Diff(history, s.log(branch)); diff != "" {
		s.t.Errorf("%s\n-want +got:\n%s", branch, diff)
	}
	if page := s.aws.Objects[siteBucket(name)+"/index.html"].Body; page != s.sha {
		s.t.Errorf("The site should be that of %s, not of %s", s.sha, page)
	}
}

// runs checks what the services of a platform run.
func (s *shop) runs(name, tag string) {
	s.t.Helper()
	want := map[string]string{"backend": tag, "scraper": tag, "frontend": tag, "temporal-worker": tag, "temporal-server": "1.29.3"}
	if diff := cmp.Diff(want, s.aws.Runs(name)); diff != "" {
		s.t.Errorf("%s\n-want +got:\n%s", name, diff)
	}
}

// pullRequest runs the jobs of ci.yml that need no runner of their own: those of the packages are test/team's.
func (s *shop) pullRequest() {
	s.t.Helper()
	jobs := workflows(s.t)["ci.yml"].Jobs
	r := s.runner("origin/merge", map[string]string{"${{ !cancelled() && hashFiles('render-diff.md') != '' }}": "true"})
	if failed := r.job(jobs["changes"]); failed != "" {
		s.t.Fatalf("%s failed:\n%s", failed, r.log.String())
	}
	want := map[string]string{}
	for k, v := range map[string]string{"backend": "true", "scraper": "false", "frontend": "false", "platform": "true", "images": `["backend"]`} {
		want["steps.changes.outputs."+k] = v
	}
	if diff := cmp.Diff(want, r.outputs); diff != "" {
		s.t.Errorf("A pull request should have what it changes checked\n-want +got:\n%s", diff)
	}
	for _, name := range []string{"images", "platform"} {
		r := s.runner("origin/merge", map[string]string{
			"${{ !cancelled() && hashFiles('render-diff.md') != '' }}": "true", "matrix.image": "backend",
			"runner.os": "Linux", "hashFiles('tools/crossplane/go.sum', 'tools/crossplane-cli/go.sum')": "x",
		})
		if failed := r.job(jobs[name]); failed != "" {
			s.t.Fatalf("%s failed:\n%s", failed, r.log.String())
		}
		if name != "platform" {
			continue
		}
		report, err := os.ReadFile(filepath.Join(r.dir, "render-diff.md"))
		if err != nil {
			s.t.Fatal(err)
		}
		for _, says := range []string{"### acme-staging (staging): ", "+ nat-b (NATGateway)", "### acme-production (production): no change"} {
			if !strings.Contains(string(report), says) {
				s.t.Errorf("The report should say %q:\n%s", says, report)
			}
		}
	}
}
