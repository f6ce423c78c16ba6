package platform

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/apis/v1alpha1"
)

func resolved(t *testing.T) *Platform {
	t.Helper()
	spec := v1alpha1.MorketPlatformSpec{Environment: "staging", AccountID: "111122223333", Region: "us-east-1"}
	p, errs := Resolve(Input{XRName: "demo", Spec: spec})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return p
}

// TestServicesFit holds the services together: what one says must not be what another says.
func TestServicesFit(t *testing.T) {
	names, ports, hosts, priorities, defaults := map[string]bool{}, map[int]bool{}, map[string]bool{}, map[int]bool{}, 0
	for _, s := range resolved(t).Services() {
		if names[s.Name] {
			t.Errorf("%s: there are two", s.Name)
		}
		if s.Port != 0 && ports[s.Port] {
			t.Errorf("%s: port %d is another's, which the security groups could not tell apart", s.Name, s.Port)
		}
		if s.Host != "" && hosts[s.Host] {
			t.Errorf("%s: host %s is another's", s.Name, s.Host)
		}
		if len(s.Paths) > 0 && priorities[s.Priority] {
			t.Errorf("%s: priority %d is another's", s.Name, s.Priority)
		}
		if s.Public() && (s.Port == 0 || s.HealthPath == "") {
			t.Errorf("%s: the load balancer needs a port and a path to ask for health", s.Name)
		}
		if s.Host != "" && s.Port == 0 {
			t.Errorf("%s: nothing listens at its host", s.Name)
		}
		if s.StartSeconds > 300 {
			t.Errorf("%s: ECS waits 300 seconds for a container to start, not %d", s.Name, s.StartSeconds)
		}
		if s.Default {
			defaults++
		}
		names[s.Name], ports[s.Port], hosts[s.Host] = true, true, true
		if len(s.Paths) > 0 {
			priorities[s.Priority] = true
		}
	}
	if defaults != 1 {
		t.Errorf("one service should take what no path matches, got %d", defaults)
	}
}

// TestRepositoryARN is where a service's image is pulled from.
func TestRepositoryARN(t *testing.T) {
	cases := map[string]struct {
		reason, image, want string
	}{
		"Own":      {"Should be the repository of an image in ECR.", "111122223333.dkr.ecr.us-east-1.amazonaws.com/morket-backend:1", "arn:aws:ecr:us-east-1:111122223333:repository/morket-backend"},
		"Nested":   {"Should keep slashes in its name.", "999988887777.dkr.ecr.eu-west-1.amazonaws.com/team/api:1", "arn:aws:ecr:eu-west-1:999988887777:repository/team/api"},
		"Digest":   {"Should leave a digest out.", "111122223333.dkr.ecr.us-east-1.amazonaws.com/morket-backend@sha256:0f", "arn:aws:ecr:us-east-1:111122223333:repository/morket-backend"},
		"Docker":   {"Should be none where the image is not in ECR.", "temporalio/auto-setup:1.29.3", ""},
		"Host":     {"Should be none of another registry.", "ghcr.io/acme/scraper:1", ""},
		"NoNumber": {"Should be none of what only looks like ECR.", "x.dkr.ecr.us-east-1.amazonaws.com/a:1", ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, ok := (&Service{Image: tc.image}).RepositoryARN()
			if diff := cmp.Diff(tc.want, got); diff != "" || ok != (tc.want != "") {
				t.Errorf("\n%s\n%v: -want, +got:\n%s", tc.reason, ok, diff)
			}
		})
	}
}

// TestDigests: an image is run by its digest where one is given. (R-ECR-4)
func TestDigests(t *testing.T) {
	const own, digest, other = "111122223333.dkr.ecr.us-east-1.amazonaws.com/morket-backend", "sha256:0f", "sha256:9e"
	cases := map[string]struct {
		reason          string
		images          v1alpha1.Images
		backend, worker string
	}{
		"Both":    {"Should run the backend's digest in the worker too.", v1alpha1.Images{Backend: &v1alpha1.Image{Digest: new(digest)}}, own + "@" + digest, own + "@" + digest},
		"Tag":     {"Should prefer the digest to a tag beside it.", v1alpha1.Images{Backend: &v1alpha1.Image{Tag: new("1"), Digest: new(digest)}}, own + "@" + digest, own + "@" + digest},
		"Own":     {"Should let the worker have another digest.", v1alpha1.Images{Backend: &v1alpha1.Image{Digest: new(digest)}, TemporalWorker: &v1alpha1.Image{Digest: new(other)}}, own + "@" + digest, own + "@" + other},
		"OwnTag":  {"Should not take the backend's digest for a tag of the worker's own.", v1alpha1.Images{Backend: &v1alpha1.Image{Digest: new(digest)}, TemporalWorker: &v1alpha1.Image{Tag: new("2")}}, own + "@" + digest, own + ":2"},
		"Another": {"Should not look for the backend's digest in another repository.", v1alpha1.Images{Backend: &v1alpha1.Image{Digest: new(digest)}, TemporalWorker: &v1alpha1.Image{Repository: new("a/b")}}, own + "@" + digest, "a/b:latest"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			p, errs := Resolve(Input{XRName: "demo", Spec: v1alpha1.MorketPlatformSpec{Environment: "staging", AccountID: "111122223333", Region: "us-east-1", Images: tc.images}})
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			got := map[string]string{}
			for _, s := range p.Services() {
				got[s.Name] = s.Image
			}
			if diff := cmp.Diff([]string{tc.backend, tc.worker}, []string{got["backend"], got["temporal-worker"]}); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestMovedTag warns of images that a tag names today and not tomorrow.
func TestMovedTag(t *testing.T) {
	cases := map[string]struct {
		reason string
		images v1alpha1.Images
		want   string
	}{
		"Default": {"Should name every service of the default tag.", v1alpha1.Images{}, "backend, scraper, frontend, temporal-worker run the tag latest"},
		"One":     {"Should name the one service.", v1alpha1.Images{Tag: new("staging-1"), Scraper: &v1alpha1.Image{Tag: new("latest")}}, "scraper run the tag latest"},
		"Digest":  {"Should not mind a digest.", v1alpha1.Images{Tag: new("staging-1"), Scraper: &v1alpha1.Image{Tag: new("latest"), Digest: new("sha256:0f")}}, ""},
		"None":    {"Should say nothing.", v1alpha1.Images{Tag: new("staging-1")}, ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			p, errs := Resolve(Input{XRName: "demo", Spec: v1alpha1.MorketPlatformSpec{Environment: "staging", AccountID: "111122223333", Region: "us-east-1", Images: tc.images}})
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			got := strings.Join(p.Warnings, "\n")
			if !strings.Contains(got, tc.want) || tc.want == "" && got != "" {
				t.Errorf("%s\nwant %q, got %q", tc.reason, tc.want, got)
			}
		})
	}
}

// TestAddService adds a service to one platform, and to no other.
func TestAddService(t *testing.T) {
	one, other := resolved(t), resolved(t)
	one.AddService(Service{Name: "mailer", Repository: "mailer"})
	if len(one.Services()) != len(other.Services())+1 {
		t.Error("Should add it to the one platform.")
	}
	if diff := cmp.Diff([]string{"backend", "scraper", "frontend", "mailer"}, one.Repositories()); diff != "" {
		t.Errorf("Should have its repository: -want, +got:\n%s", diff)
	}
}

// TestEnvironmentNames: a claim's variable must not bear the name of a secret of the same service.
func TestEnvironmentNames(t *testing.T) {
	spec := v1alpha1.MorketPlatformSpec{Environment: "staging", AccountID: "111122223333", Region: "us-east-1"}
	spec.Compute.Services.TemporalWorker.Environment = map[string]v1alpha1.EnvironmentValue{"REDIS_PASSWORD": "x", "JWT_SECRET": "y", "LOG_LEVEL": "debug"}
	_, errs := Resolve(Input{XRName: "demo", Spec: spec})
	var got []string
	for _, e := range errs {
		got = append(got, e.Field)
	}
	slices.Sort(got)
	// The worker has no JWT_SECRET of the platform's.
	if diff := cmp.Diff([]string{"spec.compute.services.temporalWorker.environment.REDIS_PASSWORD"}, got); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
}
