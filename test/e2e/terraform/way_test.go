package terraform

import (
	"bytes"
	"encoding/json"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/internal/adopt"
	"github.com/morket-io/platform/internal/export"
	"github.com/morket-io/platform/internal/kinds"
	"github.com/morket-io/platform/internal/platform"
	"github.com/morket-io/platform/test/e2e/mockaws"
	"github.com/morket-io/platform/test/platformtest"
)

const zone = "Z0123456789ABCDEFGHIJ"

// slow are the resources that Terraform's provider waits ten minutes for, whatever their state (mockaws.Slow). SLOW=1 takes them
// in.
var slow = []string{"opensearch", "opensearch-policy"}

// secrets are the values of Terraform's variables.
const secret = "hunter2-hunter2-hunter2-hunter2"

// start starts AWS, with a proxy in front that counts.
func start(t *testing.T) *mockaws.Proxy {
	t.Helper()
	if err := mockaws.Installed(t.Context()); err != nil {
		t.Fatal(err)
	}
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &mockaws.Server{Root: platformtest.Path(t), Address: l.Addr().String(), Account: "111122223333", Zones: map[string]string{zone: "morket.io"}}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	argv := s.Command()
	c := exec.CommandContext(t.Context(), argv[0], argv[1:]...) //nolint:gosec // moto
	c.Stderr = os.Stderr
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Process.Signal(syscall.SIGTERM) //nolint:errcheck,gosec // it may have ended
		c.Wait()                          //nolint:errcheck,gosec // it was stopped
	})
	for deadline := time.Now().Add(time.Minute); s.Ready(t.Context()) != nil; time.Sleep(200 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the mock did not start")
		}
	}
	p, err := mockaws.NewProxy(t.Context(), "127.0.0.1:0", s.URL())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// directory is one for terraform.
func directory(t *testing.T, aws *mockaws.Proxy, configuration []byte) *Directory {
	t.Helper()
	provider := os.Getenv("MORKET_TERRAFORM_PROVIDER")
	if provider == "" {
		t.Fatal("run make test-terraform, which builds Terraform's provider")
	}
	bin := t.TempDir()
	if err := os.Symlink(provider, filepath.Join(bin, "terraform-provider-aws")); err != nil {
		t.Fatal(err)
	}
	path := t.TempDir()
	if keep := os.Getenv("KEEP"); keep != "" {
		path = filepath.Join(keep, strings.ReplaceAll(t.Name(), "/", "_"))
		if err := os.MkdirAll(path, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	d := &Directory{Path: path, Provider: bin, Endpoint: aws.URL}
	for line := range strings.Lines(string(configuration)) {
		if name, ok := strings.CutPrefix(line, `variable "`); ok {
			d.Env = append(d.Env, "TF_VAR_"+name[:strings.IndexByte(name, '"')]+"="+secret)
		}
	}
	if err := d.Write(configuration); err != nil {
		t.Fatal(err)
	}
	return d
}

// planned is what a claim asks for.
func planned(t *testing.T, env string) *export.Platform {
	t.Helper()
	r := platformtest.Eventually(t, platformtest.XR(t, env, nil))
	all := maps.Clone(r.Observed)
	if os.Getenv("SLOW") == "" {
		for _, name := range slow {
			delete(all, name)
		}
	}
	p, _, err := export.Read(platformtest.Claim(t, env), all, r.Names())
	if err != nil {
		t.Fatal(err)
	}
	p.Planned = true
	return p
}

func configuration(t *testing.T, p *export.Platform) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := export.Terraform(&out, p); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestValidate: the provider's schema has every argument and block that is written, of both environments.
func TestValidate(t *testing.T) {
	aws := &mockaws.Proxy{URL: "http://127.0.0.1:1"}
	for _, env := range platformtest.Environments {
		t.Run(env, func(t *testing.T) {
			r := platformtest.Eventually(t, platformtest.XR(t, env, nil))
			p, _, err := export.Read(platformtest.Claim(t, env), r.Observed, r.Names())
			if err != nil {
				t.Fatal(err)
			}
			p.Planned = true
			d := directory(t, aws, configuration(t, p))
			if out, err := d.Run(t.Context(), "validate"); err != nil {
				t.Error(string(out), err)
			}
			if out, err := d.Run(t.Context(), "fmt", "-check", "-diff", "platform.tf"); err != nil {
				t.Error(string(out), err)
			}
		})
	}
}

// TestWay goes there and back.
func TestWay(t *testing.T) {
	aws := start(t)
	ctx := t.Context()
	p := planned(t, "staging")

	// A team has a platform that Terraform made.
	there := directory(t, aws, configuration(t, p))
	began := time.Now()
	if out, err := there.Run(ctx, "apply", "-auto-approve", "-input=false", "-parallelism=20"); err != nil {
		t.Fatalf("%v\n%s", err, tail(out))
	}
	t.Logf("terraform apply of %d resources took %s, and made %d calls, %d of which created", len(p.Resources), took(began), aws.Mark(), len(aws.Changes(0, mockaws.Create)))
	raw, err := there.Run(ctx, "show", "-json")
	if err != nil {
		t.Fatal(err)
	}
	state, err := adopt.Read(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}

	t.Run("Adopt", func(t *testing.T) { checkAdopt(t, p, raw) })

	// The platform observes what is there, and the team leaves.
	observed, err := Observed(p, state)
	if err != nil {
		t.Fatal(err)
	}
	names := slices.Collect(maps.Keys(observed))
	left, notes, err := export.Read(p.Claim, observed, names)
	if err != nil {
		t.Fatal(err)
	}
	notes = append(notes, left.Importable()...)
	left.Resources = slices.DeleteFunc(left.Resources, func(r export.Resource) bool { return replaced[kinds.Terraform(r.Kind)] != "" })
	slices.Sort(notes)
	t.Logf("left out: %s", strings.Join(notes, "\n"))
	t.Run("Leave", func(t *testing.T) { checkLeave(t, aws, left) })
}

// checkAdopt holds what morket proposes to what there is.
func checkAdopt(t *testing.T, p *export.Platform, state []byte) {
	file := filepath.Join(t.TempDir(), "state.json")
	if err := os.WriteFile(file, state, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), platformtest.Path(t, "bin", "morket"), "adopt", platformtest.Path(t, "examples", "claims", "staging.yaml"), "--terraform", file) //nolint:gosec // ours
	out, err := cmd.CombinedOutput()
	t.Logf("morket adopt:\n%s", out)
	if err != nil {
		t.Errorf("morket adopt should propose: %v", err)
	}
	for i := range p.Resources {
		r := &p.Resources[i]
		if a := platform.FindAdoptable(r.Name); a == nil || a.Own || slices.Contains(unmatched, r.Kind.Kind) {
			continue
		}
		if !strings.Contains(string(out), "\n    "+r.Name+": ") && !strings.Contains(string(out), "\n    # "+r.Name+": ") {
			t.Errorf("%s should be proposed, or be there as a comment", r.Name)
		}
	}
}

// checkLeave imports what was exported: nothing is created, replaced or deleted, and then nothing is left to do.
func checkLeave(t *testing.T, aws *mockaws.Proxy, left *export.Platform) {
	back := directory(t, aws, configuration(t, left))
	mark := aws.Mark()
	plan, err := back.Plan(t.Context(), "import.plan")
	if err != nil {
		t.Fatal(err)
	}
	checkPlan(t, plan, len(left.Resources))
	began := time.Now()
	if out, err := back.Run(t.Context(), "apply", "-input=false", "import.plan"); err != nil {
		t.Fatalf("%v\n%s", err, tail(out))
	}
	t.Logf("the import of %d resources took %s", len(left.Resources), took(began))
	for _, c := range aws.Changes(mark) {
		if c.Effect() != mockaws.Update || !slices.Contains(updates, c.Service+" "+c.Action) {
			t.Errorf("The way back should change nothing in AWS: %s %s %s", c.Service, c.Action, c.Names)
		}
	}
	t.Logf("calls of the way back: %d, all but %d read", aws.Mark()-mark, len(aws.Changes(mark)))
	again, err := back.Plan(t.Context(), "again.plan")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range again.ResourceChanges {
		if arguments := slices.Collect(maps.Keys(c.Arguments())); !c.Is("no-op") && (!c.Is("update") || slices.ContainsFunc(arguments, func(name string) bool { return stays[c.Type+"."+name] == "" })) {
			t.Errorf("%s should not change once it is imported: %v %v", c.Address, c.Change.Actions, c.Arguments())
		}
	}
	state, err := os.ReadFile(filepath.Join(back.Path, "terraform.tfstate"))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(state, []byte(secret)) {
		t.Error("No secret should be in Terraform's state")
	}
}

// checkPlan: all is imported, and updates are of arguments that AWS does not know.
func checkPlan(t *testing.T, plan *Plan, resources int) {
	t.Helper()
	imported, updates := 0, map[string][]string{}
	for _, c := range plan.ResourceChanges {
		if c.Change.Importing != nil {
			imported++
		}
		switch {
		case c.Is("no-op"):
		case c.Is("update"):
			for name, values := range c.Arguments() {
				updates[c.Type+"."+name] = append(updates[c.Type+"."+name], c.Address)
				t.Logf("update %s %s: %s", c.Address, name, values)
			}
		default:
			raw, _ := json.Marshal(c.Change) //nolint:errchkjson // for a message
			t.Errorf("%s should only be imported: %s", c.Address, raw)
		}
	}
	if imported != resources {
		t.Errorf("want %d imported, got %d", resources, imported)
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(onlyTerraforms)), slices.Sorted(maps.Keys(updates))); diff != "" {
		t.Errorf("Only arguments that AWS does not know should be updated: -want, +got:\n%s", diff)
	}
}

func tail(out []byte) string {
	lines := strings.Split(string(out), "\n")
	return strings.Join(lines[max(0, len(lines)-60):], "\n")
}
