package network

import (
	"strings"

	"github.com/morket-io/platform/internal/aws"
	"github.com/morket-io/platform/internal/aws/kms"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

// Days between a key's deletion and its end, during which it can be brought back. AWS takes 7 to 30.
const (
	deletionWindow     = 7
	longDeletionWindow = 30
)

// addKey composes the key that encrypts the platform's data, and the alias by which people know it. The key outlives a
// platform that leaves data behind: without it, snapshots and backups could never be read.
// (R-SEC-2)
func addKey(s *layer.Scope) {
	p := s.Platform
	window := deletionWindow
	if p.KeepsData() {
		window = longDeletionWindow
	}
	s.Add(platform.Key, &kms.Key{ForProvider: kms.KeyParameters{
		Description:          new(p.AWSName("", platform.MaxTagValue) + ": data at rest"),
		EnableKeyRotation:    new(true),
		DeletionWindowInDays: new(float64(window)),
		Policy:               keyPolicy(p).JSON(),
	}}, layer.IrreplaceableIf(p.KeepsData()))

	s.Add(layer.FormerHolder, &kms.Alias{ForProvider: kms.AliasParameters{
		TargetKeyIDRef: s.Ref(platform.Key),
	}},
		// The provider takes off what all aliases begin with: given it, Crossplane and the provider would correct each
		// other for ever.
		layer.ExternalName(strings.TrimPrefix(p.KeyAlias(), "alias/")),
		layer.HoldsPrefix(p),
	)
}

// keyPolicy leaves the key's use to IAM, lets CloudWatch Logs encrypt the platform's own log groups,
// and lets its alarms be published to its encrypted topic.
func keyPolicy(p *platform.Platform) aws.Policy {
	return aws.NewPolicy(
		aws.Statement{
			// The one statement that allows everything: without it a key can become one that nobody can manage, and
			// AWS itself writes it into every key. It grants nobody anything, but lets IAM policies do so.
			Sid:       "LeaveToIAM",
			Effect:    aws.Allow,
			Principal: &aws.Principal{AWS: []string{p.RootARN()}},
			Action:    []string{"kms:*"},
			Resource:  []string{"*"}, // in a key's policy: this key
		},
		aws.Statement{
			Sid:       "EncryptLogGroups",
			Effect:    aws.Allow,
			Principal: &aws.Principal{Service: []string{"logs." + p.Region + ".amazonaws.com"}},
			Action:    []string{"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo"},
			Resource:  []string{"*"},
			Condition: aws.Condition{"ArnLike": {"kms:EncryptionContext:aws:logs:arn": {p.ARN("logs", "log-group:/*/"+p.Prefix+"/*")}}},
		},
		aws.Statement{
			Sid:       "PublishAlarms",
			Effect:    aws.Allow,
			Principal: &aws.Principal{Service: []string{"cloudwatch.amazonaws.com"}},
			Action:    []string{"kms:Decrypt", "kms:GenerateDataKey"},
			Resource:  []string{"*"},
			Condition: aws.Condition{
				"StringEquals": {"aws:SourceAccount": {p.AccountID}},
				"ArnLike":      {"aws:SourceArn": {p.ARN("cloudwatch", "alarm:"+p.Prefix+"-*")}},
			},
		},
	)
}
