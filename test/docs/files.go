package docs

import (
	"fmt"
	"maps"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/morket-io/platform/apis"
	"github.com/morket-io/platform/functions"
	"github.com/morket-io/platform/test/platformtest"
)

const referenceIntro = `<!-- Written by ` + "`make update`" + ` from apis/v1alpha1 and the sizing profiles. DO NOT EDIT. -->

# The claim, field by field

Two claims to begin with are in [examples/claims](../examples/claims). Three fields have to be given, and in production a
domain; everything else has a default.

- **default** is what holds where the claim says nothing. Where it depends on ` + "`spec.environment`" + `, it says so. A default that is
  the same in both environments is written into the claim when you apply it, and stays. One that depends on the environment is not stored:
  a release may change it, which [docs/api.md](api.md) limits, and ` + "`status.sizing`" + ` has what is in force.
- **changes** is whether the field can be changed once the platform is there. *Never* is refused by the API server; *within
  limits* is explained below the table. What a change does, ` + "`morket plan`" + ` says: [plan.md](plan.md).
- Lists and maps that a claim gives take the place of the default ones; they are not joined.
- [bad-claims.md](bad-claims.md) has every refusal as an example.

Crossplane adds fields of its own to ` + "`spec`" + ` (` + "`writeConnectionSecretToRef`, `compositionRef`, `compositionUpdatePolicy`" + ` and others):
` + "`kubectl explain morketplatform.spec`" + ` (needs a cluster) lists them too.
`

const architectureIntro = `<!-- Written by ` + "`make update`" + ` from the composed resources of examples/claims. DO NOT EDIT. -->

# Architecture

Pictures and tables are drawn from what ` + "`morket render --eventual`" + ` composes of the two example claims: listener rules, target
groups, origins, security group rules, roles.
`

// Files are docs/reference.md, from the API, docs/alarms.md, from the alarms, and docs/environment.md and docs/architecture.md with
// its pictures, from what is composed.
func Files(t platformtest.T) platformtest.Files {
	t.Helper()
	out := platformtest.Files{"docs/reference.md": referencePage(t), "docs/alarms.md": alarms(t)}
	var page strings.Builder
	page.WriteString(architectureIntro)
	var a *Architecture
	for _, env := range []string{"staging", "production"} {
		r := platformtest.Eventually(t, platformtest.XR(t, env, nil))
		var err error
		if a, err = Read(r); err != nil {
			t.Fatal(err)
		}
		if env == "production" {
			out["docs/environment.md"] = environment(t, r)
		}
		out["docs/architecture-"+env+".svg"] = a.Draw()
	}
	for _, env := range []string{"production", "staging"} {
		fmt.Fprintf(&page, "\n## %s\n\n![the architecture of %s](architecture-%[2]s.svg)\n", strings.ToUpper(env[:1])+env[1:], env)
	}
	page.WriteString("\n## Who may reach whom\n\nBoth environments have the same rules. Nobody else gets in; what may go out is below.\n\n")
	page.WriteString("| from | to | port |\n|---|---|---|\n")
	for _, l := range a.Links {
		fmt.Fprintf(&page, "| %s | %s | %s |\n", a.Say(l.From), a.Say(l.To), l.Port)
	}
	page.WriteString("\nOut go:\n\n| from | to | port |\n|---|---|---|\n")
	for _, l := range a.Out {
		fmt.Fprintf(&page, "| %s | %s | %s |\n", a.Say(l.From), a.Say(l.To), l.Port)
	}
	out["docs/architecture.md"] = page.String()
	return out
}

func referencePage(t platformtest.T) string {
	t.Helper()
	profiles := Profiles{}
	for _, env := range platformtest.Environments {
		profiles[env] = map[string]any{}
		for _, file := range []string{"defaults", env} {
			var m map[string]any
			if err := yaml.Unmarshal([]byte(platformtest.Read(t, "internal/platform/profiles/"+file+".yaml")), &m); err != nil {
				t.Fatal(err)
			}
			maps.Copy(profiles[env], flat("", m))
		}
	}
	body, err := Reference(apis.Definition, profiles)
	if err != nil {
		t.Fatal(err)
	}
	return referenceIntro + body + conditions()
}

// conditions documents a platform's conditions.
func conditions() string {
	var b strings.Builder
	b.WriteString(`
## Conditions

| condition | is True when |
|---|---|
| ` + "`Synced`" + ` | Crossplane has done what the claim says |
| ` + "`Ready`" + ` | every layer is |
`)
	for _, l := range functions.Layers(nil) {
		b.WriteString("| `" + l.Condition + "` | every resource of the " + l.Name + " layer is ready, and none waits for a value of another |\n")
	}
	b.WriteString(`
While a layer's condition is False its reason begins with ` + "`WaitingFor`" + ` and its message names what is waited for; the reason begins with
` + "`CannotSync`" + ` where AWS or the provider refused something, and the message has their words. ` + "`InvalidSpec`" + ` is a claim that only the function
could refuse, ` + "`NamePrefixTaken`" + ` one whose names another claim has; [unready.md](tasks/unready.md) lists the others, and ` + "`SecretLost`" + ` is in
[secrets.md](secrets.md#bringing-a-value-back).
`)
	return b.String()
}

func flat(path string, v any) map[string]any {
	m, ok := v.(map[string]any)
	if !ok {
		return map[string]any{path: v}
	}
	out := map[string]any{}
	for k, e := range m {
		maps.Copy(out, flat(strings.TrimPrefix(path+"."+k, "."), e))
	}
	return out
}
