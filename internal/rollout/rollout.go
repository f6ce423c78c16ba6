package rollout

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"

	"github.com/morket-io/platform/internal/claimfile"
)

// A Cluster is where Crossplane runs.
type Cluster interface {
	// Find returns the claim as the cluster has it, nil if it has none.
	Find(claim map[string]any) (map[string]any, error)
}

// A Rollout brings one version of the images out.
type Rollout struct {
	Repository *Repository
	Cluster    Cluster
	// ECS returns a client for a region.
	ECS func(ctx context.Context, region string) (*ecs.Client, error)
	// Log gets a sentence for each thing that happens. Progress gets what is waited for, whenever that changes.
	Log, Progress func(string)

	// Poll is the time between two polls.
	Poll time.Duration
	// Apply is how long the cluster may take to get the claim; Steady how long services may take from then on, beside the
	// time in which tasks that are replaced finish their requests. A rollback has the same time.
	Apply, Steady time.Duration
}

// Run rolls a version out. An error says what has become of it.
func (r *Rollout) Run(ctx context.Context, tag string) error {
	if err := r.preflight(ctx); err != nil {
		return fmt.Errorf("%w. Nothing is changed", err)
	}
	before, after, since, err := r.start(ctx, tag)
	if err != nil {
		return err
	}
	client, err := r.ECS(ctx, after.Region)
	if err != nil {
		return err
	}
	w := &watch{Rollout: r, services: newServices(client, after.Cluster), target: after, changed: changed(before, after), since: since}
	if len(w.changed) == 0 {
		r.Log(fmt.Sprintf("no service of %s follows spec.images.tag: there is nothing to wait for", after))
		return nil
	}
	err = w.until(ctx)
	var f *failure
	switch {
	case err == nil:
		r.Log(fmt.Sprintf("%s runs %s: %s", after, tag, w.report()))
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("interrupted: %s is in %s and nothing is rolled back. Run the same command again to go on", tag, r.Repository.File)
	case !errors.As(err, &f):
		return err
	case !f.back:
		return fmt.Errorf("%s does not run %s yet: %s. Nothing is rolled back. Run the same command again to go on", after, tag, f.why)
	case before == nil:
		return fmt.Errorf("%s does not run %s: %s. This clone knows no version before it, so nothing is rolled back", after, tag, f.why)
	}
	return fmt.Errorf("%s does not run %s: %s. %s", after, tag, f.why, r.back(ctx, before, w, f.why))
}

// preflight looks at the platform as it is: what cannot be seen then could not be watched.
func (r *Rollout) preflight(ctx context.Context) error {
	now, err := r.Repository.fetch(ctx)
	if err != nil {
		return err
	}
	target, err := Read(now.content)
	if err != nil {
		return nil //nolint:nilerr // The tag may be what is wrong with it.
	}
	if _, err := r.Cluster.Find(target.Claim); err != nil {
		return fmt.Errorf("the cluster cannot be asked: %w", err)
	}
	client, err := r.ECS(ctx, target.Region)
	if err == nil {
		s := newServices(client, target.Cluster)
		if _, err = s.look(ctx, target.Services, time.Now()); err == nil {
			err = s.lists(ctx, target.Services)
		}
	}
	if err != nil {
		return fmt.Errorf("ECS cannot be asked: %w", err)
	}
	return nil
}

// start writes the tag, or finds that it is written, and returns the claim before it, if the clone knows that, the claim
// with it, and when it was written.
func (r *Rollout) start(ctx context.Context, tag string) (before, after *Target, since time.Time, err error) {
	file, was, first := r.Repository.File, "", true
	written, err := r.Repository.write(ctx, fmt.Sprintf("Roll out %s\n", tag), func(content []byte) ([]byte, error) {
		next, old, err := claimfile.SetTag(content, tag)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if !first && old != was {
			return nil, fmt.Errorf("%s: %w: it has the tag %s now. Nothing is rolled out", file, errSuperseded, old)
		}
		was, first = old, false
		if after, err = Read(next); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if before, err = Read(content); err != nil {
			before = nil // it was refused: nothing to go back to
		}
		return next, nil
	})
	switch {
	case err != nil:
		return nil, nil, since, err
	case written != nil:
		r.Log(fmt.Sprintf("rolling out %s to %s, commit %.7s", tag, after, written.commit))
		return before, after, written.time, nil
	}
	r.Log(fmt.Sprintf("%s has the tag %s already", file, tag))
	tip, err := r.Repository.fetch(ctx)
	if err != nil {
		return nil, nil, since, err
	}
	older, err := r.Repository.before(ctx, tip, tag)
	if err != nil || older == nil {
		return nil, after, since, err
	}
	if before, err = Read(older.content); err != nil {
		return nil, after, tip.time, nil //nolint:nilerr // It was refused: nothing to go back to.
	}
	return before, after, tip.time, nil
}

// back brings the previous version back and watches until its services are steady. It returns a sentence about that.
func (r *Rollout) back(ctx context.Context, before *Target, failed *watch, why string) string {
	tag := failed.target.Tag
	message := fmt.Sprintf("Roll back to %s\n\n%s failed: %s.\n", before.Tag, tag, why)
	written, err := r.Repository.write(ctx, message, func(content []byte) ([]byte, error) {
		next, was, err := claimfile.SetTag(content, before.Tag)
		if err == nil && was != tag {
			err = fmt.Errorf("%w: %s", errSuperseded, was)
		}
		return next, err
	})
	if err != nil {
		return fmt.Sprintf("It could not be rolled back: %v", err)
	}
	r.Log(fmt.Sprintf("%s failed: %s", tag, why))
	r.Log(fmt.Sprintf("rolling back to %s, commit %.7s", before.Tag, written.commit))
	w := &watch{Rollout: r, services: failed.services, target: before, since: written.time, rollback: true}
	for _, s := range before.Services {
		if slices.ContainsFunc(failed.changed, func(f Service) bool { return f.Name == s.Name }) {
			w.changed = append(w.changed, s)
		}
	}
	if err := w.until(ctx); err != nil {
		return fmt.Sprintf("The claim has %s again, but its services were NOT seen to be steady: %v (%s)", before.Tag, err, w.report())
	}
	return fmt.Sprintf("Rolled back to %s, and every service is steady: %s", before.Tag, w.report())
}
