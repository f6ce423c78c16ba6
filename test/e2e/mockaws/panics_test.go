package mockaws

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadPanics(t *testing.T) {
	const none = `controller_runtime_reconcile_panics_total{controller="managed/ec2.aws.upbound.io/v1beta1, kind=vpc"} 0`
	cases := map[string]struct {
		reason, metrics string
		want            []string
		fails           bool
	}{
		"None":       {"Should find nothing where nothing panicked", "# HELP x\n" + none, nil, false},
		"Some":       {"Should name what panicked, and how often", none + "\n" + `controller_runtime_reconcile_panics_total{controller="managed/ec2.aws.upbound.io/v1beta1, kind=instance"} 16`, []string{"16 x managed/ec2.aws.upbound.io/v1beta1, kind=instance"}, false},
		"NotCounted": {"Should not take for well what cannot be told", "controller_runtime_reconcile_errors_total 3", nil, true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := readPanics(strings.NewReader(tc.metrics))
			if diff := cmp.Diff(tc.want, got); diff != "" || (err != nil) != tc.fails {
				t.Errorf("%s: %v, -want, +got:\n%s", tc.reason, err, diff)
			}
		})
	}
}
