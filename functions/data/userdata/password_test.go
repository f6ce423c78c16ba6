package userdata

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	users    = "etc/clickhouse-server/users.d/morket.xml"
	password = "correctHorseBatteryStaple0123456"
	getValue = "aws secretsmanager get-secret-value --region us-east-1 --secret-id arn:aws:secretsmanager:us-east-1:111122223333:secret:morket-production/clickhouse-AbCdEf --query SecretString --output text"
)

// newSecret returns a machine with a secret, on which the commands that might learn it record what they are called with
// and do their work.
func newSecret(t *testing.T, value string) *machine {
	t.Helper()
	m := newMachine(t)
	m.secret(value)
	for _, name := range []string{"python3", "install", "mv", "cat", "mkdir", "chmod"} {
		m.stub(name, `env >>"$state/environments"; PATH=${PATH#*:} exec "$name" "$@"`)
	}
	return m
}

// secret makes a stub of Secrets Manager. The value is kept apart from the files that are searched for it.
func (m *machine) secret(value string) {
	m.t.Helper()
	answer := filepath.Join(m.t.TempDir(), "answer")
	if err := os.WriteFile(answer, []byte(value), 0o600); err != nil {
		m.t.Fatal(err)
	}
	m.stub("aws", `PATH=${PATH#*:} exec cat `+quote(answer))
}

// userFile returns what ClickHouse should read about the user.
func userFile(password string) string {
	hash := sha256.Sum256([]byte(password))
	return `<clickhouse>
    <users>
        <default remove="remove"/>
        <morket>
            <password_sha256_hex>` + hex.EncodeToString(hash[:]) + `</password_sha256_hex>
            <networks><ip>::/0</ip></networks>
            <profile>default</profile>
            <quota>default</quota>
        </morket>
    </users>
</clickhouse>
`
}

func TestPassword(t *testing.T) {
	earlier := userFile("an earlier password")
	cases := map[string]struct {
		reason string
		value  string
		have   string // the file before
		ok     bool
		says   string
		want   string // the file after
	}{
		"First":         {reason: "Should write the user with the hash of the password.", value: `{"username":"morket","password":"` + password + `"}`, ok: true, want: userFile(password)},
		"Rotated":       {reason: "Should replace an earlier password.", value: `{"username":"morket","password":"` + password + `"}`, have: earlier, ok: true, want: userFile(password)},
		"Hostile":       {reason: "Should hash whatever a password has, and let none of it into the file.", value: `{"username":"morket","password":"</x>'$(id)\" ü` + password + `\n"}`, ok: true, want: userFile("</x>'$(id)\" ü" + password + "\n")},
		"NotJSON":       {reason: "Should keep the earlier password when the secret is something else, and not quote it.", value: password, have: earlier, says: "the secret is not JSON with a username and a password", want: earlier},
		"Empty":         {reason: "Should write nothing while the secret has no value.", value: "", says: "has not been written yet"},
		"NoPassword":    {reason: "Should write no user without a password.", value: `{"username":"morket","password":""}`, says: "the secret is not JSON"},
		"NoUser":        {reason: "Should not do without the user's name.", value: `{"password":"` + password + `"}`, says: "the secret is not JSON"},
		"WrongTypes":    {reason: "Should not quote a secret of another shape.", value: `["` + password + `"]`, says: "the secret is not JSON"},
		"MarkupInName":  {reason: "Should refuse a name that would be markup.", value: `{"username":"a><b","password":"` + password + `"}`, says: "the secret is not JSON"},
		"NewlineInName": {reason: "Should refuse a name that ends in a newline.", value: `{"username":"morket\n","password":"` + password + `"}`, says: "the secret is not JSON"},
		"Default":       {reason: "Should refuse the default user, which it removes.", value: `{"username":"default","password":"` + password + `"}`, says: "the secret is not JSON"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			m := newSecret(t, tc.value)
			if tc.have != "" {
				m.write(users, tc.have)
			}
			// What the shell knows at the end is written down, to be searched.
			got := m.run(production, `trap 'set >"$2/variables"' EXIT; take_password 0`)

			if got.ok != tc.ok || !strings.Contains(got.output, tc.says) {
				t.Errorf("%s\ntake_password: ok %t, want %t, saying %q:\n%s", tc.reason, got.ok, tc.ok, tc.says, got.output)
			}
			if diff := cmp.Diff(tc.want, m.read(users)); diff != "" {
				t.Errorf("%s\n%s: -want, +got:\n%s", tc.reason, users, diff)
			}
			if strings.Contains(got.output, password) {
				t.Errorf("%s\nThe output has the password:\n%s", tc.reason, got.output)
			}
			if found := m.filesWith(password); len(found) != 0 {
				t.Errorf("%s\nThe password is in a file, a variable, an environment or the arguments of a command: %v", tc.reason, found)
			}
		})
	}
}

// TestPasswordFile checks who may read the user's file, which the server runs as another user to do.
func TestPasswordFile(t *testing.T) {
	m := newSecret(t, `{"username":"morket","password":"`+password+`"}`)
	if got := m.run(production, "umask 0; take_password 0"); !got.ok {
		t.Fatalf("take_password: %s", got.output)
	}
	info, err := os.Stat(m.path(users))
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o640 {
		t.Errorf("%s: mode should be 0640, whatever the umask, is %o", users, got)
	}
	if calls := m.calls("install"); len(calls) != 1 || !strings.Contains(calls[0], "-m 0640 -g ") {
		t.Errorf("The file should be the server's group's from the start: %v", calls)
	}
	left, err := filepath.Glob(m.path(users) + "?*")
	if err != nil || len(left) != 0 {
		t.Errorf("No half-written file should be left: %v, %v", left, err)
	}
}

// TestPasswordUnchanged leaves the file alone while the password stays, so that ClickHouse does not read it every time.
func TestPasswordUnchanged(t *testing.T) {
	m := newSecret(t, `{"username":"morket","password":"`+password+`"}`)
	got := m.run(production, "take_password 0; touch -d @1000000000 "+m.path(users)+"; take_password 0")
	if !got.ok {
		t.Fatalf("take_password: %s", got.output)
	}
	info, err := os.Stat(m.path(users))
	if err != nil {
		t.Fatal(err)
	}
	if info.ModTime().Unix() != 1000000000 {
		t.Errorf("%s: should be the same file, was written %s", users, info.ModTime())
	}
	if left, err := filepath.Glob(m.path(users) + "?*"); err != nil || len(left) != 0 {
		t.Errorf("No other file should be left: %v, %v", left, err)
	}
}

func TestPasswordWaits(t *testing.T) {
	m := newSecret(t, `{"username":"morket","password":"`+password+`"}`)
	answers := filepath.Join(m.bin, "aws-answers")
	if err := os.Rename(filepath.Join(m.bin, "aws"), answers); err != nil {
		t.Fatal(err)
	}
	// Failures that print something, which must not be taken for the answer. The last call is the one that answers.
	m.stub("aws", `echo >>"$state/tries"; (($(wc -l <"$state/tries") > 3)) || { echo '{"username":"morket","password":"half an answer"}'; exit 254; }; exec `+quote(answers))
	if got := m.run(production, "take_password 60"); !got.ok {
		t.Errorf("Should wait for a value that is written, or a permission that is given, later: %s", got.output)
	}
	if diff := cmp.Diff(userFile(password), m.read(users)); diff != "" {
		t.Errorf("%s: -want, +got:\n%s", users, diff)
	}
	if diff := cmp.Diff([]string{getValue, getValue, getValue, getValue, "aws"}, m.calls("aws")); diff != "" {
		t.Errorf("Should ask Secrets Manager until it answers: -want, +got:\n%s", diff)
	}
}

// TestPasswordAtBoot checks what the unit runs before each start of the server.
func TestPasswordAtBoot(t *testing.T) {
	cases := map[string]struct {
		reason   string
		have     string
		patience string
	}{
		"Earlier": {reason: "Should give up soon, and keep the password that was known last: a server is better than none.", have: userFile("earlier"), patience: "120"},
		"None":    {reason: "Should wait long for the first password.", patience: "7777"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			m := newSecret(t, "")
			if tc.have != "" {
				m.write(users, tc.have)
			}
			got := m.run(production, `network_patience=7777; retry() { echo "patience $1"; return 1; }; main password`)
			if got.ok || !strings.Contains(got.output, "patience "+tc.patience+"\n") {
				t.Errorf("%s\npassword: ok %t, want a failure after %s seconds:\n%s", tc.reason, got.ok, tc.patience, got.output)
			}
			if diff := cmp.Diff(tc.have, m.read(users)); diff != "" {
				t.Errorf("%s\n%s: -want, +got:\n%s", tc.reason, users, diff)
			}
		})
	}
}
