package userdata

import (
	"encoding/base64"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var production = ClickHouse{ //nolint:gosec // where a secret is, not a secret
	VolumeID: "vol-0123456789abcdef0",
	Region:   "us-east-1",
	SecretID: "arn:aws:secretsmanager:us-east-1:111122223333:secret:morket-production/clickhouse-AbCdEf",
	Version:  "25.8",
}

func TestScript(t *testing.T) {
	script := production.Script()

	if diff := cmp.Diff(script, production.Script()); diff != "" {
		t.Errorf("Script(): the same parameters should give the same bytes: -first, +second:\n%s", diff)
	}
	if got, want := strings.SplitN(script, "\n", 6)[:5], []string{
		"#!/bin/bash",
		"VOLUME_ID='vol-0123456789abcdef0'",
		"REGION='us-east-1'",
		"SECRET_ID='arn:aws:secretsmanager:us-east-1:111122223333:secret:morket-production/clickhouse-AbCdEf'",
		"VERSION='25.8'",
	}; !cmp.Equal(want, got) {
		t.Errorf("Script(): cloud-init runs what begins with #!, and the parameters come next: -want, +got:\n%s", cmp.Diff(want, got))
	}
	if n := strings.Count(script, "#!/bin/bash"); n != 1 {
		t.Errorf("Script(): should have one #! line, has %d: is the script's first line still %q?", n, shebang)
	}

	decoded, err := base64.StdEncoding.DecodeString(production.Base64())
	if err != nil {
		t.Fatalf("Base64(): %v", err)
	}
	if diff := cmp.Diff(script, string(decoded)); diff != "" {
		t.Errorf("Base64(): should be the script's: -want, +got:\n%s", diff)
	}
}

// TestSize leaves room for the longest parameters: a secret's name has 512 characters at most.
func TestSize(t *testing.T) {
	longest := production
	longest.SecretID = strings.Repeat("s", 512)
	if got := len(longest.Script()); got > MaxSize {
		t.Errorf("Script(): %d bytes, of which EC2 takes %d", got, MaxSize)
	}
	t.Logf("%d bytes with usual parameters, %d at most", len(production.Script()), len(longest.Script()))
}

func TestQuoting(t *testing.T) {
	cases := map[string]struct {
		reason string
		value  string
	}{
		"Usual":       {reason: "Should leave a usual value alone.", value: production.SecretID},
		"Empty":       {reason: "Should be empty, not missing.", value: ""},
		"SingleQuote": {reason: "Should not end at a quote.", value: `'; touch hacked; '`},
		"OnlyQuotes":  {reason: "Should keep quotes at the ends.", value: `''''`},
		"Newlines":    {reason: "Should not begin a new command at a new line.", value: "a\ntouch hacked\n"},
		"Expansions":  {reason: "Should expand nothing.", value: "$(touch hacked) `touch hacked` ${HOME} $0 ~ * \\n \\ ! \" # &"},
		"NotASCII":    {reason: "Should keep every byte.", value: "größe\t\x01\xff"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			script := ClickHouse{VolumeID: tc.value, Region: tc.value, SecretID: tc.value, Version: tc.value}.Script()
			parameters, _, _ := strings.Cut(script, "# Makes an Amazon Linux 2023 instance")
			cmd := exec.CommandContext(t.Context(), "bash", "-c", parameters+`printf '%s\0' "$VOLUME_ID" "$REGION" "$SECRET_ID" "$VERSION"`)
			cmd.Dir = dir
			got, err := cmd.Output()
			if err != nil {
				t.Fatalf("%s: bash: %v", tc.reason, err)
			}
			want := strings.Repeat(tc.value+"\x00", 4)
			if diff := cmp.Diff(want, string(got)); diff != "" {
				t.Errorf("%s\nbash reads: -want, +got:\n%s", tc.reason, diff)
			}
			if _, err := os.Stat(filepath.Join(dir, "hacked")); err == nil {
				t.Errorf("%s\nbash ran the value", tc.reason)
			}
		})
	}
}

// TestShellcheck checks what instances run: the script with its parameters.
func TestShellcheck(t *testing.T) {
	shellcheck, err := exec.LookPath("shellcheck")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("shellcheck is not installed, and CI must not pass without it")
		}
		t.Skip("SKIPPED: shellcheck is not installed (apt-get install shellcheck): the user data was NOT checked")
	}
	file := filepath.Join(t.TempDir(), "clickhouse.sh")
	if err := os.WriteFile(file, []byte(production.Script()), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), shellcheck, "--norc", file).CombinedOutput(); err != nil {
		t.Errorf("shellcheck: %v\n%s", err, out)
	}
}
