package docs_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/morket-io/platform/internal/render"
	"github.com/morket-io/platform/test/docs"
	"github.com/morket-io/platform/test/platformtest"
)

const architectureIntro = `<!-- Written by ` + "`go test ./test/docs -run TestArchitecture -update`" + ` from the composed resources of examples/claims. DO NOT EDIT. -->

# Architecture

Pictures and tables are drawn from what ` + "`morket render --eventual`" + ` composes of the two example claims: listener rules, target
groups, origins, security group rules, roles.
`

// TestArchitecture holds the pictures, and the tables of who may reach whom, to what is composed.
func TestArchitecture(t *testing.T) {
	var doc strings.Builder
	doc.WriteString(architectureIntro)
	for _, env := range []string{"production", "staging"} {
		a, _ := architecture(t, env)
		svg := "architecture-" + env + ".svg"
		compare(t, "docs/"+svg, a.Draw(), "TestArchitecture")
		fmt.Fprintf(&doc, "\n## %s\n\n![the architecture of %s](%s)\n", strings.ToUpper(env[:1])+env[1:], env, svg)
	}
	a, _ := architecture(t, "production")
	if b, _ := architecture(t, "staging"); !slices.Equal(a.Links, b.Links) || !slices.Equal(a.Out, b.Out) {
		t.Error("Should say the rules of each environment: they are no longer the same")
	}
	doc.WriteString("\n## Who may reach whom\n\nBoth environments have the same rules. Nobody else gets in; what may go out is below.\n\n")
	doc.WriteString("| from | to | port |\n|---|---|---|\n")
	for _, l := range a.Links {
		fmt.Fprintf(&doc, "| %s | %s | %s |\n", a.Say(l.From), a.Say(l.To), l.Port)
	}
	doc.WriteString("\nOut go:\n\n| from | to | port |\n|---|---|---|\n")
	for _, l := range a.Out {
		fmt.Fprintf(&doc, "| %s | %s | %s |\n", a.Say(l.From), a.Say(l.To), l.Port)
	}
	compare(t, "docs/architecture.md", doc.String(), "TestArchitecture")
}

func architecture(t *testing.T, env string) (*docs.Architecture, *render.Result) {
	t.Helper()
	r := platformtest.Eventually(t, platformtest.XR(t, env, nil))
	a, err := docs.Read(r)
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
			kind := o.GetFields()["apiVersion"].GetStringValue()
			kind, _, _ = strings.Cut(kind, "/")
			kinds[o.GetFields()["kind"].GetStringValue()+"."+kind]++
		}
		for what, want := range map[string]struct{ composed, shown int }{
			"ECS services":   {kinds["Service.ecs.aws.upbound.io"], len(a.Services)},
			"ingress rules":  {kinds["SecurityGroupIngressRule.ec2.aws.upbound.io"], len(a.Links)},
			"egress rules":   {kinds["SecurityGroupEgressRule.ec2.aws.upbound.io"], len(a.Out)},
			"subnets":        {kinds["Subnet.ec2.aws.upbound.io"], len(a.Public) + len(a.Private)},
			"NAT gateways":   {kinds["NATGateway.ec2.aws.upbound.io"], a.NATs},
			"data stores":    {5, len(a.Stores)},
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
	if _, err := docs.Read(r); err == nil || !strings.Contains(err.Error(), "sg-redis") {
		t.Errorf("Should name the security group that guards nothing: %v", err)
	}
}
