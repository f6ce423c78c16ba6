package observability

import (
	"reflect"
	"strings"
	"testing"

	"github.com/morket-io/platform/apis/v1alpha1"
	"github.com/morket-io/platform/internal/monitoring"
	"github.com/morket-io/platform/internal/platform"
)

// nothing is what is observed of a platform of which nothing exists.
func nothing(string, string) string { return "" }

// production is the platform that the documentation describes.
func production(t *testing.T) *platform.Platform {
	t.Helper()
	p, errs := platform.Resolve(platform.Input{XRName: "morket-production", Spec: v1alpha1.MorketPlatformSpec{
		Environment: "production", AccountID: "111122223333", Region: "us-east-1",
	}})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return p
}

// TestAlarms: an alarm says what it means and what to do first in sentences, and each threshold of a claim is one's.
func TestAlarms(t *testing.T) {
	knobs := map[string]bool{}
	for _, g := range Sections(production(t), nothing) {
		for _, a := range g.Alarms {
			knobs[a.Knob] = true
			for _, s := range []string{a.Meaning, a.FirstStep} {
				if !strings.HasSuffix(s, ".") {
					t.Errorf("%s: %q should be a sentence", a.Name(), s)
				}
			}
		}
	}
	for field := range reflect.TypeFor[v1alpha1.Alarms]().Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if !knobs[name] {
			t.Errorf("spec.monitoring.alarms.%s should be the threshold of an alarm", name)
		}
	}
}

// TestSilence: of each thing that is measured all the time, one alarm and no more tells when data stop coming.
func TestSilence(t *testing.T) {
	tells := map[string]int{}
	for _, g := range Sections(production(t), nothing) {
		for _, a := range g.Alarms {
			thing := a.Resource + " " + a.Instance
			switch a.MissingData {
			case monitoring.Notify:
				tells[thing]++
			case monitoring.Unknown:
				tells[thing] += 0
			case monitoring.NotBreaching:
			}
		}
	}
	for thing, n := range tells {
		if n != 1 {
			t.Errorf("%s: one alarm should tell when data stop, %d do", thing, n)
		}
	}
}
