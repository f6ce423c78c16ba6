package compute_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/render"
	"github.com/morket-io/platform/test/platformtest"
)

// TestOwnSecrets is R-ECS-10: a claim's own secrets reach the container, and the execution role may read these and no others.
func TestOwnSecrets(t *testing.T) {
	const (
		stripe = "arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/stripe-a1B2c3"
		mail   = "arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/mail-d4E5f6"
		key    = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	)
	secrets := map[string]any{
		"STRIPE_KEY": map[string]any{"arn": stripe, "key": "live"},
		"MAIL":       map[string]any{"arn": mail, "kmsKeyArn": key},
		"LOG_LEVEL":  map[string]any{"arn": mail},
	}
	before := eventual(t, "staging")
	r := eventual(t, "staging", set(secrets, "spec", "compute", "services", "scraper", "secrets"), set(map[string]any{"MAIL": secrets["MAIL"]}, "spec", "compute", "services", "frontend", "secrets"))
	of := func(r *render.Result, service, sid string) []string {
		for _, s := range document(t, r.Resources["role-"+service+"-execution-policy"]).Statement {
			if s.Sid == sid {
				return s.Resource
			}
		}
		return nil
	}
	resources := func(service, sid string) []string { return of(r, service, sid) }
	platformKey := field(r.Observed["key"], "status.atProvider.arn").(string)
	for name, tc := range map[string]struct {
		reason    string
		got, want any
	}{
		"Secrets":     {"Should read the claim's secrets beside the platform's.", resources("scraper", "ReadSecrets"), append(of(before, "scraper", "ReadSecrets"), mail, stripe)},
		"Keys":        {"Should decrypt with both keys.", resources("scraper", "DecryptSecrets"), []string{platformKey, key}},
		"AloneSecret": {"Should read the claim's secret where the platform has none.", resources("frontend", "ReadSecrets"), []string{mail}},
		"AloneKey":    {"Should not decrypt with the platform's key what it does not encrypt.", resources("frontend", "DecryptSecrets"), []string{key}},
		"Another":     {"Should not let another service read it.", slices.Contains(resources("backend", "ReadSecrets"), stripe), false},
		"Field":       {"Should fill a variable from a field.", from(t, r, "scraper")["STRIPE_KEY"], stripe + ":live::"},
		"Whole":       {"Should fill a variable from a whole secret.", from(t, r, "scraper")["MAIL"], mail},
		"Takes":       {"Should take the place of a plain variable of the platform: ECS takes a name once.", from(t, r, "scraper")["LOG_LEVEL"], mail},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, tc.got); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// from is where a container's variables come from, secrets and others. A name that is there twice is "twice".
func from(t *testing.T, r *render.Result, service string) map[string]string {
	t.Helper()
	_, c := definition(t, r, service)
	out := map[string]string{}
	add := func(name, value string) {
		if _, ok := out[name]; ok {
			value = "twice"
		}
		out[name] = value
	}
	for list, field := range map[string]string{"environment": "value", "secrets": "valueFrom"} {
		for _, e := range c[list].([]any) {
			v := e.(map[string]any)
			add(v["name"].(string), v[field].(string))
		}
	}
	return out
}

// TestExec: a shell is off, and takes rights and a log where it is on. (R-ECS-10)
func TestExec(t *testing.T) {
	off := eventual(t, "staging")
	if off.Resources["log-group-exec"] != nil || parameters(off.Resources["ecs-cluster"])["configuration"] != nil {
		t.Error("Should have no log of shells that nobody can open.")
	}
	r := eventual(t, "staging", set(true, "spec", "compute", "services", "frontend", "exec"))
	for service, want := range map[string]bool{"frontend": true, "backend": false} {
		if got := parameters(r.Resources["service-"+service])["enableExecuteCommand"]; got != want {
			t.Errorf("%s: want a shell %t, got %v", service, want, got)
		}
	}
	actions := []string{}
	for _, s := range document(t, r.Resources["role-frontend-task-policy"]).Statement {
		actions = append(actions, s.Action...)
	}
	want := []string{
		"ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel",
		"logs:DescribeLogGroups", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents",
	}
	if diff := cmp.Diff(want, actions); diff != "" {
		t.Errorf("Should let a task open a shell and log it, and nothing more: -want, +got:\n%s", diff)
	}
	log := field(r.Resources["ecs-cluster"], "spec.forProvider.configuration.executeCommandConfiguration.logConfiguration.cloudWatchLogGroupName")
	if log != "/ecs/morket-staging/exec" || external(r.Resources["log-group-exec"]) != log {
		t.Errorf("Should log shells in a group of their own, got %v", log)
	}
}

// TestExecWaitsForRights: a service that has a policy gets shells when AWS has their rights in it, and keeps them while the policy is unknown.
func TestExecWaitsForRights(t *testing.T) {
	const service, policy = "service-backend", "role-backend-task-policy"
	observed := platformtest.Observed(eventual(t, "staging"))
	xr := platformtest.XR(t, "staging", set(true, "spec", "compute", "services", "backend", "exec"))
	enabled := func() any {
		return parameters(platformtest.Once(t, xr, observed).Resources[service])["enableExecuteCommand"]
	}
	if enabled() != false {
		t.Error("Should not start tasks with shells before AWS has the rights in a policy that exists")
	}
	at := fields.Child(observed[policy].GetResource(), "status", "atProvider")
	at.Fields["policy"] = structpb.NewStringValue(`{"Statement":[{"Action":["ssmmessages:OpenDataChannel"]}]}`)
	if enabled() != true {
		t.Error("Should give the service shells when AWS has the rights")
	}
	fields.Child(observed[service].GetResource(), "status", "atProvider").Fields["enableExecuteCommand"] = structpb.NewBoolValue(true)
	delete(at.Fields, "policy")
	if enabled() != true {
		t.Error("Should keep the shells while the policy is not known")
	}
}
