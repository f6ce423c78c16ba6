package docs

import (
	"slices"
	"strings"
	"testing"

	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/render"
	"github.com/morket-io/platform/test/platformtest"
)

// TestArchitectureRules: the page has one table of rules for both environments.
func TestArchitectureRules(t *testing.T) {
	production, _ := architecture(t, "production")
	if staging, _ := architecture(t, "staging"); !slices.Equal(production.Links, staging.Links) || !slices.Equal(production.Out, staging.Out) {
		t.Error("Should say the rules of each environment: they are no longer the same")
	}
}

func architecture(t *testing.T, env string) (*Architecture, *render.Result) {
	t.Helper()
	r := platformtest.Eventually(t, platformtest.XR(t, env, nil))
	a, err := Read(r)
	if err != nil {
		t.Fatal(err)
	}
	return a, r
}

// TestArchitectureIsComplete looks in the pictures for what is composed.
func TestArchitectureIsComplete(t *testing.T) {
	for _, env := range platformtest.Environments {
		a, r := architecture(t, env)
		svg := a.Draw()
		kinds := map[string]int{}
		for _, o := range r.Resources {
			kind := fields.Text(o, "apiVersion")
			kind, _, _ = strings.Cut(kind, "/")
			kinds[fields.Text(o, "kind")+"."+kind]++
		}
		for what, want := range map[string]struct{ composed, shown int }{
			"ECS services":   {kinds["Service.ecs.aws.upbound.io"], len(a.Services)},
			"ingress rules":  {kinds["SecurityGroupIngressRule.ec2.aws.upbound.io"], len(a.Links)},
			"egress rules":   {kinds["SecurityGroupEgressRule.ec2.aws.upbound.io"], len(a.Out)},
			"subnets":        {kinds["Subnet.ec2.aws.upbound.io"], len(a.Public) + len(a.Private)},
			"NAT gateways":   {kinds["NATGateway.ec2.aws.upbound.io"], a.NATs},
			"data stores":    {len(platformtest.Platform(t, env).Stores()), len(a.Stores)},
			"listener rules": {kinds["LBListenerRule.elbv2.aws.upbound.io"] + 1, strings.Count(svg, "/api/v1/") + strings.Count(svg, "everything else")},
		} {
			if want.composed == 0 || want.composed != want.shown {
				t.Errorf("%s: Should show the %s that are composed: %d are, %d are shown", env, what, want.composed, want.shown)
			}
		}
		for _, n := range a.Nodes() {
			if !strings.Contains(svg, ">"+n.Title+"<") {
				t.Errorf("%s: Should show %s", env, n.Title)
			}
			if len(n.Groups) == 0 {
				t.Errorf("%s: %s should have a security group", env, n.Name)
			}
		}
	}
}

// TestArchitectureRefuses: a store that nobody knows how to draw is an error, and not left out.
func TestArchitectureRefuses(t *testing.T) {
	r := platformtest.Eventually(t, platformtest.XR(t, "staging", nil))
	delete(r.Resources, "redis")
	if _, err := Read(r); err == nil || !strings.Contains(err.Error(), "sg-redis") {
		t.Errorf("Should name the security group that guards nothing: %v", err)
	}
}
