package compute_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"

	"github.com/morket-io/platform/internal/simulate"
	"github.com/morket-io/platform/test/platformtest"
)

// TestGivenADomain follows a platform that is given a domain: HTTP leads to the services until HTTPS does, however long the
// certificate takes.
func TestGivenADomain(t *testing.T) {
	none := func(o map[string]any) { delete(o["spec"].(map[string]any), "domain") }
	observed := platformtest.Observed(eventual(t, "staging", none))
	xr := platformtest.XR(t, "staging", nil)
	reached := map[string]bool{}
	for round := range 12 {
		r := platformtest.Once(t, xr, observed)
		ways := 0
		for _, listener := range []string{"http", "https"} {
			leads := r.Resources["rule-"+listener+"-backend"] != nil && r.Resources["rule-"+listener+"-scraper"] != nil &&
				r.Resources["listener-"+listener] != nil && listed(parameters(r.Resources["listener-"+listener])["defaultAction"])["type"] == "forward"
			if leads {
				ways++
				reached[listener] = true
			}
		}
		if ways == 0 {
			t.Fatalf("in round %d nothing would lead to the services", round+1)
		}
		if round == 2 && r.Resources["rule-http-backend"] == nil {
			t.Errorf("in round %d HTTP should still lead to the services: there is no certificate yet", round+1)
		}
		desired := map[string]*fnv1.Resource{}
		for name, o := range r.Resources {
			desired[name] = &fnv1.Resource{Resource: o}
		}
		xr, observed = r.XR, simulate.Provider(desired, observed)
		if round < 4 { // the certificate takes its time
			for name := range observed {
				if strings.HasSuffix(name, "-validation") {
					delete(observed[name].GetResource().GetFields(), "status")
				}
			}
		}
	}
	last := platformtest.Once(t, xr, observed)
	var rules []string
	for name := range ofKind(last, "LBListenerRule") {
		rules = append(rules, name)
	}
	slices.Sort(rules)
	if diff := cmp.Diff([]string{"rule-https-backend", "rule-https-scraper"}, rules); diff != "" || !reached["http"] || !reached["https"] {
		t.Errorf("Should end with HTTPS alone: -want, +got:\n%s", diff)
	}
	if action := listed(parameters(last.Resources["listener-http"])["defaultAction"]); action["type"] != "redirect" {
		t.Errorf("Should redirect HTTP in the end, got %v", action)
	}
}

// TestAnotherSecretValue: tasks read secrets when they start, so another value starts new ones, of those services that read
// it and of no other, and not before it is stored.
func TestAnotherSecretValue(t *testing.T) {
	rotated := set(map[string]any{"rotation": map[string]any{"jwt": 1.0}}, "spec", "secrets")
	before := eventual(t, "staging")
	first := platformtest.Once(t, platformtest.XR(t, "staging", rotated), platformtest.Observed(before))
	tasks := func(resources map[string]*fnv1.Resource) []string {
		return slices.Sorted(func(yield func(string) bool) {
			for name := range maps.Keys(resources) {
				if strings.HasPrefix(name, "task-") && !yield(name) {
					return
				}
			}
		})
	}
	was := platformtest.Observed(before)
	now := map[string]*fnv1.Resource{}
	for name, o := range first.Resources {
		now[name] = &fnv1.Resource{Resource: proto.CloneOf(o)}
	}
	if diff := cmp.Diff(tasks(was), tasks(now)); diff != "" {
		t.Errorf("Should start nothing before the value is stored: -before, +after:\n%s", diff)
	}
	after := platformtest.Observed(eventual(t, "staging", rotated))
	changed := map[string]bool{}
	for _, name := range tasks(after) {
		if was[name] == nil {
			changed[name[:strings.LastIndex(name, "-")]] = true
		}
	}
	if diff := cmp.Diff(map[string]bool{"task-backend": true}, changed); diff != "" {
		t.Errorf("Should roll out what reads the secret, and nothing else: -want, +got:\n%s", diff)
	}
}
