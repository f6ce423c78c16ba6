package compute_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/render"
	"github.com/morket-io/platform/internal/simulate"
	"github.com/morket-io/platform/test/platformtest"
)

// TestRollout is R-ECS-8: sequences of renders, each round's output being the next one's observed state. What is written
// after each step is the tag that the backend's ECS service is told to run, the tags of the revisions that stay, and whether
// the layer is ready. (design rule 5)
func TestRollout(t *testing.T) {
	cases := map[string]struct {
		reason string
		steps  []step
	}{
		"Forward": {
			reason: "Should move to the next revision when it is registered, and let the former go when the service has moved.",
			steps: []step{
				{"tag b", "runs a, revisions a b, ready false"},
				{"register", "runs b, revisions a b, ready false"},
				{"", "runs b, revisions a b, ready false"}, // the provider has not got to it yet
				{"move", "runs b, revisions b, ready true"},
				{"", "runs b, revisions b, ready true"},
			},
		},
		"BackAfterwards": {
			reason: "Should go back to the former tag as it goes on to a new one.",
			steps: []step{
				{"tag b", "runs a, revisions a b, ready false"},
				{"register", "runs b, revisions a b, ready false"},
				{"move", "runs b, revisions b, ready true"},
				{"tag a", "runs b, revisions a b, ready false"},
				{"register", "runs a, revisions a b, ready false"},
				{"move", "runs a, revisions a, ready true"},
			},
		},
		"BackHalfWay": {
			reason: "Should go back at once to the former revision while it is still there, and let the new one go afterwards.",
			steps: []step{
				{"tag b", "runs a, revisions a b, ready false"},
				{"register", "runs b, revisions a b, ready false"},
				{"tag a", "runs a, revisions a b, ready false"},
				{"move", "runs a, revisions a, ready true"},
			},
		},
		"BackBeforeRegistered": {
			reason: "Should forget a revision that never was registered when nobody wants it any more.",
			steps: []step{
				{"tag b", "runs a, revisions a b, ready false"},
				{"tag a", "runs a, revisions a, ready true"},
			},
		},
		"NeverRegistered": {
			reason: "Should go on with the former revision for as long as the new one is not registered, and recover with a third.",
			steps: []step{
				{"tag b", "runs a, revisions a b, ready false"},
				{"", "runs a, revisions a b, ready false"},
				{"begin b", "runs a, revisions a b, ready false"}, // it has an ARN, and its provider does not call it ready
				{"tag c", "runs a, revisions a b c, ready false"},
				{"register c", "runs c, revisions a b c, ready false"},
				{"move", "runs c, revisions c, ready true"},
			},
		},
		"RolledBackByECS": {
			reason: "Should keep what ECS rolled back to, keep asking for what is wanted, say what went wrong, and recover with a third.",
			steps: []step{
				{"tag b", "runs a, revisions a b, ready false"},
				{"register", "runs b, revisions a b, ready false"},
				{"fail", "runs b, revisions a b, ready false: CannotSyncService"},
				{"", "runs b, revisions a b, ready false: CannotSyncService"},
				{"tag c", "runs b, revisions a b c, ready false: CannotSyncService"},
				{"register", "runs c, revisions a b c, ready false: CannotSyncService"},
				{"move", "runs c, revisions c, ready true"},
			},
		},
		"ChangedHalfWay": {
			reason: "Should leave a rollout for another in the middle of it, and keep all revisions until the last is reached.",
			steps: []step{
				{"tag b", "runs a, revisions a b, ready false"},
				{"register", "runs b, revisions a b, ready false"},
				{"tag c", "runs b, revisions a b c, ready false"},
				{"move", "runs b, revisions a b c, ready false"}, // the service reaches b, which is not wanted any more
				{"register", "runs c, revisions a b c, ready false"},
				{"", "runs c, revisions a b c, ready false"},
				{"move", "runs c, revisions c, ready true"},
			},
		},
		"ServiceStatusLost": {
			reason: "Should let no revision go while nothing says what the service runs.",
			steps: []step{
				{"tag b", "runs a, revisions a b, ready false"},
				{"register", "runs b, revisions a b, ready false"},
				{"lose service-backend", "runs b, revisions a b, ready false"},
				{"move", "runs b, revisions b, ready true"},
			},
		},
		"RevisionStatusLost": {
			reason: "Should leave a service alone whose revision's status is gone for the moment.",
			steps: []step{
				{"lose revision a", "runs a, revisions a, ready false"},
				{"register", "runs a, revisions a, ready true"},
			},
		},
		"EndpointLost": {
			reason: "Should leave everything as it is while an endpoint is unknown, in the middle of a rollout too.",
			steps: []step{
				{"lose redis", "runs a, revisions a, ready true"},
				{"tag b", "runs a, revisions a, ready false"}, // others roll out; which revision of the backend is wanted cannot be told
				{"find redis", "runs a, revisions a b, ready false"},
				{"lose redis", "runs a, revisions a b, ready false"},
				{"register", "runs a, revisions a b, ready false"},
				{"find redis", "runs b, revisions a b, ready false"},
				{"move", "runs b, revisions b, ready true"},
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			if diff := cmp.Diff("runs a, revisions a, ready true", w.round()); diff != "" {
				t.Fatalf("should have settled: -want, +got:\n%s", diff)
			}
			for i, step := range tc.steps {
				w.do(step.do)
				if diff := cmp.Diff(step.want, w.round()); diff != "" {
					t.Errorf("\n%s\nafter step %d (%s): -want, +got:\n%s", tc.reason, i+1, step.do, diff)
				}
			}
		})
	}
}

// TestRolloutTouchesNothingElse: a new tag changes task definitions and the services that run them, nothing more.
func TestRolloutTouchesNothingElse(t *testing.T) {
	w := newWorld(t)
	w.round()
	before := w.last.Resources
	w.do("tag b")
	w.round()
	for name, o := range w.last.Resources {
		revision := strings.HasPrefix(name, "task-")
		if !revision && !proto.Equal(before[name], o) {
			t.Errorf("%s should not change while new revisions are registered", name)
		}
	}
	w.do("register")
	w.round()
	var changed []string
	for name, o := range w.last.Resources {
		if !strings.HasPrefix(name, "task-") && !proto.Equal(before[name], o) {
			changed = append(changed, name)
		}
	}
	slices.Sort(changed)
	want := []string{"service-backend", "service-frontend", "service-scraper", "service-temporal-worker"}
	if diff := cmp.Diff(want, changed); diff != "" {
		t.Errorf("Should tell the services of the application to run another revision, and touch nothing else.\n-want, +changed:\n%s", diff)
	}
}

type step struct{ do, want string }

// A world is a platform whose provider does what a test lets it do.
type world struct {
	t        *testing.T
	tag      string
	observed map[string]*fnv1.Resource
	hidden   map[string]*fnv1.Resource
	last     *render.Result
	failed   bool
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, tag: "a", hidden: map[string]*fnv1.Resource{}}
	w.observed = platformtest.Observed(eventual(t, "staging", w.images))
	return w
}

func (w *world) images(claim map[string]any) { platformtest.Set(w.tag, "spec", "images", "tag")(claim) }

// do changes the claim, or lets the provider do one thing.
func (w *world) do(what string) {
	verb, arg, _ := strings.Cut(what, " ")
	switch verb {
	case "tag":
		w.tag = arg
	case "register": // what was asked for becomes known to AWS
		for name, o := range w.observed {
			if strings.HasPrefix(name, "task-") && (arg == "" || tagOf(o.GetResource()) == arg) {
				w.settle(name)
			}
		}
	case "begin":
		for name, o := range w.observed {
			if strings.HasPrefix(name, "task-") && tagOf(o.GetResource()) == arg {
				w.settle(name)
				delete(fields.Below(w.observed[name].GetResource(), "status"), "conditions")
			}
		}
	case "move": // services run what they were told
		w.failed = false
		for name := range w.observed {
			if strings.HasPrefix(name, "service-") {
				w.settle(name)
			}
		}
	case "fail":
		w.failed = true
	case "lose":
		for name, o := range w.observed {
			if name == arg || strings.HasPrefix(name, "task-backend-") && "revision "+tagOf(o.GetResource()) == arg {
				w.hidden[name] = proto.CloneOf(o)
				delete(o.GetResource().GetFields(), "status")
			}
		}
	case "find":
		w.observed[arg] = w.hidden[arg]
	}
}

// settle makes one resource what the simulated provider makes of it.
func (w *world) settle(name string) {
	o := fields.Clone(w.observed[name].GetResource())
	simulate.Name(o)
	simulate.Resource(o, func(named string) *structpb.Struct {
		for _, r := range w.observed {
			if fields.Text(r.GetResource(), "metadata", "name") == named {
				return r.GetResource()
			}
		}
		return nil
	})
	w.observed[name] = &fnv1.Resource{Resource: o}
}

// round composes, applies what was composed, and says what became of the backend.
func (w *world) round() string {
	w.t.Helper()
	if w.failed {
		status := w.observed["service-backend"].GetResource().GetFields()["status"].GetStructValue()
		list := status.GetFields()["conditions"].GetListValue()
		failed, _ := structpb.NewValue(map[string]any{"type": "LastAsyncOperation", "status": "False", "reason": "AsyncUpdateFailure", "message": "tasks failed to start"})
		if len(list.GetValues()) < 3 {
			list.Values = append(list.Values, failed)
		}
	}
	w.last = platformtest.Once(w.t, platformtest.XR(w.t, "staging", w.images), w.observed)
	next := make(map[string]*fnv1.Resource, len(w.last.Resources))
	for name, o := range w.last.Resources {
		applied := fields.Clone(o)
		if before := w.observed[name].GetResource(); before != nil {
			applied = fields.Clone(before)
			applied.Fields["spec"] = fields.Clone(o).GetFields()["spec"]
		}
		next[name] = &fnv1.Resource{Resource: applied}
		if _, existed := w.observed[name]; !existed && !strings.HasPrefix(name, "task-") {
			w.t.Errorf("%s should not appear in the middle of a rollout", name)
		}
	}
	w.observed = next

	var revisions []string
	for name, o := range w.last.Resources {
		if strings.HasPrefix(name, "task-backend-") {
			revisions = append(revisions, tagOf(o))
		}
	}
	slices.Sort(revisions)
	runs := "nothing"
	told := parameters(w.last.Resources["service-backend"])["taskDefinition"]
	for name, o := range w.observed {
		if strings.HasPrefix(name, "task-backend-") && (arnOf(o) == told || arnOf(w.hidden[name]) == told) {
			runs = tagOf(o.GetResource())
		}
	}
	c := condition(w.last)
	ready := c.GetStatus() == fnv1.Status_STATUS_CONDITION_TRUE
	out := fmt.Sprintf("runs %s, revisions %s, ready %v", runs, strings.Join(revisions, " "), ready)
	if strings.HasPrefix(c.GetReason(), "Cannot") {
		out += ": " + c.GetReason()
	}
	return out
}

var imageTag = regexp.MustCompile(`"image":"[^"]*:([^":]*)"`)

// tagOf is the tag of the image that a task definition runs.
func tagOf(o *structpb.Struct) string {
	definitions, _ := parameters(o)["containerDefinitions"].(string)
	if m := imageTag.FindStringSubmatch(definitions); m != nil {
		return m[1]
	}
	return "?"
}

func arnOf(r *fnv1.Resource) string {
	return fields.Text(r.GetResource(), "status", "atProvider", "arn")
}
