package rollout

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/morket-io/platform/internal/fields"
)

// A failure is why a version does not run.
type failure struct {
	why string
	// back says that the version should be rolled back. It is false where the version may well be running.
	back bool
	// final says that waiting any longer is of no use.
	final bool
}

func (f *failure) Error() string { return f.why }

// A watch waits for the services that a version changes, and for the layer that they belong to. What else of the claim is
// not Ready, such as a certificate, is no reason to take a version back.
type watch struct {
	*Rollout
	services *services
	target   *Target
	changed  []Service
	since    time.Time
	rollback bool

	layerBefore string // what ComputeReady said before the cluster got the claim, "" if that was not seen or was True
	sights      map[string]sight
	seenSteady  bool // by the poll before
}

// until waits until the cluster has the claim, and from then on until the services are steady.
func (w *watch) until(ctx context.Context) error {
	if err := w.poll(ctx, w.Apply, w.applied); err != nil {
		return err
	}
	w.Progress("the cluster has the claim with " + w.target.Tag)
	return w.poll(ctx, w.Steady+w.drain(), w.steady)
}

// drain is how long ECS waits for requests to end before it stops a task, if a service that changes gets any from the load balancer.
func (w *watch) drain() time.Duration {
	if slices.ContainsFunc(w.changed, func(s Service) bool { return s.Public }) {
		return w.target.Drain
	}
	return 0
}

// poll looks until nothing is missing any more.
func (w *watch) poll(ctx context.Context, limit time.Duration, look func(context.Context) *failure) error {
	deadline := time.Now().Add(limit)
	for last := ""; ; {
		f := look(ctx)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case f == nil:
			return nil
		case f.final:
			return f
		case time.Now().After(deadline):
			return &failure{why: fmt.Sprintf("%s, after %s", f.why, limit), back: f.back}
		}
		if f.why != last {
			w.Progress("waiting: " + f.why)
			last = f.why
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(w.Poll):
		}
	}
}

// find returns the claim in the cluster, or why there is none to look at.
func (w *watch) find() (map[string]any, *failure) {
	claim, err := w.Cluster.Find(w.target.Claim)
	switch {
	case err != nil:
		return nil, &failure{why: fmt.Sprintf("the cluster cannot be asked: %v", err)}
	case claim == nil:
		return nil, &failure{why: fmt.Sprintf("the cluster has no claim %s: does Argo CD follow %s on %s?", w.target, w.Repository.File, w.Repository.Branch)}
	}
	return claim, nil
}

// applied looks whether the cluster has the claim with the tag.
func (w *watch) applied(context.Context) *failure {
	claim, f := w.find()
	if f != nil {
		return f
	}
	if tag := fields.TextIn(claim, "spec", "images", "tag"); tag != w.target.Tag {
		_, w.layerBefore = layer(claim)
		return &failure{why: fmt.Sprintf("the cluster still has the claim with %s: does Argo CD follow %s on %s?", tag, w.Repository.File, w.Repository.Branch), back: true}
	}
	return nil
}

// steady looks whether every service that the version changes runs it steadily.
func (w *watch) steady(ctx context.Context) *failure {
	claim, f := w.find()
	if f != nil {
		return f
	}
	if tag := fields.TextIn(claim, "spec", "images", "tag"); tag != w.target.Tag {
		return &failure{why: fmt.Sprintf("the cluster has the claim with %s now: somebody else has changed it", tag), final: true}
	}
	sights, err := w.services.look(ctx, w.changed, w.since)
	if err != nil {
		return &failure{why: fmt.Sprintf("ECS cannot be asked: %v", err)}
	}
	w.sights = sights
	before := w.seenSteady
	w.seenSteady = false
	ready, says := layer(claim)
	var first *failure
	for _, s := range w.changed {
		switch seen := sights[s.Name]; {
		case seen.verdict == failed:
			return &failure{why: s.Name + ": " + seen.why, back: true, final: true}
		case seen.verdict == waiting && first == nil:
			first = &failure{why: s.Name + " " + seen.why, back: true}
			if !ready && strings.HasPrefix(seen.why, stillRuns) { // it may not have been composed
				first.why += " (" + says + ")"
			}
		}
	}
	w.seenSteady = first == nil
	switch {
	case first != nil:
		return first
	case w.rollback && !before: // the provider may be about to write the failed version, which it read before
		return &failure{why: "every service is steady, which is checked once more"}
	case ready || w.rollback:
		return nil
	case w.layerBefore != "":
		w.Log(fmt.Sprintf("%s was so before this version, and is not waited for: %s", conditionCompute, says))
		return nil
	}
	// The version runs: to take it back would be an outage for something else.
	return &failure{why: "every service runs it steadily, but " + says}
}

// conditionCompute is the condition of the layer that services belong to.
const conditionCompute = "ComputeReady"

// layer reports whether the claim's compute layer is ready, and otherwise what it says.
func layer(claim map[string]any) (ready bool, says string) {
	status, _ := claim["status"].(map[string]any)
	conditions, _ := status["conditions"].([]any)
	for _, c := range conditions {
		condition, _ := c.(map[string]any)
		if condition["type"] != conditionCompute {
			continue
		}
		if condition["status"] == "True" {
			return true, ""
		}
		return false, fmt.Sprintf("%s is %v: %v: %v", conditionCompute, condition["status"], condition["reason"], condition["message"])
	}
	return false, conditionCompute + " is not there yet"
}

// report says what was seen of each service.
func (w *watch) report() string {
	var out []string
	for _, s := range w.changed {
		why := w.sights[s.Name].why
		if why == "" {
			why = "was not seen"
		}
		out = append(out, s.Name+" "+why)
	}
	return strings.Join(out, "; ")
}
