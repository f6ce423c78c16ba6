// Package backend runs the migrations' lock with node and a database driver that stands for pg.
package backend

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/test/platformtest"
)

// driver is pg as migrate.mjs uses it. It tells what it is asked; BUSY is how often somebody else has the lock, -1 for
// always; LOSE loses the connection once a command runs.
const driver = `
import { EventEmitter } from 'node:events';
const { BUSY = '0', LOSE, REFUSE } = process.env;
let busy = Number(BUSY);
class Client extends EventEmitter {
  constructor(config) { super(); console.log('client', config.host, config.port, config.database, config.user, config.password, JSON.stringify(config.ssl)); }
  async connect() { if (REFUSE) throw new Error('connection refused'); }
  async query(text, values) {
    console.log(text, values[0]);
    const locked = busy === 0;
    if (busy > 0) busy--;
    if (locked && LOSE) setTimeout(() => this.emit('error', new Error('gone')), 200);
    return { rows: [{ locked }] };
  }
  async end() { console.log('end'); this.emit('end'); }
}
export default { Client };
`

func TestMigrate(t *testing.T) {
	t.Parallel()
	node := platformtest.Program(t, "node", "nodejs")
	dir := t.TempDir()
	for file, content := range map[string]string{
		"node_modules/pg/package.json": `{"name": "pg", "type": "module", "main": "index.js"}`,
		"node_modules/pg/index.js":     driver,
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, file)), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, file), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	script, err := os.ReadFile("migrate.mjs")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "migrate.mjs"), script, 0o600); err != nil { //nolint:gosec // a directory of the test's own
		t.Fatal(err)
	}

	const (
		client  = "client db 5432 morket me secret {\"rejectUnauthorized\":false}"
		lock    = "SELECT pg_try_advisory_lock($1) AS locked 120325428438388"
		wait    = "migrate: another migration is running: waiting for it"
		migrate = "migrating"
	)
	type want struct {
		Code   int
		Output []string
	}
	cases := map[string]struct {
		reason string
		env    []string
		args   []string
		want   want
	}{
		"Success": {
			reason: "Should migrate under the lock, and give it back at the end",
			args:   []string{"sh", "-c", "echo migrating"},
			want:   want{0, []string{client, lock, migrate, "end"}},
		},
		"Local": {
			reason: "Should speak without TLS where the database has none",
			env:    []string{"DATABASE_SSLMODE=disable"}, args: []string{"true"},
			want: want{0, []string{"client db 5432 morket me secret false", lock, "end"}},
		},
		"Failure": {
			reason: "Should fail as the migration does",
			args:   []string{"sh", "-c", "echo migrating; exit 3"},
			want:   want{3, []string{client, lock, migrate, "end"}},
		},
		"Killed": {
			reason: "Should fail if the migration was killed",
			args:   []string{"sh", "-c", "kill -9 $$"},
			want:   want{1, []string{client, lock, "end"}},
		},
		"Waits": {
			reason: "Should wait for a migration that is running, and go on after it",
			env:    []string{"BUSY=1"}, args: []string{"echo", "migrating"},
			want: want{0, []string{client, lock, wait, lock, migrate, "end"}},
		},
		"Busy": {
			reason: "Should give up in the end, without having migrated",
			env:    []string{"BUSY=-1", "MIGRATION_LOCK_SECONDS=0"}, args: []string{"echo", "migrating"},
			want: want{75, []string{client, lock, "migrate: another migration has held the lock for 0 s: nothing was done", "end"}},
		},
		"Lost": {
			reason: "Should stop the migration when the lock is lost",
			env:    []string{"LOSE=1"}, args: []string{"sleep", "60"},
			want: want{75, []string{client, lock, "migrate: the connection that holds the lock is lost: stopping", "end"}},
		},
		"Refused": {
			reason: "Should not migrate what cannot be reached",
			env:    []string{"REFUSE=1"}, args: []string{"echo", "migrating"},
			want: want{1, []string{client, "migrate: connection refused", "end"}},
		},
		"NoSuchCommand": {
			reason: "Should fail if there is nothing to run",
			args:   []string{"morket-no-such-command"},
			want:   want{1, []string{client, lock, "migrate: spawn morket-no-such-command ENOENT", "end"}},
		},
		"NoCommand": {
			reason: "Should say how it is called",
			want:   want{2, []string{"usage: node migrate.mjs COMMAND [ARGUMENT …]"}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), node, append([]string{"migrate.mjs"}, tc.args...)...)
			cmd.Dir = dir
			cmd.Env = append([]string{
				"PATH=" + os.Getenv("PATH"), "DATABASE_HOST=db", "DATABASE_PORT=5432", "DATABASE_NAME=morket", "DATABASE_USER=me",
				"DATABASE_PASSWORD=secret", "DATABASE_SSLMODE=require",
			}, tc.env...)
			out, _ := cmd.CombinedOutput() // the code is compared
			got := want{cmd.ProcessState.ExitCode(), strings.Split(strings.TrimSpace(string(out)), "\n")}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\n-want +got:\n%s", tc.reason, diff)
			}
		})
	}
}
