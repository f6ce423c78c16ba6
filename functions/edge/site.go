package edge

import (
	"github.com/morket-io/platform/functions/internal/certificate"
	"github.com/morket-io/platform/internal/aws/cloudfront"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

// Names of the composed distributions.
const (
	siteDistribution = "cdn"
	apiDistribution  = "cdn-api"
)

// certificateRegion is the only one that CloudFront takes certificates from.
const certificateRegion = "us-east-1"

// indexPage is what every path without a file of its own answers with: the site finds its way by itself.
const indexPage = "/index.html"

// maxTTL is how long CloudFront keeps a file at most, in seconds, whatever the file says: a year.
const maxTTL = 31536000

// CloudFront's own policies, which every account has under these ids. Sources: "Use managed cache policies", "… origin
// request policies" and "… response headers policies" in the CloudFront developer guide.
const (
	cachingDisabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad" // TTLs of 0
	allViewer       = "216adef6-5c7f-47e4-b989-5492eafa07d3" // passes on all headers, cookies and the query
	// HSTS for a year, nosniff, frames of the same origin only, the origin alone as referrer to others.
	securityHeaders = "67f7725c-6f97-4210-82d7-5512b31e9d03"
)

// addSite composes the distribution over the frontend bucket. What it inlines has to be known first: the certificate, the
// access control by which S3 knows CloudFront, and how files are cached. (R-CF-1, R-CF-2)
func addSite(s *layer.Scope) {
	p := s.Platform
	arn, certified := siteCertificate(s)

	s.Add("cdn-access", &cloudfront.OriginAccessControl{ForProvider: cloudfront.OriginAccessControlParameters{
		Name:                          new(p.GlobalName(frontend, platform.MaxAccessControl)),
		Description:                   new("Reads the frontend bucket of " + p.AWSName("", platform.MaxComment)),
		OriginAccessControlOriginType: new("s3"),
		SigningBehavior:               new("always"),
		SigningProtocol:               new("sigv4"),
	}})
	access, accessible := s.Observe("cdn-access").String("id")

	s.Add("cdn-cache", &cloudfront.CachePolicy{ForProvider: cachePolicy(p)})
	cache, cacheable := s.Observe("cdn-cache").String("id")

	waitingFor := "the site's certificate"
	if certified {
		waitingFor = "what CloudFront reads and caches files by"
	}
	if !s.Gate(siteDistribution, certified && accessible && cacheable, waitingFor) {
		return
	}
	d := distribution(p, ": site")
	d.DefaultRootObject = new(indexPage[1:])
	d.Origin = []cloudfront.DistributionOrigin{{
		OriginID:              new(frontend),
		DomainName:            new(p.BucketName(frontend) + ".s3." + p.Region + ".amazonaws.com"),
		OriginAccessControlID: &access,
	}}
	d.DefaultCacheBehavior = &cloudfront.DistributionDefaultCacheBehavior{
		TargetOriginID:          new(frontend),
		ViewerProtocolPolicy:    new("redirect-to-https"),
		AllowedMethods:          []string{"GET", "HEAD", "OPTIONS"},
		CachedMethods:           []string{"GET", "HEAD"},
		Compress:                new(true),
		CachePolicyID:           &cache,
		ResponseHeadersPolicyID: new(securityHeaders),
	}
	// The way in must be new at once after a deployment. AWS does not say whether it looks for the behaviour of / before or
	// after it takes index.html instead, so both have one.
	d.OrderedCacheBehavior = []cloudfront.DistributionOrderedCacheBehavior{uncached(indexPage), uncached("/")}
	for _, code := range []float64{403, 404} {
		d.CustomErrorResponse = append(d.CustomErrorResponse, cloudfront.DistributionCustomErrorResponse{
			ErrorCode:          &code,
			ResponseCode:       new(200.0),
			ResponsePagePath:   new(indexPage),
			ErrorCachingMinTTL: new(0.0),
		})
	}
	if p.Domain != nil {
		d.Aliases = []string{p.Domain.Name}
		d.ViewerCertificate = &cloudfront.DistributionViewerCertificate{
			ACMCertificateARN:      &arn,
			SSLSupportMethod:       new("sni-only"),
			MinimumProtocolVersion: new("TLSv1.2_2021"),
		}
	}
	s.Add(siteDistribution, &cloudfront.Distribution{ForProvider: d})
}

// siteCertificate returns the ARN of the site's certificate, and whether the site has all it needs of one: that is an
// issued certificate, a given one, or, without a domain, none.
func siteCertificate(s *layer.Scope) (arn string, ok bool) {
	p := s.Platform
	c := certificate.Certificate{
		Resource: "certificate-cdn",
		Region:   certificateRegion,
		UsedBy:   siteDistribution,
		Field:    "viewerCertificate.acmCertificateArn",
	}
	var given *string
	if d := p.Domain; d != nil {
		given = d.CloudFrontCertificateARN
		if given == nil && p.Region == certificateRegion {
			given = d.CertificateARN
		}
		if given == nil {
			c.Names = []string{d.Name}
		}
	}
	arn, ok = certificate.Add(s, c) // also keeps one that is still in use
	switch {
	case given != nil:
		return *given, true
	case p.Domain == nil:
		return "", true
	default:
		return arn, ok
	}
}

// distribution is what all distributions have in common. They have CloudFront's own name and certificate, for which
// CloudFront does not let one ask for a TLS version.
func distribution(p *platform.Platform, what string) cloudfront.DistributionParameters {
	return cloudfront.DistributionParameters{
		Comment:       new(p.AWSName("", platform.MaxComment-len(what)) + what),
		Enabled:       new(true),
		HTTPVersion:   new("http2and3"),
		IsIPv6Enabled: new(true),
		PriceClass:    p.Edge.CDN.PriceClass,
		Restrictions: &cloudfront.DistributionRestrictions{
			GeoRestriction: &cloudfront.DistributionRestrictionsGeoRestriction{RestrictionType: new("none")},
		},
		ViewerCertificate: &cloudfront.DistributionViewerCertificate{CloudFrontDefaultCertificate: new(true)},
		// Until creation is over the provider has the distribution's id in memory only, and waiting would take minutes.
		WaitForDeployment: new(false),
	}
}

// uncached is how a path is served that is asked for anew each time.
func uncached(path string) cloudfront.DistributionOrderedCacheBehavior {
	return cloudfront.DistributionOrderedCacheBehavior{
		PathPattern:             &path,
		TargetOriginID:          new(frontend),
		ViewerProtocolPolicy:    new("redirect-to-https"),
		AllowedMethods:          []string{"GET", "HEAD", "OPTIONS"},
		CachedMethods:           []string{"GET", "HEAD"},
		Compress:                new(true),
		CachePolicyID:           new(cachingDisabled),
		ResponseHeadersPolicyID: new(securityHeaders),
	}
}

// cachePolicy caches files by their path alone, compressed as the browser likes it.
func cachePolicy(p *platform.Platform) cloudfront.CachePolicyParameters {
	return cloudfront.CachePolicyParameters{
		Name:       new(p.GlobalName(frontend, platform.MaxCachePolicy)),
		Comment:    new("Files of the site of " + p.AWSName("", platform.MaxComment-len("Files of the site of "))),
		MinTTL:     new(0.0),
		DefaultTTL: new(float64(*p.Edge.CDN.DefaultTTLSeconds)),
		MaxTTL:     new(float64(maxTTL)),
		ParametersInCacheKeyAndForwardedToOrigin: &cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOrigin{
			EnableAcceptEncodingBrotli: new(true),
			EnableAcceptEncodingGzip:   new(true),
			CookiesConfig:              &cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginCookiesConfig{CookieBehavior: new("none")},
			HeadersConfig:              &cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginHeadersConfig{HeaderBehavior: new("none")},
			QueryStringsConfig:         &cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginQueryStringsConfig{QueryStringBehavior: new("none")},
		},
	}
}
