package mockaws

import (
	"net"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/morket-io/platform/internal/aws/crds"
)

// zone is the hosted zone of the examples.
const zone = "Z0123456789ABCDEFGHIJ"

// start starts AWS. moto is a package of Python's that CI cannot install, and `make e2e-aws` is for who has it: what needs
// it runs where it is.
func start(t *testing.T) *Server {
	t.Helper()
	if err := Installed(t.Context()); err != nil {
		t.Logf("\n\n*** %v: the mock AWS of `make e2e-aws` was NOT tested\n", err)
		t.SkipNow()
	}
	root, err := crds.Root()
	if err != nil {
		t.Fatal(err)
	}
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{Root: root, Address: l.Addr().String(), Account: "111122223333", Zones: map[string]string{zone: "morket.io"}}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	argv := s.Command()
	c := exec.CommandContext(t.Context(), argv[0], argv[1:]...)
	c.Stderr = os.Stderr
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Process.Signal(syscall.SIGTERM) //nolint:errcheck,gosec // it may have ended
		c.Wait()                          //nolint:errcheck,gosec // it was stopped
	})
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(200 * time.Millisecond) {
		err := s.Ready(t.Context())
		if err == nil {
			return s
		}
		if time.Now().After(deadline) {
			t.Fatalf("the server did not start: %v", err)
		}
	}
}
