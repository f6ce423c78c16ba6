package edge

import (
	"github.com/morket-io/platform/functions/internal/bucket"
	"github.com/morket-io/platform/internal/aws"
	"github.com/morket-io/platform/internal/layer"
)

// addFrontendBucket composes the bucket of the site's files, which CloudFront alone reads, and only for this platform's
// distribution. CloudFront may not list it, so S3 says 403 where it would say 404. (R-S3-1)
func addFrontendBucket(s *layer.Scope) {
	p := s.Platform
	b := bucket.Bucket{Resource: frontend, Versioned: true}
	if id, ok := s.Observe(siteDistribution).String("id"); ok {
		b.Statements = []aws.Statement{{
			Sid:       "ReadByCloudFront",
			Effect:    aws.Allow,
			Principal: &aws.Principal{Service: []string{"cloudfront.amazonaws.com"}},
			Action:    []string{"s3:GetObject"},
			Resource:  []string{bucket.ObjectsARN(p, frontend, "*")},
			Condition: aws.Condition{"StringEquals": {"aws:SourceArn": {p.GlobalARN("cloudfront", "distribution/"+id)}}},
		}}
	} else {
		b.StatementsMissing = true
	}
	bucket.Add(s, b)
}
