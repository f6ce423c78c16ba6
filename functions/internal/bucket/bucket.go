// Package bucket composes S3 buckets as the platform wants all of them: closed to the public, owned by the account,
// encrypted, reached by TLS only, and rid of what nobody finished uploading. (R-S3-1, R-S3-2)
package bucket

import (
	"github.com/morket-io/platform/internal/aws"
	"github.com/morket-io/platform/internal/aws/s3"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

const (
	// abandonedAfter is when an upload that was not finished is removed, in days. It is in no listing, and is paid for.
	abandonedAfter = 7
	// noncurrentFor is how long a versioned bucket keeps what was overwritten or deleted, in days.
	noncurrentFor = 30
)

// A Bucket is one S3 bucket and everything that is set on it.
//
// When the claim of a platform that keeps data is deleted, the bucket stays behind with its content and with all that is set
// on it: it remains closed and encrypted, and what is in it goes on to be archived and to expire. A claim of the same
// name prefix finds it again. Any other platform's bucket is deleted, whatever is in it.
type Bucket struct {
	// Resource is the bucket's own name within the platform, such as exports. It makes the name in AWS,
	// p.BucketName("exports"), and those of the composed resources: exports-bucket for the bucket itself, and
	// exports-bucket-policy and the like for what is set on it.
	Resource string

	// Versioned keeps what is overwritten or deleted for 30 days.
	Versioned bool
	// ArchiveAfterDays is when an object moves to Glacier, in days after it was written. Zero: never.
	ArchiveAfterDays int32
	// ExpireAfterDays is when an object is deleted, in days after it was written. Zero: never.
	ExpireAfterDays int32

	// Statements are the bucket policy's beside the one that refuses what does not come by TLS. They need their own
	// resources: see ARN and ObjectsARN.
	Statements []aws.Statement
	// StatementsMissing says that there will be more statements once AWS has named whom they are about. A policy that
	// exists is then left as it was last known, so that nobody loses access for the moment; one that does not is composed
	// from what there is.
	StatementsMissing bool
}

// ARN is a bucket's ARN, to list it for example.
func ARN(p *platform.Platform, resource string) string {
	return "arn:" + platform.Partition + ":s3:::" + p.BucketName(resource)
}

// ObjectsARN is the ARN of objects in a bucket: of those that match, such as alb/AWSLogs/*, or with * of all.
func ObjectsARN(p *platform.Platform, resource, match string) string {
	return ARN(p, resource) + "/" + match
}

// Add composes a bucket.
func Add(s *layer.Scope, b Bucket) {
	p := s.Platform
	name := platform.Bucket(b.Resource)
	stays := layer.OrphanIf(p.KeepsData()) // also what is set on it: a bucket that stays must not open up

	s.Add(name, &s3.Bucket{ForProvider: s3.BucketParameters{
		ForceDestroy: new(!p.KeepsData()),
	}}, layer.ExternalName(p.BucketName(b.Resource)), stays)

	s.Add(name+"-public-access", &s3.BucketPublicAccessBlock{ForProvider: s3.BucketPublicAccessBlockParameters{
		BucketRef:             s.Ref(name),
		BlockPublicACLs:       new(true),
		BlockPublicPolicy:     new(true),
		IgnorePublicACLs:      new(true),
		RestrictPublicBuckets: new(true),
	}}, stays)

	s.Add(name+"-ownership", &s3.BucketOwnershipControls{ForProvider: s3.BucketOwnershipControlsParameters{
		BucketRef: s.Ref(name),
		Rule:      &s3.BucketOwnershipControlsRule{ObjectOwnership: new("BucketOwnerEnforced")}, // no ACLs at all
	}}, stays)

	s.Add(name+"-encryption", &s3.BucketServerSideEncryptionConfiguration{ForProvider: s3.BucketServerSideEncryptionConfigurationParameters{
		BucketRef: s.Ref(name),
		Rule: []s3.BucketServerSideEncryptionConfigurationRule{{
			ApplyServerSideEncryptionByDefault: &s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefault{SSEAlgorithm: new("AES256")},
			BucketKeyEnabled:                   new(false),
		}},
	}}, stays)

	if b.Versioned {
		s.Add(name+"-versioning", &s3.BucketVersioning{ForProvider: s3.BucketVersioningParameters{
			BucketRef:               s.Ref(name),
			VersioningConfiguration: &s3.BucketVersioningVersioningConfiguration{Status: new("Enabled")},
		}}, stays)
	}

	s.Add(name+"-lifecycle", &s3.BucketLifecycleConfiguration{ForProvider: s3.BucketLifecycleConfigurationParameters{
		BucketRef: s.Ref(name),
		Rule:      []s3.BucketLifecycleConfigurationRule{lifecycle(b)},
	}}, stays)

	if b.StatementsMissing && s.Keep(name+"-policy") {
		return
	}
	s.Add(name+"-policy", &s3.BucketPolicy{ForProvider: s3.BucketPolicyParameters{
		BucketRef: s.Ref(name),
		Policy:    aws.NewPolicy(append([]aws.Statement{onlyTLS(p, b.Resource)}, b.Statements...)...).JSON(),
	}}, stays)
}

// lifecycle is what becomes of objects over time.
func lifecycle(b Bucket) s3.BucketLifecycleConfigurationRule {
	rule := s3.BucketLifecycleConfigurationRule{
		ID:     new("all"),
		Status: new("Enabled"),
		Filter: []s3.BucketLifecycleConfigurationRuleFilter{{Prefix: new("")}}, // every rule needs one
		AbortIncompleteMultipartUpload: []s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload{
			{DaysAfterInitiation: new(float64(abandonedAfter))},
		},
	}
	if b.ArchiveAfterDays > 0 {
		rule.Transition = []s3.BucketLifecycleConfigurationRuleTransition{{Days: new(float64(b.ArchiveAfterDays)), StorageClass: new("GLACIER")}}
	}
	if b.ExpireAfterDays > 0 {
		rule.Expiration = []s3.BucketLifecycleConfigurationRuleExpiration{{Days: new(float64(b.ExpireAfterDays))}}
	}
	if b.Versioned {
		rule.NoncurrentVersionExpiration = []s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpiration{{NoncurrentDays: new(float64(noncurrentFor))}}
	}
	return rule
}

// onlyTLS refuses everything that does not come by TLS, to everybody.
func onlyTLS(p *platform.Platform, resource string) aws.Statement {
	return aws.Statement{
		Sid:       "OnlyTLS",
		Effect:    aws.Deny,
		Principal: &aws.Principal{AWS: []string{"*"}},
		Action:    []string{"s3:*"},
		Resource:  []string{ARN(p, resource), ObjectsARN(p, resource, "*")},
		Condition: aws.Condition{"Bool": {"aws:SecureTransport": {"false"}}},
	}
}

// Publish shows a bucket that exists in the platform's status, under a key. (R-API-4)
func Publish(s *layer.Scope, resource, key string) {
	if s.Observe(platform.Bucket(resource)).Exists() {
		s.SetStatus("buckets."+key+".name", s.Platform.BucketName(resource))
		s.SetStatus("buckets."+key+".arn", ARN(s.Platform, resource))
	}
}
