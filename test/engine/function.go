package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os/exec"
	"sync"
	"time"
)

// startTimeout is how long a function may take to listen. It takes milliseconds; a loaded machine takes longer.
const startTimeout = 20 * time.Second

// A function is a running composition function.
type function struct {
	Address string // host:port

	stop context.CancelFunc
	done chan struct{} // closed when the process has ended
	log  log
}

// startFunction starts a function's binary on a free port of 127.0.0.1 and waits until it listens.
func startFunction(ctx context.Context, binary string) (*function, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	f := &function{Address: address, stop: stop, done: make(chan struct{})}

	cmd := exec.CommandContext(ctx, binary, "--insecure", "--address", address)
	cmd.Stdout, cmd.Stderr = &f.log, &f.log
	if err := cmd.Start(); err != nil {
		stop()
		return nil, fmt.Errorf("cannot start the function: %w", err)
	}
	go func() {
		_ = cmd.Wait() // It ends when it is killed, or with what is in its log.
		close(f.done)
	}()

	timeout := time.After(startTimeout)
	for {
		if conn, err := net.Dial("tcp", address); err == nil {
			_ = conn.Close()
			return f, nil
		}
		select {
		case <-f.done:
			stop()
			return nil, fmt.Errorf("the function ended before it listened on %s:\n%s", address, f.log.String())
		case <-timeout:
			f.Stop()
			return nil, fmt.Errorf("the function does not listen on %s after %s:\n%s", address, startTimeout, f.log.String())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Stop ends the function and waits for its end.
func (f *function) Stop() {
	f.stop()
	<-f.done
}

// freeAddress returns an address on 127.0.0.1 that nothing listens on.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("cannot find a free port: %w", err)
	}
	return l.Addr().String(), l.Close()
}

// A log is a buffer that may be read while a process writes to it.
type log struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}
