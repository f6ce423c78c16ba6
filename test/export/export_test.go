package export

import (
	"bytes"
	"encoding/json"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/export"
	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/kinds"
	"github.com/morket-io/platform/internal/plan"
	"github.com/morket-io/platform/internal/platform"
	"github.com/morket-io/platform/internal/render"
	"github.com/morket-io/platform/internal/simulate"
	"github.com/morket-io/platform/test/platformtest"
)

func TestFiles(t *testing.T) { platformtest.UpToDate(t, Files(t)) }

// TestFindings: every kind that is composed has one finding, and what would stop a platform or be there twice can be adopted.
func TestFindings(t *testing.T) {
	listed := map[string]int{}
	for f := export.ByName; f <= export.Twice; f++ {
		for _, k := range export.Kinds(f) {
			listed[k]++
		}
	}
	composed := map[string]bool{"iam.ServiceLinkedRole": true, "secretsmanager.SecretRotation": true} // behind knobs
	for _, env := range platformtest.Environments {
		for name, o := range platformtest.Eventually(t, platformtest.XR(t, env, nil)).Resources {
			if fields.At(o, "spec", "forProvider") == nil {
				continue
			}
			k := kindOf(o)
			composed[strings.TrimSuffix(k.Group, ".aws.upbound.io")+"."+k.Kind] = true
			if f := export.Found(k); (f == export.Refused || f == export.Twice) && platform.FindAdoptable(name) == nil {
				t.Errorf("%s (%s) should be something that a claim can adopt: the provider does not find it otherwise", name, k)
			}
		}
	}
	for k := range composed {
		if listed[k] != 1 {
			t.Errorf("%s should have one finding, has %d", k, listed[k])
		}
	}
	for k := range listed {
		if !composed[k] && k != "ecr.Repository" && k != "ecr.LifecyclePolicy" && k != "ecr.RepositoryPolicy" {
			t.Errorf("%s has a finding and is not composed", k)
		}
	}
}

func kindOf(o *structpb.Struct) kinds.Key {
	return kinds.Parse(fields.Text(o, "apiVersion"), fields.Text(o, "kind"))
}

func externalName(o *structpb.Struct) string {
	return fields.Text(o, "metadata", "annotations", "crossplane.io/external-name")
}

// composite is the composite resource of an exported claim, as a new control plane calls it.
func composite(t *testing.T, file []byte, policy string) *structpb.Struct {
	t.Helper()
	objects, err := render.ReadYAML(bytes.NewReader(file))
	if err != nil || len(objects) != 1 {
		t.Fatal(len(objects), err)
	}
	platformtest.Set(policy, "spec", "adopt", "policy")(objects[0])
	xr, problems, err := render.Admit(objects[0])
	if err != nil || len(problems) > 0 {
		t.Fatal(problems, err)
	}
	xr.Fields["metadata"].GetStructValue().Fields["name"] = structpb.NewStringValue(fields.Text(xr, "metadata", "name") + suffix)
	return xr
}

// suffix is what the new control plane calls the composite resource after the claim's name. The old one had none.
const suffix = "-n3w42"

// A cluster is an empty control plane beside an account that has the old platform.
type cluster struct {
	t        *testing.T
	account  map[string]*structpb.Struct
	observed map[string]*fnv1.Resource
	last     *render.Result
}

// run lets the control plane work until nothing changes any more. check sees what is composed in each round.
func (c *cluster) run(xr *structpb.Struct, check func(name string, o *structpb.Struct)) {
	c.t.Helper()
	for range 30 {
		r := platformtest.Once(c.t, xr, c.observed)
		for name, o := range r.Resources {
			if fields.At(o, "spec", "forProvider") != nil {
				check(name, o)
			}
		}
		if c.last != nil && maps.EqualFunc(c.last.Resources, r.Resources, fields.Equal) {
			return
		}
		c.last, xr = r, r.XR
		desired, before := map[string]*fnv1.Resource{}, maps.Clone(c.observed)
		if before == nil {
			before = map[string]*fnv1.Resource{}
		}
		for name, o := range r.Resources {
			desired[name] = &fnv1.Resource{Resource: o}
			if old := c.account[name]; before[name] == nil && old != nil && externalName(o) != "" {
				before[name] = &fnv1.Resource{Resource: &structpb.Struct{Fields: map[string]*structpb.Value{"status": old.GetFields()["status"]}}}
			}
		}
		c.observed = simulate.Provider(desired, before)
	}
	c.t.Fatal("the platform should settle")
}

// bringBack fills the Secrets that wait for a value, as docs/tasks/lost.md says.
func (c *cluster) bringBack() (filled []string) {
	for name, r := range c.observed {
		if strings.HasPrefix(name, "credentials-") && r.GetResource().GetFields()["data"] == nil {
			r.GetResource().Fields["data"] = c.account[name].GetFields()["data"]
			filled = append(filled, name)
		}
	}
	slices.Sort(filled)
	return filled
}

// TestLost loses the control plane of each environment, and finds the platform again: nothing is created twice, and what is
// composed in the end is what was composed before. (R-LIFE-5)
func TestLost(t *testing.T) {
	for _, env := range platformtest.Environments {
		t.Run(env, func(t *testing.T) {
			was := platformtest.Eventually(t, platformtest.XR(t, env, platformtest.Set(2.0, "spec", "secrets", "rotation", "jwt")))
			p, _, err := export.Read(platformtest.Claim(t, env), was.Observed, was.Names())
			if err != nil {
				t.Fatal(err)
			}
			platformtest.Set(2.0, "spec", "secrets", "rotation", "jwt")(p.Claim)
			var file bytes.Buffer
			if err := export.Claim(&file, p); err != nil {
				t.Fatal(err)
			}
			c := &cluster{t: t, account: was.Observed}
			c.run(composite(t, file.Bytes(), "Observe"), func(name string, o *structpb.Struct) {
				if diff := cmp.Diff([]any{"Observe"}, fields.In(o.AsMap(), "spec", "managementPolicies")); diff != "" {
					t.Fatalf("%s should only be looked at: -want, +got:\n%s", name, diff)
				}
			})
			var secrets []string
			for name := range was.Observed {
				if strings.HasPrefix(name, "credentials-") && !slices.Contains(stays, name) {
					secrets = append(secrets, name)
				}
			}
			slices.Sort(secrets)
			if diff := cmp.Diff(secrets, c.bringBack()); diff != "" {
				t.Errorf("Should wait for every value, and generate none: -want, +got:\n%s", diff)
			}
			c.plan(file.Bytes())
			c.run(composite(t, file.Bytes(), "Manage"), c.checkNotTwice)
			c.compare(was)
		})
	}
}

// plan holds the plan of managing what was found to what docs/tasks/lost.md promises.
func (c *cluster) plan(file []byte) {
	c.t.Helper()
	resources := map[string]*structpb.Struct{}
	for name, r := range c.observed {
		resources[name] = r.GetResource()
	}
	input := func(policy string) *plan.Input {
		return &plan.Input{Name: policy, Platform: composite(c.t, file, policy).AsMap()}
	}
	was := input("Observe")
	was.Resources, was.Found = resources, true
	p, err := plan.Change(platformtest.Renderer(c.t), was, input("Manage"))
	if err != nil {
		c.t.Fatal(err)
	}
	for _, change := range p.Changes {
		name, group, _ := strings.Cut(change.Kind, ".")
		f := export.Found(kinds.Key{Group: group, Kind: name})
		twice := change.Action == plan.Create && (f == export.Refused || f == export.Twice)
		if twice || change.Action != plan.Create && change.Action != plan.Update {
			c.t.Errorf("the plan should refuse and delete nothing, and create nothing that AWS has: %s %s %v", change.Action, change.Name, change.Fields)
		}
	}
}

// checkNotTwice fails if the provider would create what AWS has, and knows by an id.
func (c *cluster) checkNotTwice(name string, o *structpb.Struct) {
	c.t.Helper()
	old := c.account[name]
	if f := export.Found(kindOf(o)); old == nil || f == export.ByPlace || f == export.Again {
		return
	}
	want := []string{externalName(old), fields.Text(old, "status", "atProvider", "arn")}
	if got := externalName(o); got == "" || !slices.Contains(want, got) {
		c.t.Errorf("%s (%s) should be %q, as before; the provider would look for %q and create it", name, kindOf(o), want[0], got)
	}
}

// compare holds what is composed to what the old control plane composed.
func (c *cluster) compare(was *render.Result) {
	c.t.Helper()
	before, after := specs(c.t, was.Resources), specs(c.t, c.last.Resources)
	for _, name := range stays {
		delete(before, name)
	}
	if diff := cmp.Diff(before, after); diff != "" {
		c.t.Errorf("the same should be composed as before: -before, +after:\n%s", diff)
	}
}

// stays is what is not composed again, because Secrets Manager has the value, and nobody but the backend reads it.
var stays = []string{"credentials-encryption-master-key-0", "secret-encryption-master-key-version-0"}

// again is what differs because it is created again: certificates; and the secrets' versions, of which each task definition has a
// hash, and its own name one of that.
var again = regexp.MustCompile(`certificate/[0-9a-f-]{36}|secret-versions\\\\*":\\*"[0-9a-f]{8}|(task-[a-z-]+)-[0-9a-f]{10}`)

// specs are the specs of resources, without what has the composite resource's name and what is created again.
func specs(t *testing.T, resources map[string]*structpb.Struct) map[string]any {
	t.Helper()
	all := map[string]any{}
	for name, o := range resources {
		spec := o.AsMap()["spec"]
		if p, ok := fields.In(spec, "forProvider").(map[string]any); ok {
			delete(p, "finalSnapshotIdentifier") // has a hash of the composite resource's name
		}
		all[name] = spec
	}
	raw, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	raw = again.ReplaceAll(raw, []byte("again-$1"))
	var out map[string]any
	if err := json.Unmarshal([]byte(strings.ReplaceAll(string(raw), suffix, "")), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestSubsets exports whatever part of a platform: what is named is looked at under its old name, and never created.
func TestSubsets(t *testing.T) {
	for _, env := range platformtest.Environments {
		was := platformtest.Eventually(t, platformtest.XR(t, env, nil))
		for seed := range uint64(8) {
			random := rand.New(rand.NewPCG(seed, 5)) //nolint:gosec // to repeat a test, not to keep a secret
			observed := map[string]*structpb.Struct{}
			for _, name := range was.Names() {
				if random.IntN(2) == 0 {
					observed[name] = was.Observed[name]
				}
			}
			p, _, err := export.Read(platformtest.Claim(t, env), observed, was.Names())
			if err != nil {
				t.Fatal(err)
			}
			var file bytes.Buffer
			if err := export.Claim(&file, p); err != nil {
				t.Fatal(err)
			}
			xr := composite(t, file.Bytes(), "Manage")
			names := fields.Below(xr, "spec", "adopt", "externalNames")
			if len(names) == 0 {
				t.Fatal("something should be exported")
			}
			c := &cluster{t: t, account: observed}
			first := platformtest.Once(t, xr, nil)
			for name, v := range names {
				o := first.Resources[name]
				if externalName(o) != v.GetStringValue() || !cmp.Equal([]any{"Observe"}, fields.In(o.AsMap(), "spec", "managementPolicies")) {
					t.Errorf("%s %d: %s should be looked at as %s before anything else", env, seed, name, v.GetStringValue())
				}
				c.checkNotTwice(name, o)
			}
		}
	}
}
