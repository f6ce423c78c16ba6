package functions_test

import (
	"maps"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/functions"
	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/kinds"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
	"github.com/morket-io/platform/internal/simulate"
	"github.com/morket-io/platform/test/platformtest"
)

// adoption is a claim that takes resources over.
func adoption(policy string, externalNames map[string]any) func(map[string]any) {
	return platformtest.Set(map[string]any{"policy": policy, "externalNames": externalNames}, "spec", "adopt")
}

// legacy names everything that can be adopted of a platform, as something else made it: by other ids and names.
func legacy(resources map[string]*structpb.Struct) map[string]any {
	out := map[string]any{}
	for name := range resources {
		if what := platform.FindAdoptable(name); what != nil {
			out[name] = legacyName(what, name)
		}
	}
	return out
}

func legacyName(what *platform.Adoptable, name string) string {
	switch {
	case what.Kind == "Domain":
		return "arn:aws:es:us-east-1:111122223333:domain/legacy"
	case strings.HasPrefix(what.Prefix, "arn:"):
		return what.Prefix + "us-east-1:111122223333:legacy/" + name
	case what.Group == "s3.aws.upbound.io":
		bucket, _, _ := strings.Cut(name, "-bucket")
		return "legacy-" + bucket
	default:
		return what.Prefix + "legacy-" + name
	}
}

// found is what the provider observes of a response's resources in an account that has other names, descriptions and tags than
// the claim's.
func found(desired, before map[string]*fnv1.Resource) map[string]*fnv1.Resource {
	out := simulate.Provider(desired, before)
	for name, r := range out {
		o := r.GetResource()
		at := fields.Object(o, "status", "atProvider")
		what := platform.FindAdoptable(name)
		if what == nil || at == nil || len(fields.Below(before[name].GetResource(), "status")) > 0 {
			continue
		}
		for _, field := range what.Keeps {
			at.Fields[field] = structpb.NewStringValue("legacy " + field)
		}
		if tags := at.GetFields()["tags"].GetStructValue(); tags != nil {
			tags.Fields["Name"] = structpb.NewStringValue("legacy")
			tags.Fields["Owner"] = structpb.NewStringValue("somebody")
			tags.Fields["Environment"] = structpb.NewStringValue("theirs")
			tags.Fields["Project"] = structpb.NewStringValue("theirs")
			delete(tags.Fields, "ManagedBy")
		}
	}
	return out
}

func policies(o *structpb.Struct) []string {
	var out []string
	for _, v := range fields.At(o, "spec", "managementPolicies").GetListValue().GetValues() {
		out = append(out, v.GetStringValue())
	}
	return out
}

func isManaged(o *structpb.Struct) bool {
	return fields.At(o, "spec", "forProvider") != nil
}

func external(o *structpb.Struct) string {
	return fields.Text(o, "metadata", "annotations", "crossplane.io/external-name")
}

// answer is the response to a request; the test fails on a Fatal.
func answer(t *testing.T, xr *structpb.Struct, observed map[string]*fnv1.Resource) map[string]*fnv1.Resource {
	t.Helper()
	rsp := layer.Run(request(xr, observed), functions.Layers(platformtest.Random()))
	if message := fatal(t, rsp); message != "" {
		t.Fatal(message)
	}
	return rsp.GetDesired().GetResources()
}

// TestAdoptables holds the list of what can be adopted against what is composed.
func TestAdoptables(t *testing.T) {
	used := map[string]bool{}
	for _, env := range platformtest.Environments {
		for name, o := range platformtest.Eventually(t, platformtest.XR(t, env, nil)).Resources {
			what := platform.FindAdoptable(name)
			if what == nil {
				continue
			}
			used[what.Pattern] = true
			if kind := kinds.Parse(fields.Text(o, "apiVersion"), fields.Text(o, "kind")); kind != what.Key {
				t.Errorf("%s should be a %s, is a %s", name, what.Key, kind)
			}
			parameters := fields.Below(o, "spec", "forProvider")
			for _, field := range what.Keeps {
				if parameters[field] == nil {
					t.Errorf("%s has no %s that could stay", name, field)
				}
			}
			for _, field := range []string{"name", "description", "brokerName", "domainName", "comment", "identifier", "bucket"} {
				forced := kinds.Lookup(what.Key, field).Flags&kinds.Forces != 0
				if forced && parameters[field] != nil && !slices.Contains(what.Keeps, field) {
					t.Errorf("%s should keep its %s, which AWS cannot change", name, field)
				}
			}
		}
	}
	for _, a := range platform.Adoptables {
		if _, err := path.Match(a.Pattern, ""); err != nil || !used[a.Pattern] {
			t.Errorf("%s should be the name of something that is composed", a.Pattern)
		}
	}
}

// TestObserveOnly: a platform that is only looked at creates, changes and deletes nothing in AWS, and makes no secret.
func TestObserveOnly(t *testing.T) {
	for _, env := range platformtest.Environments {
		whole := platformtest.Eventually(t, platformtest.XR(t, env, nil))
		names := legacy(whole.Resources)
		xr := platformtest.XR(t, env, adoption("Observe", names))
		var observed map[string]*fnv1.Resource
		for range 4 {
			desired := answer(t, xr, observed)
			checkObserveOnly(t, desired, observed, names)
			for name, want := range names {
				if got := external(desired[name].GetResource()); got != want {
					t.Errorf("%s %s: should be looked at as %q, is %q", env, name, want, got)
				}
			}
			observed = found(desired, observed)
		}
	}
}

func checkObserveOnly(t *testing.T, desired, observed map[string]*fnv1.Resource, names map[string]any) {
	t.Helper()
	there := map[string]bool{}
	for _, r := range desired {
		there[fields.Text(r.GetResource(), "metadata", "name")] = true
	}
	for name, r := range desired {
		o := r.GetResource()
		if !isManaged(o) {
			if observed[name] == nil && (fields.Text(o, "kind") != "Secret" || o.GetFields()["data"] != nil) {
				t.Errorf("%s should not be made while the platform is only looked at", name)
			}
			continue
		}
		if got := policies(o); !slices.Equal(got, []string{"Observe"}) {
			t.Errorf("%s may do %q", name, got)
		}
		if _, adopted := names[name]; !adopted && observed[name] == nil {
			t.Errorf("%s should not be composed: AWS would have to make it", name)
		}
		if got := fields.Text(o, "spec", "deletionPolicy"); got != "Orphan" {
			t.Errorf("%s would be deleted in AWS with the claim: %s", name, got)
		}
		for _, ref := range referenced(fields.At(o, "spec", "forProvider")) {
			if !there[ref] {
				t.Errorf("%s refers to %s, which is not there, so it would never be looked at", name, ref)
			}
		}
	}
}

// referenced lists the names that a value refers to.
func referenced(v *structpb.Value) []string {
	var out []string
	for k, f := range v.GetStructValue().GetFields() {
		if strings.HasSuffix(k, "Ref") || strings.HasSuffix(k, "Refs") {
			for _, r := range append(f.GetListValue().GetValues(), f) {
				if name := fields.Text(r.GetStructValue(), "name"); name != "" {
					out = append(out, name)
				}
			}
			continue
		}
		out = append(out, referenced(f)...)
	}
	for _, e := range v.GetListValue().GetValues() {
		out = append(out, referenced(e)...)
	}
	return out
}

// TestTakenOver: what is adopted is looked at before it is managed, keeps its names and tags, and never gets a generated secret.
func TestTakenOver(t *testing.T) {
	for _, env := range platformtest.Environments {
		whole := platformtest.Eventually(t, platformtest.XR(t, env, nil))
		names := legacy(whole.Resources)
		for _, policy := range []string{"Observe", "Manage"} { // looked at first, or managed at once
			observed := map[string]*fnv1.Resource{}
			if policy == "Observe" {
				observed = found(answer(t, platformtest.XR(t, env, adoption("Observe", names)), nil), nil)
			}
			xr := platformtest.XR(t, env, adoption("Manage", names))
			for range 12 {
				desired := answer(t, xr, observed)
				for name := range names {
					o := desired[name].GetResource()
					if observed[name] == nil && !slices.Equal(policies(o), []string{"Observe"}) {
						t.Fatalf("%s %s: should be looked at before anything else, may do %q", env, name, policies(o))
					}
				}
				observed = fill(found(desired, observed))
			}
			settled := answer(t, xr, observed)
			for name := range names {
				checkTakenOver(t, name, names[name], settled[name].GetResource())
			}
			for name, r := range observed {
				if credential, ok := strings.CutPrefix(name, "credentials-"); ok && names["secret-"+strings.TrimSuffix(credential, "-0")] != nil && secretString(r.GetResource()) != broughtIn {
					t.Errorf("%s %s: should have the value that was brought in", env, name)
				}
			}
		}
	}
}

func checkTakenOver(t *testing.T, name string, want any, o *structpb.Struct) {
	t.Helper()
	if got := policies(o); got != nil && !slices.Equal(got, []string{"Observe", "Update", "LateInitialize"}) {
		t.Errorf("%s: should be managed and filled in once it was found, may do %q", name, got)
	}
	if got := external(o); got != want {
		t.Errorf("%s: should stay %q, became %q", name, want, got)
	}
	parameters := fields.Object(o, "spec", "forProvider")
	for _, field := range platform.FindAdoptable(name).Keeps {
		if got := fields.Text(parameters, field); got != "legacy "+field {
			t.Errorf("%s: should keep its %s, became %q", name, field, got)
		}
	}
	if tags := fields.Below(parameters, "tags"); tags != nil {
		for k, want := range map[string]string{"Name": "legacy", "Owner": "somebody", "Environment": "theirs", "Project": "morket", "ManagedBy": "crossplane"} {
			if got := tags[k].GetStringValue(); got != want {
				t.Errorf("%s: tag %s should be %q, got %q", name, k, want, got)
			}
		}
	}
}

// broughtIn is what somebody puts into a Secret that waits: {"password":"theirs","key":"theirs","secret":"theirs"}, encoded.
const broughtIn = "eyJwYXNzd29yZCI6InRoZWlycyIsImtleSI6InRoZWlycyIsInNlY3JldCI6InRoZWlycyJ9"

// fill is what somebody does about Secrets that wait for a value.
func fill(observed map[string]*fnv1.Resource) map[string]*fnv1.Resource {
	for name, r := range observed {
		if o := r.GetResource(); strings.HasPrefix(name, "credentials-") && o.GetFields()["data"] == nil {
			o.Fields["data"] = structpb.NewStructValue(&structpb.Struct{Fields: map[string]*structpb.Value{"secretString": structpb.NewStringValue(broughtIn)}})
		}
	}
	return observed
}

// TestAdoptedAlone: each resource can be adopted by itself, and is looked at in the first call.
func TestAdoptedAlone(t *testing.T) {
	for _, env := range platformtest.Environments {
		whole := platformtest.Eventually(t, platformtest.XR(t, env, nil))
		for name, as := range legacy(whole.Resources) {
			for _, policy := range []string{"Observe", "Manage"} {
				got := answer(t, platformtest.XR(t, env, adoption(policy, map[string]any{name: as})), nil)[name].GetResource()
				if got == nil || !slices.Equal(policies(got), []string{"Observe"}) {
					t.Errorf("%s %s: should be looked at in the first call, may do %q", env, name, policies(got))
				}
			}
		}
	}
}

// TestBackToObserve: nothing that exists is dropped when a platform that was managed is only looked at again.
func TestBackToObserve(t *testing.T) {
	for _, env := range platformtest.Environments {
		whole := platformtest.Eventually(t, platformtest.XR(t, env, nil))
		observed := platformtest.Observed(whole)
		xr := platformtest.XR(t, env, adoption("Observe", map[string]any{}))
		for seed := range uint64(20) {
			damaged := mangle(observed, seed)
			desired := answer(t, xr, damaged)
			checkObserveOnly(t, desired, damaged, nil)
			checkNothingDropped(t, xr, whole, damaged)
		}
	}
}

// FuzzAdoption: whatever part of a platform is adopted and whatever is damaged of what was observed, nothing is dropped, nothing that
// is adopted is created, and what is observed is not written to.
func FuzzAdoption(f *testing.F) { //nolint:gocognit // It reads from top to bottom.
	for seed := range uint64(24) {
		f.Add(seed, seed%2 == 0, seed%3 == 0)
	}
	platforms := map[string]map[string]any{}
	for _, env := range platformtest.Environments {
		platforms[env] = legacy(platformtest.Eventually(f, platformtest.XR(f, env, nil)).Resources)
	}
	f.Fuzz(func(t *testing.T, seed uint64, production, observe bool) {
		env := "staging"
		if production {
			env = "production"
		}
		random := rand.New(rand.NewPCG(seed, 2)) //nolint:gosec // to repeat a test, not to keep a secret
		names := map[string]any{}
		for _, name := range slices.Sorted(maps.Keys(platforms[env])) {
			if random.IntN(2) == 0 {
				names[name] = platforms[env][name]
			}
		}
		xr := platformtest.XR(t, env, adoption("Manage", names))
		observed := map[string]*fnv1.Resource{}
		for range 1 + random.IntN(5) {
			observed = found(answer(t, xr, observed), observed)
		}
		all := answer(t, xr, observed)
		damaged := mangle(observed, seed)
		if observe {
			xr = platformtest.XR(t, env, adoption("Observe", names))
		}
		was := map[string]*fnv1.Resource{}
		for name, r := range damaged {
			was[name] = proto.CloneOf(r)
		}
		rsp := layer.Run(request(xr, damaged), functions.Layers(platformtest.Random()))
		if message := fatal(t, rsp); message != "" {
			t.Fatalf("a damaged observed state is not the user's fault: %s", message)
		}
		desired := rsp.GetDesired().GetResources()
		for name, r := range damaged {
			if !proto.Equal(was[name], r) {
				t.Fatalf("%s was written to as it was observed", name)
			}
			if all[name] != nil && desired[name] == nil {
				t.Fatalf("%s exists and is wanted, but would be deleted", name)
			}
		}
		for name := range names {
			at := fields.Object(damaged[name].GetResource(), "status", "atProvider")
			if got := policies(desired[name].GetResource()); len(at.GetFields()) == 0 && !slices.Equal(got, []string{"Observe"}) {
				t.Fatalf("%s was not found in AWS, and may do %q", name, got)
			}
		}
		if observe {
			checkObserveOnly(t, desired, damaged, names)
		}
	})
}

// TestAdoptionRefused: what would lead to a second resource, or leave one behind, changes nothing at all.
func TestAdoptionRefused(t *testing.T) {
	managed := platformtest.Observed(platformtest.Eventually(t, platformtest.XR(t, "staging", nil)))
	adopted := map[string]*fnv1.Resource{}
	xr := platformtest.XR(t, "staging", adoption("Manage", map[string]any{"vpc": "vpc-1", "aurora": "theirs"}))
	for range 3 {
		adopted = found(answer(t, xr, adopted), adopted)
	}
	cases := map[string]struct {
		reason   string
		adopt    map[string]any // nil: none
		keep     map[string]any
		observed map[string]*fnv1.Resource
		want     []string
	}{
		"Unknown":      {"Should name the key, and what was meant.", map[string]any{"auroa": "theirs"}, nil, nil, []string{"spec.adopt.externalNames[auroa]", "did you mean aurora?"}},
		"UnknownZone":  {"Should find what was meant by the part before the zone.", map[string]any{"subnet-pivate-a": "subnet-1"}, nil, nil, []string{"did you mean subnet-private-a?"}},
		"NotAdoptable": {"Should say that others are made anew.", map[string]any{"task-backend-0011aabb": "x"}, nil, nil, []string{"all others are made anew"}},
		"NotAskedFor":  {"Should say what the claim does not ask for.", map[string]any{"aurora-7": "theirs-7"}, nil, nil, []string{"spec.adopt.externalNames[aurora-7]", "asks for no aurora-7"}},
		"Form":         {"Should know an id of something else.", map[string]any{"vpc": "subnet-1"}, nil, nil, []string{"spec.adopt.externalNames[vpc]", "which begins with vpc-"}},
		"KeyARN":       {"Should want a key's id.", map[string]any{"key": "arn:aws:kms:us-east-1:111122223333:key/1"}, nil, nil, []string{"spec.adopt.externalNames[key]", "no ARN"}},
		"OtherAccount": {"Should not look in another account.", map[string]any{"alb": "arn:aws:elasticloadbalancing:us-east-1:999922223333:loadbalancer/app/a/1"}, nil, nil, []string{"another account or region"}},
		"Twice":        {"Should not manage one thing twice.", map[string]any{"subnet-private-a": "subnet-1", "subnet-private-b": "subnet-1"}, nil, nil, []string{"spec.adopt.externalNames[subnet-private-b]", "is subnet-private-a already"}},
		"KeepUnknown":  {"Should keep nothing of what is not adopted.", map[string]any{}, map[string]any{"aurora": []any{"kmsKeyId"}}, nil, []string{"spec.adopt.keep[aurora]"}},
		"KeepSnake":    {"Should know how Terraform writes a field.", map[string]any{"aurora": "theirs"}, map[string]any{"aurora": []any{"engine", "kms_key_id"}}, nil, []string{`spec.adopt.keep[aurora][1]: Invalid value: "kms_key_id": a Cluster has no such field with a value: did you mean kmsKeyId?`}},
		"KeepNested":   {"Should look into objects.", map[string]any{"opensearch": "arn:aws:es:us-east-1:111122223333:domain/theirs"}, map[string]any{"opensearch": []any{"encryptAtRest.keyId"}}, nil, []string{"spec.adopt.keep[opensearch][0]", "did you mean encryptAtRest.kmsKeyId?"}},
		"KeepNothing":  {"Should say where the fields are listed.", map[string]any{"vpc": "vpc-1"}, map[string]any{"vpc": []any{"whatever.this.is"}}, nil, []string{"spec.adopt.keep[vpc][0]", "kubectl explain vpcs.ec2.aws.upbound.io.spec.forProvider lists"}},
		"KeepRef":      {"Should keep values, not references.", map[string]any{"aurora": "theirs"}, map[string]any{"aurora": []any{"kmsKeyIdRef"}}, nil, []string{"spec.adopt.keep[aurora][0]", "did you mean kmsKeyId?"}},
		"Managed":      {"Should not turn what the platform made into something else.", map[string]any{"aurora": "theirs"}, nil, managed, []string{"spec.adopt.externalNames[aurora]", `the platform manages "morket-staging-aurora" as aurora, and would leave that behind`}},
		"Renamed":      {"Should not move to another one once it is adopted.", map[string]any{"vpc": "vpc-2", "aurora": "theirs"}, nil, adopted, []string{"spec.adopt.externalNames[vpc]", `write "vpc-1"`}},
		"Forgotten":    {"Should not forget what it adopted.", map[string]any{"vpc": "vpc-1"}, nil, adopted, []string{"spec.adopt.externalNames[aurora]: Required", `write "theirs" again`}},
		"AllForgotten": {"Should not forget it with the whole field.", nil, nil, adopted, []string{"spec.adopt.externalNames[aurora]: Required", "spec.adopt.externalNames[vpc]: Required"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			change := func(claim map[string]any) {
				if tc.adopt != nil {
					platformtest.Set(map[string]any{"externalNames": tc.adopt, "keep": tc.keep}, "spec", "adopt")(claim)
					if tc.keep == nil {
						delete(claim["spec"].(map[string]any)["adopt"].(map[string]any), "keep")
					}
				}
			}
			rsp := layer.Run(request(platformtest.XR(t, "staging", change), tc.observed), functions.Layers(platformtest.Random()))
			got := fatal(t, rsp)
			for _, want := range tc.want {
				if !strings.Contains(got, want) {
					t.Errorf("%s\nwant %q in %q", tc.reason, want, got)
				}
			}
			if len(rsp.GetDesired().GetResources()) != 0 {
				t.Errorf("%s\nwant nothing composed, got %d resources", tc.reason, len(rsp.GetDesired().GetResources()))
			}
		})
	}
}

// TestMistyped: a name under which nothing was found can be put right, and nothing is made of it meanwhile.
func TestMistyped(t *testing.T) {
	change := func(as string) *structpb.Struct {
		return platformtest.XR(t, "staging", adoption("Manage", map[string]any{"aurora": as}))
	}
	desired := answer(t, change("thiers"), nil)
	observed := simulate.Provider(desired, nil)
	observed["aurora"].GetResource().Fields["status"] = structpb.NewStructValue(&structpb.Struct{})
	if got := policies(answer(t, change("thiers"), observed)["aurora"].GetResource()); !slices.Equal(got, []string{"Observe"}) {
		t.Errorf("what was not found should not be made, may do %q", got)
	}
	if got := external(answer(t, change("theirs"), observed)["aurora"].GetResource()); got != "theirs" {
		t.Errorf("the name should be put right, is %q", got)
	}
}

// TestComputedName: where the provider writes the external name itself, any of its versions' names will do, and the
// provider's is left to it.
func TestComputedName(t *testing.T) {
	const name, claimed, computed = "endpoint-s3-a", "a-vpce-0a11225", "vpce-0a1/rtb-0b2"
	xr := platformtest.XR(t, "staging", adoption("Manage", map[string]any{"endpoint-s3": "vpce-0a1", name: claimed}))
	observed := found(answer(t, xr, nil), nil)
	if got := external(observed[name].GetResource()); got != claimed {
		t.Fatalf("should begin with the claim's name, has %q", got)
	}
	annotations := fields.Object(observed[name].GetResource(), "metadata", "annotations")
	annotations.Fields["crossplane.io/external-name"] = structpb.NewStringValue(computed)
	desired := answer(t, xr, observed)[name].GetResource()
	if got := external(desired); got != computed {
		t.Errorf("should leave the provider's name to it, writes %q", got)
	}
	if got := policies(desired); slices.Equal(got, []string{"Observe"}) {
		t.Error("should manage what the provider has found under its name")
	}
}

// TestKeep: the claim may leave a field as AWS has it.
func TestKeep(t *testing.T) {
	change := func(claim map[string]any) {
		adoption("Manage", map[string]any{"aurora": "theirs", "subnet-private-a": "subnet-1"})(claim)
		platformtest.Set(map[string]any{"aurora": []any{"kmsKeyId", "databaseName"}, "subnet-private-a": []any{"cidrBlock"}}, "spec", "adopt", "keep")(claim)
	}
	xr := platformtest.XR(t, "staging", change)
	observed := found(answer(t, xr, nil), nil)
	at := func(name string) map[string]*structpb.Value {
		return fields.Below(observed[name].GetResource(), "status", "atProvider")
	}
	at("subnet-private-a")["cidrBlock"] = structpb.NewStringValue("10.9.0.0/24")
	at("aurora")["kmsKeyId"] = structpb.NewStringValue("arn:aws:kms:theirs")
	delete(at("aurora"), "databaseName")

	desired := answer(t, xr, observed)
	parameters := func(name string) map[string]*structpb.Value {
		return fields.Below(desired[name].GetResource(), "spec", "forProvider")
	}
	if got := parameters("subnet-private-a")["cidrBlock"].GetStringValue(); got != "10.9.0.0/24" {
		t.Errorf("should keep the range that the subnet has, got %q", got)
	}
	if got := parameters("aurora"); got["kmsKeyId"].GetStringValue() != "arn:aws:kms:theirs" || got["kmsKeyIdRef"] != nil || got["databaseName"] != nil {
		t.Errorf("should keep the key, and that there is no database, got %v %v %v", got["kmsKeyId"], got["kmsKeyIdRef"], got["databaseName"])
	}
}

// TestForeignStaysForeign: what another tool made is managed as such for good, also when the claim goes back to Observe, and when a
// control plane that managed it is lost. Otherwise what it has beyond the claim would be taken away.
func TestForeignStaysForeign(t *testing.T) {
	names := map[string]any{"aurora": "legacy-aurora", "exports-bucket": "legacy-exports", "vpc": "vpc-legacy"}
	for _, env := range platformtest.Environments {
		observe, manage := platformtest.XR(t, env, adoption("Observe", names)), platformtest.XR(t, env, adoption("Manage", names))
		check := func(when string, desired map[string]*fnv1.Resource) {
			t.Helper()
			for name := range names {
				o := desired[name].GetResource()
				if got := fields.Text(o, "metadata", "labels", "platform.morket.io/adopted"); got != "true" {
					t.Errorf("%s, %s: %s should be known as made by another tool, is %q", env, when, name, got)
				}
				if p := policies(o); len(p) > 0 && !slices.Contains(p, "LateInitialize") && !slices.Equal(p, []string{"Observe"}) {
					t.Errorf("%s, %s: %s should be filled in, may do %q", env, when, name, p)
				}
			}
		}
		var observed map[string]*fnv1.Resource
		round := func(xr *structpb.Struct) map[string]*fnv1.Resource {
			desired := answer(t, xr, observed)
			observed = found(desired, observed)
			return desired
		}
		round(observe)
		for range 4 {
			round(manage)
		}
		check("managed", round(manage))
		round(observe)
		check("observed again", round(observe))
		round(manage)
		check("managed again", round(manage))

		// Another control plane finds what AWS has, and nothing else.
		before := observed
		observed = nil
		round(observe)
		for name := range names {
			has := fields.Child(observed[name].GetResource(), "status", "atProvider")
			has.Fields["tags"] = fields.At(before[name].GetResource(), "status", "atProvider", "tags")
			if fields.Text(has, "tags", "Claim") == "" {
				t.Fatalf("%s should have the claim's tags in AWS once it is managed", name)
			}
		}
		round(manage)
		check("found again", round(manage))
	}
}
