// Package rollout rolls a version out through Git, watches what ECS makes of it, rolls it back where it fails, and runs
// the migrations that come before.
package rollout

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/morket-io/platform/apis/v1alpha1"
	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/platform"
	"github.com/morket-io/platform/internal/render"
)

// A Target is what a claim's file says about the platform that runs.
type Target struct {
	// Claim is the claim as it is written, with its defaults.
	Claim map[string]any
	// Namespace and Name are the claim's.
	Namespace, Name string
	// Region is the AWS region, Cluster the name of the ECS cluster in it.
	Region, Cluster string
	// Tag is spec.images.tag.
	Tag string
	// Drain is how long a task that is replaced may finish its requests.
	Drain time.Duration
	// Services are the platform's services, in their usual order.
	Services []Service
}

// A Service is one ECS service of a platform.
type Service struct {
	// Name is its name within the platform, AWSName that in AWS.
	Name, AWSName string
	// Image is the container image that the claim asks for.
	Image string
	// Public says that the load balancer leads to it.
	Public bool
}

// String is namespace/name.
func (t *Target) String() string { return t.Namespace + "/" + t.Name }

// Service returns a service by its name within the platform.
func (t *Target) Service(name string) (Service, bool) {
	for _, s := range t.Services {
		if s.Name == name {
			return s, true
		}
	}
	return Service{}, false
}

// Read returns what the one claim of a file says, or every reason why the API would refuse it.
func Read(file []byte) (*Target, error) {
	claim, err := claimOf(file)
	if err != nil {
		return nil, err
	}
	t := &Target{Claim: claim, Name: fields.TextIn(claim, "metadata", "name"), Namespace: fields.TextIn(claim, "metadata", "namespace")}
	if t.Namespace == "" {
		t.Namespace = "default"
	}
	xr, problems, err := render.Admit(claim)
	if err != nil {
		return nil, err
	}
	if len(problems) > 0 {
		return nil, errors.New(strings.Join(problems, "; "))
	}
	// It runs: rules that are newer than it do not concern a rollout.
	in := platform.Input{XRName: t.Name, ClaimName: t.Name, ClaimNamespace: t.Namespace, Previous: platform.Previous{Exists: true}}
	raw, err := json.Marshal(fields.At(xr, "spec").AsInterface())
	if err == nil {
		err = json.Unmarshal(raw, &in.Spec)
	}
	if err != nil {
		return nil, fmt.Errorf("spec: %w", err)
	}
	p, errs := platform.Resolve(in)
	if len(errs) > 0 {
		return nil, errs.ToAggregate()
	}
	t.Drain = time.Duration(p.DrainSeconds()) * time.Second
	t.Region, t.Cluster, t.Tag = p.Region, p.AWSName("", platform.MaxECSName), *p.Images.Tag
	for _, s := range p.Services() {
		t.Services = append(t.Services, Service{Name: s.Name, AWSName: p.AWSName(s.Name, platform.MaxECSName), Image: s.Image, Public: s.Public()})
	}
	return t, nil
}

// claimOf returns the one claim among a file's objects.
func claimOf(file []byte) (map[string]any, error) {
	objects, err := render.ReadYAML(bytes.NewReader(file))
	if err != nil {
		return nil, err
	}
	var claims []map[string]any
	for _, o := range objects {
		if o["kind"] == v1alpha1.KindClaim {
			claims = append(claims, o)
		}
	}
	if len(claims) != 1 {
		return nil, fmt.Errorf("holds %d objects of kind %s: give a file with exactly one", len(claims), v1alpha1.KindClaim)
	}
	return claims[0], nil
}

// changed are the services whose image differs between two versions of a claim: all that have the newer's tag if there is
// no older one. The Temporal server is among them only if its own image changes.
func changed(before, after *Target) []Service {
	var out []Service
	for _, s := range after.Services {
		was, ok := Service{}, false
		if before != nil {
			was, ok = before.Service(s.Name)
		}
		if ok && was.Image != s.Image || before == nil && strings.HasSuffix(s.Image, ":"+after.Tag) {
			out = append(out, s)
		}
	}
	return out
}
