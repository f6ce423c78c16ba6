package mockaws

import (
	"context"

	"errors"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/morket-io/platform/internal/platform"
)

// Expected is what a claim does not say of what AWS is to have.
type Expected struct {
	// Secrets are the values that Secrets Manager is to hold, by its names; nil compares none. They are never printed.
	Secrets map[string]string
	// Alarms is their number; 0 compares it not.
	Alarms int
	// Without are kinds that the run did not make in AWS.
	Without []string
}

// Check compares what AWS has with what a claim asks for and returns the differences, each a sentence. The claim is the one
// that the API server has: the composite resource's name is taken from it. It reads as whoever operates the platform
// would, with AWS' SDK and not with the provider's eyes; python3 with boto3 is needed, which moto depends on.
func Check(ctx context.Context, endpoint string, claim *unstructured.Unstructured, want Expected) []string {
	p, err := resolve(claim)
	if err != nil {
		return []string{err.Error()}
	}
	s, err := newSDK(ctx, endpoint, p.Region)
	if err != nil {
		return []string{err.Error()}
	}
	defer s.close()
	c := &check{sdk: s, p: p, want: want}
	for _, f := range []func(){c.network, c.securityGroups, c.loadBalancer, c.services, c.secrets, c.buckets, c.stores, c.site, c.records, c.alarms} {
		f()
	}
	return c.differences
}

// resolve works out what a claim asks for.
func resolve(claim *unstructured.Unstructured) (*platform.Platform, error) {
	in := platform.Input{ClaimName: claim.GetName(), ClaimNamespace: claim.GetNamespace()}
	in.XRName, _, _ = unstructured.NestedString(claim.Object, "spec", "resourceRef", "name")
	spec, _, err := unstructured.NestedMap(claim.Object, "spec")
	if err != nil {
		return nil, err
	}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(spec, &in.Spec); err != nil {
		return nil, err
	}
	p, errs := platform.Resolve(in)
	if len(errs) > 0 {
		return nil, errs[0]
	}
	return p, nil
}

// Make makes a call of one operation, as boto3 names it, as whoever operates a platform does behind Crossplane's back.
func Make(ctx context.Context, endpoint, region, service, operation string, parameters map[string]any) error {
	s, err := newSDK(ctx, endpoint, region)
	if err != nil {
		return err
	}
	defer s.close()
	errs, err := s.ask([]call{{Service: service, Operation: operation, Parameters: parameters}})
	return errors.Join(append(errs, err)...)
}

// A check collects differences.
type check struct {
	sdk  *sdk
	p    *platform.Platform
	want Expected

	vpc         string
	differences []string
}

func (c *check) differ(format string, args ...any) {
	c.differences = append(c.differences, fmt.Sprintf(format, args...))
}

// equal notes a difference of a value.
func (c *check) equal(what string, got, want any) {
	if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w {
		c.differ("%s is %s, the claim asks for %s", what, g, w)
	}
}

// ask makes calls, and notes those that fail.
func (c *check) ask(calls ...call) bool {
	errs, err := c.sdk.ask(calls)
	if err != nil {
		c.differ("cannot ask AWS: %v", err)
		return false
	}
	for i, call := range calls {
		if err := errs[i]; err != nil {
			c.differ("%s: %v", call.Operation, err)
		}
	}
	return errors.Join(errs...) == nil
}

type tag struct{ Key, Value string }

// owned filters EC2's things by whose they are.
func (c *check) owned() map[string]any {
	return map[string]any{"Filters": []any{map[string]any{"Name": "tag:Claim", "Values": []any{c.p.Tags["Claim"]}}}}
}
