package containers

import (
	"bytes"
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerui"
	dockerspec "github.com/moby/docker-image-spec/specs-go/v1"
	"github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
)

// registry answers for every image that it is one for linux/amd64, with a configuration as the real ones have it: the
// images themselves cannot be fetched here. It notes what was asked for.
type registry struct {
	mu    sync.Mutex // BuildKit asks for the images of several stages at once
	asked map[string]bool
}

func (r *registry) ResolveImageConfig(_ context.Context, ref string, _ sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	r.mu.Lock()
	r.asked[strings.TrimPrefix(ref, "docker.io/library/")] = true
	r.mu.Unlock()
	raw, err := json.Marshal(dockerspec.DockerOCIImage{
		Image: ocispecs.Image{Platform: ocispecs.Platform{OS: "linux", Architecture: "amd64"}},
		Config: dockerspec.DockerOCIImageConfig{ImageConfig: ocispecs.ImageConfig{
			Env:        []string{"PATH=/usr/local/bin:/usr/bin:/bin"},
			Entrypoint: []string{"/docker-entrypoint.sh"},
		}},
	})
	return ref, digest.FromBytes(raw), raw, err
}

func options(name string, raw []byte, args map[string]string) (dockerfile2llb.ConvertOpt, *registry) {
	r := &registry{asked: map[string]bool{}}
	source := llb.NewSourceMap(nil, name, "Dockerfile", raw)
	source.Definition = &llb.Definition{} // the linter wants to know where the file came from; from nowhere
	return dockerfile2llb.ConvertOpt{
		Config:         dockerui.Config{BuildArgs: args, LinterConfig: &linter.Config{}},
		MetaResolver:   r,
		TargetPlatform: &ocispecs.Platform{OS: "linux", Architecture: "amd64"},
		SourceMap:      source,
		Warn:           func(string, string, string, string, []parser.Range) {},
	}, r
}

// built is the configuration of the image that BuildKit would make.
func built(t *testing.T, application string, args map[string]string) (*dockerspec.DockerOCIImage, map[string]bool) {
	t.Helper()
	raw := read(t, "docker", application+".Dockerfile")
	opt, asked := options(application+".Dockerfile", raw, args)
	result, err := dockerfile2llb.Dockerfile2LLB(t.Context(), raw, opt)
	if err != nil {
		t.Fatalf("BuildKit refuses docker/%s.Dockerfile: %v", application, err)
	}
	return result.Image, asked.asked
}

func parse(t *testing.T, application string) ([]instructions.Stage, []instructions.ArgCommand) {
	t.Helper()
	tree, err := parser.Parse(bytes.NewReader(read(t, "docker", application+".Dockerfile")))
	if err != nil {
		t.Fatal(err)
	}
	stages, args, err := instructions.Parse(tree.AST, nil)
	if err != nil {
		t.Fatal(err)
	}
	return stages, args
}

func TestDockerfilesLint(t *testing.T) {
	for _, application := range applications {
		t.Run(application, func(t *testing.T) {
			raw := read(t, "docker", application+".Dockerfile")
			opt, _ := options(application+".Dockerfile", raw, nil)
			results, err := dockerfile2llb.DockerfileLint(t.Context(), raw, opt)
			if err != nil {
				t.Fatal(err)
			}
			if results.Error != nil {
				t.Fatalf("BuildKit refuses it: %s", results.Error.Message)
			}
			for _, w := range results.Warnings {
				t.Errorf("line %d: %s: %s", w.Location.GetRanges()[0].GetStart().GetLine(), w.RuleName, w.Detail)
			}
		})
	}
}

// A linter that is not called right finds nothing.
func TestLinterFinds(t *testing.T) {
	raw := []byte("FROM scratch as base\nMAINTAINER nobody\nARG DATABASE_PASSWORD=x\nCMD run it\n")
	opt, _ := options("Dockerfile", raw, nil)
	results, err := dockerfile2llb.DockerfileLint(t.Context(), raw, opt)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, w := range results.Warnings {
		got = append(got, w.RuleName)
	}
	slices.Sort(got)
	want := []string{"FromAsCasing", "JSONArgsRecommended", "MaintainerDeprecated", "SecretsUsedInArgOrEnv"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Should find what is wrong\n-want +got:\n%s", diff)
	}
}

func TestImages(t *testing.T) {
	type image struct {
		User, Expose, Health string
		Entrypoint, Command  []string
	}
	cases := map[string]struct {
		reason string
		want   image
	}{
		"backend": {
			reason: "R-DOC-1: Should run the compiled API as morket (1001), behind a health check",
			want: image{
				User: "1001:1001", Expose: "3000/tcp",
				Health:     "CMD-SHELL curl -f http://localhost:3000/api/v1/health || exit 1",
				Entrypoint: []string{"/sbin/tini", "--"}, Command: []string{"node", "--import", "./keepalive.mjs", "dist/index.js"},
			},
		},
		"scraper": {
			reason: "R-DOC-2: Should run the scraper as 1001, behind a health check",
			want: image{
				User: "1001:1001", Expose: "8001/tcp",
				Health:     "CMD-SHELL curl -f http://localhost:8001/health || exit 1",
				Entrypoint: []string{"/usr/bin/tini", "--"},
				Command:    []string{"uvicorn", "src.main:app", "--host", "0.0.0.0", "--port", "8001", "--timeout-keep-alive", "4060"},
			},
		},
		"frontend": {
			reason: "R-DOC-3: Should run nginx as its own user, not through the entrypoint that edits its configuration",
			want: image{
				User: "101:101", Expose: "80/tcp",
				Health:     "CMD-SHELL curl -f http://localhost:80/ || exit 1",
				Entrypoint: []string{"/usr/sbin/nginx"}, Command: []string{"-g", "daemon off;"},
			},
		},
	}
	for _, application := range applications {
		t.Run(application, func(t *testing.T) {
			i, _ := built(t, application, nil)
			var ports []string
			for port := range i.Config.ExposedPorts {
				ports = append(ports, port)
			}
			got := image{
				User: i.Config.User, Expose: strings.Join(ports, " "), Health: strings.Join(i.Config.Healthcheck.Test, " "),
				Entrypoint: i.Config.Entrypoint, Command: i.Config.Cmd,
			}
			if diff := cmp.Diff(cases[application].want, got); diff != "" {
				t.Errorf("%s\n-want +got:\n%s", cases[application].reason, diff)
			}
		})
	}
}

func TestStages(t *testing.T) {
	want := map[string][]string{
		"backend":  {"manifests", "build", "dependencies", "runtime"},
		"scraper":  {"build", "browser", "runtime"},
		"frontend": {"build", "site", "runtime"},
	}
	for _, application := range applications {
		stages, _ := parse(t, application)
		var got []string
		for _, s := range stages {
			got = append(got, s.Name)
		}
		if diff := cmp.Diff(want[application], got); diff != "" {
			t.Errorf("%s: Should be built in stages, the last of which is what runs\n-want +got:\n%s", application, diff)
		}
	}
}

// runs are the commands of a stage, a line each.
func runs(stage instructions.Stage) []string {
	var out []string
	for _, c := range stage.Commands {
		if r, ok := c.(*instructions.RunCommand); ok {
			out = append(out, strings.Join(r.CmdLine, " "))
		}
	}
	return out
}

// What a health check calls has to be installed: neither Alpine nor Debian's slim images have curl.
func TestHealthCheckInstalled(t *testing.T) {
	install := regexp.MustCompile(`(apk add --no-cache|apt-get install -y --no-install-recommends)( [a-z-]+)*? curl\b`)
	for _, application := range applications {
		stages, _ := parse(t, application)
		if !slices.ContainsFunc(runs(stages[len(stages)-1]), install.MatchString) {
			t.Errorf("%s: Should install the curl that its health check calls, in the stage that runs", application)
		}
	}
}

func TestContents(t *testing.T) {
	// copied is what a stage copies: from, what.
	copied := func(s instructions.Stage) []string {
		var out []string
		for _, c := range s.Commands {
			if c, ok := c.(*instructions.CopyCommand); ok {
				from := c.From
				if from == "" {
					from = "context"
				}
				for _, p := range c.SourcePaths {
					out = append(out, from+": "+p)
				}
			}
		}
		return out
	}
	want := map[string][]string{
		// Compiled JavaScript and production dependencies: no sources, and what `npm ci --omit=dev` left.
		"backend":  {"dependencies: /app/node_modules", "context: packages/backend/package.json", "context: docker/backend/keepalive.mjs", "context: docker/backend/migrate.mjs", "build: /app/dist"},
		"scraper":  {"build: /venv", "browser: /browsers", "context: packages/scraper/"},
		"frontend": {"context: docker/nginx/nginx.conf", "site: /"},
	}
	for _, application := range applications {
		stages, _ := parse(t, application)
		last := stages[len(stages)-1]
		if diff := cmp.Diff(want[application], copied(last)); diff != "" {
			t.Errorf("%s: Should hold what runs, and nothing that built it\n-want +got:\n%s", application, diff)
		}
		for _, c := range last.Commands {
			if c, ok := c.(*instructions.CopyCommand); ok && c.Chown != "" {
				t.Errorf("%s: Should not own its own code: COPY --chown=%s", application, c.Chown)
			}
		}
	}
	stages, _ := parse(t, "backend")
	if diff := cmp.Diff([]string{"npm ci --omit=dev"}, runs(stages[2])); diff != "" {
		t.Errorf("Should leave development dependencies out\n-want +got:\n%s", diff)
	}
}

// A change of a source must not install everything anew: manifests are copied, and dependencies installed from them, by
// lock file and with a cache, before any source is copied.
func TestCacheFriendly(t *testing.T) {
	installs := regexp.MustCompile(`^(npm ci|/venv/bin/pip install -r requirements.txt)`)
	for _, application := range applications {
		stages, _ := parse(t, application)
		for _, s := range stages {
			sources := false
			for _, c := range s.Commands {
				switch c := c.(type) {
				case *instructions.CopyCommand:
					sources = sources || slices.Contains(c.SourcePaths, "packages/"+application+"/")
				case *instructions.RunCommand:
					line := strings.Join(c.CmdLine, " ")
					if !installs.MatchString(line) {
						continue
					}
					if sources {
						t.Errorf("%s, stage %s: Should install before sources are copied: %s", application, s.Name, line)
					}
					if err := c.Expand(func(word string) (string, error) { return word, nil }); err != nil { // makes the mounts
						t.Fatal(err)
					}
					if mounts := instructions.GetMounts(c); len(mounts) != 1 || mounts[0].Type != instructions.MountTypeCache {
						t.Errorf("%s, stage %s: Should keep what was downloaded in a cache: %s", application, s.Name, line)
					}
				}
			}
		}
	}
}

func TestBaseImages(t *testing.T) {
	images := baseImages(t)
	used := map[string]bool{}
	for _, application := range applications {
		stages, args := parse(t, application)
		names := map[string]bool{"scratch": true}
		for _, a := range args {
			for _, kv := range a.Args {
				used[kv.Key] = true
				if kv.Value == nil || *kv.Value != images[kv.Key] {
					t.Errorf("%s: Should have docker/versions.env's %s=%s for its default", application, kv.Key, images[kv.Key])
				}
			}
		}
		for _, s := range stages {
			if _, ok := strings.CutPrefix(s.BaseName, "${"); !ok && !names[s.BaseName] {
				t.Errorf("%s: Should take its base image from a build argument, not name %s", application, s.BaseName)
			}
			names[s.Name] = true
		}
	}
	for name, image := range images {
		if !used[name] {
			t.Errorf("docker/versions.env: nothing uses %s", name)
		}
		if !pinned.MatchString(tag(image)) {
			t.Errorf("docker/versions.env: %s should be a whole version, of the system too", image)
		}
	}
	if got := images["PYTHON_IMAGE"]; !strings.HasPrefix(got, "python:3.11.") || !strings.Contains(got, "-slim") {
		t.Errorf("R-DOC-2 wants Python 3.11-slim, not %s", got)
	}
	for _, name := range []string{"NODE_IMAGE", "NGINX_IMAGE"} {
		if !strings.Contains(images[name], "-alpine") {
			t.Errorf("R-DOC-1 and R-DOC-3 want Alpine, not %s", images[name])
		}
	}
}

var pinned = regexp.MustCompile(`^[0-9]+\.[0-9]+\.[0-9]+-(alpine[0-9]+\.[0-9]+|slim-[a-z]+)$`)

// An argument reaches every FROM: one place is enough to change Node.js' version.
func TestBaseImageArgument(t *testing.T) {
	_, asked := built(t, "backend", map[string]string{"NODE_IMAGE": "node:26.7.0-alpine3.24"})
	if diff := cmp.Diff(map[string]bool{"node:26.7.0-alpine3.24": true}, asked); diff != "" {
		t.Errorf("Should be built from the image that the argument names alone\n-want +got:\n%s", diff)
	}
}

func TestNoSecrets(t *testing.T) {
	secret := regexp.MustCompile(`(?i)(password|secret|token|credential|api_?key|private|aws_)`)
	for _, application := range applications {
		stages, args := parse(t, application)
		var names []string
		for _, a := range args {
			for _, kv := range a.Args {
				names = append(names, kv.Key)
			}
		}
		for _, s := range stages {
			for _, c := range s.Commands {
				switch c := c.(type) {
				case *instructions.ArgCommand:
					for _, kv := range c.Args {
						names = append(names, kv.Key)
					}
				case *instructions.EnvCommand:
					for _, kv := range c.Env {
						names = append(names, kv.Key)
					}
				}
			}
		}
		for _, n := range names {
			if secret.MatchString(n) {
				t.Errorf("%s: %s is kept in the image for everyone who has it", application, n)
			}
		}
	}
}

func TestChromiumFlags(t *testing.T) {
	i, _ := built(t, "scraper", nil)
	if want := "CHROMIUM_FLAGS=--no-sandbox --disable-dev-shm-usage --disable-gpu"; !slices.Contains(i.Config.Env, want) {
		t.Errorf("R-DOC-2: Should set %s, got %v", want, i.Config.Env)
	}
	stages, _ := parse(t, "scraper")
	if got := strings.Join(runs(stages[1]), "\n"); !strings.Contains(got, "playwright install ") || !strings.Contains(got, "chromium.sh") {
		t.Errorf("Should put the script that knows the flags in the browser's place:\n%s", got)
	}
	if got := strings.Join(runs(stages[2]), "\n"); !strings.Contains(got, "playwright install-deps chromium") {
		t.Errorf("Should install the libraries that Chromium needs:\n%s", got)
	}
}

// nginx's process may bind port 80 by a capability of its file: see docker/frontend.Dockerfile.
func TestFrontendCapability(t *testing.T) {
	stages, _ := parse(t, "frontend")
	if got := strings.Join(runs(stages[2]), "\n"); !strings.Contains(got, "setcap cap_net_bind_service=+ep /usr/sbin/nginx") {
		t.Errorf("Should give nginx's file the capability to bind port 80:\n%s", got)
	}
}
