package mockaws

import (
	"fmt"
	"slices"
	"strings"
)

func (c *check) buckets() { //nolint:funlen // half of it is the shape of AWS's answers
	for _, b := range []struct {
		name      string
		versioned bool
		lifecycle string
	}{
		{"alb-logs", false, lives(0, *c.p.Compute.LoadBalancer.AccessLogRetentionDays)},
		{"exports", false, lives(*c.p.Edge.Exports.ArchiveAfterDays, *c.p.Edge.Exports.ExpireAfterDays)},
		{"frontend", true, lives(0, 0)},
	} {
		name := c.p.BucketName(b.name)
		of := map[string]any{"Bucket": name}
		var block struct {
			PublicAccessBlockConfiguration struct{ BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets bool }
		}
		var encryption struct {
			ServerSideEncryptionConfiguration struct {
				Rules []struct {
					ApplyServerSideEncryptionByDefault struct{ SSEAlgorithm string }
				}
			}
		}
		var ownership struct {
			OwnershipControls struct {
				Rules []struct{ ObjectOwnership string }
			}
		}
		var policy struct{ Policy string }
		var versioning struct{ Status string }
		var lifecycle struct {
			Rules []struct {
				Status      string
				Expiration  struct{ Days int32 }
				Transitions []struct {
					Days         int32
					StorageClass string
				}
			}
		}
		if !c.ask(
			call{"s3", "get_public_access_block", of, &block},
			call{"s3", "get_bucket_encryption", of, &encryption},
			call{"s3", "get_bucket_ownership_controls", of, &ownership},
			call{"s3", "get_bucket_policy", of, &policy},
			call{"s3", "get_bucket_versioning", of, &versioning},
			call{"s3", "get_bucket_lifecycle_configuration", of, &lifecycle},
		) {
			continue
		}
		a := block.PublicAccessBlockConfiguration
		if !a.BlockPublicAcls || !a.IgnorePublicAcls || !a.BlockPublicPolicy || !a.RestrictPublicBuckets {
			c.differ("bucket %s may be made public", name)
		}
		if len(encryption.ServerSideEncryptionConfiguration.Rules) != 1 {
			c.differ("bucket %s is not encrypted", name)
		}
		if r := ownership.OwnershipControls.Rules; len(r) != 1 || r[0].ObjectOwnership != "BucketOwnerEnforced" {
			c.differ("bucket %s lets others own objects", name)
		}
		if !strings.Contains(policy.Policy, "aws:SecureTransport") {
			c.differ("bucket %s can be reached without TLS", name)
		}
		var archived, gone int32
		for _, r := range lifecycle.Rules {
			if r.Status == "Enabled" {
				gone += r.Expiration.Days
				for _, t := range r.Transitions {
					if t.StorageClass == "GLACIER" {
						archived += t.Days
					}
				}
			}
		}
		c.equal("the life of what is in bucket "+name, lives(archived, gone), b.lifecycle)
		c.equal("versioning of bucket "+name, versioning.Status == "Enabled", b.versioned)
	}
}

// lives says after how many days an object is archived and deleted; 0 is never.
func lives(archived, gone int32) string {
	return fmt.Sprintf("archived after %d, gone after %d", archived, gone)
}

func (c *check) site() {
	p := c.p
	var distributions struct {
		DistributionList struct {
			Items []struct {
				Comment string
				Enabled bool
				Aliases struct{ Items []string }
				Origins struct {
					Items []struct{ DomainName, OriginAccessControlID string }
				}
			}
		}
	}
	if !c.ask(call{"cloudfront", "list_distributions", nil, &distributions}) {
		return
	}
	for _, d := range distributions.DistributionList.Items {
		if !strings.HasPrefix(d.Comment, p.Prefix+": ") {
			continue
		}
		c.equal("the distribution at work", d.Enabled, true)
		if p.Domain != nil {
			c.equal("the distribution's names", d.Aliases.Items, []string{p.Domain.Name})
		}
		if len(d.Origins.Items) != 1 || d.Origins.Items[0].OriginAccessControlID == "" {
			c.differ("the distribution reads its bucket as anybody")
			return
		}
		c.equal("the distribution's origin", d.Origins.Items[0].DomainName, p.BucketName("frontend")+".s3."+p.Region+".amazonaws.com")
		return
	}
	c.differ("there is no distribution")
}

func (c *check) records() {
	d := c.p.Domain
	if d == nil || d.HostedZoneID == nil {
		return
	}
	var records struct {
		ResourceRecordSets []struct{ Name, Type string }
	}
	if !c.ask(call{"route53", "list_resource_record_sets", map[string]any{"HostedZoneId": *d.HostedZoneID}, &records}) {
		return
	}
	for _, want := range []string{"A " + d.Name + ".", "AAAA " + d.Name + ".", "A " + c.p.APIName() + "."} {
		if !slices.ContainsFunc(records.ResourceRecordSets, func(r struct{ Name, Type string }) bool { return r.Type+" "+r.Name == want }) {
			c.differ("there is no record %s", want)
		}
	}
}

func (c *check) alarms() {
	var alarms struct {
		MetricAlarms []struct {
			AlarmName    string
			AlarmActions []string
		}
	}
	if !c.ask(call{"cloudwatch", "describe_alarms", map[string]any{"AlarmNamePrefix": c.p.Prefix + "-"}, &alarms}) {
		return
	}
	n := 0
	for _, a := range alarms.MetricAlarms {
		// Application auto-scaling has alarms of its own, which tell nobody.
		if strings.HasPrefix(a.AlarmName, "TargetTracking-") {
			continue
		}
		n++
		if len(a.AlarmActions) == 0 {
			c.differ("alarm %s tells nobody", a.AlarmName)
		}
	}
	if c.want.Alarms > 0 {
		c.equal("the number of alarms", n, c.want.Alarms)
	}
}
