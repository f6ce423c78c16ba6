// Package data is the layer of what keeps data: Aurora, ClickHouse, Redis, RabbitMQ, OpenSearch, and the secrets that
// open them.
package data

import (
	"io"
	"strings"

	"github.com/morket-io/platform/apis/v1alpha1"
	"github.com/morket-io/platform/internal/aws"
	"github.com/morket-io/platform/internal/layer"
)

// Ports of the data stores, as the network's security groups open them.
const (
	portAurora           = "5432"
	portRedis            = "6379"
	portClickHouseHTTP   = "8123"
	portClickHouseNative = "9000"
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
	for i, z := range s.Platform.Zones[:zones] {
		refs[i] = *s.Ref(layer.PrivateSubnet + z.Letter)
	}
	return refs
}

// allPrivateSubnets refers to the private subnets of all zones, also of those that are added.
func allPrivateSubnets(s *layer.Scope) []aws.Ref { return followedSubnets(s, len(s.Platform.Zones)) }

// followedSubnets refers to the private subnets of the first zones, of which there may be more one day.
func followedSubnets(s *layer.Scope, zones int) []aws.Ref {
	names := make([]string, zones)
	for i, z := range s.Platform.Zones[:zones] {
		names[i] = layer.PrivateSubnet + z.Letter
	}
	return s.FollowingRefs(names...)
}

// securityGroup refers to the security group of a store.
func securityGroup(s *layer.Scope, name string) []aws.Ref {
	return []aws.Ref{*s.Ref("sg-" + name)}
}

// keyARN is the ARN of the platform's key, for fields that AWS answers with the ARN where a reference gives the bare id,
// which would be a difference for ever.
func keyARN(s *layer.Scope) (string, bool) {
	return s.Observe("key").String("arn")
}

// publish shows where the stores are found, in the status and to applications. (R-API-4, R-API-5)
func publish(s *layer.Scope) {
	p := s.Platform
	read := func(name, path string) string {
		v, _ := s.Observe(name).String(path)
		return v
	}
	writer, reader := read("aurora", "endpoint"), read("aurora", "readerEndpoint")
	redis := read("redis", "primaryEndpointAddress")
	rabbit := read("rabbitmq", "instances[0].endpoints[0]")
	search := prefixed("https://", read("opensearch", "endpoint"))
	clickHouse := read("clickhouse", "privateIp")

	s.SetStatus("endpoints.auroraWriter", suffixed(writer, ":"+portAurora))
	s.SetStatus("endpoints.auroraReader", suffixed(reader, ":"+portAurora))
	s.SetStatus("endpoints.redis", suffixed(redis, ":"+portRedis))
	s.SetStatus("endpoints.rabbitmq", rabbit)
	s.SetStatus("endpoints.openSearch", search)
	s.SetStatus("endpoints.clickHouse", clickHouse)

	s.Detail("auroraWriterHost", writer)
	s.Detail("auroraReaderHost", reader)
	s.Detail("auroraPort", portAurora)
	s.Detail("auroraDatabase", *p.Data.Aurora.DatabaseName)
	s.Detail("redisHost", redis)
	s.Detail("redisPort", portRedis)
	s.Detail("rabbitmqUrl", rabbit)
	s.Detail("openSearchUrl", search)
	s.Detail("clickHouseHost", clickHouse)
	s.Detail("clickHouseHttpPort", portClickHouseHTTP)
	s.Detail("clickHouseNativePort", portClickHouseNative)

	publishARN(s, "aurora", read("aurora", "masterUserSecret[0].secretArn"))
	for _, c := range credentials(p) {
		publishARN(s, c.name, c.arn(s))
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

// prefixed puts a prefix before what is there, and nothing before nothing.
func prefixed(prefix, v string) string {
	if v == "" {
		return ""
	}
	return prefix + v
}

func suffixed(v, suffix string) string {
	if v == "" {
		return ""
	}
	return v + suffix
}
