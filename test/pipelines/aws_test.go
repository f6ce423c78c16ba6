package pipelines

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"sync"
	"testing"

	"github.com/morket-io/platform/test/platformtest"
)

// awsServer is the real AWS CLI, started once: each call has a process of its own, forked from one that has loaded the CLI,
// because loading it takes longer than a call. Amazon's own build is no library, and is started for each call.
const awsServer = `
import json, os, subprocess, sys, tempfile, traceback
try:
    from awscli.clidriver import create_clidriver
    import awscli.customizations.s3.subcommands, botocore.httpsession, botocore.auth, botocore.endpoint
    create_clidriver()
    main = lambda args: create_clidriver().main(args)
except ImportError:
    main = lambda args: subprocess.call([sys.argv[1], *args])
for line in sys.stdin:
    call = json.loads(line)
    out, err = tempfile.TemporaryFile(), tempfile.TemporaryFile()
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(out.fileno(), 1)
        os.dup2(err.fileno(), 2)
        os.chdir(call["Dir"])
        os.environ.update(dict(pair.split("=", 1) for pair in call["Env"]))
        code = 255
        try:
            code = main(call["Args"])
        except SystemExit as e:
            code = e.code
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code or 0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    out.seek(0)
    err.seek(0)
    print(json.dumps({"Out": out.read().decode(), "Err": err.read().decode(), "Code": code}), flush=True)
`

type awsCall struct {
	Args, Env []string
	Dir       string
}

type awsAnswer struct {
	Out, Err string
	Code     int
}

// awsCLI returns the URL where the CLI is served, for programs that are this test by the name of aws.
var awsCLI = sync.OnceValues(func() (string, error) {
	program, err := exec.LookPath("aws")
	if err != nil {
		return "", err
	}
	server := exec.Command("python3", "-I", "-c", awsServer, program) //nolint:noctx // it ends with the test, when its input does
	server.Stderr = os.Stderr
	in, err := server.StdinPipe()
	if err != nil {
		return "", err
	}
	out, err := server.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := server.Start(); err != nil {
		return "", err
	}
	answers := bufio.NewReader(out)
	var mu sync.Mutex
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		call, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		mu.Lock()
		defer mu.Unlock()
		if _, err := in.Write(append(call, '\n')); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		answer, err := answers.ReadBytes('\n')
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Write(answer) //nolint:errcheck,gosec // the client has gone
	})).URL, nil
})

// startAWS starts the CLI, and returns its URL.
func startAWS(t *testing.T) string {
	t.Helper()
	platformtest.Program(t, "aws", "awscli")
	url, err := awsCLI()
	if err != nil {
		t.Fatal(err)
	}
	return url
}

// aws is what a program of that name does here: it hands its arguments to the CLI. Older releases of that do not know
// AWS_ENDPOINT_URL.
func aws() int {
	dir, err := os.Getwd()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 255
	}
	call, err := json.Marshal(awsCall{Args: append([]string{"--endpoint-url", os.Getenv("AWS_ENDPOINT_URL")}, os.Args[1:]...), Env: os.Environ(), Dir: dir})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 255
	}
	rsp, err := http.Post(os.Getenv("TEST_AWS"), "application/json", bytes.NewReader(call)) //nolint:gosec,noctx // the test's own server
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 255
	}
	defer rsp.Body.Close() //nolint:errcheck // only read
	var answer awsAnswer
	if err := json.NewDecoder(rsp.Body).Decode(&answer); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 255
	}
	fmt.Fprint(os.Stdout, answer.Out) //nolint:errcheck // nowhere else to say it
	fmt.Fprint(os.Stderr, answer.Err)
	return answer.Code
}
