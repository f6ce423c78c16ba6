package platform

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/apis/v1alpha1"
)

// TestOversights: what a new claim is refused for, a running platform gets a warning about, until the values change that the rule
// is about. (R-LIFE-7)
func TestOversights(t *testing.T) {
	type change func(*v1alpha1.Service)
	count := func(n int32) change { return func(s *v1alpha1.Service) { s.DesiredCount = &n } }
	scaling := func(sc v1alpha1.Scaling) change { return func(s *v1alpha1.Service) { s.Scaling = sc } }
	spot := func(s *v1alpha1.Service) { s.Spot = new(true) }
	variables := func(n int) change {
		return func(s *v1alpha1.Service) {
			s.Environment = map[string]v1alpha1.EnvironmentValue{"A": v1alpha1.EnvironmentValue(strings.Repeat("x", n))}
		}
	}
	const room = maxEnvironment - len(`{"name":"A","value":""},`)
	cases := map[string]struct {
		reason      string
		environment string
		claim       []change
		want        string // the field and the beginning of what is said, empty if nothing is
	}{
		"Defaults":       {"Should accept the environment's own sizing.", "production", nil, ""},
		"Flaps":          {"Should see that two tasks at 40 % are one at 40 % and one more at 20 %.", "production", []change{scaling(v1alpha1.Scaling{Min: new(int32(1)), ScaleOutPercent: new(int32(40)), ScaleInPercent: new(int32(20))})}, "scaling.scaleInPercent: Invalid value: 20"},
		"FlapsByDefault": {"Should see it with the environment's own min, of 2: 140 % are 46 % of three.", "production", []change{scaling(v1alpha1.Scaling{ScaleInPercent: new(int32(47))})}, "scaling.scaleInPercent: Invalid value: 47"},
		"Close":          {"Should accept what is just below.", "production", []change{scaling(v1alpha1.Scaling{ScaleInPercent: new(int32(46))})}, ""},
		"Fixed":          {"Should not mind thresholds that change nothing.", "production", []change{scaling(v1alpha1.Scaling{Min: new(int32(1)), Max: new(int32(1)), ScaleInPercent: new(int32(50))})}, ""},
		"Off":            {"Should not mind thresholds while scaling is off.", "staging", []change{scaling(v1alpha1.Scaling{Min: new(int32(1)), ScaleInPercent: new(int32(50))})}, ""},
		"Count":          {"Should see that scaling, which is on in production, ignores the count.", "production", []change{count(4)}, "desiredCount: Invalid value: 4"},
		"CountAlone":     {"Should accept a count where scaling is off.", "staging", []change{count(4)}, ""},
		"CountOff":       {"Should accept a count where scaling is turned off.", "production", []change{count(4), scaling(v1alpha1.Scaling{Enabled: new(false)})}, ""},
		"SpotOnce":       {"Should see that a single task may find no capacity.", "staging", []change{spot}, "spot: Invalid value: true"},
		"SpotTwice":      {"Should accept Spot where a second task is not on it.", "staging", []change{spot, count(2)}, ""},
		"SpotNone":       {"Should not mind a service that does not run.", "staging", []change{spot, count(0)}, ""},
		"SpotScaled":     {"Should accept Spot by the environment's least number of tasks.", "production", []change{spot}, ""},
		"SpotScaledOne":  {"Should see that scaling may leave a single task.", "production", []change{spot, scaling(v1alpha1.Scaling{Min: new(int32(1)), ScaleInPercent: new(int32(30))})}, "spot: Invalid value: true"},
		"Large":          {"Should see that no task definition has room for the variables.", "staging", []change{variables(room + 1)}, "environment: Invalid value: the variables have 49153 bytes"},
		"LargeJust":      {"Should accept variables that there is just room for.", "staging", []change{variables(room)}, ""},
		"LargeEscaped": {"Should count what JSON makes of a value.", "staging", []change{func(s *v1alpha1.Service) {
			s.Environment = map[string]v1alpha1.EnvironmentValue{"A": v1alpha1.EnvironmentValue(strings.Repeat("\n", room))}
		}}, "environment: Invalid value: the variables have"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			in := func(changes ...change) Input {
				in := Input{XRName: "x", ClaimName: "morket", Spec: v1alpha1.MorketPlatformSpec{Environment: tc.environment, AccountID: "111122223333", Region: "us-east-1", Images: v1alpha1.Images{Tag: new("1")}}}
				for _, c := range changes {
					c(&in.Spec.Compute.Services.Backend)
				}
				return in
			}
			said := func(previous Previous) (refused, warned string) {
				i := in(tc.claim...)
				i.Previous = previous
				p, errs := Resolve(i)
				var all strings.Builder
				for _, e := range errs {
					all.WriteString(e.Error())
				}
				refused = all.String()
				if p != nil {
					warned = strings.Join(p.Warnings, "")
				}
				return refused, warned
			}
			check := func(when, got, want string) {
				t.Helper()
				if want == "" && got != "" || !strings.HasPrefix(got, want) {
					t.Errorf("%s\n%s should begin with %q: %q", tc.reason, when, want, got)
				}
			}
			want := tc.want
			if want != "" {
				want = "spec.compute.services.backend." + want
			}

			refused, warned := said(Previous{})
			check("The refusal of a new claim", refused, want)
			check("The warning of a new claim", warned, "")

			same := fillDefaults(&v1alpha1.MorketPlatformSpec{Environment: tc.environment, Compute: in(tc.claim...).Spec.Compute})
			sized := sizing(&same)
			for when, previous := range map[string]Previous{
				"that runs":            {Exists: true, Sizing: func() *v1alpha1.Sizing { return &sized }},
				"whose status is lost": {Exists: true, Sizing: func() *v1alpha1.Sizing { return nil }},
			} {
				refused, warned = said(previous)
				check("The refusal of a platform "+when, refused, "")
				check("The warning of a platform "+when, warned, want)
			}

			other := fillDefaults(&v1alpha1.MorketPlatformSpec{Environment: tc.environment})
			was := sizing(&other)
			refused, warned = said(Previous{Exists: true, Sizing: func() *v1alpha1.Sizing { return &was }})
			check("The refusal of a changed platform", refused, want)
			check("The warning of a changed platform", warned, "")
		})
	}
}

// TestFlaps plays scaling with every pair of thresholds, and finds out which never settle.
func TestFlaps(t *testing.T) {
	for low := int32(1); low <= 5; low++ {
		for out := int32(20); out <= 95; out++ {
			for in := int32(0); in <= out-20 && in <= 75; in++ {
				s := v1alpha1.Service{Scaling: v1alpha1.Scaling{Enabled: new(true), Min: &low, Max: new(low + 4), ScaleOutPercent: &out, ScaleInPercent: &in}}
				if diff := cmp.Diff(neverSettles(low, out, in), flaps(nil, &s) != nil); diff != "" {
					t.Fatalf("min %d, out %d, in %d: -played, +said:\n%s", low, out, in, diff)
				}
			}
		}
	}
}

// neverSettles reports whether some load has scaling add a task that it then removes. One task is added at a time.
func neverSettles(low, out, in int32) bool {
	const fine = 60 // divides without a rest what is compared
	for n := low; n < low+4; n++ {
		for load := out * n * fine; load <= 100*n*fine; load += fine / 2 {
			if load >= out*n*fine && load <= in*(n+1)*fine {
				return true
			}
		}
	}
	return false
}
