package stack

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestProcess(t *testing.T) {
	dir := t.TempDir()
	s := &Stack{Options: Options{Dir: dir, Log: io.Discard}, cancel: func() {}}
	defer s.Stop()
	runs := func() int {
		raw, _ := os.ReadFile(filepath.Join(dir, "runs"))
		return len(raw)
	}
	// Ends by itself the first time, and stays from then on.
	script := `echo -n r >>"$1/runs"; echo run; [ "$(cat "$1/runs")" != r ] || exit 3; exec sleep 60`
	if err := s.Run("process", nil, "sh", "-c", script, "sh", dir); err != nil {
		t.Fatal(err)
	}
	if err := Until(t.Context(), 30*time.Second, func() error {
		if runs() < 2 {
			return errors.New("it was not started again")
		}
		return nil
	}); err != nil {
		t.Fatalf("Should start again what ended: %v", err)
	}
	if ends := s.Ends(); len(ends) != 1 || ends[0].Process != "process" || ends[0].State != "exit status 3" || ends[0].Panicked() || !strings.Contains(ends[0].Log, "run") {
		t.Errorf("Should tell how it ended, and what it said last: %v", ends)
	}
	s.Kill("process")
	time.Sleep(backOff + time.Second)
	if got := runs(); got != 2 || len(s.Ends()) != 1 {
		t.Errorf("Should leave alone what was told to end: %d runs, %v", got, s.Ends())
	}
	if err := s.Again("process"); err != nil {
		t.Fatal(err)
	}
	if err := Until(t.Context(), 30*time.Second, func() error {
		if runs() < 3 {
			return errors.New("it was not started")
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
}
