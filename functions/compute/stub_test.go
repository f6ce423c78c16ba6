package compute_test

import (
	"testing"

	"google.golang.org/protobuf/types/known/structpb"
	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/morket-io/platform/internal/render"
	"github.com/morket-io/platform/internal/simulate"
	"github.com/morket-io/platform/test/platformtest"
	"maps"
)

func stores(t *testing.T) map[string]*fnv1.Resource {
	out := map[string]*fnv1.Resource{}
	add := func(name string, at map[string]any) {
		o, err := structpb.NewStruct(map[string]any{"apiVersion": "x.aws.upbound.io/v1", "kind": "Store", "metadata": map[string]any{"name": name}, "spec": map[string]any{},
			"status": map[string]any{"atProvider": at, "conditions": []any{map[string]any{"type": "Ready", "status": "True"}}}})
		if err != nil {
			t.Fatal(err)
		}
		out[name] = &fnv1.Resource{Resource: o}
	}
	add("aurora", map[string]any{"endpoint": "aurora.cluster-x.rds.amazonaws.com", "readerEndpoint": "aurora.cluster-ro-x.rds.amazonaws.com", "masterUserSecret": []any{map[string]any{"secretArn": "arn:aws:secretsmanager:us-east-1:111122223333:secret:rds!cluster-0aaa-AbCdEf"}}})
	add("aurora-0", map[string]any{"endpoint": "aurora-0.x.rds.amazonaws.com"})
	add("redis", map[string]any{"primaryEndpointAddress": "redis.x.cache.amazonaws.com"})
	add("rabbitmq", map[string]any{"instances": []any{map[string]any{"endpoints": []any{"amqps://b-1.mq.us-east-1.amazonaws.com:5671"}}}})
	add("opensearch", map[string]any{"endpoint": "vpc-x.us-east-1.es.amazonaws.com"})
	add("clickhouse", map[string]any{"privateIp": "10.0.128.10"})
	for _, n := range []string{"redis-auth", "clickhouse", "rabbitmq", "opensearch", "jwt", "encryption-master-key", "service-api-key", "webhook-hmac"} {
		add("secret-"+n, map[string]any{"arn": "arn:aws:secretsmanager:us-east-1:111122223333:secret:morket-staging/" + n + "-AbCdEf"})
	}
	return out
}

func stubEventual(t *testing.T, xr *structpb.Struct) *render.Result {
	t.Helper()
	observed := stores(t)
	for i := 0; i < 20; i++ {
		r := platformtest.Once(t, xr, observed)
		desired := map[string]*fnv1.Resource{}
		for n, o := range r.Resources {
			desired[n] = &fnv1.Resource{Resource: o}
		}
		xr = r.XR
		if i == 19 {
			r.Observed = map[string]*structpb.Struct{}
			for n, o := range observed {
				r.Observed[n] = o.GetResource()
			}
			return r
		}
		observed = simulate.Provider(desired, observed)
		maps.Copy(observed, stores(t))
	}
	return nil
}
