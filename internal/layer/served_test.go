package layer

import (
	"maps"
	"slices"
	"strings"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/morket-io/platform/internal/aws"
	"github.com/morket-io/platform/internal/aws/kms"
)

// A rule is of a kind that no release composed yet.
type rule struct{ kms.Alias }

var ruleKind = aws.Kind{APIVersion: "new.aws.upbound.io/v1beta1", Kind: "Rule", Group: "new.aws.upbound.io", Plural: "rules"}

func (*rule) Kind() *aws.Kind { return &ruleKind }

var newKindLayer = Layer{Name: "new", Condition: "NewReady", Compose: func(s *Scope) {
	s.Add("alias", &kms.Alias{})
	s.Add("rule-a", &rule{})
	s.Add("rule-b", &rule{})
}}

func definition(t *testing.T, established string, versions ...any) *fnv1.Resource {
	t.Helper()
	return &fnv1.Resource{Resource: mustStruct(t, map[string]any{
		"spec":   map[string]any{"versions": versions},
		"status": map[string]any{"conditions": []any{map[string]any{"type": "Established", "status": established}}},
	})}
}

// TestNewKind: what the cluster does not serve yet is held back, says so, and stops nothing else. (R-LIFE-2)
func TestNewKind(t *testing.T) {
	const ask = requireDefinition + "rules.new.aws.upbound.io"
	served := map[string]any{"name": "v1beta1", "served": true}
	rule := func(name string) *fnv1.Resource {
		return managed(t, name, map[string]any{"apiVersion": ruleKind.APIVersion, "kind": ruleKind.Kind})
	}
	cases := map[string]struct {
		reason   string
		offline  bool
		observed map[string]*fnv1.Resource
		answer   *fnv1.Resources // nil for none
		want     []string
		held     bool
	}{
		"Offline":        {reason: "Should compose everything where nobody can be asked.", offline: true, want: []string{"alias", "rule-a", "rule-b"}},
		"Unanswered":     {reason: "Should compose everything before Crossplane answers.", want: []string{"alias", "rule-a", "rule-b"}},
		"Served":         {reason: "Should compose a kind that is there.", answer: &fnv1.Resources{Items: []*fnv1.Resource{definition(t, "True", served)}}, want: []string{"alias", "rule-a", "rule-b"}},
		"Missing":        {reason: "Should hold back what is not there, and nothing else.", answer: &fnv1.Resources{}, want: []string{"alias"}, held: true},
		"NotEstablished": {reason: "Should wait until the API server serves the kind.", answer: &fnv1.Resources{Items: []*fnv1.Resource{definition(t, "False", served)}}, want: []string{"alias"}, held: true},
		"OtherVersion": {
			reason: "Should hold back a version that the installed provider does not have.",
			answer: &fnv1.Resources{Items: []*fnv1.Resource{definition(t, "True", map[string]any{"name": "v1alpha1", "served": true}, map[string]any{"name": "v1beta1", "served": false})}},
			want:   []string{"alias"}, held: true,
		},
		"Observed": {
			reason:   "Should never drop what exists, whatever the answer is.",
			observed: map[string]*fnv1.Resource{"rule-a": rule("rule-a"), "rule-b": rule("rule-b")},
			answer:   &fnv1.Resources{}, want: []string{"alias", "rule-a", "rule-b"},
		},
		"OneObserved": {
			reason:   "Should keep the one that exists, and hold back the other.",
			observed: map[string]*fnv1.Resource{"rule-a": rule("rule-a")},
			answer:   &fnv1.Resources{}, want: []string{"alias", "rule-a"}, held: true,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			created := "2026-01-01T00:00:00Z"
			if tc.offline {
				created = ""
			}
			req := request(t, platformXR(t, "demo", created, "demo", "here", "", "us-east-1").GetResource(), tc.observed, "new")
			unanswered := Run(req, []Layer{newKindLayer}).GetRequirements()
			if tc.answer != nil {
				req.RequiredResources = map[string]*fnv1.Resources{ask: tc.answer}
			}
			rsp := Run(req, []Layer{newKindLayer})
			if diff := cmp.Diff(tc.want, slices.Sorted(maps.Keys(rsp.GetDesired().GetResources()))); diff != "" {
				t.Errorf("%s -want, +composed:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(unanswered, rsp.GetRequirements(), protocmp.Transform()); diff != "" {
				t.Errorf("%s Should ask the same whatever the answer is: -before, +after:\n%s", tc.reason, diff)
			}
			c := rsp.GetConditions()[0]
			if held := c.GetReason() == reasonKindNotServed; held != tc.held {
				t.Errorf("%s The condition has reason %q", tc.reason, c.GetReason())
			}
			if n := strings.Count(c.GetMessage(), "does not serve new.aws.upbound.io/v1beta1"); tc.held && n != 1 {
				t.Errorf("%s Should name the kind once, not %d times: %s", tc.reason, n, c.GetMessage())
			}
		})
	}
}

// TestReleasedKinds: a kind of the last release is never asked for.
func TestReleasedKinds(t *testing.T) {
	req := request(t, platformXR(t, "demo", "2026-01-01T00:00:00Z", "demo", "here", "", "us-east-1").GetResource(), nil, "test")
	for name := range Run(req, []Layer{testLayer}).GetRequirements().GetResources() {
		if strings.HasPrefix(name, requireDefinition) {
			t.Errorf("Should not ask for %s, which the last release composes", name)
		}
	}
}
