package e2e

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
)

// An audit reads what the API server was asked since it was begun.
type audit struct{ from int64 }

func newAudit(t *testing.T) *audit {
	t.Helper()
	info, err := os.Stat(control.AuditLog())
	if err != nil {
		t.Fatal(err)
	}
	return &audit{from: info.Size()}
}

// Deleted lists the managed resources and Secrets whose names begin with a prefix that somebody deleted.
func (a *audit) Deleted(t *testing.T, prefix string) []string {
	t.Helper()
	f, err := os.Open(control.AuditLog())
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // only read
	if _, err := f.Seek(a.from, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	var out []string
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		e := struct {
			Verb      string
			ObjectRef struct{ APIGroup, Resource, Namespace, Name string }
			User      struct{ Username string }
		}{}
		if json.Unmarshal(lines.Bytes(), &e) != nil || !strings.HasPrefix(e.Verb, "delete") {
			continue
		}
		o := e.ObjectRef
		if (strings.HasSuffix(o.APIGroup, ".aws.upbound.io") || o.Resource == "secrets") && strings.HasPrefix(o.Name, prefix) {
			out = append(out, o.Resource+" "+o.Name+" by "+e.User.Username)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
