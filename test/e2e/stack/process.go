package stack

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// A process of the stack. It can be killed and started again, and writes its log to <name>.log.
type process struct {
	name  string
	env   []string
	argv  []string
	ended func(End) // is told of an end that nobody asked for, before the process is started again; nil if it is not to be

	mu   sync.Mutex
	cmd  *exec.Cmd
	gone chan struct{}
	used Usage // by those that were before
}

// backOff is how long after its end a process is started again. (A kubelet takes ten seconds, and more from time to time.)
const backOff = 2 * time.Second

// grace is how long a process that is told to end may take. The API server would wait for its watches, for a minute.
const grace = 3 * time.Second

// An End is one that nobody asked for.
type End struct {
	Process, State string
	Log            string // its last lines
}

func (e End) String() string { return e.Process + " ended (" + e.State + "): " + e.Log }

// Panicked says whether it was a panic or another fatal error of Go's.
func (e End) Panicked() bool { return e.State == "exit status 2" }

// Usage is what a process took.
type Usage struct {
	PeakMiB    float64 `json:"peakMiB"`    // most resident memory at any time
	CPUSeconds float64 `json:"cpuSeconds"` // of user and system
}

// start starts the process.
func (p *process) start(dir string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.startLocked(dir)
}

func (p *process) startLocked(dir string) error {
	f, err := os.OpenFile(filepath.Join(dir, p.name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()                             //nolint:errcheck // the process has its own
	c := exec.Command(p.argv[0], p.argv[1:]...) //nolint:gosec // our own tools
	c.Env = append(os.Environ(), p.env...)
	c.Stdout, c.Stderr = f, f
	// Nothing outlives the stack, however that ends.
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := c.Start(); err != nil {
		return fmt.Errorf("cannot start %s: %w", p.name, err)
	}
	gone := make(chan struct{})
	go func() {
		_ = c.Wait()
		close(gone)
		if p.ended != nil {
			p.again(dir, c)
		}
	}()
	p.cmd, p.gone = c, gone
	return nil
}

// again starts the process again, once it ended as c did and nobody asked for that.
func (p *process) again(dir string, c *exec.Cmd) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd != c {
		return
	}
	p.used = p.used.and(used(c.ProcessState))
	p.mu.Unlock()
	p.ended(End{p.name, c.ProcessState.String(), tail(filepath.Join(dir, p.name+".log"))})
	time.Sleep(backOff)
	p.mu.Lock()
	if p.cmd == c {
		_ = p.startLocked(dir) // or it is missed by whoever uses it
	}
}

// stop ends the process with a signal, and kills it if it takes too long.
func (p *process) stop(s syscall.Signal) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd == nil {
		return
	}
	p.used = p.used.and(usage(p.cmd.Process.Pid))
	_ = p.cmd.Process.Signal(s)
	select {
	case <-p.gone:
	case <-time.After(grace):
		_ = p.cmd.Process.Kill()
		<-p.gone
	}
	p.cmd = nil
}

// Usage is what the process took, with those that were before it.
func (p *process) Usage() Usage {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd == nil {
		return p.used
	}
	return p.used.and(usage(p.cmd.Process.Pid))
}

func (u Usage) and(v Usage) Usage {
	return Usage{PeakMiB: max(u.PeakMiB, v.PeakMiB), CPUSeconds: u.CPUSeconds + v.CPUSeconds}
}

// usage reads what a process takes from /proc.
func usage(pid int) (u Usage) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return u
	}
	for line := range strings.Lines(string(status)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "VmHWM:" {
			kib, _ := strconv.ParseFloat(f[1], 64)
			u.PeakMiB = kib / 1024
		}
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return u
	}
	// The name in parentheses may hold anything; fields 14 and 15 are user and system time in hundredths of a second.
	if i := bytes.LastIndexByte(stat, ')'); i >= 0 {
		if f := strings.Fields(string(stat[i+1:])); len(f) > 12 {
			user, _ := strconv.ParseFloat(f[11], 64)
			system, _ := strconv.ParseFloat(f[12], 64)
			u.CPUSeconds = (user + system) / 100
		}
	}
	return u
}

// used is what a process took that has ended.
func used(s *os.ProcessState) Usage {
	u := Usage{CPUSeconds: (s.UserTime() + s.SystemTime()).Seconds()}
	if r, ok := s.SysUsage().(*syscall.Rusage); ok {
		u.PeakMiB = float64(r.Maxrss) / 1024
	}
	return u
}

// tail is the end of a log.
func tail(path string) string {
	const most = 1000
	raw, err := os.ReadFile(path) //nolint:gosec // our own
	if err != nil {
		return err.Error()
	}
	return string(raw[max(0, len(raw)-most):])
}

// once runs a command to its end.
func (s *Stack) once(name string, env []string, argv ...string) error {
	p := &process{name: name, env: env, argv: argv}
	if err := p.start(s.Dir); err != nil {
		return err
	}
	<-p.gone
	if !p.cmd.ProcessState.Success() {
		return errors.New(p.cmd.ProcessState.String())
	}
	return nil
}

// Run starts a process that belongs to the stack, and is one of its own from then on.
func (s *Stack) Run(name string, env []string, argv ...string) error {
	return s.run(name, env, argv...)
}

// run starts a process of the stack.
func (s *Stack) run(name string, env []string, argv ...string) error {
	p := &process{name: name, env: env, argv: argv, ended: func(e End) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.ends = append(s.ends, e)
	}}
	s.mu.Lock()
	s.processes = append(s.processes, p)
	s.mu.Unlock()
	return p.start(s.Dir)
}

func (s *Stack) process(name string) *process {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.processes {
		if p.name == name {
			return p
		}
	}
	return nil
}

// Kill ends a process without a warning, as the kernel does that runs out of memory.
func (s *Stack) Kill(name string) { s.process(name).stop(syscall.SIGKILL) }

// Terminate ends a process as a node does that is drained.
func (s *Stack) Terminate(name string) { s.process(name).stop(syscall.SIGTERM) }

// Again starts a process that was ended.
func (s *Stack) Again(name string) error { return s.process(name).start(s.Dir) }

// Usage is what each process took until now.
func (s *Stack) Usage() map[string]Usage {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make(map[string]Usage, len(s.processes))
	for _, p := range s.processes {
		out[p.name] = p.Usage()
	}
	return out
}

// Ends lists what ended without being told to. As a kubelet does, the stack starts it again.
func (s *Stack) Ends() []End {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.ends)
}
