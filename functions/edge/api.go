package edge

import (
	"github.com/morket-io/platform/internal/aws/cloudfront"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

// longestWait is how long CloudFront waits for an answer of the API, in seconds: the most that it does without asking AWS
// for more. The load balancer alone waits longer.
const longestWait = 60

// addAPI composes the distribution before the load balancer of a platform without a domain, which has no certificate of
// its own: a browser that has the site by HTTPS calls nothing else by HTTP. The API has a distribution to itself because
// the site's turns every 403 and 404 into its index page, and CloudFront knows error pages for whole distributions only.
func addAPI(s *layer.Scope) {
	p := s.Platform
	if p.Domain != nil {
		return
	}
	name, ok := s.Observe(platform.LoadBalancer).String("dnsName")
	if !s.Gate(apiDistribution, ok, "the load balancer") {
		return
	}
	d := distribution(p, ": API")
	d.Origin = []cloudfront.DistributionOrigin{{
		OriginID:   new(platform.LoadBalancer),
		DomainName: &name,
		CustomOriginConfig: &cloudfront.DistributionOriginCustomOriginConfig{
			OriginProtocolPolicy:   new("http-only"),
			HTTPPort:               new(80.0),
			HTTPSPort:              new(443.0),
			OriginSSLProtocols:     []string{"TLSv1.2"},
			OriginReadTimeout:      new(float64(longestWait)),
			OriginKeepaliveTimeout: new(float64(longestWait)),
		},
	}}
	d.DefaultCacheBehavior = &cloudfront.DistributionDefaultCacheBehavior{
		TargetOriginID:          new(platform.LoadBalancer),
		ViewerProtocolPolicy:    new("https-only"), // a redirect would let credentials pass in the clear first
		AllowedMethods:          []string{"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"},
		CachedMethods:           []string{"GET", "HEAD"},
		Compress:                new(true),
		CachePolicyID:           new(cachingDisabled),
		OriginRequestPolicyID:   new(allViewer),
		ResponseHeadersPolicyID: new(securityHeaders),
	}
	s.Add(apiDistribution, &cloudfront.Distribution{ForProvider: d})
}
