package golden

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/test/platformtest"
)

func TestGolden(t *testing.T) { platformtest.UpToDate(t, Files(t)) }

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
