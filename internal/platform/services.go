package platform

import "github.com/morket-io/platform/apis/v1alpha1"

// A Service is one ECS service of the platform.
type Service struct {
	// Name is the service's own within the platform, such as temporal-worker.
	Name string
	// Size is the claim's, resolved.
	Size v1alpha1.Service
}

// Services lists the services, always in the same order.
func (p *Platform) Services() []Service {
	s := &p.Compute.Services
	return []Service{
		{Name: "backend", Size: s.Backend},
		{Name: "scraper", Size: s.Scraper},
		{Name: "frontend", Size: s.Frontend},
		{Name: "temporal-worker", Size: s.TemporalWorker},
		{Name: "temporal-server", Size: s.TemporalServer},
	}
}

// BucketName is the name of one of the platform's S3 buckets, which are unique in the world:
// <prefix>-<resource>-<account>-<region>.
func (p *Platform) BucketName(resource string) string {
	return Shorten(p.Prefix+"-"+resource+"-"+p.AccountID+"-"+p.Region, MaxBucket)
}
