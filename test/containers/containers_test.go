// Package containers holds the Dockerfiles, what they ignore, and docker-compose.yml against the code that reads them:
// BuildKit's and Compose's own.
package containers

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// root is the repository, seen from this package.
const root = "../.."

// applications are the images, and the packages that they are made of.
var applications = []string{"backend", "scraper", "frontend"}

func read(t *testing.T, elements ...string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(append([]string{root}, elements...)...))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// baseImages are the build arguments of docker/versions.env.
func baseImages(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for line := range strings.Lines(string(read(t, "docker", "versions.env"))) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, image, found := strings.Cut(line, "=")
		if !found {
			t.Fatalf("docker/versions.env: %q is no NAME=image", line)
		}
		out[name] = image
	}
	return out
}

// tag is an image's tag, or "".
func tag(image string) string {
	_, tag, _ := strings.Cut(image[strings.LastIndex(image, "/")+1:], ":")
	return tag
}
