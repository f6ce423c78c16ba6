package platformtest

import (
	"os"
	"os/exec"
	"testing"
)

// Program is the path of a program that a test runs, such as nginx, from a Debian package. Where it is missing the test
// is skipped, loudly; in CI, which installs it (tools/install.sh), it fails.
func Program(t testing.TB, name, debianPackage string) string {
	t.Helper()
	for _, dir := range []string{"", "/usr/sbin/", "/sbin/"} { // administrators' programs are not on everybody's path
		if path, err := exec.LookPath(dir + name); err == nil {
			return path
		}
	}
	const missing = "%s is not installed (apt-get install %s): this was NOT tested"
	if os.Getenv("CI") != "" {
		t.Fatalf(missing, name, debianPackage)
	}
	t.Logf("\n\n*** "+missing+"\n", name, debianPackage)
	t.SkipNow()
	return ""
}
