package data_test

import (
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/test/platformtest"
)

func TestAuroraVersion(t *testing.T) {
	cases := map[string]struct {
		reason        string
		version, runs string // as the claim has it, and as AWS runs it; empty before it runs
		want          string
	}{
		"New":      {"Should leave the minor version to AWS", "15", "", "15"},
		"Runs":     {"Should ask for what runs, because the provider sends any other version with every change", "15", "15.12", "15.12"},
		"Raised":   {"Should never ask for less than a pinned version", "15.10", "15.12", "15.10"},
		"Pinned":   {"Should ask for a pinned version before it runs", "15.12", "15.10", "15.12"},
		"NoPrefix": {"Should not take another version for a minor one", "15.1", "15.12", "15.1"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			xr := platformtest.XR(t, "production", platformtest.Set(tc.version, "spec", "data", "aurora", "engineVersion"))
			observed := platformtest.Observed(platformtest.Eventually(t, xr))
			cluster := proto.CloneOf(observed["aurora"])
			if tc.runs != "" {
				fields.Object(cluster.GetResource(), "status", "atProvider").Fields["engineVersionActual"] = structpb.NewStringValue(tc.runs)
			}
			observed["aurora"] = cluster
			if got := parameters(platformtest.Once(t, xr, observed), "aurora")["engineVersion"]; got != tc.want {
				t.Errorf("%s: want %s, got %v", tc.reason, tc.want, got)
			}
		})
	}
}
