package functions_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/compositions"
	"github.com/morket-io/platform/functions"
	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/monitoring"
	"github.com/morket-io/platform/internal/platform"
	"github.com/morket-io/platform/internal/render"
	"github.com/morket-io/platform/test/platformtest"
)

// queue is a store that is not composed itself: its address is the VPC's, so that something observes it.
func queue(p *platform.Platform) *platform.Store {
	address := platform.Value{Resource: platform.VPC, Field: "id", Before: "tcp://", After: ":4222", Source: "the queue's address"}
	return &platform.Store{
		Name: "queue", Title: "Queue", Ports: []int{4222}, Egress: []int{443}, AWSName: p.AWSName("queue", 50),
		Credential: platform.Credential{Name: "queue", Description: "User of the queue", Username: platform.Username, Field: "password"},
		UsedBy: []platform.Use{{
			Services:  []string{"scraper"},
			Variables: []platform.Variable{{Name: "QUEUE_URL", Value: address}},
			Secrets:   []platform.SecretVariable{{Name: "QUEUE_PASSWORD", Key: "password"}},
		}},
		Outputs: []platform.Output{{Status: "queue", Detail: "queueUrl", Value: address}},
		Monitoring: func(_ *platform.Platform, st *platform.Store, _ monitoring.Lookup) monitoring.Section {
			depth := monitoring.Alarm{
				Resource: st.Name, Metric: "depth", Subject: "Messages in the queue", Limit: "10", Meaning: "Nobody reads them.", FirstStep: "start a reader.",
				Metrics: []monitoring.Metric{{Namespace: "AWS/SQS", Name: "ApproximateNumberOfMessagesVisible", Stat: "Maximum"}},
				Above:   true, Threshold: 10, Period: 60, EvaluationPeriods: 1, DatapointsToAlarm: 1,
			}
			return monitoring.Section{Title: st.Title, Alarms: []monitoring.Alarm{depth}, Graphs: []monitoring.Graph{{Title: "Depth", Alarm: &depth}}}
		},
	}
}

// TestSixthStore adds a store: its entry is all there is to it, but for what composes its own resources.
func TestSixthStore(t *testing.T) {
	layers := functions.Layers(platformtest.Random())
	for i, l := range layers {
		layers[i].Compose = func(s *layer.Scope) {
			if s.Platform.Store("queue") == nil {
				s.Platform.AddStore(queue(s.Platform))
			}
			l.Compose(s)
		}
	}
	steps, err := render.ReadPipeline(compositions.Platform)
	if err != nil {
		t.Fatal(err)
	}
	xr := platformtest.XR(t, "staging", nil)
	five := platformtest.Eventually(t, xr)
	six, err := (&render.Renderer{Layers: layers, Steps: steps}).Eventually(xr, nil)
	if err != nil {
		t.Fatal(err)
	}

	url := "tcp://" + fields.Text(six.Observed[platform.VPC], "status", "atProvider", "id") + ":4222"
	arn := fields.Text(six.Observed["secret-queue"], "status", "atProvider", "arn")
	var added, changed []string
	for name, o := range six.Resources {
		switch before := five.Resources[name]; {
		case strings.HasPrefix(name, "task-scraper-"):
		case before == nil:
			added = append(added, name)
		case strings.HasPrefix(name, "credentials-"): // made of other random bytes
		case !cmp.Equal(before.AsMap(), o.AsMap()):
			changed = append(changed, name)
		}
	}
	slices.Sort(added)
	slices.Sort(changed)
	for _, tc := range []struct {
		reason    string
		want, got []string
	}{
		{"Should have a security group and its rules, a secret, and an alarm.", []string{
			"alarm-queue-depth", "credentials-queue-0", "secret-queue", "secret-queue-version-0", "sg-queue", "sg-queue-from-ecs-4222", "sg-queue-to-anywhere-443",
		}, added},
		{"Should change what shows or uses it, and nothing else.", []string{"dashboard", "role-scraper-execution-policy", "service-scraper"}, changed},
		{"Should be in the status, and so should its secret.", []string{url, arn}, []string{fields.Text(six.XR, "status", "endpoints", "queue"), fields.Text(six.XR, "status", "secretArns", "queue")}},
		{"Should be in the connection details, and so should its secret.", []string{url, arn}, []string{string(six.Details["queueUrl"]), string(six.Details["queueSecretArn"])}},
	} {
		if diff := cmp.Diff(tc.want, tc.got); diff != "" {
			t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
		}
	}

	raw := fields.Text(six.Resources["role-scraper-execution-policy"], "spec", "forProvider", "policy")
	if !strings.Contains(raw, "secret:morket-staging/queue-??????") {
		t.Errorf("Should let ECS read the secret, got %s", raw)
	}
	for name, o := range six.Resources {
		definitions := fields.Text(o, "spec", "forProvider", "containerDefinitions")
		if definitions == "" {
			continue
		}
		_, uses := strings.CutPrefix(name, "task-scraper-")
		for _, want := range []string{`{"name":"QUEUE_URL","value":"` + url + `"}`, `{"name":"QUEUE_PASSWORD","valueFrom":"` + arn + `:password::"}`} {
			if strings.Contains(definitions, want) != uses {
				t.Errorf("%s: the services of UsedBy, and no others, should have %s, got %s", name, want, definitions)
			}
		}
	}
}
