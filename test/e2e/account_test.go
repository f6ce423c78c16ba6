package e2e

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/morket-io/platform/internal/export"
	"github.com/morket-io/platform/internal/kinds"
	"github.com/morket-io/platform/test/e2e/mockaws"
)

// An account is AWS, as the steps see it that work with both providers.
type account interface {
	// Lost is told that a control plane is lost, with the name of the composite resource, and what Secrets Manager holds by the secrets' names.
	Lost(xr string, values map[string]string)
	// Created lists what was created since then, and what of it must not have been.
	Created() (all, wrong []string)
	// Twice lists what a claim has twice, and must not have.
	Twice(t *testing.T, claim *unstructured.Unstructured) []string
	// CLI returns the environment in which a program aws works, which it may put into a directory.
	CLI(t *testing.T, dir string) []string
	// Asked is told that the program was used in that directory.
	Asked(t *testing.T, dir string)
}

// bash runs commands of a page or of a condition, with the real kubectl, and an account's aws.
func bash(t *testing.T, aws account, commands string) {
	t.Helper()
	dir := t.TempDir()
	writeProgram(t, filepath.Join(dir, "kubectl"), "exec "+control.Tools.Kubectl+" --kubeconfig="+control.Kubeconfig+` "$@"`)
	c := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", commands) //nolint:gosec // our own
	c.Env = append(append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH")), aws.CLI(t, dir)...)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("Should run %s: %v\n%s", commands, err, out)
	}
	aws.Asked(t, dir)
}

func writeProgram(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte("#!/bin/sh\n"+text+"\n"), 0o700); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
}

// simulatedAccount is the simulated provider's. Its program aws knows three commands.
type simulatedAccount struct {
	before map[string]int
	values map[string]string
}

func (a *simulatedAccount) Lost(xr string, values map[string]string) {
	provider.Account.Forget(xr + "-")
	a.before, a.values = provider.Account.Created(), values
}

// Created leaves out of wrong what docs/tasks/lost.md says: what belongs to something that was found has no id of its own, and some kinds
// are created a second time.
func (a *simulatedAccount) Created() (all, wrong []string) {
	for thing, times := range provider.Account.Created() {
		if times == a.before[thing] {
			continue
		}
		all = append(all, thing)
		words := strings.Fields(thing) // group, kind, region, external name
		if f := export.Found(kinds.Key{Group: words[0], Kind: words[1]}); f != export.ByPlace && f != export.Again {
			wrong = append(wrong, thing)
		}
	}
	slices.Sort(all)
	slices.Sort(wrong)
	return all, wrong
}

// Twice lists what holds data and was created a second time.
func (a *simulatedAccount) Twice(_ *testing.T, claim *unstructured.Unstructured) []string {
	return slices.DeleteFunc(provider.Account.Again(), func(thing string) bool {
		return !strings.Contains(thing, claim.GetName()) || !slices.Contains([]string{"Vault", "Key", "Secret", "Bucket", "Repository"}, strings.Fields(thing)[1])
	})
}

func (a *simulatedAccount) CLI(t *testing.T, dir string) []string {
	t.Helper()
	var b strings.Builder
	for name, value := range a.values {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, "values", name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "values", name), []byte(value+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range provider.Account.Secrets() {
		fmt.Fprintf(&b, "'%s') echo '%s' ;;\n", name, provider.Account.SecretARN(name))
	}
	writeProgram(t, filepath.Join(dir, "aws"), `command=$2
while [ $# -gt 0 ]; do if [ "$1" = --secret-id ]; then secret=$2; fi; shift; done
case $command in
delete-secret) echo "$secret" >>`+dir+`/deleted ;;
get-secret-value) cat `+dir+`/values/"$secret" ;;
describe-secret) case $secret in `+b.String()+` *) exit 254 ;; esac ;;
*) exit 252 ;;
esac`)
	return nil
}

func (a *simulatedAccount) Asked(t *testing.T, dir string) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, "deleted")) //nolint:gosec // our own
	if err != nil {
		return // nothing was deleted
	}
	for secret := range strings.FieldsSeq(string(bytes.TrimSpace(raw))) {
		if err := provider.Account.EndRecovery(secret); err != nil {
			t.Error(err)
		}
	}
}

// realAccount is the mock of AWS that the real provider works in.
type realAccount struct{ mark int }

func (a *realAccount) Lost(string, map[string]string) { a.mark = proxy.Mark() }

// again are the calls that create what docs/tasks/lost.md says is created a second time, or written again.
var again = []string{"acm RequestCertificate", "ecs RegisterTaskDefinition", "secretsmanager PutSecretValue"}

func (a *realAccount) Created() (all, wrong []string) {
	for action, n := range proxy.CountActions(a.mark) {
		if n.Creates == 0 {
			continue
		}
		all = append(all, fmt.Sprintf("%s (%d)", action, n.Creates))
		if !slices.Contains(again, action) {
			wrong = append(wrong, action)
		}
	}
	slices.Sort(all)
	slices.Sort(wrong)
	return all, wrong
}

func (a *realAccount) Twice(t *testing.T, claim *unstructured.Unstructured) []string {
	t.Helper()
	twice, err := mockaws.Twice(t.Context(), proxy.URL, "us-east-1", claim.GetNamespace()+"/"+claim.GetName())
	if err != nil {
		t.Fatal(err)
	}
	out := make([]string, 0, len(twice))
	for name, ids := range twice {
		out = append(out, fmt.Sprint(name, ids))
	}
	return out
}

func (a *realAccount) CLI(*testing.T, string) []string {
	return []string{"AWS_ENDPOINT_URL=" + proxy.URL, "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_REGION=us-east-1", "AWS_DEFAULT_REGION=us-east-1", "AWS_PAGER="} // version 1 of the CLI reads the default
}

func (a *realAccount) Asked(*testing.T, string) {}
