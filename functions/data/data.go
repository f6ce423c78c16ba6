// Package data is the layer of what keeps data: Aurora, ClickHouse, Redis, RabbitMQ, OpenSearch, and the secrets that
// open them.
package data

import (
	"io"
	"strings"

	"github.com/morket-io/platform/apis/v1alpha1"
	"github.com/morket-io/platform/internal/aws"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

// Layer is the data stores. Passwords and keys are made of what random gives, once.
func Layer(random io.Reader) layer.Layer {
	return layer.Layer{Name: "data", Condition: v1alpha1.ConditionDataReady, Compose: func(s *layer.Scope) { compose(s, random) }}
}

func compose(s *layer.Scope, random io.Reader) {
	addAurora(s)
	addRedis(s)
	addRabbitMQ(s)
	addOpenSearch(s)
	addClickHouse(s)
	addBackup(s)
	addSecrets(s, random)
	addGuard(s)
	publish(s)
}

// privateSubnets refers to the private subnets of the first zones. It is for what does not move to other subnets when a third
// zone is added.
func privateSubnets(s *layer.Scope, zones int) []aws.Ref {
	refs := make([]aws.Ref, zones)
	for i, name := range s.Platform.PrivateSubnets()[:zones] {
		refs[i] = *s.Ref(name)
	}
	return refs
}

// allPrivateSubnets refers to the private subnets of all zones, also of those that are added.
func allPrivateSubnets(s *layer.Scope) []aws.Ref { return followedSubnets(s, len(s.Platform.Zones)) }

// followedSubnets refers to the private subnets of the first zones, of which there may be more one day.
func followedSubnets(s *layer.Scope, zones int) []aws.Ref {
	return s.FollowingRefs(s.Platform.PrivateSubnets()[:zones]...)
}

// securityGroup refers to the security group of a store.
func securityGroup(s *layer.Scope, store *platform.Store) []aws.Ref {
	return []aws.Ref{*s.Ref(platform.SecurityGroup(store.Name))}
}

// keyARN is the ARN of the platform's key, for fields that AWS answers with the ARN where a reference gives the bare id,
// which would be a difference for ever.
func keyARN(s *layer.Scope) (string, bool) {
	return s.Observe(platform.Key).String("arn")
}

// publish shows where the stores are found, in the status and to applications. (R-API-4, R-API-5)
func publish(s *layer.Scope) {
	for _, store := range s.Platform.Stores() {
		for _, o := range store.Outputs {
			v, ok := s.Value(o.Value)
			if ok && o.Status != "" {
				s.SetStatus("endpoints."+o.Status, v)
			}
			if ok && o.Detail != "" {
				s.Detail(o.Detail, v)
			}
		}
	}
	for _, c := range s.Platform.Credentials() {
		publishARN(s, c.Name, arn(s, c))
	}
}

// publishARN shows where a secret is kept, such as redis-auth: secretArns.redis-auth, and redisAuthSecretArn.
func publishARN(s *layer.Scope, name, arn string) {
	s.SetStatus("secretArns."+name, arn)
	var key strings.Builder
	for i, word := range strings.Split(name, "-") {
		if i > 0 {
			word = strings.ToUpper(word[:1]) + word[1:]
		}
		key.WriteString(word)
	}
	s.Detail(key.String()+"SecretArn", arn)
}
