//go:build recipes

package recipes_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/morket-io/platform/test/platformtest"
)

// tested are the packages whose tests know every knob, store, resource and alarm.
var tested = []string{
	"./apis/...", "./functions", "./functions/compute", "./functions/data", "./functions/network", "./functions/observability",
	"./internal/kinds", "./internal/layer", "./internal/platform", "./test/adoption", "./test/claims", "./test/dashboard", "./test/golden",
	"./test/install",
}

// TestTry follows all recipes in one copy of the repository, as CONTRIBUTING.md says: edit, `make update`, test. Then it looks in
// a rendered claim for what they promise.
func TestTry(t *testing.T) {
	dir := clone(t)
	for title, places := range read(t) {
		for _, p := range places {
			if err := p.apply(dir); err != nil {
				t.Fatalf("%s: %v", title, err)
			}
		}
	}
	if unformatted := run(t, dir, "gofmt", "-l", "apis", "functions", "internal", "test"); unformatted != "" {
		t.Errorf("Should leave formatted code:\n%s", unformatted)
	}
	run(t, dir, "make", "update")
	run(t, dir, "go", "build", "-o", "bin/morket", "./cmd/morket")
	look(t, dir)
	run(t, dir, "go", append([]string{"test"}, tested...)...)
	run(t, dir, "go", "test", "./test/docs", "-run", "Architecture|Files|Fragments|Reference") // make update has run the commands
	run(t, dir, "go", "test", "./internal/plan", "-run", "^TestKnobs$/^data.aurora.copyTagsToSnapshots$")
}

// look checks a claim that turns the knob.
func look(t *testing.T, dir string) {
	t.Helper()
	claim := platformtest.Claim(t, "staging")
	platformtest.Set(false, "spec", "data", "aurora", "copyTagsToSnapshots")(claim)
	raw, err := yaml.Marshal(claim)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "claim.yaml"), raw, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	objects := map[string]string{} // as JSON, by what follows the platform's name
	for document := range strings.SplitSeq(run(t, dir, "bin/morket", "render", "claim.yaml", "--eventual"), "\n---\n") {
		var object map[string]any
		if err := yaml.Unmarshal([]byte(document), &object); err != nil {
			t.Fatal(err)
		}
		metadata, _ := object["metadata"].(map[string]any)
		name, _ := metadata["name"].(string)
		text, err := json.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		objects[strings.TrimPrefix(strings.TrimPrefix(name, "morket-staging"), "-")] += string(text)
	}
	for _, tc := range []struct{ reason, object, want string }{
		{"The knob should reach AWS.", "aurora", `"copyTagsToSnapshot":false`},
		{"The store should be composed.", "frontier", `"kind":"ReplicationGroup"`},
		{"Services should reach it, and nothing else.", "sg-frontier-from-ecs-6379", `"fromPort":6379`},
		{"Its secret should be in Secrets Manager.", "secret-frontier-version-0", `"key":"secretString"`},
		{"Its alarm should be there.", "alarm-frontier-memory", `"threshold":80`},
		{"Its address should be in the status.", "", `"frontier":"master.morket-staging-frontier`},
		{"An alarm of another store should be there.", "alarm-aurora-0-deadlocks", `"metricName":"Deadlocks"`},
		{"A resource of a new kind should be there.", "query-errors", `"kind":"Definition"`},
	} {
		if !strings.Contains(objects[tc.object], tc.want) {
			t.Errorf("%s Want %s in %q, got %s", tc.reason, tc.want, tc.object, objects[tc.object])
		}
	}
	variables := ""
	for name, text := range objects {
		if strings.HasPrefix(name, "task-scraper-") {
			variables += text
		}
	}
	for _, want := range []string{"FRONTIER_URL", "FRONTIER_PASSWORD"} {
		if !strings.Contains(variables, want) {
			t.Errorf("The scraper should get %s, got %s", want, variables)
		}
	}
	if plan := run(t, dir, "bash", "-c", "bin/morket plan examples/claims/staging.yaml claim.yaml || [[ $? == 2 ]]"); !strings.Contains(plan, "~ aurora (Cluster)") {
		t.Errorf("A plan should show what the knob changes, got\n%s", plan)
	}
}

// clone copies the files that Git knows, and those that it will.
func clone(t *testing.T) string {
	t.Helper()
	root, dir := platformtest.Path(t), t.TempDir()
	files := run(t, root, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	for path := range strings.SplitSeq(strings.TrimSuffix(files, "\x00"), "\x00") {
		raw, err := os.ReadFile(filepath.Join(root, path))
		if errors.Is(err, fs.ErrNotExist) {
			continue // deleted, and not committed yet
		}
		to := filepath.Join(dir, path)
		if err == nil {
			err = os.MkdirAll(filepath.Dir(to), 0o700)
		}
		if err == nil {
			err = os.WriteFile(to, raw, 0o700)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	run(t, dir, "git", "init", "-q")
	return dir
}

// run runs a program in a directory, and returns what it prints.
func run(t *testing.T, dir, program string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, args...)
	if strings.HasPrefix(program, "bin/") {
		cmd.Path = filepath.Join(dir, program)
	}
	cmd.Dir = dir
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %s: %v\n%s%s", program, strings.Join(args, " "), err, stdout.String(), stderr.String())
	}
	return stdout.String()
}
