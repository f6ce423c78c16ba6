package compute_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/internal/render"
)

// TestRoles is R-ECS-7: two roles for each service, with what it needs and nothing of another's.
func TestRoles(t *testing.T) {
	own := func(names ...string) []string {
		var out []string
		for _, n := range names {
			out = append(out, "arn:aws:secretsmanager:us-east-1:111122223333:secret:morket-staging/"+n+"-??????")
		}
		return out
	}
	r := eventual(t, "staging")
	master := masterSecret(t, r)
	key := field(r.Observed["key"], "status.atProvider.arn").(string)
	type want struct {
		Secrets, Keys, Task []string
	}
	exports := []string{"arn:aws:s3:::morket-staging-exports-111122223333-us-east-1", "arn:aws:s3:::morket-staging-exports-111122223333-us-east-1/*"}
	cases := map[string]want{
		"backend":         {append(own("clickhouse", "encryption-master-key", "jwt", "opensearch", "rabbitmq", "redis-auth", "service-api-key", "webhook-hmac"), master), []string{key}, exports},
		"scraper":         {own("rabbitmq", "service-api-key"), []string{key}, nil},
		"frontend":        {nil, nil, nil},
		"temporal-worker": {append(own("clickhouse", "encryption-master-key", "rabbitmq", "redis-auth", "service-api-key", "webhook-hmac"), master), []string{key}, exports},
		"temporal-server": {[]string{master}, nil, nil},
	}
	for service, w := range cases {
		var got want
		logs := []string{}
		for _, s := range document(t, r.Resources["role-"+service+"-execution-policy"]).Statement {
			switch s.Sid {
			case "ReadSecrets":
				got.Secrets = s.Resource
			case "DecryptSecrets":
				got.Keys = s.Resource
				if diff := cmp.Diff([]string{"secretsmanager.us-east-1.amazonaws.com"}, s.Condition["StringEquals"]["kms:ViaService"]); diff != "" {
					t.Errorf("%s should use the key through Secrets Manager only: -want, +got:\n%s", service, diff)
				}
			case "WriteLogs":
				logs = s.Resource
			case "LogInToRegistry", "PullImage":
			default:
				t.Errorf("%s: unexpected statement %s", service, s.Sid)
			}
		}
		if o := r.Resources["role-"+service+"-task-policy"]; o != nil {
			for _, s := range document(t, o).Statement {
				got.Task = append(got.Task, s.Resource...)
			}
		}
		if diff := cmp.Diff(w, got); diff != "" {
			t.Errorf("%s: -want, +got:\n%s", service, diff)
		}
		if diff := cmp.Diff([]string{"arn:aws:logs:us-east-1:111122223333:log-group:/ecs/morket-staging/" + service + ":*"}, logs); diff != "" {
			t.Errorf("%s should write its own logs: -want, +got:\n%s", service, diff)
		}
		task, _ := definition(t, r, service)
		for role, field := range map[string]string{"execution": "executionRoleArn", "task": "taskRoleArn"} {
			if got, want := task[field], "arn:aws:iam::111122223333:role/"+external(r.Resources["role-"+service+"-"+role]).(string); got != want {
				t.Errorf("%s: %s should be its own: want %s, got %v", service, field, want, got)
			}
		}
	}
}

// masterSecret is the secret that RDS keeps for Aurora.
func masterSecret(t *testing.T, r *render.Result) string {
	t.Helper()
	list, _ := field(r.Observed["aurora"], "status.atProvider.masterUserSecret").([]any)
	if len(list) != 1 {
		t.Fatal("Aurora has no secret")
	}
	return list[0].(map[string]any)["secretArn"].(string)
}
