package mockaws

import (
	"bufio"
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// A call is one operation, as boto3 names it, with its parameters and where its answer goes.
type call struct {
	Service    string         `json:"service"`
	Operation  string         `json:"operation"`
	Parameters map[string]any `json:"parameters"`
	answer     any
}

//go:embed ask.py
var asker string

// An sdk is AWS' SDK for Python, as a process that makes calls until it is closed. To start it takes longer than a call.
type sdk struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
	err *bytes.Buffer
}

func newSDK(ctx context.Context, endpoint, region string) (*sdk, error) {
	s := &sdk{cmd: exec.CommandContext(ctx, "python3", "-c", asker, endpoint, region), err: &bytes.Buffer{}} //nolint:gosec // our own program
	// Nothing of this machine's configuration may lead it elsewhere.
	s.cmd.Env = slices.DeleteFunc(os.Environ(), func(e string) bool { return strings.HasPrefix(e, "AWS_") })
	s.cmd.Env = append(s.cmd.Env, "AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null")
	s.cmd.Stderr = s.err
	var err error
	if s.in, err = s.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	s.out = bufio.NewReader(out)
	return s, s.cmd.Start()
}

func (s *sdk) close() {
	s.in.Close() //nolint:errcheck,gosec // it ends then
	s.cmd.Wait() //nolint:errcheck,gosec // nothing is lost
}

// ask makes calls and returns an error for each, nil for those that succeed.
func (s *sdk) ask(calls []call) ([]error, error) {
	line, err := json.Marshal(calls)
	if err != nil {
		return nil, err
	}
	if _, err := s.in.Write(append(line, '\n')); err != nil {
		return nil, err
	}
	if line, err = s.out.ReadBytes('\n'); err != nil {
		s.close() // for what it says
		return nil, fmt.Errorf("%w: %s", err, s.err)
	}
	var answers []struct {
		Answer json.RawMessage
		Error  string
	}
	if err := json.Unmarshal(line, &answers); err != nil {
		return nil, err
	}
	if len(answers) != len(calls) {
		return nil, fmt.Errorf("%d answers to %d calls", len(answers), len(calls))
	}
	errs := make([]error, len(calls))
	for i, c := range calls {
		switch a := answers[i]; {
		case a.Error != "":
			errs[i] = errors.New(a.Error)
		case c.answer != nil:
			errs[i] = json.Unmarshal(a.Answer, c.answer)
		}
	}
	return errs, nil
}
