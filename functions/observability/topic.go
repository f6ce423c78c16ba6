package observability

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"github.com/morket-io/platform/internal/aws"
	"github.com/morket-io/platform/internal/aws/sns"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

func topicName(p *platform.Platform) string { return p.AWSName("alarms", platform.MaxTopic) }
func topicARN(p *platform.Platform) string  { return p.ARN("sns", topicName(p)) }

// addTopic composes the topic that alarms are published to, and the e-mail subscriptions. It is encrypted with the
// platform's key, named by its alias: nothing waits for the key's id. (R-MON-2)
func addTopic(s *layer.Scope) {
	p := s.Platform
	s.Add("topic", &sns.Topic{ForProvider: sns.TopicParameters{
		DisplayName:    new(topicName(p)), // what mails are from
		KMSMasterKeyID: new(p.KeyAlias()),
	}}, layer.ExternalName(topicName(p)))

	s.Add("topic-policy", &sns.TopicPolicy{ForProvider: sns.TopicPolicyParameters{
		ARNRef: s.Ref("topic"),
		Policy: aws.NewPolicy(aws.Statement{
			Sid:       "PublishAlarms",
			Effect:    aws.Allow,
			Principal: &aws.Principal{Service: []string{"cloudwatch.amazonaws.com"}},
			Action:    []string{"sns:Publish"},
			Resource:  []string{topicARN(p)},
			Condition: aws.Condition{
				"StringEquals": {"aws:SourceAccount": {p.AccountID}},
				"ArnLike":      {"aws:SourceArn": {p.ARN("cloudwatch", "alarm:"+p.Prefix+"-*")}},
			},
		}).JSON(),
	}})

	// Ready as soon as AWS has sent its mail: the provider does not wait for the answer to one.
	for _, email := range emails(p) {
		s.Add(subscriptionName(email), &sns.TopicSubscription{ForProvider: sns.TopicSubscriptionParameters{
			TopicARNRef: s.Ref("topic"),
			Protocol:    new("email"),
			Endpoint:    new(email),
		}})
	}
}

// emails are who is told, each once.
func emails(p *platform.Platform) []string {
	return slices.Compact(slices.Sorted(slices.Values(p.Monitoring.Emails)))
}

// subscriptionName has a hash of the address: a subscription cannot be changed, so another address is another one.
func subscriptionName(email string) string {
	sum := sha256.Sum256([]byte(email))
	return "subscription-" + hex.EncodeToString(sum[:])[:10]
}
