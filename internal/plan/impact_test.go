package plan_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/internal/plan"
)

// TestImpacts: what a change costs while it is made depends on the values too.
func TestImpacts(t *testing.T) {
	const (
		service = `ecs.aws.upbound.io/v1beta2 Service`
		volume  = `ec2.aws.upbound.io/v1beta1 EBSVolume`
		record  = `route53.aws.upbound.io/v1beta2 Record`
		rule    = `ec2.aws.upbound.io/v1beta1 SecurityGroupIngressRule`
		version = `secretsmanager.aws.upbound.io/v1beta1 SecretVersion`
	)
	rollout := []string{"effect: every task is replaced, the new ones first"}
	cases := map[string]struct {
		reason, kind     string
		name, before     string // before, parameters are those of a resource called name
		nameAfter, after string // the same name, unless said otherwise; none if there are no parameters
		want             []string
	}{
		"Rollout":        {"Should say that tasks are replaced", service, "s", `{taskDefinition: a, desiredCount: 2}`, "", `{taskDefinition: b, desiredCount: 2}`, rollout},
		"Count":          {"Should say that a rollout comes with another count", service, "s", `{desiredCount: 1}`, "", `{desiredCount: 2}`, rollout},
		"Stopped":        {"Should say that a service without tasks does not answer", service, "s", `{desiredCount: 1}`, "", `{desiredCount: 0}`, []string{"OUTAGE: its tasks stop, and none answers until the count is raised again"}},
		"StoppedOneTask": {"Should say the same of one whose task stops first", service, "s", `{desiredCount: 1, deploymentMinimumHealthyPercent: 0}`, "", `{desiredCount: 0, deploymentMinimumHealthyPercent: 0}`, []string{"OUTAGE: its tasks stop, and none answers until the count is raised again"}},
		"StoppedAlready": {"Should replace no tasks where there are none", service, "s", `{taskDefinition: a, desiredCount: 0}`, "", `{taskDefinition: b, desiredCount: 0}`, nil},
		"Started":        {"Should replace no tasks where there were none", service, "s", `{taskDefinition: a, desiredCount: 0}`, "", `{taskDefinition: b, desiredCount: 1}`, nil},
		"OneTask":        {"Should say that the one task is away for a while", service, "s", `{taskDefinition: a, desiredCount: 1, deploymentMinimumHealthyPercent: 0}`, "", `{taskDefinition: b, desiredCount: 1, deploymentMinimumHealthyPercent: 0}`, []string{"OUTAGE: the one task there is stops before the next one starts: it is away for a minute or two"}},
		"Scaled":         {"Should take no count of tasks that an autoscaler chooses for none", service, "s", `{taskDefinition: a}`, "", `{taskDefinition: b}`, rollout},

		"Grows": {"Should say that a volume grows", volume, "v", `{size: 1}`, "", `{size: 2}`, []string{"effect: the volume grows while it is used; it can be changed again after six hours, and never shrinks"}},

		"NameGone":    {"Should say which name leads nowhere", record, "record-a", `{name: a.example.com, alias: {name: x}}`, "", "", []string{"OUTAGE: a.example.com leads nowhere any more"}},
		"NameChanged": {"Should say which name leads nowhere once another does", record, "record-111111", `{name: a.example.com, alias: {name: x}}`, "record-222222", `{name: b.example.com, alias: {name: x}}`, []string{"OUTAGE: a.example.com leads nowhere any more"}},
		"ZoneChanged": {"Should say nothing of a name that is only in another zone", record, "record-111111", `{name: a.example.com, zoneId: A, alias: {name: x}}`, "record-222222", `{name: a.example.com, zoneId: B, alias: {name: x}}`, nil},
		"Proof":       {"Should say nothing of what proves a name to ACM", record, "validation-a", `{name: _x.example.com, records: [y]}`, "", "", nil},
		"Listener":    {"Should say which port does not answer", `elbv2.aws.upbound.io/v1beta2 LBListener`, "l", `{port: 443}`, "", "", []string{"OUTAGE: the load balancer answers on port 443 no more"}},
		"Rule":        {"Should say who is shut out", rule, "from-0-0", `{cidrIpv4: 0.0.0.0/0}`, "", "", []string{"OUTAGE: whom no other rule lets in is shut out"}},
		"RuleChanged": {"Should say who is shut out by another range", rule, "from-0-0", `{cidrIpv4: 0.0.0.0/0}`, "from-1-1", `{cidrIpv4: 203.0.113.0/24}`, []string{"OUTAGE: whom no other rule lets in is shut out"}},
		"Orphan":      {"Should say nothing of what stays", record, "record-a", `{name: a.example.com, alias: {name: x}}, deletionPolicy: Orphan`, "", "", nil},

		"SearchPassword": {"Should say that the former password is refused at once", `opensearch.aws.upbound.io/v1beta2 Domain`, "opensearch",
			`{advancedSecurityOptions: {masterUserOptions: {masterUserPasswordSecretRef: {name: a}}}}`, "", `{advancedSecurityOptions: {masterUserOptions: {masterUserPasswordSecretRef: {name: b}}}}`,
			[]string{"OUTAGE: the former password is refused at once: services that have it are shut out until their tasks are replaced"}},
		"SecretKey":  {"Should say who cannot read a secret any more", `secretsmanager.aws.upbound.io/v1beta1 Secret`, "secret-jwt", `{kmsKeyId: a}`, "", `{kmsKeyId: b}`, []string{"OUTAGE: whoever reads it needs the right to decrypt with that key, and is refused without"}},
		"JWT":        {"Should say who is signed out", version, "secret-jwt-version-0", `{secretStringSecretRef: {name: a}}`, "secret-jwt-version-1", `{secretStringSecretRef: {name: b}}`, []string{"effect: everybody is signed out"}},
		"ClickHouse": {"Should say how long either password is refused", version, "secret-clickhouse-version-0", `{secretStringSecretRef: {name: a}}`, "secret-clickhouse-version-1", `{secretStringSecretRef: {name: b}}`, []string{"OUTAGE: ClickHouse takes the new password within five minutes, and refuses the former from then on: until both it and a task have the new one, that task is shut out"}},
		"ServiceKey": {"Should say that services refuse each other meanwhile", version, "secret-service-api-key-version-0", `{secretStringSecretRef: {name: a}}`, "secret-service-api-key-version-1", `{secretStringSecretRef: {name: b}}`, []string{"OUTAGE: while tasks are replaced, those with the new key and those with the former refuse each other"}},
		"Webhook":    {"Should say who has to be told", version, "secret-webhook-hmac-version-0", `{secretStringSecretRef: {name: a}}`, "secret-webhook-hmac-version-1", `{secretStringSecretRef: {name: b}}`, []string{"effect: whoever checks signatures needs the new value"}},

		"LogsShorter":    {"Should say that logs go", `cloudwatchlogs.aws.upbound.io/v1beta1 Group`, "g", `{retentionInDays: 30}`, "", `{retentionInDays: 7}`, []string{"LOSS: log lines that are older are deleted"}},
		"LogsLonger":     {"Should say nothing of logs that are kept longer", `cloudwatchlogs.aws.upbound.io/v1beta1 Group`, "g", `{retentionInDays: 7}`, "", `{retentionInDays: 30}`, nil},
		"BackupsShorter": {"Should say that backups go", `rds.aws.upbound.io/v1beta2 Cluster`, "aurora", `{backupRetentionPeriod: 7}`, "", `{backupRetentionPeriod: 1}`, []string{"LOSS: backups that are older are deleted: to no earlier time can it be restored any more"}},
		"ObjectsShorter": {"Should say that objects go", `s3.aws.upbound.io/v1beta2 BucketLifecycleConfiguration`, "b", `{rule: [{expiration: [{days: 365}]}]}`, "", `{rule: [{expiration: [{days: 30}]}]}`, []string{"LOSS: objects that are older than 30 days are deleted"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			apiVersion, kind, _ := strings.Cut(tc.kind, " ")
			object := func(name, parameters string) string {
				if parameters == "" {
					return `{}`
				}
				return `{` + name + `: {apiVersion: ` + apiVersion + `, kind: ` + kind + `, spec: {forProvider: ` + parameters + `}}}`
			}
			nameAfter := tc.nameAfter
			if nameAfter == "" {
				nameAfter = tc.name
			}
			var got []string
			for _, c := range plan.Compare(states(t, object(tc.name, tc.before), object(nameAfter, tc.after))).Changes {
				for _, i := range c.Impacts {
					text, source, _ := strings.Cut(i.String(), " [")
					if !strings.HasPrefix(source, "https://docs.aws.amazon.com/") {
						t.Errorf("Should say where AWS says so: %s", i)
					}
					got = append(got, text)
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
