// Package golden holds whole renders of both environments, so that a change shows what it does to a platform.
package golden

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/render"
	"github.com/morket-io/platform/test/platformtest"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

func TestGolden(t *testing.T) {
	for _, env := range platformtest.Environments {
		xr := platformtest.XR(t, env, nil)
		eventual := platformtest.Eventually(t, xr)
		cases := map[string]struct {
			reason  string
			file    string
			write   func(io.Writer, ...*structpb.Struct) error
			objects []*structpb.Struct
		}{
			"Fresh": {
				reason:  "Should render what it did on a control plane that has nothing yet.",
				file:    filepath.Join("testdata", env, "fresh.yaml"),
				write:   render.WriteYAML,
				objects: platformtest.Once(t, xr, nil).Objects(),
			},
			"Eventual": {
				reason:  "Should render what it did once everything is there, gated parts too.",
				file:    filepath.Join("testdata", env, "eventual.yaml"),
				write:   render.WriteYAML,
				objects: eventual.Objects(),
			},
			"Observed": {
				reason:  "The observed state in examples/ should be what the simulated provider makes of the platform.",
				file:    platformtest.Path(t, "examples", "observed", env, "resources.yaml"),
				write:   render.WriteObserved,
				objects: eventual.ObservedObjects(),
			},
		}
		for name, tc := range cases {
			t.Run(env+"/"+name, func(t *testing.T) {
				var got bytes.Buffer
				if err := tc.write(&got, tc.objects...); err != nil {
					t.Fatal(err)
				}
				if *update {
					if err := os.MkdirAll(filepath.Dir(tc.file), 0o750); err != nil {
						t.Fatal(err)
					}
					if err := os.WriteFile(tc.file, got.Bytes(), 0o600); err != nil {
						t.Fatal(err)
					}
					return
				}
				want, err := os.ReadFile(tc.file)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(string(want), got.String()); diff != "" {
					t.Errorf("\n%s\nIf the change is meant: go test ./test/golden -update\n%s: -want, +got:\n%s", tc.reason, tc.file, diff)
				}
			})
		}
	}
}

// TestRounds counts how often the function is called until a platform is complete.
func TestRounds(t *testing.T) {
	const reason = `should settle in as many rounds as its longest chain of values that AWS invents has links, and one more to see that all is
ready. It is that of a service which uses ClickHouse: the key's ARN, with which the volume is encrypted; the volume's id, by which
the instance knows its disk; the launch template's version, on which the instance stays; the instance's address, which tasks are
told; the task definition's ARN, which the service runs. In production it goes on: the service before what scales it, the target
before its policy, and the policy's ARN, which the alarm sets off.`
	for env, want := range map[string]int{"staging": 7, "production": 10} {
		got := platformtest.Eventually(t, platformtest.XR(t, env, nil)).Rounds
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("\n%s %s\n-want, +got:\n%s", env, reason, diff)
		}
	}
}
