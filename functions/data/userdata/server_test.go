package userdata

import (
	"encoding/xml"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestInstall(t *testing.T) {
	cases := map[string]struct {
		reason  string
		version string
		rpm     string // shell of the stubs
		dnf     string
		ok      bool
		says    string
		calls   []string
		shows   string // which packages of the repository dnf is shown
	}{
		"Line": {
			reason: "Should install the newest release of a line, and hold dnf to the line.", version: "25.8",
			rpm: `exit 1`, dnf: `:`, ok: true,
			calls: []string{"rpm --quiet --query clickhouse-server clickhouse-client", "dnf --assumeyes install clickhouse-server clickhouse-client"},
			shows: "includepkgs=clickhouse-server-25.8.*,clickhouse-client-25.8.*,clickhouse-common-static-25.8.*",
		},
		"Release": {
			reason: "Should install exactly the release that is named.", version: "25.8.3.66",
			rpm: `exit 1`, dnf: `:`, ok: true,
			calls: []string{"rpm --quiet --query clickhouse-server clickhouse-client", "dnf --assumeyes install clickhouse-server clickhouse-client"},
			shows: "includepkgs=clickhouse-server-25.8.3.66-*,clickhouse-client-25.8.3.66-*,clickhouse-common-static-25.8.3.66-*",
		},
		"Installed": {
			reason: "Should leave an installed server alone: an upgrade is not what running again is for.", version: "25.8",
			rpm: `:`, dnf: `exit 1`, ok: true,
			calls: []string{"rpm --quiet --query clickhouse-server clickhouse-client"},
			shows: "includepkgs=clickhouse-server-25.8.*,clickhouse-client-25.8.*,clickhouse-common-static-25.8.*",
		},
		"NoNetworkYet": {
			reason: "Should try again until there is a way out of the private subnet.", version: "25.8",
			rpm: `exit 1`, dnf: `echo >>"$state/tries"; (($(wc -l <"$state/tries") > 1))`, ok: true,
			calls: []string{"rpm --quiet --query clickhouse-server clickhouse-client", "dnf --assumeyes install clickhouse-server clickhouse-client", "dnf --assumeyes install clickhouse-server clickhouse-client"},
			shows: "includepkgs=clickhouse-server-25.8.*,clickhouse-client-25.8.*,clickhouse-common-static-25.8.*",
		},
		"NoSuchRelease": {
			reason: "Should say what cannot be installed.", version: "99.1",
			rpm: `exit 1`, dnf: `exit 1`, says: "ClickHouse 99.1 cannot be installed",
			shows: "includepkgs=clickhouse-server-99.1.*,clickhouse-client-99.1.*,clickhouse-common-static-99.1.*",
		},
		"NotARelease": {
			reason: "Should let nothing but a release into dnf's configuration.", version: "25.8\nexclude=*",
			rpm: `exit 1`, dnf: `:`, says: "is not a ClickHouse release",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t)
			m.stub("rpm", tc.rpm)
			m.stub("dnf", tc.dnf)
			params := production
			params.Version = tc.version
			patience := "0"
			if tc.ok {
				patience = "60"
			}
			got := m.run(params, "network_patience="+patience+"; owner=$(id -un); install_clickhouse")

			if got.ok != tc.ok || !strings.Contains(got.output, tc.says) {
				t.Errorf("%s\ninstall_clickhouse: ok %t, want %t, saying %q:\n%s", tc.reason, got.ok, tc.ok, tc.says, got.output)
			}
			if diff := cmp.Diff(tc.calls, m.calls("rpm", "dnf")); tc.ok && diff != "" {
				t.Errorf("%s\ncalls: -want, +got:\n%s", tc.reason, diff)
			}
			var shows string
			for line := range strings.Lines(m.read("etc/yum.repos.d/clickhouse.repo")) {
				if strings.HasPrefix(line, "includepkgs=") {
					shows = strings.TrimSpace(line)
				}
			}
			if diff := cmp.Diff(tc.shows, shows); diff != "" {
				t.Errorf("%s\nrepository: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestOwner has files on the volume that an earlier instance's server owns, by a number that is another's here.
func TestOwner(t *testing.T) {
	m := newMachine(t)
	m.write("var/lib/clickhouse/store/part", "")
	m.stub("rpm", ":")
	m.stub("chown", ":")
	if got := m.run(production, "owner=daemon; install_clickhouse"); !got.ok {
		t.Fatalf("install_clickhouse: %s", got.output)
	}
	calls := strings.Join(m.calls("chown"), "\n")
	if !strings.HasPrefix(calls, "chown --no-dereference daemon:daemon /var/lib/clickhouse") || !strings.Contains(calls, " /var/lib/clickhouse/store/part") {
		t.Errorf("Should give the volume's files to this instance's server: %s", calls)
	}
}

// TestConfiguration checks that the server listens where it must and nowhere else, and writes no logs of its own.
func TestConfiguration(t *testing.T) {
	m := newMachine(t)
	if got := m.run(production, "configure"); !got.ok {
		t.Fatalf("configure: %s", got.output)
	}
	type setting struct {
		Value  string `xml:",chardata"`
		Remove string `xml:"remove,attr"`
	}
	type configuration struct {
		XMLName xml.Name `xml:"clickhouse"`
		Logger  struct {
			Level    setting `xml:"level"`
			Console  setting `xml:"console"`
			Log      setting `xml:"log"`
			ErrorLog setting `xml:"errorlog"`
		} `xml:"logger"`
		ListenHost  []setting `xml:"listen_host"`
		HTTP        setting   `xml:"http_port"`
		TCP         setting   `xml:"tcp_port"`
		MySQL       setting   `xml:"mysql_port"`
		PostgreSQL  setting   `xml:"postgresql_port"`
		Interserver setting   `xml:"interserver_http_port"`
	}
	var got configuration
	if err := xml.Unmarshal([]byte(m.read("etc/clickhouse-server/config.d/morket.xml")), &got); err != nil {
		t.Fatal(err)
	}
	want := configuration{
		XMLName:     xml.Name{Local: "clickhouse"},
		ListenHost:  []setting{{Value: "0.0.0.0"}},
		HTTP:        setting{Value: "8123"},
		TCP:         setting{Value: "9000"},
		MySQL:       setting{Remove: "remove"},
		PostgreSQL:  setting{Remove: "remove"},
		Interserver: setting{Remove: "remove"},
	}
	want.Logger.Level = setting{Value: "information"}
	want.Logger.Console = setting{Value: "1"}
	want.Logger.Log = setting{Remove: "remove"}
	want.Logger.ErrorLog = setting{Remove: "remove"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("config.d/morket.xml: -want, +got:\n%s", diff)
	}
}

// TestUnits checks what keeps the server from starting on the root disk, or without its user.
func TestUnits(t *testing.T) {
	m := newMachine(t)
	m.stub("systemctl", ":")
	if got := m.run(production, "install_units"); !got.ok {
		t.Fatalf("install_units: %s", got.output)
	}
	const units = "etc/systemd/system/"
	for name, want := range map[string]string{ //nolint:gosec // no password, but the unit that fetches it
		"clickhouse-server.service.d/morket.conf": "[Unit]\nRequiresMountsFor=/var/lib/clickhouse\nAssertPathIsMountPoint=/var/lib/clickhouse\nAssertPathExists=/etc/clickhouse-server/users.d/morket.xml\n" +
			"Wants=morket-clickhouse-password.service\nAfter=morket-clickhouse-password.service\n\n[Service]\nLimitCORE=0\n",
		"morket-clickhouse-password.service": "[Unit]\nDescription=ClickHouse's password from Secrets Manager\nWants=network-online.target\nAfter=network-online.target\n\n" +
			"[Service]\nType=oneshot\nExecStart=/usr/local/sbin/morket-clickhouse password\n",
		"morket-clickhouse-grow.service": "[Unit]\nDescription=Let ClickHouse's filesystem fill its volume\nRequiresMountsFor=/var/lib/clickhouse\nAssertPathIsMountPoint=/var/lib/clickhouse\n\n" +
			"[Service]\nType=oneshot\nExecStart=/usr/local/sbin/morket-clickhouse grow\n",
		"morket-clickhouse-grow.timer":     "[Unit]\nDescription=Let ClickHouse's filesystem fill its volume, every ten minutes\n\n[Timer]\nOnBootSec=1min\nOnUnitActiveSec=10min\n\n[Install]\nWantedBy=timers.target\n",
		"morket-clickhouse-password.timer": "[Unit]\nDescription=Take ClickHouse's password from Secrets Manager, every five minutes\n\n[Timer]\nOnActiveSec=5min\nOnUnitInactiveSec=5min\n\n[Install]\nWantedBy=timers.target\n",
	} {
		if diff := cmp.Diff(want, m.read(units+name)); diff != "" {
			t.Errorf("%s: -want, +got:\n%s", name, diff)
		}
	}
}

// A clickHouseServer answers as ClickHouse does to the script: /ping for everyone, queries for the user.
func clickHouseServer(t *testing.T, password string, queries *atomic.Pointer[string]) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/ping" {
			_, _ = io.WriteString(w, "Ok.\n")
			return
		}
		if user, got, ok := r.BasicAuth(); !ok || user != "morket" || got != password {
			w.WriteHeader(http.StatusForbidden)
			_, _ = io.WriteString(w, "Code: 516. DB::Exception: morket: Authentication failed")
			return
		}
		query, err := io.ReadAll(r.Body)
		if err == nil {
			queries.Store(new(string(query)))
		}
	}))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

func TestStart(t *testing.T) {
	cases := map[string]struct {
		reason    string
		known     string // the password that the server knows
		systemctl string
		address   string // instead of the server's
		ok        bool
		says      string
	}{
		"Serves":        {reason: "Should make the database as the secret's user.", known: password, systemctl: ":", ok: true},
		"WrongPassword": {reason: "Should say so when the server does not know the secret's password.", known: "another", systemctl: ":", says: "ClickHouse does not let the secret's user in"},
		"NoStart":       {reason: "Should say where to look when the server does not start.", known: password, systemctl: `[[ $1 != start ]]`, says: "ClickHouse does not start: see journalctl"},
		"NoAnswer":      {reason: "Should say where to look when the server does not answer.", known: password, systemctl: ":", address: "127.0.0.1:1", says: "ClickHouse does not answer: see journalctl"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			m := newSecret(t, `{"username":"morket","password":"`+password+`"}`)
			m.stub("systemctl", tc.systemctl)
			m.real("curl")
			var query atomic.Pointer[string]
			address := clickHouseServer(t, tc.known, &query)
			if tc.address != "" {
				address = tc.address
			}
			// 60 seconds for the login, which fails at once or never.
			got := m.run(production, `eval "original_$(declare -f retry)"; retry() { local s=$1; shift; original_retry $((s > 5 ? 1 : s)) "$@"; }; address=`+address+`; start`)

			if got.ok != tc.ok || !strings.Contains(got.output, tc.says) {
				t.Errorf("%s\nstart: ok %t, want %t, saying %q:\n%s", tc.reason, got.ok, tc.ok, tc.says, got.output)
			}
			if tc.ok && (query.Load() == nil || *query.Load() != "CREATE DATABASE IF NOT EXISTS morket") {
				t.Errorf("%s\nThe server was asked %v", tc.reason, query.Load())
			}
			if found := m.filesWith(password); len(found) != 0 || strings.Contains(got.output, password) {
				t.Errorf("%s\nThe password is in the output, a file, an environment or the arguments of a command: %v\n%s", tc.reason, found, got.output)
			}
		})
	}
}

// TestSetup runs the whole script, as cloud-init does, and once more.
func TestSetup(t *testing.T) {
	m := newDisk(t)
	m.secret(`{"username":"morket","password":"` + password + `"}`)
	m.stub("rpm", `[[ -e $state/installed ]]`)
	m.stub("dnf", `touch "$state/installed"; [[ -e $root/etc/systemd/system/clickhouse-server.service.d/morket.conf && -e $state/mounted ]]`)
	m.stub("xfs_growfs", ":")
	m.stub("find", ":") // whose user is not one of this system
	m.real("curl")
	var query atomic.Pointer[string]
	setup := `test() { [[ $1 == -b && -e $2 ]]; }; address=` + clickHouseServer(t, password, &query) + `; main`

	got := m.run(production, setup)
	if !got.ok || strings.Contains(got.output, "FAILED") {
		t.Fatalf("setup: %s", got.output)
	}
	if found := m.filesWith(password); len(found) != 0 || strings.Contains(got.output, password) {
		t.Errorf("The password is in the output or a file: %v\n%s", found, got.output)
	}
	if diff := cmp.Diff([]string{
		mkfs,
		"systemctl daemon-reload",
		"mount --fstab /etc/fstab /var/lib/clickhouse",
		"xfs_growfs -d /var/lib/clickhouse",
		"systemctl daemon-reload",
		"systemctl enable --now morket-clickhouse-grow.timer",
		"dnf --assumeyes install clickhouse-server clickhouse-client",
		getValue,
		"systemctl enable clickhouse-server",
		"systemctl start clickhouse-server",
		getValue,
		"systemctl enable --now morket-clickhouse-password.timer",
	}, m.calls("mkfs.xfs", "mount", "xfs_growfs", "systemctl", "dnf", "aws")); diff != "" {
		t.Errorf("The volume comes first, then what keeps the server from starting, the package, the password, the start: -want, +got:\n%s", diff)
	}
	if diff := cmp.Diff(production.Script(), readFile(t, m.path("usr/local/sbin/morket-clickhouse"))); diff != "" {
		t.Errorf("The script should be kept for the units: -want, +got:\n%s", diff)
	}

	files := m.files()
	m.forgetCalls()
	if got := m.run(production, setup); !got.ok {
		t.Fatalf("setup, once more: %s", got.output)
	}
	if diff := cmp.Diff(files, m.files()); diff != "" {
		t.Errorf("Running again should change no file: -first, +second:\n%s", diff)
	}
	if diff := cmp.Diff([]string(nil), m.calls("mkfs.xfs", "mount", "dnf")); diff != "" {
		t.Errorf("Running again should format, mount and install nothing: -want, +got:\n%s", diff)
	}
}

// TestSetupStops checks that a step that fails is the last one, and says how to go on.
func TestSetupStops(t *testing.T) {
	cases := map[string]struct {
		reason string
		stub   string
		body   string
	}{
		"Volume": {reason: "Should do nothing without the volume.", stub: "blkid", body: "echo ext4"},
		"Grow":   {reason: "Should stop at a step that has no message of its own.", stub: "xfs_growfs", body: "exit 1"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			m := newDisk(t)
			m.stub("xfs_growfs", ":")
			m.stub(tc.stub, tc.body)
			got := m.run(production, `test() { [[ $1 == -b && -e $2 ]]; }; main setup`)
			want := "FAILED: once the cause above is gone, run: "
			if got.ok || !strings.Contains(got.output, want) {
				t.Errorf("%s\nsetup: should fail and say %q: ok %t\n%s", tc.reason, want, got.ok, got.output)
			}
			if diff := cmp.Diff([]string(nil), m.calls("rpm", "dnf", "aws")); diff != "" {
				t.Errorf("%s\ncalls: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestExecuted runs the script as a program: that it begins at all is decided by its last lines.
func TestExecuted(t *testing.T) {
	m := newMachine(t)
	got := m.run(production, `exec bash "$1" nonsense`)
	if got.ok || !strings.Contains(got.output, "what is nonsense? Say setup, password or grow") {
		t.Errorf("nonsense: should fail: ok %t\n%s", got.ok, got.output)
	}
	params := production
	params.SecretID = ""
	got = m.run(params, ":")
	if got.ok || !strings.Contains(got.output, "SECRET_ID: the name of the secret") {
		t.Errorf("Without a parameter: should fail before anything else: ok %t\n%s", got.ok, got.output)
	}
}

// files returns the machine's files but the volume, by path.
func (m *machine) files() map[string]string {
	m.t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(m.dir, func(path string, entry os.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() && path != m.path(device) {
			files[path] = readFile(m.t, path)
		}
		return err
	})
	if err != nil {
		m.t.Fatal(err)
	}
	return files
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
