package containers

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A store is one of docker-compose.yml that Debian has a package of. nginx, with both of its files, is docker/nginx's.
type store struct {
	program string // that has to be there
	// prepare does what the image's entry point does before it starts the command, and run is how the command is started.
	prepare, run string
	// ask uses the store as an application would; it is asked once the health check succeeds.
	ask string
}

// as runs the rest of a line as a user that is not root, if the test is root.
const as = `as() { if [ "$(id -u)" = 0 ]; then runuser -u "$ACCOUNT" -- "$@"; else "$@"; fi; }`

var debian = map[string]store{
	"postgres": {
		program: "/usr/lib/postgresql/*/bin/postgres",
		prepare: `PATH="$(dirname "$(ls /usr/lib/postgresql/*/bin/postgres | tail -n 1)"):$PATH" ACCOUNT=postgres
umask 077; echo "$POSTGRES_PASSWORD" >password; [ "$(id -u)" != 0 ] || chown postgres . password
as initdb -D data -U "$POSTGRES_USER" --pwfile=password -A scram-sha-256 --no-sync >/dev/null`,
		run: `export PGDATA="$PWD/data"; as "$@" -k "$PWD" & 
until PGPASSWORD="$POSTGRES_PASSWORD" createdb -h 127.0.0.1 -U "$POSTGRES_USER" "$POSTGRES_DB" 2>/dev/null; do sleep 0.2; done`,
		ask: `PGPASSWORD="$POSTGRES_PASSWORD" psql -h 127.0.0.1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -Atqc 'CREATE EXTENSION pg_stat_statements; SHOW log_min_duration_statement'
[ "$(PGPASSWORD="$POSTGRES_PASSWORD" psql -h 127.0.0.1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -Atqc 'SHOW log_min_duration_statement')" = 1s ]`,
	},
	"redis": {
		program: "/usr/bin/redis-server",
		prepare: `mkdir bin; printf '#!/bin/sh\nexec "$@"\n' >bin/docker-entrypoint.sh; chmod +x bin/docker-entrypoint.sh; PATH="$PWD/bin:$PATH"`,
		run:     `"$@" &`,
		ask: `export REDISCLI_AUTH="$REDIS_PASSWORD"
[ "$(redis-cli set a b)" = OK ]
[ "$(redis-cli get a)" = b ]
[ "$(redis-cli config get maxmemory-policy | tail -n 1)" = allkeys-lru ]
if REDISCLI_AUTH= redis-cli get a | grep -q b; then exit 8; fi`,
	},
	"rabbitmq": {
		program: "/usr/sbin/rabbitmq-server",
		prepare: `mkdir home; export HOME="$PWD/home" RABBITMQ_MNESIA_BASE="$PWD/data" RABBITMQ_LOG_BASE="$PWD/log" RABBITMQ_NODENAME=rabbit@localhost
export RABBITMQ_ENABLED_PLUGINS_FILE="$PWD/plugins" PATH="/usr/lib/rabbitmq/bin:$PATH"`,
		run: `rabbitmq-server >server.log 2>&1 &`, // the image's own command: compose has none
		ask: `rabbitmqctl -q authenticate_user "$RABBITMQ_DEFAULT_USER" "$RABBITMQ_DEFAULT_PASS"
if rabbitmqctl -q authenticate_user guest guest; then exit 8; fi`,
	},
}

// TestStores starts stores with compose's own command, variables and health check, each in a network of its own, where all ports
// are free. Debian's versions are not those of the images: what is tested is what docker-compose.yml says to them.
func TestStores(t *testing.T) {
	t.Parallel()
	p := project(t)
	for name, d := range debian {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if found, _ := filepath.Glob(d.program); len(found) == 0 || exec.Command("unshare", "--net", "true").Run() != nil { //nolint:noctx // it ends at once
				missing := fmt.Sprintf("%s, or the right to make a network namespace, is missing (tools/install.sh): docker-compose.yml's %s was NOT started", d.program, name)
				if os.Getenv("CI") != "" && len(found) == 0 {
					t.Fatal(missing)
				}
				t.Skipf("\n\n*** %s\n", missing)
			}
			s := p.Services[name]
			dir, err := os.MkdirTemp("", "store") // others may enter it
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { os.RemoveAll(dir) }) //nolint:errcheck // best effort
			if err := os.Chmod(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			script := strings.Join([]string{
				"set -eu; ip link set lo up; trap 'kill $(jobs -p) 2>/dev/null || true; wait' EXIT", as, d.prepare, d.run,
				`n=0; until sh -c "$HEALTHCHECK" >health.log 2>&1; do n=$((n + 1)); if [ $n -gt 60 ]; then cat health.log server.log 2>/dev/null; exit 9; fi; sleep 1; done`,
				d.ask, "echo healthy",
			}, "\n")
			// RabbitMQ reads its own memory from /proc: by the process number of its namespace it would find another process, or none.
			cmd := exec.CommandContext(t.Context(), "unshare", append([]string{"--net", "--pid", "--mount-proc", "--fork", "--kill-child", "bash", "-c", script, "bash"}, s.Command...)...)
			cmd.Dir, cmd.WaitDelay = dir, 10*time.Second
			cmd.Env = []string{"PATH=" + os.Getenv("PATH") + ":/usr/sbin:/sbin", "LC_ALL=C.UTF-8", "HEALTHCHECK=" + s.HealthCheck.Test[1]}
			for k, v := range s.Environment {
				cmd.Env = append(cmd.Env, k+"="+*v)
			}
			out, err := cmd.CombinedOutput()
			if err != nil || !strings.Contains(string(out), "\nhealthy\n") {
				t.Errorf("Should become healthy, and answer: %v\n%s", err, out)
			}
		})
	}
}
