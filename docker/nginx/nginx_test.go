// Package nginx runs the site's configuration in a real nginx, as a user who is not root, and asks it what browsers ask.
package nginx

import (
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/test/platformtest"
)

const (
	nobody = 65534 // who nginx runs as where the test runs as root
	script = "/assets/index-4f2a9c1b.js"
	grace  = 10 * time.Second
)

// A site is a directory that stands for what the image holds, and the configuration with that directory's paths.
type site struct{ dir, config string }

func write(t *testing.T, file, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil { //nolint:gosec // another user's nginx reads it
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil { //nolint:gosec // another user's nginx reads it
		t.Fatal(err)
	}
}

// newSite makes a site that listens at an address; routes are the load balancer's, if there are any.
func newSite(t *testing.T, listen, routes string) site {
	t.Helper()
	dir, err := os.MkdirTemp("", "morket-nginx-") //nolint:usetesting // t.TempDir's parents are closed to nobody
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })      //nolint:errcheck,gosec // best effort
	if err := os.Chmod(dir, 0o755); err != nil { //nolint:gosec // another user's nginx reads it
		t.Fatal(err)
	}
	tmp := filepath.Join(dir, "tmp")
	if err := os.Mkdir(tmp, 0o700); err != nil {
		t.Fatal(err)
	}
	if os.Getuid() == 0 {
		if err := os.Chown(tmp, nobody, nobody); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(dir, "html", "index.html"), "<title>Morket</title>"+strings.Repeat("<p>", 300))
	write(t, filepath.Join(dir, "html", script), strings.Repeat("console.log('morket');\n", 200))
	write(t, filepath.Join(dir, "html", "robots.txt"), "User-agent: *\n")
	write(t, filepath.Join(dir, "html", ".env"), "SECRET=1\n")
	write(t, filepath.Join(dir, "html", ".well-known", "security.txt"), "Contact: mailto:security@morket.io\n")
	if routes != "" {
		write(t, filepath.Join(dir, "conf.d", "local.conf"), routes)
	}

	raw, err := os.ReadFile("nginx.conf")
	if err != nil {
		t.Fatal(err)
	}
	config := string(raw)
	for _, r := range [][2]string{ // each must be there, or the test tests something else
		{"listen 80 default_server;", "listen " + listen + " default_server;"},
		{"root /usr/share/nginx/html;", "root " + dir + "/html;"},
		{"include /etc/nginx/conf.d/*.conf;", "include " + dir + "/conf.d/*.conf;"},
		{"pid /tmp/nginx.pid;", "pid " + tmp + "/nginx.pid;"},
		{"_temp_path /tmp/", "_temp_path " + tmp + "/"},
	} {
		if !strings.Contains(config, r[0]) {
			t.Fatalf("nginx.conf has no %q", r[0])
		}
		config = strings.ReplaceAll(config, r[0], r[1])
	}
	s := site{dir: dir, config: filepath.Join(dir, "nginx.conf")}
	write(t, s.config, config)
	return s
}

// command is nginx with the site's configuration, as the image starts it, as a user who is not root.
func (s site) command(t *testing.T, program string) *exec.Cmd {
	t.Helper()
	// An access log that nginx may open by its name: another user's pipe it may not.
	log, err := os.OpenFile(filepath.Join(s.dir, "log"), os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o666) //nolint:gosec // see above
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() }) //nolint:errcheck,gosec // a log
	cmd := exec.CommandContext(t.Context(), program, "-c", s.config, "-p", s.dir, "-e", "/dev/stderr", "-g", "daemon off;")
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	if os.Getuid() == 0 {
		if err := log.Chown(nobody, nobody); err != nil {
			t.Fatal(err)
		}
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
	}
	return cmd
}

func (s site) log(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(s.dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// serve runs nginx until the test ends, and returns its address.
func serve(t *testing.T, routes string) (url string, s site) {
	t.Helper()
	program := platformtest.Program(t, "nginx", "nginx-light")
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // only to find a port
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	s = newSite(t, address, routes)
	cmd := s.command(t, program)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM) //nolint:errcheck,gosec // it may have ended
		cmd.Wait()                          //nolint:errcheck,gosec // it was stopped
	})
	for deadline := time.Now().Add(grace); ; time.Sleep(20 * time.Millisecond) {
		c, err := net.Dial("tcp", address) //nolint:noctx // on loopback it answers at once
		if err == nil {
			c.Close() //nolint:errcheck,gosec // only to see that it opens
			return "http://" + address, s
		}
		if time.Now().After(deadline) {
			t.Fatalf("nginx did not start:\n%s", s.log(t))
		}
	}
}

// An answer is what nginx said.
type answer struct {
	status int
	header http.Header
	body   string
}

// get asks without following redirects or unpacking what comes.
func get(t *testing.T, url string, header http.Header) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if header != nil {
		req.Header = header
	}
	rsp, err := (&http.Transport{DisableCompression: true, DisableKeepAlives: true}).RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer rsp.Body.Close() //nolint:errcheck // only read
	body, err := io.ReadAll(rsp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{rsp.StatusCode, rsp.Header, string(body)}
}

func TestSite(t *testing.T) {
	url, _ := serve(t, "")
	const (
		page      = "<title>Morket</title>"
		ask       = "no-cache"
		forever   = "public, max-age=31536000, immutable"
		not       = "no-store"
		html      = "text/html"
		plainText = "text/plain"
	)
	type want struct {
		Status      int
		Cache, Type string
		Page        bool
	}
	cases := map[string]struct {
		reason, path string
		want         want
	}{
		"Root":           {"Should serve the page, and have it asked for every time", "/", want{200, ask, html, true}},
		"Index":          {"Should serve the page under its own name alike", "/index.html", want{200, ask, html, true}},
		"DeepLink":       {"Should serve the page for what the application routes itself", "/companies/42/contacts?tab=all", want{200, ask, html, true}},
		"DeepLinkSlash":  {"Should serve the page for a path with a slash at its end", "/companies/", want{200, ask, html, true}},
		"Asset":          {"Should let browsers keep what has a hash in its name", script, want{200, forever, "application/javascript", false}},
		"AssetMissing":   {"Should not pass a page off as a script that is gone, nor have that remembered", "/assets/index-00000000.js", want{404, not, html, false}},
		"OtherFile":      {"Should serve other files, and have them asked for every time", "/robots.txt", want{200, ask, plainText, false}},
		"API":            {"Should not answer for the API", "/api/v1/health", want{404, not, html, false}},
		"Hidden":         {"Should not serve hidden files", "/.env", want{404, not, html, false}},
		"HiddenDeep":     {"Should not serve hidden directories", "/x/.git/config", want{404, not, html, false}},
		"WellKnown":      {"Should serve what is hidden and well known", "/.well-known/security.txt", want{200, ask, plainText, false}},
		"AssetDirectory": {"Should not list directories", "/assets/", want{404, not, html, false}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			rsp := get(t, url+tc.path, nil)
			kind, _, _ := strings.Cut(rsp.header.Get("Content-Type"), ";")
			got := want{rsp.status, rsp.header.Get("Cache-Control"), kind, strings.Contains(rsp.body, page)}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\n-want +got:\n%s", tc.reason, diff)
			}
			for _, h := range []string{"Content-Security-Policy", "Permissions-Policy", "Referrer-Policy", "Strict-Transport-Security", "X-Content-Type-Options", "X-Frame-Options"} {
				if n := len(rsp.header.Values(h)); n != 1 {
					t.Errorf("Should send %s once, sent it %d times", h, n)
				}
			}
			if got := rsp.header.Get("Server"); got != "nginx" {
				t.Errorf("Should not say which version of nginx this is: %s", got)
			}
		})
	}
}

func TestConditional(t *testing.T) {
	url, _ := serve(t, "")
	for path, cache := range map[string]string{"/": "no-cache", script: "public, max-age=31536000, immutable"} {
		first := get(t, url+path, nil)
		rsp := get(t, url+path, http.Header{"If-None-Match": first.header["Etag"]})
		if rsp.status != http.StatusNotModified || rsp.header.Get("Cache-Control") != cache {
			t.Errorf("%s: Should say that it has not changed, with the same caching, got %d, %s", path, rsp.status, rsp.header.Get("Cache-Control"))
		}
	}
}

func TestGzip(t *testing.T) {
	url, _ := serve(t, "")
	for _, path := range []string{"/", script} {
		plain := get(t, url+path, nil).body
		rsp := get(t, url+path, http.Header{"Accept-Encoding": {"gzip"}, "Via": {"1.1 a load balancer"}})
		if rsp.header.Get("Content-Encoding") != "gzip" || rsp.header.Get("Vary") != "Accept-Encoding" || len(rsp.body)*2 > len(plain) {
			t.Errorf("%s: Should be packed: %d of %d bytes, %v", path, len(rsp.body), len(plain), rsp.header)
			continue
		}
		r, err := gzip.NewReader(strings.NewReader(rsp.body))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); err != nil || string(got) != plain {
			t.Errorf("%s: Should unpack to what it was: %v", path, err)
		}
	}
}

// The log is one JSON object a line, whatever a request says.
func TestLog(t *testing.T) {
	url, s := serve(t, "")
	get(t, url+"/a", http.Header{"User-Agent": {`"quoted" \ agent`}, "X-Forwarded-For": {"203.0.113.7"}})
	want := `"method":"GET","path":"/index.html","status":200`
	for deadline := time.Now().Add(grace); !strings.Contains(s.log(t), want); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("Should log %s:\n%s", want, s.log(t))
		}
	}
	if got := s.log(t); !strings.Contains(got, `"agent":"\"quoted\" \\ agent"`) || !strings.Contains(got, `"client":"203.0.113.7"`) {
		t.Errorf("Should quote what a request says:\n%s", got)
	}
}

// docker-compose.yml's routes are the load balancer's.
func TestLocalRoutes(t *testing.T) {
	routes, err := os.ReadFile("local.conf")
	if err != nil {
		t.Fatal(err)
	}
	local := string(routes)
	for _, name := range []string{"backend:3000", "scraper:8001"} {
		service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, "%s %s for %s", name, r.URL.Path, r.Header.Get("X-Forwarded-For")) //nolint:errcheck,gosec // a test's own
		}))
		t.Cleanup(service.Close)
		if !strings.Contains(local, "http://"+name) {
			t.Fatalf("local.conf has no %s", name)
		}
		local = strings.ReplaceAll(local, "http://"+name, service.URL)
	}
	url, _ := serve(t, local)
	for path, want := range map[string]string{
		"/api/v1/health":          "backend:3000 /api/v1/health for 127.0.0.1",
		"/api/v1/scrape":          "scraper:8001 /api/v1/scrape for 127.0.0.1",
		"/api/v1/scrape/jobs/1":   "scraper:8001 /api/v1/scrape/jobs/1 for 127.0.0.1",
		"/api/v1/scrapers-report": "scraper:8001 /api/v1/scrapers-report for 127.0.0.1", // as /api/v1/scrape* does
	} {
		if got := get(t, url+path, nil).body; got != want {
			t.Errorf("%s: Should be answered by %q, got %q", path, want, got)
		}
	}
	if got := get(t, url+"/api/v2/", nil).status; got != http.StatusNotFound {
		t.Errorf("Should have no other API, got %d", got)
	}
}

// On Fargate nobody but root may bind port 80, unless the program's file has the capability: docker/frontend.Dockerfile
// gives it. A network namespace of its own is as strict as Fargate is.
func TestPort80(t *testing.T) {
	program := platformtest.Program(t, "nginx", "nginx-light")
	setcap := platformtest.Program(t, "setcap", "libcap2-bin")
	if os.Getuid() != 0 {
		t.Skip("only root can give capabilities and make network namespaces: binding port 80 was NOT tested")
	}
	cases := map[string]struct {
		reason     string
		capability string
		want       bool
	}{
		"With":    {"Should listen on port 80 as nobody", "cap_net_bind_service=+ep", true},
		"Without": {"Should not be able to without the capability, or the test shows nothing", "", false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, "80", "")
			raw, err := os.ReadFile(program)
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(s.dir, "nginx")
			if err := os.WriteFile(file, raw, 0o755); err != nil { //nolint:gosec // a program
				t.Fatal(err)
			}
			if tc.capability != "" {
				if out, err := exec.CommandContext(t.Context(), setcap, tc.capability, file).CombinedOutput(); err != nil {
					t.Fatalf("cannot give the capability: %v: %s", err, out)
				}
			}
			if got := listens80(t, s, file); got != tc.want {
				t.Errorf("%s: listens is %t\n%s", tc.reason, got, s.log(t))
			}
			if !tc.want && !strings.Contains(s.log(t), "Permission denied") {
				t.Errorf("%s: Should have been refused:\n%s", tc.reason, s.log(t))
			}
		})
	}
}

// listens80 runs nginx in a network namespace of its own, and says whether it comes to listen on port 80 or ends.
func listens80(t *testing.T, s site, program string) bool {
	t.Helper()
	cmd := s.command(t, program)
	cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWNET
	if err := cmd.Start(); err != nil {
		t.Skipf("cannot make a network namespace here (%v): binding port 80 was NOT tested", err)
	}
	ended := make(chan struct{})
	go func() {
		cmd.Wait() //nolint:errcheck,gosec // that it ended is enough
		close(ended)
	}()
	defer func() {
		cmd.Process.Signal(syscall.SIGTERM) //nolint:errcheck,gosec // it may have ended
		<-ended
	}()
	for deadline := time.Now().Add(grace); time.Now().Before(deadline); {
		sockets, err := os.ReadFile(fmt.Sprintf("/proc/%d/net/tcp", cmd.Process.Pid))
		if err == nil && strings.Contains(string(sockets), " 00000000:0050 00000000:0000 0A ") { // 0.0.0.0:80, listening
			return true
		}
		select {
		case <-ended:
			return false
		case <-time.After(20 * time.Millisecond):
		}
	}
	t.Fatalf("nginx neither listens nor ends:\n%s", s.log(t))
	return false
}
