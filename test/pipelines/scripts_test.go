package pipelines

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"sigs.k8s.io/yaml"

	"github.com/morket-io/platform/test/platformtest"
)

// A checkout is a repository to run scripts in.
type checkout struct {
	t   *testing.T
	dir string
	env []string
}

func newCheckout(t *testing.T) *checkout {
	t.Helper()
	c := &checkout{t: t, dir: t.TempDir(), env: append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null",
		"GIT_AUTHOR_NAME=me", "GIT_AUTHOR_EMAIL=me@morket.io", "GIT_COMMITTER_NAME=me", "GIT_COMMITTER_EMAIL=me@morket.io")}
	c.must("git", "init", "--quiet")
	return c
}

func (c *checkout) write(file, content string) {
	c.t.Helper()
	path := filepath.Join(c.dir, file)
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		c.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o700); err != nil { //nolint:gosec // some are programs
		c.t.Fatal(err)
	}
}

func (c *checkout) commit() {
	c.t.Helper()
	c.must("git", "add", ".")
	c.must("git", "commit", "--quiet", "--allow-empty", "-m", "x")
}

func (c *checkout) run(name string, args ...string) (code int, output string) {
	c.t.Helper()
	cmd := exec.CommandContext(c.t.Context(), name, args...)
	cmd.Dir, cmd.Env = c.dir, c.env
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		c.t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

func (c *checkout) must(name string, args ...string) string {
	c.t.Helper()
	code, out := c.run(name, args...)
	if code != 0 {
		c.t.Fatalf("%s %v: exit code %d: %s", name, args, code, out)
	}
	return out
}

func script(t *testing.T, name string) string {
	t.Helper()
	return platformtest.Path(t, ".github", "scripts", name)
}

func TestChanges(t *testing.T) {
	t.Parallel()
	all := []string{"packages/backend/a.ts", "packages/scraper/a.py", "packages/frontend/a.ts", "packages/shared/a.ts", "functions/a.go", "README.md"}
	cases := map[string]struct {
		reason, file string
		want         string
	}{
		"Backend":   {"Should check a package that has changed", "packages/backend/a.ts", "backend"},
		"Scraper":   {"Should check a package that has changed", "packages/scraper/new file.py", "scraper"},
		"Frontend":  {"Should check a package that has changed", "packages/frontend/ü.ts", "frontend"},
		"Shared":    {"Should check every application for what they share", "packages/shared/a.ts", "backend scraper frontend"},
		"Lock":      {"Should check every application for the workspace's lock file", "package-lock.json", "backend scraper frontend platform"},
		"Versions":  {"Should check every application for the base images", "docker/versions.env", "backend scraper frontend platform"},
		"NotARoot":  {"Should not take a file of the same name elsewhere for the workspace's", "examples/package-lock.json", "platform"},
		"Deploy":    {"Should check the platform, whose tests run a deploy", ".github/scripts/site.sh", "platform"},
		"Platform":  {"Should check the platform", "functions/a.go", "platform"},
		"Docs":      {"Should check the platform, whose tests read the documentation", "README.md", "platform"},
		"Image":     {"Should check an image's package and the platform, which tests images", "docker/backend.Dockerfile", "backend platform"},
		"Nginx":     {"Should know whose nginx is", "docker/nginx/nginx.conf", "frontend platform"},
		"Pipelines": {"Should check everything when the checks change", ".github/workflows/ci.yml", "backend scraper frontend platform"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCheckout(t)
			for _, f := range all {
				c.write(f, "x")
			}
			c.commit()
			c.write(tc.file, "y")
			c.commit()
			var got []string
			out := c.must(script(t, "changes.sh"), "HEAD^1", "HEAD")
			var images []string
			for line := range strings.Lines(out) {
				if list, ok := strings.CutPrefix(line, "images="); ok {
					if err := yaml.Unmarshal([]byte(list), &images); err != nil {
						t.Fatal(err)
					}
				}
				if job, needed := strings.CutSuffix(strings.TrimSpace(line), "=true"); needed {
					got = append(got, job)
				}
			}
			if diff := cmp.Diff(tc.want, strings.Join(got, " ")); diff != "" {
				t.Errorf("%s\n-want +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(strings.TrimSpace(strings.TrimSuffix(tc.want, "platform")), strings.Join(images, " ")); diff != "" {
				t.Errorf("Should build the image of what has changed\n-want +got:\n%s", diff)
			}
		})
	}
	t.Run("NoPackage", func(t *testing.T) {
		t.Parallel()
		c := newCheckout(t)
		c.write("packages/backend/a.ts", "x")
		c.commit()
		c.must("git", "rm", "-rq", "packages")
		c.write(".github/a", "x")
		c.commit()
		if diff := cmp.Diff("backend=false\nscraper=false\nfrontend=false\nplatform=true\nimages=[]\n", c.must(script(t, "changes.sh"), "HEAD^1", "HEAD")); diff != "" {
			t.Errorf("Should not check what is not there\n-want +got:\n%s", diff)
		}
	})
}

// The comment of a pull request is made once and then kept up to date.
func TestComment(t *testing.T) {
	platformtest.Program(t, "curl", "curl")
	platformtest.Program(t, "jq", "jq")
	type comment struct {
		ID   int               `json:"id"`
		Body string            `json:"body"`
		User map[string]string `json:"user"`
	}
	const marker = "<!-- morket-render-diff -->\n"
	comments := []comment{{1, marker + "quoted by a person", map[string]string{"type": "User"}}}
	for i := range 120 { // more than a page
		comments = append(comments, comment{i + 2, "talk", map[string]string{"type": "User"}})
	}
	github := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in comment
		const issues = "/repos/morket-io/platform/issues/"
		if r.Header.Get("Authorization") != "Bearer token" {
			http.Error(w, "who are you?", http.StatusUnauthorized)
			return
		}
		if r.Method != http.MethodGet {
			if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
		}
		switch key := r.Method + " " + r.URL.Path; {
		case key == "GET "+issues+"7/comments":
			var page int
			fmt.Sscan(r.URL.Query().Get("page"), &page) //nolint:errcheck,gosec // 0 is no page
			from, to := min(100*(page-1), len(comments)), min(100*page, len(comments))
			json.NewEncoder(w).Encode(comments[from:to]) //nolint:errcheck,gosec // a test's own
		case key == "POST "+issues+"7/comments":
			comments = append(comments, comment{len(comments) + 1, in.Body, map[string]string{"type": "Bot"}})
			w.WriteHeader(http.StatusCreated)
		case strings.HasPrefix(key, "PATCH "+issues+"comments/"):
			var id int
			fmt.Sscan(r.URL.Path[len(issues+"comments/"):], &id) //nolint:errcheck,gosec // 0 is none
			comments[id-1].Body = in.Body
		default:
			http.Error(w, key, http.StatusNotFound)
		}
	}))
	t.Cleanup(github.Close)

	c := newCheckout(t)
	c.env = append(c.env, "GITHUB_API_URL="+github.URL, "GITHUB_REPOSITORY=morket-io/platform", "GITHUB_TOKEN=token")
	post := func(text string) (int, string) {
		c.write("report.md", text)
		return c.run(script(t, "comment.sh"), "7", "report.md")
	}
	for _, text := range []string{"first \"report\"\n", "second `report`\n", strings.Repeat("ä", 70_000)} {
		if code, out := post(marker + text); code != 0 {
			t.Fatalf("exit code %d: %s", code, out)
		}
		if len(comments) != 122 || comments[0].Body != marker+"quoted by a person" {
			t.Fatalf("Should keep one comment, and touch nobody's: %d comments, %q", len(comments), comments[0].Body)
		}
		got := comments[121].Body
		if len(text) < 1000 && got != marker+text {
			t.Errorf("Should say %q, says %q", marker+text, got)
		}
		if n := len([]rune(got)); n > 65_536 {
			t.Errorf("Should be as long as GitHub takes, is of %d characters", n)
		}
	}
	if code, out := post("no marker\n"); code != 2 || !strings.Contains(out, "should be a marker") {
		t.Errorf("Should not comment what it would not find again: %d, %s", code, out)
	}
	c.env = append(c.env, "GITHUB_TOKEN=wrong")
	if code, _ := post(marker); code == 0 {
		t.Error("Should fail if GitHub refuses")
	}
}

// Both revisions are rendered by their own code; here a Makefile stands for it, and the tool for the rest is the real one.
func TestRenderDiff(t *testing.T) {
	t.Parallel()
	const xr = "apiVersion: platform.morket.io/v1alpha1\nkind: MorketPlatform\nmetadata: {name: a, namespace: b}\nspec: {environment: staging, accountId: \"111122223333\", region: REGION}\n"
	makefile := "bin/morket:\n\t@mkdir -p bin && ln -sf " + morket(t) + " $@\nrender: bin/morket\n\t@bin/morket render $(CLAIM) --eventual\n.PHONY: bin/morket\n"
	type want struct {
		Code   int
		Report string
	}
	const top = "<!-- morket-render-diff -->\n## What this does to the platforms\n\n"
	claim := strings.Replace(xr, "REGION", "us-east-1", 1)
	cases := map[string]struct {
		reason     string
		base, head string
		want       want
		says       string // further down
	}{
		"Same":    {"Should say that nothing changes", claim, claim, want{0, top + "### a (staging): no change\n"}, ""},
		"New":     {"Should show what a new claim brings", "", claim, want{0, top + "### a (staging): "}, " created\n"},
		"Removed": {"Should show what goes with a claim", claim, "", want{0, top + "### a (staging): "}, "**Deleted:** aurora (Cluster)"},
		"Refused": {
			"Should write what is refused, and fail", claim, strings.Replace(xr, "REGION", "eu-west-1", 1),
			want{1, top + "### a (staging): "}, "> **Refused, so nothing happens:** spec.region",
		},
		"Broken": {"Should say why an environment cannot be planned, and fail", claim, "broken: true\n", want{1, top + "### staging: cannot be planned\n\n~~~text\nmorket: claims/staging.yaml holds 0 objects"}, ""},
		"NoClaims": {
			"Should show the examples where there is no claim yet", "", "", want{0, top + "### example (staging): no change\n"}, "",
		},
		"BrokenBefore": {"Should say that there is nothing to compare with", "broken: true\n", claim, want{0, top + "### staging: could not be rendered before\n\n~~~text\nmorket: claims/staging.yaml holds 0 objects"}, ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCheckout(t)
			c.write("Makefile", makefile)
			c.write(".gitignore", "bin/\n")
			c.write("examples/claims/example.yaml", strings.ReplaceAll(claim, "{name: a,", "{name: example,"))
			for _, text := range []string{tc.base, tc.head} {
				os.RemoveAll(filepath.Join(c.dir, "claims")) //nolint:errcheck,gosec // the next commit shows
				if text != "" {
					c.write("claims/staging.yaml", text)
				}
				c.commit()
			}
			code, out := c.run(script(t, "render-diff.sh"), "HEAD^1", "report.md")
			report, err := os.ReadFile(filepath.Join(c.dir, "report.md"))
			if err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			if !strings.Contains(string(report), tc.says) {
				t.Errorf("%s\nShould say %q, got:\n%s", tc.reason, tc.says, report)
			}
			got := want{code, string(report)}
			if strings.HasPrefix(got.Report, tc.want.Report) {
				got.Report = tc.want.Report
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\n-want +got:\n%s\n%s", tc.reason, diff, out)
			}
			if list := c.must("git", "worktree", "list"); strings.Count(list, "\n") != 1 {
				t.Errorf("Should leave nothing behind: %s", list)
			}
		})
	}
}

// An issue is opened once, kept up to date, and closed when there is nothing to say any more.
func TestIssue(t *testing.T) {
	platformtest.Program(t, "curl", "curl")
	platformtest.Program(t, "jq", "jq")
	type issue struct {
		Number      int    `json:"number"`
		Title       string `json:"title"`
		Body        string `json:"body"`
		State       string `json:"state"`
		PullRequest any    `json:"pull_request"`
	}
	issues := []issue{{Number: 1, Title: "Drift", State: "open", PullRequest: "one"}, {Number: 2, Title: "Drift", State: "closed"}}
	github := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		const api = "/repos/morket-io/platform/issues"
		switch {
		case r.Method == http.MethodGet && r.URL.Path == api && r.URL.Query().Get("creator") == "github-actions[bot]" && r.URL.Query().Get("state") == "open":
			json.NewEncoder(w).Encode(slices.DeleteFunc(slices.Clone(issues), func(i issue) bool { return i.State != "open" })) //nolint:errcheck,gosec // a test's own
		case r.Method == http.MethodPost && r.URL.Path == api:
			in := issue{Number: len(issues) + 1, State: "open"}
			json.NewDecoder(r.Body).Decode(&in) //nolint:errcheck,gosec // the issue shows
			issues = append(issues, in)
		case r.Method == http.MethodPatch && r.URL.Path == api+"/3":
			json.NewDecoder(r.Body).Decode(&issues[2]) //nolint:errcheck,gosec // the issue shows
		default:
			http.Error(w, r.Method+" "+r.URL.String(), http.StatusNotFound)
		}
	}))
	t.Cleanup(github.Close)
	c := newCheckout(t)
	c.env = append(c.env, "GITHUB_API_URL="+github.URL, "GITHUB_REPOSITORY=morket-io/platform", "GITHUB_TOKEN=token")
	for _, step := range []struct {
		reason, body string
		args         []string
		want         []issue
	}{
		{"Should do nothing where there is nothing", "", []string{"Drift"}, nil},
		{"Should open one", "a \"b\"\n", []string{"Drift", "f"}, []issue{{3, "Drift", "a \"b\"\n", "open", nil}}},
		{"Should keep it at one", "c\n", []string{"Drift", "f"}, []issue{{3, "Drift", "c\n", "open", nil}}},
		{"Should close it", "", []string{"Drift", "f"}, []issue{{3, "Drift", "c\n", "closed", nil}}},
	} {
		c.write("f", step.body)
		c.must(script(t, "issue.sh"), step.args...)
		if diff := cmp.Diff(step.want, issues[2:], cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s\n-want +got:\n%s", step.reason, diff)
		}
	}
}

// What differs from Git is written into the report, and nothing is if nothing differs.
func TestDrift(t *testing.T) {
	for name, tc := range map[string]struct {
		reason, morket, report string
		code                   int
	}{
		"Same":    {"Should leave an empty report", "echo nothing; exit 0", "", 0},
		"Drift":   {"Should report what would change", "echo plan; exit 2", "plan\n", 0},
		"Refused": {"Should report what would be refused", "echo refused; exit 1", "refused\n", 0},
		"Error":   {"Should fail if there is no plan", "echo no cluster >&2; exit 1", "", 1},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCheckout(t)
			c.write("bin/morket", "#!/bin/sh\nif [ \"$*\" != 'plan claim.yaml --live --output=markdown' ]; then exit 3; fi\n"+tc.morket+"\n")
			code, out := c.run(script(t, "drift.sh"), "claim.yaml", "drift.md")
			raw, err := os.ReadFile(filepath.Join(c.dir, "drift.md"))
			if err != nil {
				t.Fatalf("%s: a report that is not there is a lost one: %v", tc.reason, err)
			}
			if diff := cmp.Diff(tc.report, string(raw)); diff != "" || code != tc.code {
				t.Errorf("%s: exit code %d\n-want +got:\n%s\n%s", tc.reason, code, diff, out)
			}
		})
	}
}

func TestSign(t *testing.T) {
	digest := "@sha256:" + strings.Repeat("0", 64)
	cases := map[string]struct {
		reason, packages string
		code             int
		want             string
	}{
		"Signs": {
			"Should sign each by its digest, and attest its SBOM", "r/f" + digest + " f.json\nr/c" + digest + " f.json\n", 0,
			"sign --yes --recursive r/f" + digest + "\nattest --yes --type cyclonedx --predicate f.json r/f" + digest + "\n" +
				"sign --yes --recursive r/c" + digest + "\nattest --yes --type cyclonedx --predicate f.json r/c" + digest + "\n",
		},
		"Tag":    {"Should not sign what a tag names", "r/f:v1 f.json\n", 1, "sign.sh: r/f:v1 is not named by its digest\n"},
		"NoSBOM": {"Should not sign what has no SBOM", "r/f" + digest + "\n", 1, "sign.sh: r/f" + digest + " has no SBOM: none given\n"},
		"None":   {"Should not be content with nothing", "", 1, "sign.sh: packages.txt names no package\n"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := newCheckout(t)
			c.write("bin/cosign", "#!/bin/sh\necho \"$@\"\n")
			c.write("f.json", "{}")
			c.write("packages.txt", tc.packages)
			c.env = append(c.env, "PATH="+filepath.Join(c.dir, "bin")+":"+os.Getenv("PATH"))
			code, out := c.run(script(t, "sign.sh"), "packages.txt")
			if diff := cmp.Diff(tc.want, out); diff != "" || code != tc.code {
				t.Errorf("%s: exit code %d\n-want +got:\n%s", tc.reason, code, diff)
			}
		})
	}
}
