package rollout

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/internal/fakeaws"
)

func TestMigration(t *testing.T) {
	t.Parallel()
	exit := 3
	type want struct {
		Tasks   int
		Stopped bool
		Says    string
	}
	cases := map[string]struct {
		reason string
		change func(*world, *Migration)
		want   want
	}{
		"Success": {
			reason: "It should run the migrations, and print what they say.",
			want:   want{1, false, "log of backend/backend\nmigrated morket/morket-staging to " + next},
		},
		"Failure": {
			reason: "It should fail as they do.",
			change: func(w *world, _ *Migration) { w.aws.MigrationExit = &exit },
			want:   want{1, false, "failed (exit code 3; Essential container in task exited): nothing is rolled out"},
		},
		"NeverStarted": {
			reason: "A task without an exit code has failed.",
			change: func(w *world, _ *Migration) { w.aws.MigrationExit = nil },
			want:   want{1, false, "failed (exit code none; CannotPullContainerError: not found): nothing is rolled out"},
		},
		"TooLong": {
			reason: "It should stop what does not end.",
			change: func(w *world, m *Migration) { w.aws.Never, m.Limit = next, time.Second },
			want:   want{1, true, "did not end within 1s and were stopped: nothing is rolled out"},
		},
		"NoService": {
			reason: "It should say that the platform has no version yet.",
			change: func(w *world, _ *Migration) { w.aws.Remove("morket-staging-backend") },
			want:   want{0, false, "there is no service morket-staging-backend yet"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			m := w.migration()
			if tc.change != nil {
				tc.change(w, m)
			}
			claim, err := os.ReadFile(filepath.Join(w.clone, claimFile))
			if err != nil {
				t.Fatal(err)
			}
			err = m.Run(t.Context(), claim, next)
			got := want{Tasks: len(w.aws.Tasks()), Says: strings.Join(w.logs, "\n")}
			if err != nil {
				got.Says = err.Error()
			}
			for _, task := range w.aws.Tasks() {
				got.Stopped = task.Stopped
				migrates(t, task)
			}
			if strings.Contains(got.Says, tc.want.Says) {
				got.Says = tc.want.Says
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\n-want +got:\n%s", tc.reason, diff)
			}
			w.allowed()
			if runs := w.aws.Runs(cluster); runs["scraper"] != former {
				t.Errorf("It should roll nothing out: %v", runs)
			}
		})
	}
}

func TestStartedBy(t *testing.T) {
	t.Parallel()
	for image, want := range map[string]string{next: "migrate-0a2b45678901", "v1.2+3": "migrate-v1-2-3", "sha256:abcdef": "migrate-sha256-abcde", "a_b": "migrate-a_b"} {
		if diff := cmp.Diff(want, startedBy(image)); diff != "" {
			t.Errorf("ECS takes letters, digits, -, / and _ alone: %s\n-want +got:\n%s", image, diff)
		}
	}
}

// migrates checks that a task definition is the backend's, made for migrations and gone after them.
func migrates(t *testing.T, task *fakeaws.Task) {
	t.Helper()
	definition := task.Definition
	container := definition["containerDefinitions"].([]any)[0].(map[string]any)
	if definition["family"] != "morket-staging-migrate" || definition["status"] != "INACTIVE" {
		t.Errorf("It should have a task definition of its own, and leave none behind: %v, %v", definition["family"], definition["status"])
	}
	if container["image"] != "111122223333.dkr.ecr.us-east-1.amazonaws.com/morket-backend:"+next ||
		fmt.Sprint(container["command"]) != "[node migrate.mjs node dist/migrate.js]" ||
		container["secrets"] == nil || container["healthCheck"] != nil || container["portMappings"] != nil {
		t.Errorf("It should be the backend with the new image, its secrets and another command: %v", container)
	}
}
