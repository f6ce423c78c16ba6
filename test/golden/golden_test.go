// Package golden holds whole renders of both environments, so that a change shows what it does to a platform.
package golden

import (
	"bytes"
	"flag"
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
			objects []*structpb.Struct
		}{
			"Fresh": {
				reason:  "Should render what it did on a control plane that has nothing yet.",
				file:    filepath.Join("testdata", env, "fresh.yaml"),
				objects: platformtest.Once(t, xr, nil).Objects(),
			},
			"Eventual": {
				reason:  "Should render what it did once everything is there, gated parts too.",
				file:    filepath.Join("testdata", env, "eventual.yaml"),
				objects: eventual.Objects(),
			},
			"Observed": {
				reason:  "The observed state in examples/ should be what the simulated provider makes of the platform.",
				file:    platformtest.Path(t, "examples", "observed", env, "resources.yaml"),
				objects: eventual.ObservedObjects(),
			},
		}
		for name, tc := range cases {
			t.Run(env+"/"+name, func(t *testing.T) {
				var got bytes.Buffer
				if err := render.WriteYAML(&got, tc.objects...); err != nil {
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
	for _, env := range platformtest.Environments {
		got := platformtest.Eventually(t, platformtest.XR(t, env, nil)).Rounds
		if diff := cmp.Diff(3, got); diff != "" {
			t.Errorf("\n%s should settle in three rounds: one composes everything but the alarms that need the ids of NAT gateways, one those, and the last sees all ready.\n-want, +got:\n%s", env, diff)
		}
	}
}
