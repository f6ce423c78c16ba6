package rollout

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/morket-io/platform/internal/fakeaws"
	"github.com/morket-io/platform/test/platformtest"
)

// at is what every service of the version runs.
func at(tag string) map[string]string {
	return map[string]string{"backend": tag, "scraper": tag, "frontend": tag, "temporal-worker": tag, "temporal-server": "1.29.3"}
}

// drain is how long the claim gives requests, which the steady time is beside.
const drain = 2 * time.Minute

var (
	rolled   = []string{"Roll out " + next, "Claim"}
	reverted = []string{"Roll back to " + former, "Roll out " + next, "Claim"}
)

func TestRollout(t *testing.T) {
	t.Parallel()
	const ends = "its circuit breaker counted 3 tasks that failed"
	const steadyAgain = ". Rolled back to " + former + ", and every service is steady: backend runs " + former + " (1 of 1 tasks); "
	type want struct {
		Runs map[string]string
		Log  []string
		Says string // the error, or what was logged last
	}
	cases := map[string]struct {
		reason string
		change func(*world, *Rollout)
		want   want
	}{
		"Success": {
			reason: "It should commit the tag, and wait until every service runs it.",
			want:   want{at(next), rolled, "morket/morket-staging runs " + next + ": backend runs " + next + " (1 of 1 tasks); scraper runs"},
		},
		"Throttled": {
			reason: "It should ask again where AWS asks for patience.",
			change: func(w *world, _ *Rollout) { w.aws.Throttles = 2 },
			want:   want{at(next), rolled, "morket/morket-staging runs " + next},
		},
		"Breaker": {
			reason: "It should roll back as soon as ECS gives a deployment up.",
			change: func(w *world, _ *Rollout) { w.aws.Breaks = next },
			want:   want{at(former), reverted, "backend: ECS gave the deployment up: ECS deployment circuit breaker: tasks failed to start" + steadyAgain},
		},
		"Forgotten": {
			reason: "It should see a failure that DescribeServices no longer shows.",
			change: func(w *world, _ *Rollout) { w.aws.Breaks, w.aws.Forgets = next, true; hide(w) },
			want:   want{at(former), reverted, "ECS gave the deployment up: " + ends + steadyAgain},
		},
		"Alarm": {
			reason: "It should name the alarm that ended the deployment.",
			change: func(w *world, _ *Rollout) { w.aws.Alarms, w.aws.Forgets = next, true; hide(w) },
			want:   want{at(former), reverted, "ECS gave the deployment up: the alarm fired: morket-staging-backend-cpu" + steadyAgain},
		},
		"NoRollbackByECS": {
			reason: "It should roll back where ECS does not.",
			change: func(w *world, _ *Rollout) { w.aws.Breaks, w.aws.NoRollback = next, true },
			want:   want{at(former), reverted, "ECS gave the deployment up: ECS deployment circuit breaker: tasks failed to start" + steadyAgain},
		},
		"OldFailure": {
			reason: "A failure of an earlier try of the same version is none of this one.",
			change: func(w *world, _ *Rollout) {
				w.aws.Breaks, w.aws.Lingers = next, 20
				w.elsewhere("Try", func(s string) string { return strings.Replace(s, former, next, 1) })
				find(w, 1)
				w.aws.Age(time.Hour)
				w.elsewhere("Back", func(s string) string { return strings.Replace(s, next, former, 1) })
				w.aws.Set(func(a *fakeaws.Account) { a.Breaks = "" })
			},
			want: want{at(next), []string{rolled[0], "Back", "Try", "Claim"}, "morket/morket-staging runs " + next},
		},
		"Unsteady": {
			reason: "It should roll back what does not become steady in time.",
			change: func(w *world, r *Rollout) { w.aws.Never, r.Steady = next, time.Second-drain },
			want:   want{at(former), reverted, "tasks run, "},
		},
		"Slow": {
			reason: "The time that Argo CD takes should not count.",
			change: func(w *world, r *Rollout) {
				r.Steady = time.Second - drain
				since := time.Now()
				w.follows = func() bool { return time.Since(since) > 2*time.Second }
			},
			want: want{at(next), rolled, "morket/morket-staging runs " + next},
		},
		"NotApplied": {
			reason: "It should take back what nobody applies, so that it does not come out at some later time.",
			change: func(w *world, r *Rollout) { w.follows, r.Apply = func() bool { return false }, time.Second },
			want: want{at(former), reverted, "the cluster still has the claim with " + former + ": does Argo CD follow claims/staging.yaml on develop?, after 1s" +
				". Rolled back to " + former},
		},
		"LayerBefore": {
			reason: "It should not wait for a layer that was not ready before.",
			change: func(w *world, _ *Rollout) { w.compute = func(string) bool { return false }; lag(w) },
			want:   want{at(next), rolled, "morket/morket-staging runs " + next},
		},
		"Layer": {
			reason: "It should not take back a version that runs because of what else is in the layer.",
			change: func(w *world, r *Rollout) {
				w.compute, r.Steady = func(tag string) bool { return tag == former }, 3*time.Second-drain
				lag(w)
			},
			want: want{at(next), rolled, "every service runs it steadily, but ComputeReady is False: WaitingForService: waiting for service-backend, after 3s. Nothing is rolled back"},
		},
		"Unseen": {
			reason: "It should not take back what it cannot see.",
			change: func(w *world, r *Rollout) {
				r.Apply = time.Second
				w.progress = func(w *world, _ string) { w.finds = func() error { return errors.New("connection refused") } }
				w.follows = func() bool { return false }
			},
			want: want{at(former), rolled, "the cluster cannot be asked: connection refused, after 1s. Nothing is rolled back. Run the same command again to go on"},
		},
		"NoCluster": {
			reason: "It should change nothing where it could not watch.",
			change: func(w *world, _ *Rollout) { w.finds = func() error { return errors.New("connection refused") } },
			want:   want{at(former), []string{"Claim"}, "the cluster cannot be asked: connection refused. Nothing is changed"},
		},
		"NoAWS": {
			reason: "It should change nothing where it could not watch.",
			change: func(w *world, _ *Rollout) { w.aws.Throttles = 1000 },
			want:   want{at(former), []string{"Claim"}, "Rate exceeded. Nothing is changed"},
		},
		"NoList": {
			reason: "It should change nothing where it could not see why a deployment failed.",
			change: func(w *world, _ *Rollout) { w.aws.Denies = "ecs:ListServiceDeployments" },
			want:   want{at(former), []string{"Claim"}, "not authorized to perform ecs:ListServiceDeployments. Nothing is changed"},
		},
		"Superseded": {
			reason: "It should leave another version alone that somebody else rolls out meanwhile.",
			change: func(w *world, _ *Rollout) {
				w.aws.Never = next
				w.progress = func(w *world, text string) {
					if strings.Contains(text, "backend is being rolled out") {
						w.progress = func(*world, string) {}
						w.elsewhere("Other", func(s string) string { return strings.Replace(s, next, other, 1) })
					}
				}
			},
			want: want{at(former), []string{"Other", rolled[0], "Claim"}, "the cluster has the claim with " + other + " now: somebody else has changed it. Nothing is rolled back"},
		},
		"Busy": {
			reason: "It should push on top of what somebody else pushed meanwhile.",
			change: func(w *world, _ *Rollout) { w.elsewhere("Other", func(s string) string { return "# hello\n" + s }) },
			want:   want{at(next), []string{rolled[0], "Other", "Claim"}, "morket/morket-staging runs " + next},
		},
		"OwnTag": {
			reason: "It should not wait for a service that has a tag of its own.",
			change: func(w *world, _ *Rollout) {
				w.elsewhere("Own", func(s string) string { return strings.Replace(s, "images: {", "images: {scraper: {tag: own}, ", 1) })
				w.aws.Never = "own"
			},
			want: want{
				map[string]string{"backend": next, "scraper": former, "frontend": next, "temporal-worker": next, "temporal-server": "1.29.3"},
				[]string{rolled[0], "Own", "Claim"}, "morket/morket-staging runs " + next + ": backend runs",
			},
		},
		"Missing": {
			reason: "It should not take a service that is not there for a steady one.",
			change: func(w *world, r *Rollout) {
				r.Steady = time.Second - drain
				w.aws.Remove("morket-staging-frontend")
			},
			want: want{
				map[string]string{"backend": former, "scraper": former, "temporal-worker": former, "temporal-server": "1.29.3"},
				reverted, "frontend ECS has no such service yet, after 1s. The claim has " + former + " again, but its services were NOT seen to be steady",
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			r := w.rollout()
			if tc.change != nil {
				tc.change(w, r)
			}
			err := r.Run(t.Context(), next)
			got := want{w.aws.Runs(cluster), w.log(), strings.Join(w.logs[max(0, len(w.logs)-1):], "")}
			if err != nil {
				got.Says = err.Error()
			}
			if strings.Contains(got.Says, tc.want.Says) {
				got.Says = tc.want.Says
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\n-want +got:\n%s\n%s", tc.reason, diff, strings.Join(w.logs, "\n"))
			}
			w.allowed()
			if state := w.git(w.clone, "status", "--porcelain"); state != "" {
				t.Errorf("It should leave the working tree alone:\n%s", state)
			}
		})
	}
}

// find has the cluster do its work some times.
func find(w *world, times int) {
	w.t.Helper()
	for range times {
		if _, err := w.Find(nil); err != nil {
			w.t.Fatal(err)
		}
		w.aws.Settle()
	}
}

// lag has the cluster get a claim a few looks after it is in Git.
func lag(w *world) {
	looks := 0
	w.follows = func() bool { looks++; return looks > 3 }
}

// hide has ECS fail and forget the deployment between two looks.
func hide(w *world) {
	w.progress = func(w *world, text string) {
		if strings.HasPrefix(text, "the cluster has the claim") {
			find(w, 1)
		}
	}
}

// TestSteadyTwice holds that a rollback has succeeded only once two polls in a row saw the services steady.
func TestSteadyTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.rollout()
	r.Apply, w.follows = time.Second, func() bool { return false } // nothing is to be rolled back in ECS
	if err := r.Run(t.Context(), next); err == nil || !strings.Contains(err.Error(), "every service is steady: ") {
		t.Errorf("It should go back: %v", err)
	}
	if !slices.Contains(w.logs, "waiting: every service is steady, which is checked once more") {
		t.Errorf("It should look twice:\n%s", strings.Join(w.logs, "\n"))
	}
}

// TestRead holds that a platform that runs is not refused for an oversight that the API would refuse today.
func TestRead(t *testing.T) {
	t.Parallel()
	claim := platformtest.Read(t, "examples/claims/production.yaml")
	for name, tc := range map[string]struct{ reason, services string }{
		"Count": {"A count beside scaling should not stop a rollout.", "backend: {desiredCount: 3}"},
		"Flaps": {"Thresholds between which the service flaps should not stop a rollout.", "backend: {scaling: {min: 1, scaleOutPercent: 50, scaleInPercent: 30}}"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target, err := Read([]byte(addServices(t, claim, tc.services)))
			if err != nil {
				t.Fatalf("%s: %v", tc.reason, err)
			}
			if diff := cmp.Diff(drain, target.Drain); diff != "" {
				t.Errorf("It should know how long requests may take\n-want +got:\n%s", diff)
			}
		})
	}
}

// addServices gives the services of a claim something.
func addServices(t *testing.T, claim, services string) string {
	t.Helper()
	var o map[string]any
	if err := yaml.Unmarshal([]byte(claim), &o); err != nil {
		t.Fatal(err)
	}
	var given any
	if err := yaml.Unmarshal([]byte("{"+services+"}"), &given); err != nil {
		t.Fatal(err)
	}
	spec := o["spec"].(map[string]any)
	compute, _ := spec["compute"].(map[string]any)
	if compute == nil {
		compute = map[string]any{}
		spec["compute"] = compute
	}
	compute["services"] = given
	out, err := yaml.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 2 {
		if err := w.rollout().Run(t.Context(), next); err != nil {
			t.Fatalf("%v\n%s", err, strings.Join(w.logs, "\n"))
		}
	}
	if diff := cmp.Diff(rolled, w.log()); diff != "" {
		t.Errorf("A second run should change nothing\n-want +got:\n%s", diff)
	}
}

// TestInterrupted ends a run in the middle, which leaves the version in Git, and goes on with another one, in a clone of its
// own as CI does.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason, breaks string
		log            []string
		says           string
	}{
		"GoesOn":    {"It should wait on where the first run ended.", "", rolled, ""},
		"RollsBack": {"It should roll back to the version that was there before the first run.", next, reverted, "Rolled back to " + former},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.aws.Breaks, w.aws.Never = tc.breaks, next
			ctx, cancel := context.WithCancel(t.Context())
			w.progress = func(_ *world, text string) {
				if strings.HasPrefix(text, "waiting: ") {
					cancel()
				}
			}
			if err := w.rollout().Run(ctx, next); err == nil || !strings.Contains(err.Error(), "nothing is rolled back") {
				t.Fatalf("It should say that it was interrupted: %v", err)
			}
			w.aws.Set(func(a *fakeaws.Account) { a.Never = "" })
			clone := filepath.Join(t.TempDir(), "clone")
			w.git("", "clone", "--quiet", w.remote, clone)
			w.clone = clone
			err := w.rollout().Run(t.Context(), next)
			if (err == nil) != (tc.says == "") || err != nil && !strings.Contains(err.Error(), tc.says) {
				t.Errorf("%s Got %v\n%s", tc.reason, err, strings.Join(w.logs, "\n"))
			}
			if diff := cmp.Diff(tc.log, w.log()); diff != "" {
				t.Errorf("%s\n-want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestSubdirectory runs it below the root of the clone, with something else uncommitted in the file.
func TestSubdirectory(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if err := os.WriteFile(filepath.Join(w.clone, claimFile), []byte("half an idea"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := w.rollout()
	r.Repository.Dir, r.Repository.File = filepath.Join(w.clone, "claims"), "staging.yaml"
	if err := r.Run(t.Context(), next); err != nil {
		t.Fatal(err)
	}
	if got := w.git(w.remote, "show", "--stat", "--format=", "develop"); !strings.Contains(got, claimFile+" | 2 +-") {
		t.Errorf("It should change one line of what is on the remote: %s", got)
	}
	if raw, err := os.ReadFile(filepath.Join(w.clone, claimFile)); err != nil || string(raw) != "half an idea" {
		t.Errorf("It should leave the working tree alone: %s, %v", raw, err)
	}
}

// TestRefused writes nothing where the API would refuse the claim.
func TestRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	err := w.rollout().Run(t.Context(), "no tag")
	if err == nil || !strings.Contains(err.Error(), "claims/staging.yaml: spec.images.tag") {
		t.Errorf("It should name the file and the field: %v", err)
	}
	if diff := cmp.Diff([]string{"Claim"}, w.log()); diff != "" {
		t.Errorf("It should commit nothing\n-want +got:\n%s", diff)
	}
}
