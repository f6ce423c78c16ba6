package backend

import (
	"bufio"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/test/platformtest"
)

// server is an API. SET is what its code or its framework sets the timeout to. It asks itself twice over one connection, which was
// idle for longer than Node allows by default, and shorter timeouts of Node's besides.
const server = `
import http from 'node:http';
const s = http.createServer({ connectionsCheckingInterval: 100 }, (q, r) => r.end(String(q.socket.remotePort)));
s.headersTimeout = 1000;
if (process.env.SET) s.keepAliveTimeout = Number(process.env.SET);
s.listen(0, '127.0.0.1', async () => {
  console.log('timeout', s.keepAliveTimeout);
  if (process.env.SET) return s.close();
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const ask = () => new Promise((done, failed) => http.get({ port: s.address().port, agent }, (r) => r.setEncoding('utf8').on('data', done)).on('error', failed));
  const first = await ask();
  await new Promise((done) => setTimeout(done, 6500));
  console.log('same connection', (await ask()) === first);
  process.exit();
});
`

// TestKeepAlive asks a server of Node's again after it was idle.
func TestKeepAlive(t *testing.T) {
	t.Parallel()
	node := platformtest.Program(t, "node", "nodejs")
	preload, err := filepath.Abs("keepalive.mjs")
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct {
		reason string
		set    string
		want   string
	}{
		"Default":   {"Should keep a connection that Node would have closed.", "", "timeout 4060000\nsame connection true\n"},
		"Framework": {"Should raise a timeout that a framework sets.", "72000", "timeout 4060000\n"},
		"Longer":    {"Should leave a longer timeout as it is.", "9000000", "timeout 9000000\n"},
		"None":      {"Should leave a server alone that closes no idle connection.", "0", "timeout 0\n"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), node, "--import", preload, "--input-type=module", "--eval", server)
			cmd.Env = append(cmd.Environ(), "SET="+tc.set)
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			if diff := cmp.Diff(tc.want, string(out)); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestKeepAliveOfEveryImage: whatever spec.compute.loadBalancer.idleTimeoutSeconds says, every image keeps idle connections longer.
func TestKeepAliveOfEveryImage(t *testing.T) {
	t.Parallel()
	definition := platformtest.Read(t, "apis/definition.yaml")
	_, after, ok := strings.Cut(definition, "\n                      idleTimeoutSeconds:\n")
	most := 0
	for lines := bufio.NewScanner(strings.NewReader(after)); ok && most == 0 && lines.Scan(); {
		fmt.Sscanf(strings.TrimSpace(lines.Text()), "maximum: %d", &most) //nolint:errcheck,gosec // most stays 0
	}
	if most == 0 {
		t.Fatal("Should find the maximum of idleTimeoutSeconds in apis/definition.yaml.")
	}
	for file, format := range map[string]string{
		"docker/backend/keepalive.mjs": "const KEEP_ALIVE_SECONDS = %d;",
		"docker/scraper.Dockerfile":    `"--timeout-keep-alive", "%d"]`,
		"docker/nginx/nginx.conf":      "keepalive_timeout %ds;",
	} {
		before, _, _ := strings.Cut(format, "%d")
		_, rest, _ := strings.Cut(platformtest.Read(t, file), before)
		seconds := 0
		fmt.Sscanf(rest, "%d", &seconds) //nolint:errcheck,gosec // seconds stays 0
		if seconds <= most {
			t.Errorf("%s should keep idle connections for more than %d seconds, the longest idle timeout of the load balancer, and does for %d.", file, most, seconds)
		}
	}
}
