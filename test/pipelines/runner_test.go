package pipelines

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A runner runs a workflow's jobs as GitHub's would: the `run:` steps in order, with their variables. What stands in for an
// action is a function; a step that has none fails the test.
type runner struct {
	t     *testing.T
	dir   string   // the checkout
	env   []string // of the machine
	bin   string   // a directory that is first in the PATH
	facts map[string]string

	actions map[string]func(with map[string]string) error // by name, less its version
	instead map[string]string                             // scripts that run instead of others
	outputs map[string]string                             // of steps, as steps.ID.outputs.NAME
	log     strings.Builder
}

// expression is one of GitHub's in a string.
var expression = regexp.MustCompile(`\$\{\{\s*(.*?)\s*\}\}`)

// fill replaces expressions by what they are. Only those that the test knows of may occur.
func (r *runner) fill(text string) string {
	return expression.ReplaceAllStringFunc(text, func(found string) string {
		name := expression.FindStringSubmatch(found)[1]
		for _, known := range []map[string]string{r.facts, r.outputs} {
			if value, ok := known[name]; ok {
				return value
			}
		}
		r.t.Fatalf("nobody told the test what %s is", found)
		return ""
	})
}

// job runs a job, and returns the first step that failed, "" if none did.
func (r *runner) job(j job) string {
	r.t.Helper()
	env := maps.Clone(j.Env)
	for i, s := range j.Steps {
		if s.If != "" && r.facts[s.If] != "true" {
			if _, known := r.facts[s.If]; !known {
				r.t.Fatalf("nobody told the test whether %s", s.If)
			}
			continue
		}
		name := s.Name
		if name == "" {
			name = strings.TrimSpace(s.Uses + s.Run)
		}
		var err error
		if s.Uses != "" {
			err = r.use(s)
		} else {
			err = r.script(i, s, env)
		}
		if err != nil {
			fmt.Fprintf(&r.log, "%s: %v\n", name, err)
			return name
		}
	}
	return ""
}

func (r *runner) use(s step) error {
	action, _, _ := strings.Cut(s.Uses, "@")
	do := r.actions[action]
	if do == nil {
		r.t.Fatalf("nothing stands in for the action %s", action)
	}
	with := map[string]string{}
	for k, v := range s.With {
		with[k] = r.fill(fmt.Sprint(v))
	}
	return do(with)
}

// script runs the lines of a step, as `shell: bash` does.
func (r *runner) script(i int, s step, env map[string]string) error {
	lines := s.Run
	if other, ok := r.instead[strings.TrimSpace(lines)]; ok {
		lines = other
	}
	output := filepath.Join(r.bin, fmt.Sprintf("output-%d", i))
	if err := os.WriteFile(output, nil, 0o600); err != nil {
		r.t.Fatal(err)
	}
	cmd := exec.CommandContext(r.t.Context(), "bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", lines)
	cmd.Dir = r.dir
	cmd.Env = append(slices.Clone(r.env), "GITHUB_OUTPUT="+output)
	for _, variables := range []map[string]string{env, s.Env} {
		for k, v := range variables {
			cmd.Env = append(cmd.Env, k+"="+r.fill(v))
		}
	}
	out, err := cmd.CombinedOutput()
	fmt.Fprintf(&r.log, "$ %s\n%s", strings.TrimSpace(s.Run), out)
	raw, readErr := os.ReadFile(output)
	if readErr != nil {
		r.t.Fatal(readErr)
	}
	for line := range strings.Lines(string(raw)) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
			r.outputs["steps."+s.ID+".outputs."+name] = value
		}
	}
	return err
}
