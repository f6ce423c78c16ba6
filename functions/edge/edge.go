// Package edge is what the platform shows to the world, and what it keeps in buckets: the site behind CloudFront, the
// names of site and API, and the exports.
package edge

import (
	"github.com/morket-io/platform/apis/v1alpha1"
	"github.com/morket-io/platform/functions/internal/bucket"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

// frontend is the bucket of the site's files.
const frontend = "frontend"

// Layer is the edge.
func Layer() layer.Layer {
	return layer.Layer{Name: "edge", Condition: v1alpha1.ConditionEdgeReady, Compose: compose}
}

func compose(s *layer.Scope) {
	addFrontendBucket(s)
	addExportsBucket(s)
	addSite(s)
	addAPI(s)
	addRecords(s)
	publish(s)
}

// publish shows where things are found, to people and to what deploys the frontend. (R-API-4, R-API-5)
func publish(s *layer.Scope) {
	p := s.Platform
	url := func(distribution string) string {
		if name, ok := s.Observe(distribution).String("domainName"); ok {
			return "https://" + name
		}
		return ""
	}
	site, ok := p.SiteURL()
	if !ok {
		site = url(siteDistribution)
	}
	api, ok := p.APIURL()
	if !ok {
		api = url(apiDistribution)
	}
	name, _ := s.Observe(siteDistribution).String("domainName")
	id, _ := s.Observe(siteDistribution).String("id")

	s.SetStatus("endpoints.site", site)
	s.SetStatus("endpoints.api", api)
	s.SetStatus("endpoints.cloudFront", name)
	s.SetStatus("endpoints.cloudFrontDistributionId", id)
	bucket.Publish(s, frontend, frontend)
	bucket.Publish(s, platform.Exports, platform.Exports)

	s.Detail("siteUrl", site)
	s.Detail("apiUrl", api)
	s.Detail("cloudFrontDistributionId", id)
	s.Detail("frontendBucket", p.BucketName(frontend))
	s.Detail("exportsBucket", p.BucketName(platform.Exports))
}

// addExportsBucket composes the bucket of exported data. (R-S3-2)
func addExportsBucket(s *layer.Scope) {
	e := &s.Platform.Edge.Exports
	bucket.Add(s, bucket.Bucket{
		Resource:         platform.Exports,
		ArchiveAfterDays: *e.ArchiveAfterDays,
		ExpireAfterDays:  *e.ExpireAfterDays,
	})
}
