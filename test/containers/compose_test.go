package containers

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

// worker is the backend's image with another command: nobody calls it.
const worker = "temporal-worker"

// stores are the services that are not the applications.
var stores = []string{"postgres", "clickhouse", "redis", "rabbitmq", "opensearch", "temporal"}

// load loads docker-compose.yml, and other files over it, as `docker compose` does, with the variables of a file.
func load(t *testing.T, envFile string, over ...string) (*types.Project, error) {
	t.Helper()
	dir, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	files := []string{filepath.Join(dir, "docker-compose.yml")}
	for _, file := range over {
		files = append(files, filepath.Join(dir, file))
	}
	options, err := cli.NewProjectOptions(
		files,
		cli.WithWorkingDirectory(dir),
		cli.WithEnvFiles(envFile),
		cli.WithDotEnv,
		cli.WithInterpolation(true),
		cli.WithResolvedPaths(true),
	)
	if err != nil {
		t.Fatal(err)
	}
	return options.LoadProject(t.Context())
}

func project(t *testing.T) *types.Project {
	t.Helper()
	p, err := load(t, filepath.Join(root, ".env.example"))
	if err != nil {
		t.Fatalf("Compose refuses docker-compose.yml with .env.example: %v", err)
	}
	return p
}

func TestServices(t *testing.T) {
	want := slices.Sorted(slices.Values(append(append(slices.Clone(applications), stores...), worker)))
	if diff := cmp.Diff(want, slices.Sorted(slices.Values(project(t).ServiceNames()))); diff != "" {
		t.Errorf("R-DOC-5: Should start the whole product\n-want +got:\n%s", diff)
	}
}

func TestBuilds(t *testing.T) {
	p := project(t)
	for _, name := range applications {
		b := p.Services[name].Build
		if b == nil {
			t.Errorf("%s: Should be built here", name)
			continue
		}
		dir, err := filepath.Abs(root)
		if err != nil {
			t.Fatal(err)
		}
		if b.Context != dir || b.Dockerfile != "docker/"+name+".Dockerfile" {
			t.Errorf("%s: Should be built of docker/%s.Dockerfile with the whole repository for its context, got %s of %s", name, name, b.Dockerfile, b.Context)
		}
	}
}

// Everything waits until what it needs answers, and nothing waits for itself.
func TestDependencies(t *testing.T) {
	want := map[string][]string{
		"backend":  {"clickhouse", "opensearch", "postgres", "rabbitmq", "redis", "temporal"},
		"scraper":  {"rabbitmq"},
		"frontend": {"backend", "scraper"},
		worker:     {"clickhouse", "postgres", "rabbitmq", "redis", "temporal"},
		"temporal": {"postgres"},
	}
	got := map[string][]string{}
	for name, s := range project(t).Services {
		for dependency, d := range s.DependsOn {
			if d.Condition != types.ServiceConditionHealthy || !d.Required {
				t.Errorf("%s: Should wait until %s is healthy, not for %s", name, dependency, d.Condition)
			}
			got[name] = append(got[name], dependency)
		}
		slices.Sort(got[name])
	}
	maps.DeleteFunc(got, func(_ string, on []string) bool { return len(on) == 0 })
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Should start in this order\n-want +got:\n%s", diff)
	}
}

// A health check asks the service for what it is there for. An open port says little: all of these open theirs long
// before they answer.
func TestHealthChecks(t *testing.T) {
	asks := map[string]*regexp.Regexp{
		"postgres":   regexp.MustCompile(`psql -h 127\.0\.0\.1 .*SELECT 1`),
		"clickhouse": regexp.MustCompile(`clickhouse-client .*--query`),
		"redis":      regexp.MustCompile(`redis-cli ping \| grep -qx PONG`),
		"rabbitmq":   regexp.MustCompile(`check_running.*check_local_alarms.*check_protocol_listener amqp`),
		"opensearch": regexp.MustCompile(`curl -fs '.*/_cluster/health\?wait_for_status=yellow`),
		"temporal":   regexp.MustCompile(`cluster health .*SERVING.*namespace describe`),
	}
	p := project(t)
	for name, s := range p.Services {
		h := s.HealthCheck
		if name == worker {
			if h == nil || !h.Disable {
				t.Errorf("%s: Should not be asked what the API is asked", name)
			}
			continue
		}
		if h == nil || h.Disable || len(h.Test) != 2 || h.Test[0] != "CMD-SHELL" {
			t.Errorf("%s: Should have a health check in the form that a shell reads, got %v", name, h)
			continue
		}
		if h.Interval == nil || h.Timeout == nil || h.Retries == nil || h.StartPeriod == nil {
			t.Errorf("%s: Should say how often, how long and how many times its health is checked", name)
		}
		if slices.Contains(applications, name) {
			image, _ := built(t, name, nil)
			if diff := cmp.Diff(image.Config.Healthcheck.Test, []string(h.Test)); diff != "" {
				t.Errorf("%s: Should ask what the image's own health check asks\n-image +compose:\n%s", name, diff)
			}
			continue
		}
		if !asks[name].MatchString(h.Test[1]) {
			t.Errorf("%s: Should ask the service itself, got %s", name, h.Test[1])
		}
	}
}

// environment is who gets which variable in AWS, by the table that the compute layer generates of itself.
func environment(t *testing.T) map[string][]string {
	t.Helper()
	row := regexp.MustCompile("^\\| `([A-Z_]+)` \\|")
	out := map[string][]string{}
	service := ""
	for line := range strings.Lines(string(read(t, "docs/environment.md"))) {
		if heading, ok := strings.CutPrefix(line, "## "); ok {
			service = strings.TrimSpace(heading)
		}
		if m := row.FindStringSubmatch(line); m != nil {
			out[service] = append(out[service], m[1])
		}
	}
	if len(out["backend"]) < 30 {
		t.Fatalf("cannot read docs/environment.md: found %v", out)
	}
	return out
}

func TestEnvironment(t *testing.T) {
	p := project(t)
	inAWS := environment(t)
	for _, name := range append(slices.Clone(applications), worker) {
		want := slices.Sorted(slices.Values(inAWS[name]))
		got := slices.Sorted(maps.Keys(p.Services[name].Environment))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: Should find the same variables as in AWS\n-AWS +compose:\n%s", name, diff)
		}
	}
	// What the applications are told is where the services are.
	for _, name := range applications {
		for variable, value := range p.Services[name].Environment {
			m := host.FindStringSubmatch(*value)
			if m == nil || m[1] == "localhost" { // what a browser is told
				continue
			}
			s, found := p.Services[m[1]]
			if !found || !slices.ContainsFunc(s.Ports, func(c types.ServicePortConfig) bool { return fmt.Sprint(c.Target) == m[2] }) {
				t.Errorf("%s: %s=%s is no port of a service", name, variable, *value)
			}
		}
	}
}

// host finds a service and its port in an address, with or without a scheme.
var host = regexp.MustCompile(`^(?:[a-z]+://)?([a-z]+):([0-9]+)$`)

// A variable whose name says that it is a secret has its value from .env, in every service.
func TestNoSecretsInCompose(t *testing.T) {
	if _, err := load(t, writeFile(t, "")); err == nil || !strings.Contains(err.Error(), "copy .env.example to .env") {
		t.Errorf("Should say what to do where there is no .env, got %v", err)
	}
	secret := regexp.MustCompile(`(PASSWORD|PASS|PWD|SECRET|KEY)$`)
	before, err := load(t, filepath.Join(root, ".env.example"))
	if err != nil {
		t.Fatal(err)
	}
	changed := regexp.MustCompile(`(?m)^([A-Z_]+)=.*$`).ReplaceAllString(string(read(t, ".env.example")), "$1=changed")
	after, err := load(t, writeFile(t, changed))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for name, s := range after.Services {
		for variable, value := range s.Environment {
			if !secret.MatchString(variable) {
				continue
			}
			n++
			if *value != "changed" {
				t.Errorf("%s: %s=%s should come from .env alone", name, variable, *value)
			}
			if was := before.Services[name].Environment[variable]; was == nil || *was == "" {
				t.Errorf("%s: %s should have a value in .env.example", name, variable)
			}
		}
	}
	if n < 15 {
		t.Errorf("Should have seen all secrets, saw %d", n)
	}
}

func writeFile(t *testing.T, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "env")
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestNetworksPortsVolumes(t *testing.T) {
	p := project(t)
	if diff := cmp.Diff([]string{"morket"}, p.NetworkNames()); diff != "" {
		t.Errorf("Should have one network\n-want +got:\n%s", diff)
	}
	published := map[string]string{}
	for name, s := range p.Services {
		if diff := cmp.Diff([]string{"morket"}, slices.Collect(maps.Keys(s.Networks))); diff != "" {
			t.Errorf("%s: Should be on the one network\n-want +got:\n%s", name, diff)
		}
		if len(s.Ports) == 0 && name != worker {
			t.Errorf("%s: Should be reachable from this machine", name)
		}
		for _, port := range s.Ports {
			if port.HostIP != "127.0.0.1" {
				t.Errorf("%s: port %s should be bound to loopback, not to %q", name, port.Published, port.HostIP)
			}
			if other := published[port.Published]; other != "" {
				t.Errorf("port %s: both %s and %s want it", port.Published, name, other)
			}
			published[port.Published] = name
		}
		for _, v := range s.Volumes {
			if v.Type == types.VolumeTypeVolume && v.Source == "" {
				t.Errorf("%s: %s should be a named volume", name, v.Target)
			}
		}
	}
	if diff := cmp.Diff([]string{"clickhouse", "opensearch", "postgres", "rabbitmq", "redis"}, slices.Sorted(slices.Values(p.VolumeNames()))); diff != "" {
		t.Errorf("Should keep what the stores hold\n-want +got:\n%s", diff)
	}
}

// Applications run as they can on Fargate: nothing to write to but /tmp, no capability but the one nginx's file asks for.
func TestHardening(t *testing.T) {
	p := project(t)
	for _, name := range append(slices.Clone(applications), worker) {
		s := p.Services[name]
		if !s.ReadOnly || !slices.Equal(s.Tmpfs, []string{"/tmp"}) || !slices.Equal(s.CapDrop, []string{"ALL"}) {
			t.Errorf("%s: Should have a read-only root, /tmp, and no capabilities", name)
		}
		var added []string
		if name == "frontend" {
			added = []string{"NET_BIND_SERVICE"}
		}
		if !slices.Equal(s.CapAdd, added) {
			t.Errorf("%s: Should be given %v, got %v", name, added, s.CapAdd)
		}
		if noNew := slices.Contains(s.SecurityOpt, "no-new-privileges:true"); noNew == (name == "frontend") {
			t.Errorf("%s: no-new-privileges goes with everything but a file's capability", name)
		}
	}
	for _, name := range stores {
		if p.Services[name].MemLimit <= 0 {
			t.Errorf("%s: Should not eat the machine: mem_limit", name)
		}
	}
}

// The stores are of the versions that the platform creates in AWS.
func TestVersions(t *testing.T) {
	var defaults struct {
		Data struct {
			Aurora, Redis, Rabbitmq, OpenSearch struct{ EngineVersion string }
			ClickHouse                          struct{ Version string }
		}
	}
	if err := yaml.Unmarshal(read(t, "internal", "platform", "profiles", "defaults.yaml"), &defaults); err != nil {
		t.Fatal(err)
	}
	var definition struct {
		Spec struct {
			Versions []struct {
				Schema struct {
					OpenAPIV3Schema struct {
						Properties map[string]struct {
							Properties map[string]struct {
								Properties map[string]struct{ Default any }
							}
						}
					}
				}
			}
		}
	}
	if err := yaml.Unmarshal(read(t, "apis", "definition.yaml"), &definition); err != nil {
		t.Fatal(err)
	}
	temporal := definition.Spec.Versions[0].Schema.OpenAPIV3Schema.Properties["spec"].Properties["images"].Properties["temporalServer"].Default.(map[string]any)

	major, _, _ := strings.Cut(defaults.Data.Redis.EngineVersion, ".")
	want := map[string]string{
		"postgres":   "postgres:" + defaults.Data.Aurora.EngineVersion + ".",
		"redis":      "redis:" + major + ".",
		"rabbitmq":   "rabbitmq:" + defaults.Data.Rabbitmq.EngineVersion + ".",
		"opensearch": "opensearchproject/opensearch:" + strings.TrimPrefix(defaults.Data.OpenSearch.EngineVersion, "OpenSearch_") + ".",
		"clickhouse": "clickhouse/clickhouse-server:" + defaults.Data.ClickHouse.Version + ".",
		"temporal":   fmt.Sprintf("%s:%s", temporal["repository"], temporal["tag"]),
	}
	p := project(t)
	for _, name := range stores {
		image := p.Services[name].Image
		if !strings.HasPrefix(image, want[name]) {
			t.Errorf("%s: Should run %s…, as in AWS, not %s", name, want[name], image)
		}
		if !regexp.MustCompile(`^[0-9]+\.[0-9]+`).MatchString(tag(image)) {
			t.Errorf("%s: Should be pinned: %s", name, image)
		}
	}
}

// TestDevelopment: an application's source is mounted, it starts again when that changes, and its debugger listens on loopback.
func TestDevelopment(t *testing.T) {
	p, err := load(t, filepath.Join(root, ".env.example"), "docker-compose.dev.yml")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]struct{ source, restarts, debugger string }{
		"backend": {"packages/backend/src", "node --watch ", "9229"},
		worker:    {"packages/backend/src", "node --watch ", "9229"},
		"scraper": {"packages/scraper/src", " --reload ", "5678"},
	} {
		s := p.Services[name]
		command := strings.Join(s.Command, " ")
		mounted := slices.ContainsFunc(s.Volumes, func(v types.ServiceVolumeConfig) bool {
			return strings.HasSuffix(v.Source, want.source) && v.Target == "/app/src" && v.ReadOnly
		})
		bound := slices.ContainsFunc(s.Ports, func(p types.ServicePortConfig) bool {
			return fmt.Sprint(p.Target) == want.debugger && p.HostIP == "127.0.0.1"
		})
		if !mounted || !strings.Contains(command, want.restarts) || !strings.Contains(command, "0.0.0.0:"+want.debugger) || !bound {
			t.Errorf("%s: Should restart with its source, and have a debugger on loopback: %v %v %s", name, s.Volumes, s.Ports, command)
		}
	}
}

// TestMasterKey: it has the form that the platform gives it in AWS, so that code that works here works there.
func TestMasterKey(t *testing.T) {
	for _, name := range []string{"backend", worker} {
		key := *project(t).Services[name].Environment["ENCRYPTION_MASTER_KEY"]
		if !regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(key) {
			t.Errorf("%s: Should be 32 bytes in hexadecimal digits, as internal/platform/credentials.go has it: %s", name, key)
		}
	}
	if !strings.Contains(string(read(t, "internal", "platform", "credentials.go")), `Name: "encryption-master-key", Description: "Encrypts what the backend stores", Format: Hex32`) {
		t.Error("The key in AWS has another form now: give .env.example the same")
	}
}
