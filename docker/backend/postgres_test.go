package backend

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/test/platformtest"
)

// A database is a PostgreSQL server of Debian's, with TLS, and a directory as the image has it: migrate.mjs, pg, and
// dist/migrate.js.
type database struct {
	t          *testing.T
	node, psql string
	dir, port  string
}

// migration is a dist/migrate.js: slow, and it writes down when it begins and ends.
const migration = `
const { Client } = require('pg');
(async () => {
  const client = new Client({ host: process.env.DATABASE_HOST, port: process.env.DATABASE_PORT, database: process.env.DATABASE_NAME,
    user: process.env.DATABASE_USER, password: process.env.DATABASE_PASSWORD, ssl: { rejectUnauthorized: false } });
  await client.connect();
  await client.query('CREATE TABLE IF NOT EXISTS history (id serial, what text)');
  await client.query("INSERT INTO history (what) VALUES ('begin')");
  await new Promise((resolve) => setTimeout(resolve, Number(process.env.SLOW ?? 0)));
  await client.query("INSERT INTO history (what) VALUES ('end')");
  await client.end();
})().catch((error) => { console.error(error.message); process.exit(1); });
`

func newDatabase(t *testing.T) *database {
	t.Helper()
	d := &database{t: t, node: platformtest.Program(t, "node", "nodejs"), psql: platformtest.Program(t, "psql", "postgresql-client"), dir: t.TempDir()}
	servers, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	drivers, _ := filepath.Glob("/usr/*/share/morket/node_modules/pg")
	if len(drivers) == 0 {
		drivers, _ = filepath.Glob("/usr/share/nodejs/pg")
	}
	if len(servers) == 0 || len(drivers) == 0 {
		const missing = "PostgreSQL or its driver for Node.js is not installed (tools/install.sh): the migrations' lock was NOT tested with a real server"
		if os.Getenv("CI") != "" {
			t.Fatal(missing)
		}
		t.Skipf("\n\n*** %s\n", missing)
	}
	err := os.MkdirAll(filepath.Join(d.dir, "node_modules"), 0o700)
	if err == nil {
		err = os.Symlink(drivers[0], filepath.Join(d.dir, "node_modules", "pg"))
	}
	if err != nil {
		t.Fatal(err)
	}
	script, err := os.ReadFile("migrate.mjs")
	if err != nil {
		t.Fatal(err)
	}
	for file, content := range map[string]string{"migrate.mjs": string(script), "dist/migrate.js": migration} {
		path := filepath.Join(d.dir, file)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	d.serve(filepath.Dir(servers[len(servers)-1]))
	return d
}

// serve sets a server up and starts it, as a user that is not root: PostgreSQL refuses to run as root.
func (d *database) serve(bin string) {
	d.t.Helper()
	dir, err := os.MkdirTemp("", "pg") // the path of a socket may not be long
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { os.RemoveAll(dir) }) //nolint:errcheck,gosec // best effort
	attributes := &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	if os.Getuid() == 0 {
		u, err := user.Lookup("postgres")
		if err != nil {
			d.t.Fatal(err)
		}
		uid, _ := strconv.ParseUint(u.Uid, 10, 32)
		gid, _ := strconv.ParseUint(u.Gid, 10, 32)
		attributes.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		if err := os.Chown(dir, int(uid), int(gid)); err != nil {
			d.t.Fatal(err)
		}
	}
	run := func(stdin, program string, args ...string) {
		d.t.Helper()
		cmd := exec.CommandContext(d.t.Context(), program, args...)
		cmd.Dir, cmd.SysProcAttr, cmd.Stdin = dir, attributes, strings.NewReader(stdin)
		if out, err := cmd.CombinedOutput(); err != nil {
			d.t.Fatalf("%s: %v: %s", program, err, out)
		}
	}
	run("secret", "sh", "-c", "umask 077; cat >password")
	run("", filepath.Join(bin, "initdb"), "-D", dir+"/data", "-U", "morket", "--pwfile="+dir+"/password", "-A", "scram-sha-256", "--no-sync")
	run(certificate(d.t), "sh", "-c", "umask 077; tee data/server.key >data/server.crt")
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // only to find a port
	if err != nil {
		d.t.Fatal(err)
	}
	_, d.port, _ = net.SplitHostPort(l.Addr().String())
	l.Close() //nolint:errcheck,gosec // only to find a port
	var log bytes.Buffer
	server := exec.CommandContext(d.t.Context(), filepath.Join(bin, "postgres"), "-D", dir+"/data", "-p", d.port, "-k", dir, "-c", "listen_addresses=127.0.0.1",
		"-c", "ssl=on", "-c", "fsync=off")
	server.Dir, server.SysProcAttr, server.Stdout, server.Stderr = dir, attributes, &log, &log
	server.Cancel = func() error { return server.Process.Signal(syscall.SIGINT) }
	if err := server.Start(); err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() {
		server.Process.Signal(syscall.SIGINT) //nolint:errcheck,gosec // it may have ended
		server.Wait()                         //nolint:errcheck,gosec // it was stopped
	})
	for deadline := time.Now().Add(2 * time.Minute); ; time.Sleep(100 * time.Millisecond) {
		if _, err := d.query("postgres", "CREATE DATABASE morket"); err == nil {
			return
		} else if time.Now().After(deadline) {
			d.t.Fatalf("PostgreSQL did not start: %v\n%s", err, log.String())
		}
	}
}

// certificate is a key and its certificate, which nobody knows.
func certificate(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	public, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})) +
		string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: public}))
}

// query asks the server, as its owner.
func (d *database) query(name, sql string) (string, error) {
	cmd := exec.Command(d.psql, "-h", "127.0.0.1", "-p", d.port, "-U", "morket", "-d", name, "-Atqc", sql) //nolint:noctx // a test's own
	cmd.Env = append(os.Environ(), "PGPASSWORD=secret", "PGSSLMODE=require")
	out, err := cmd.CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

// migrate starts the container's command, and returns its end.
func (d *database) migrate(env ...string) (end func() (code int, output string)) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), time.Minute)
	cmd := exec.CommandContext(ctx, d.node, "migrate.mjs", "node", "dist/migrate.js")
	cmd.Dir = d.dir
	cmd.Env = append([]string{
		"PATH=" + os.Getenv("PATH"), "NODE_PATH=/usr/share/nodejs", "DATABASE_HOST=127.0.0.1", "DATABASE_PORT=" + d.port, "DATABASE_NAME=morket",
		"DATABASE_USER=morket", "DATABASE_PASSWORD=secret", "DATABASE_SSLMODE=require",
	}, env...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	return func() (int, string) {
		defer cancel()
		cmd.Wait() //nolint:errcheck,gosec // the code is compared
		return cmd.ProcessState.ExitCode(), strings.TrimSpace(out.String())
	}
}

// history is what migrations wrote down, and then forgets it.
func (d *database) history() string {
	d.t.Helper()
	out, err := d.query("morket", "SELECT string_agg(what, ' ' ORDER BY id) FROM history")
	if err != nil {
		d.t.Fatal(err, out)
	}
	if _, err := d.query("morket", "TRUNCATE history"); err != nil {
		d.t.Fatal(err)
	}
	return out
}

// locks is how many advisory locks are held.
func (d *database) locks() string {
	d.t.Helper()
	out, err := d.query("morket", "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted")
	if err != nil {
		d.t.Fatal(err, out)
	}
	return out
}

// waitFor waits until a query says something.
func (d *database) waitFor(sql, want string) {
	d.t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		out, err := d.query("morket", sql)
		if err == nil && out == want {
			return
		}
		if time.Now().After(deadline) {
			d.t.Fatalf("%s: want %s, got %s, %v", sql, want, out, err)
		}
	}
}

// TestPostgreSQL runs what `morket migrate` runs in the container, with the real server and the real driver.
func TestPostgreSQL(t *testing.T) { //nolint:tparallel // its parts use one database in turn
	t.Parallel()
	d := newDatabase(t)

	code, out := d.migrate()()
	if diff := cmp.Diff([]string{"0", "", "begin end", "0"}, []string{strconv.Itoa(code), out, d.history(), d.locks()}); diff != "" {
		t.Errorf("It should migrate over TLS, and give the lock back\n-want +got:\n%s", diff)
	}

	// Two at once: of two deploys, or of a deploy and somebody by hand.
	first, second := d.migrate("SLOW=1000"), d.migrate("SLOW=1000")
	codeA, a := first()
	codeB, b := second()
	said := slices.Sorted(slices.Values([]string{a, b}))
	if diff := cmp.Diff([]string{"", "migrate: another migration is running: waiting for it"}, said); diff != "" || codeA+codeB != 0 {
		t.Errorf("One should wait for the other: exit codes %d and %d\n-want +got:\n%s", codeA, codeB, diff)
	}
	if diff := cmp.Diff("begin end begin end", d.history()); diff != "" {
		t.Errorf("They should not run at once\n-want +got:\n%s", diff)
	}

	t.Run("Busy", func(t *testing.T) {
		holder := d.migrate("SLOW=20000")
		d.waitFor("SELECT count(*) FROM history", "1")
		code, out := d.migrate("MIGRATION_LOCK_SECONDS=1")()
		if code != 75 || !strings.Contains(out, "another migration has held the lock for 1 s: nothing was done") {
			t.Errorf("It should give up in the end: exit code %d: %s", code, out)
		}
		// The connection that holds the lock is lost, as in a failover.
		if out, err := d.query("morket", "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'morket-migrate'"); err != nil || out != "1" {
			t.Fatalf("%s, %v", out, err)
		}
		code, out = holder()
		if code != 75 || !strings.Contains(out, "the connection that holds the lock is lost: stopping") {
			t.Errorf("It should stop the migrations: exit code %d: %s", code, out)
		}
		if diff := cmp.Diff([]string{"begin", "0"}, []string{d.history(), d.locks()}); diff != "" {
			t.Errorf("The migrations should have been stopped, and the lock be free\n-want +got:\n%s", diff)
		}
	})

	code, out = d.migrate("DATABASE_PASSWORD=wrong")()
	if code != 1 || !strings.Contains(out, "password authentication failed") {
		t.Errorf("It should say what PostgreSQL says: exit code %d: %s", code, out)
	}
}
