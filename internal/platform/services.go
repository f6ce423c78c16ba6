package platform

import (
	"slices"
	"strconv"
	"strings"

	"github.com/morket-io/platform/apis/v1alpha1"
)

// PrivateDomain is the DNS domain, private to the VPC, in which services find each other.
const PrivateDomain = "morket.local"

// A Service is one ECS service of the platform: the whole of what is said about it. Everything that is composed for a
// service, in whatever layer, is derived from this, so that another service is another entry in services.
type Service struct {
	// Name is the service's own within the platform, such as temporal-worker.
	Name string
	// Size is the claim's, resolved.
	Size v1alpha1.Service

	// Repository is the platform's ECR repository that the image comes from, less its prefix, such as backend. It is
	// empty where the image is somebody else's.
	Repository string
	// Image is the container image, with its tag.
	Image string

	// Command is what the container runs instead of the image's own, empty for that.
	Command []string

	// Port is the container's TCP port, 0 when nothing ever calls the service.
	Port int
	// Host is the name in PrivateDomain by which other services call it, empty when none does.
	Host string
	// Group is the security group that guards Port, where that is not the one of all services.
	Group string
	// Paths are the load balancer's patterns that lead here, Priority their place among those of other services: the
	// lowest is asked first. Default takes what no pattern matches.
	Paths    []string
	Priority int
	Default  bool

	// HealthPath answers 200 over HTTP on Port. HealthCommand, instead, is a shell command that succeeds in the container.
	// With neither, the service is as healthy as its process.
	HealthPath, HealthCommand string
	// StartSeconds is how long the container may take until its health counts; ECS takes up to 300.
	StartSeconds int
	// Single says that there must never be two tasks at once, not even while one replaces the other.
	Single bool

	// Uses are what the container is told of beside the stores, which say themselves which services use them: names of
	// application secrets, such as jwt, of other services, and of what the compute layer describes, such as exports.
	Uses []string
	// Variables are the container's own fixed environment variables.
	Variables map[string]string
}

// services describes the platform's services. (R-ECS-2, R-ALB-2, R-ALB-3)
func services(p *Platform) []Service {
	size, images := &p.Compute.Services, &p.Images
	node := map[string]string{"NODE_ENV": "production"}
	return []Service{
		{
			Name: "backend", Size: size.Backend, Repository: "backend", Image: p.image("backend", images.Backend),
			Port: 3000, Host: "backend", Paths: []string{"/api/v1/*"}, Priority: 20, HealthPath: "/api/v1/health", StartSeconds: 60,
			Uses: []string{
				"application", TemporalServer, "scraper", Exports, "site",
				"jwt", "encryption-master-key", "service-api-key", "webhook-hmac",
			},
			Variables: node,
		},
		{
			Name: "scraper", Size: size.Scraper, Repository: "scraper", Image: p.image("scraper", images.Scraper),
			Port: 8001, Host: "scraper", Paths: []string{"/api/v1/scrape*"}, Priority: 10, HealthPath: "/health", StartSeconds: 60,
			Uses: []string{"application", "backend", "service-api-key"},
		},
		{
			Name: "frontend", Size: size.Frontend, Repository: "frontend", Image: p.image("frontend", images.Frontend),
			Port: 80, Default: true, HealthPath: "/", StartSeconds: 15,
		},
		{
			Name: "temporal-worker", Size: size.TemporalWorker, Repository: "backend", Image: p.workerImage(),
			Command: []string{"node", "dist/worker.js"}, // the image is the backend's, which would start the API
			Uses: []string{
				"application", TemporalServer, "scraper", Exports, "site",
				"encryption-master-key", "service-api-key", "webhook-hmac",
			},
			Variables: node,
		},
		{
			Name: TemporalServer, Size: size.TemporalServer, Image: reference(*images.TemporalServer.Repository, *images.TemporalServer.Tag, images.TemporalServer.Digest),
			Port: 7233, Host: "temporal", Group: "temporal", HealthCommand: temporalHealth, StartSeconds: 300,
			Single: true, // two would take the same shards from each other, and each believe itself the only member
		},
	}
}

// Services lists the services, always in the same order. The list is not to be changed.
func (p *Platform) Services() []Service { return p.services }

// AddService adds a service to the platform's own, as tests do to prove that an entry is all there is to it.
func (p *Platform) AddService(s Service) { p.services = append(slices.Clip(p.services), s) }

// Public says whether the load balancer leads to the service.
func (s *Service) Public() bool { return s.Default || len(s.Paths) > 0 }

// LeastTasks is how many tasks the service has at least.
func (s *Service) LeastTasks() int32 { return leastTasks(&s.Size) }

func leastTasks(size *v1alpha1.Service) int32 {
	if *size.Scaling.Enabled {
		return *size.Scaling.Min
	}
	return *size.DesiredCount
}

// Address is host:port for other services.
func (s *Service) Address() string { return s.Host + "." + PrivateDomain + ":" + strconv.Itoa(s.Port) }

// Repositories are the ECR repositories of the services' images, less their prefix, each once.
func (p *Platform) Repositories() []string {
	var out []string
	for _, s := range p.services {
		if s.Repository != "" && !slices.Contains(out, s.Repository) {
			out = append(out, s.Repository)
		}
	}
	return out
}

// RepositoryName is an ECR repository's name in AWS, such as morket-backend. It carries no environment.
func (p *Platform) RepositoryName(repository string) string {
	return *p.Compute.Registry.RepositoryPrefix + "-" + repository
}

// RepositoryURL is where an ECR repository's images are pulled from and pushed to, without a tag.
func (p *Platform) RepositoryURL(repository string) string {
	return p.AccountID + registryInfix + p.Region + registrySuffix + p.RepositoryName(repository)
}

// An ECR registry's host is <account>.dkr.ecr.<region>.amazonaws.com.
const (
	registryInfix  = ".dkr.ecr."
	registrySuffix = ".amazonaws.com/"
)

// RepositoryARN is the ECR repository that the service's image is in, of whatever account and region; false when the
// image comes from another registry.
func (s *Service) RepositoryARN() (string, bool) {
	account, rest, ok := strings.Cut(s.Image, registryInfix)
	region, image, found := strings.Cut(rest, registrySuffix)
	if !ok || !found || !digits(account, 12) {
		return "", false
	}
	if end := strings.IndexAny(image, ":@"); end >= 0 {
		image = image[:end]
	}
	return "arn:" + Partition + ":ecr:" + region + ":" + account + ":repository/" + image, true
}

// PulledThrough reports whether the service's image is in a repository of a pull-through cache in the platform's account and
// region: the first pull of an image has ECR create the repository and fetch the image.
func (p *Platform) PulledThrough(s *Service) bool {
	arn, ok := s.RepositoryARN()
	return ok && slices.ContainsFunc(p.Compute.Registry.PullThroughPrefixes, func(prefix string) bool {
		return strings.HasPrefix(arn, p.ARN("ecr", "repository/"+prefix+"/"))
	})
}

// image is what a service of the platform's own repositories runs.
func (p *Platform) image(repository string, own *v1alpha1.Image) string {
	from, tag := p.RepositoryURL(repository), *p.Images.Tag
	if own == nil {
		return reference(from, tag, nil)
	}
	if own.Repository != nil {
		from = *own.Repository
	}
	if own.Tag != nil {
		tag = *own.Tag
	}
	return reference(from, tag, own.Digest)
}

// reference is an image by its digest, if that is given, else by its tag.
func reference(repository, tag string, digest *string) string {
	if digest != nil {
		return repository + "@" + *digest
	}
	return repository + ":" + tag
}

// workerImage is the backend's, unless the worker has its own repository, tag or digest.
func (p *Platform) workerImage() string {
	var worker v1alpha1.Image
	for _, own := range []*v1alpha1.Image{p.Images.Backend, p.Images.TemporalWorker} {
		if own == nil {
			continue
		}
		if own.Tag != nil || own.Repository != nil {
			worker.Digest = nil // of another image
		}
		merge(&worker, own)
	}
	return p.image("backend", &worker)
}

// latest is the tag that pipelines move.
const latest = "latest"

// warnOfMovedTag warns of services that run an image by a tag that is moved.
func (p *Platform) warnOfMovedTag() {
	var names []string
	for _, s := range p.services {
		if strings.HasSuffix(s.Image, ":"+latest) {
			names = append(names, s.Name)
		}
	}
	if len(names) == 0 {
		return
	}
	p.Warnings = append(p.Warnings, strings.Join(names, ", ")+" run the tag latest. A build moves it to another image, which rolls nothing out; a week later ECR deletes the image that runs, "+
		"and no further task starts. Give spec.images.tag a tag that is never moved, such as "+p.Environment+"-3f2a9c1")
}

// BucketName is the name of one of the platform's S3 buckets, which are unique in the world:
// <prefix>-<resource>-<account>-<region>. One that the claim takes over has its own.
func (p *Platform) BucketName(resource string) string {
	if name, ok := p.Adopted(Bucket(resource)); ok {
		return name
	}
	return Shorten(p.Prefix+"-"+resource+"-"+p.AccountID+"-"+p.Region, MaxBucket)
}
