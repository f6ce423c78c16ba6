package compute_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/functions/compute"
	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/test/platformtest"
)

// The ages of repositories.
const (
	earlier = "2026-01-01T00:00:00Z"
	now     = "2026-01-02T00:00:00Z"
	later   = "2026-01-03T00:00:00Z"
)

// A registryWorld is a platform's image repositories as its API server has them, and a Crossplane that may fail anywhere.
type registryWorld struct {
	t testing.TB
	// mode and prefix are the claim's.
	mode, prefix string
	sharedWith   []any
	status       *structpb.Value
	objects      map[string]*fnv1.Resource
	// another is the repository of another platform, nil if none owns the same ones.
	another *fnv1.Resource
	last    *fnv1.RunFunctionResponse
	dropped bool
	// mute keeps Crossplane from writing the status, as an error while it applies anything else does.
	mute bool
}

// another is a repository as another platform composes it.
func another(t testing.TB, created, region, name string) *fnv1.Resource {
	t.Helper()
	o, err := structpb.NewStruct(map[string]any{
		"apiVersion": "ecr.aws.upbound.io/v1beta1", "kind": "Repository",
		"metadata": map[string]any{
			"name": "other-repository-backend", "creationTimestamp": created,
			"labels":      map[string]any{"crossplane.io/composite": "other", "crossplane.io/claim-name": "other", "crossplane.io/claim-namespace": "there"},
			"annotations": map[string]any{"crossplane.io/external-name": name},
		},
		"spec": map[string]any{"forProvider": map[string]any{"region": region}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return &fnv1.Resource{Resource: o}
}

// admitted are the composite resources by their registry: the API server's checks take longer than the function.
var admitted sync.Map

// request is what Crossplane asks the compute layer, with what it may have of the repositories.
func (w *registryWorld) request(view map[string]*fnv1.Resource) *fnv1.RunFunctionRequest {
	w.t.Helper()
	registry := map[string]any{"mode": w.mode}
	if w.sharedWith != nil {
		registry["sharedWith"] = w.sharedWith
	}
	if w.prefix != "" {
		registry["repositoryPrefix"] = w.prefix
	}
	key := fmt.Sprint(registry)
	known, ok := admitted.Load(key)
	if !ok {
		known, _ = admitted.LoadOrStore(key, platformtest.XR(w.t, "staging", func(claim map[string]any) {
			platformtest.Set(registry, "spec", "compute", "registry")(claim)
			platformtest.Set("staging-1", "spec", "images", "tag")(claim) // latest has a warning of its own
		}))
	}
	xr := fields.Clone(known.(*structpb.Struct))
	fields.Child(xr, "metadata").Fields["creationTimestamp"] = structpb.NewStringValue(now)
	if w.status != nil {
		xr.Fields["status"] = w.status
	}
	req := &fnv1.RunFunctionRequest{
		Meta:     &fnv1.RequestMeta{Tag: "test"},
		Observed: &fnv1.State{Composite: &fnv1.Resource{Resource: xr}, Resources: view},
		Input: &structpb.Struct{Fields: map[string]*structpb.Value{"layers": structpb.NewListValue(&structpb.ListValue{
			Values: []*structpb.Value{structpb.NewStringValue("compute")},
		})}},
	}
	if w.another != nil {
		req.RequiredResources = map[string]*fnv1.Resources{"owners-of-these-repositories": {Items: []*fnv1.Resource{w.another}}}
	}
	return req
}

// repositories are those of what is desired that belong to repositories.
func (w *registryWorld) repositories() map[string]*structpb.Struct {
	out := map[string]*structpb.Struct{}
	for name, r := range w.last.GetDesired().GetResources() {
		if strings.HasPrefix(name, "repository-") {
			out[name] = r.GetResource()
		}
	}
	return out
}

// reconcile asks the function, and does with the answer what Crossplane does: it deletes what is no longer desired, applies what is, and
// then writes the status. each is asked of every such step, and ends the reconcile by false, as an error of the API server does.
func (w *registryWorld) reconcile(view map[string]*fnv1.Resource, each func() bool) {
	w.t.Helper()
	w.last = layer.Run(w.request(view), []layer.Layer{compute.Layer()})
	if w.fatal() != "" {
		return
	}
	desired := w.repositories()
	for name := range view {
		if strings.HasPrefix(name, "repository-") && desired[name] == nil {
			if !each() {
				return
			}
			if o := w.objects[name].GetResource(); o != nil && deletes(o) {
				w.t.Fatalf("%s is dropped, and the provider deletes it in AWS: %v", name, o.GetFields()["spec"])
			}
			delete(w.objects, name)
			w.dropped = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(desired)) {
		if !each() {
			return
		}
		o := fields.Clone(desired[name])
		if before := w.objects[name].GetResource(); before != nil { // server-side apply keeps what others wrote
			fields.Child(o, "metadata").Fields["creationTimestamp"] = fields.At(before, "metadata", "creationTimestamp")
			if status := before.GetFields()["status"]; status != nil {
				o.Fields["status"] = status
			}
		} else {
			fields.Child(o, "metadata").Fields["creationTimestamp"] = structpb.NewStringValue(now)
		}
		w.objects[name] = &fnv1.Resource{Resource: o}
	}
	if w.mute || !each() {
		return
	}
	w.status = structpb.NewStructValue(fields.Clone(fields.Object(w.last.GetDesired().GetComposite().GetResource(), "status")))
	var conditions []*structpb.Value
	for _, c := range w.last.GetConditions() {
		conditions = append(conditions, structpb.NewStructValue(&structpb.Struct{Fields: map[string]*structpb.Value{
			"type": structpb.NewStringValue(c.GetType()), "reason": structpb.NewStringValue(c.GetReason()), "message": structpb.NewStringValue(c.GetMessage()),
		}}))
	}
	w.status.GetStructValue().Fields["conditions"] = structpb.NewListValue(&structpb.ListValue{Values: conditions})
}

func (w *registryWorld) fatal() string {
	for _, r := range w.last.GetResults() {
		if r.GetSeverity() == fnv1.Severity_SEVERITY_FATAL {
			return r.GetReason() + " " + r.GetMessage()
		}
	}
	return ""
}

// deletes reports whether the provider deletes in AWS what a managed resource manages, when that is deleted (crossplane-runtime,
// LegacyManagementPoliciesResolver.ShouldDelete).
func deletes(o *structpb.Struct) bool {
	policies := fields.At(o, "spec", "managementPolicies").GetListValue().AsSlice()
	if len(policies) == 0 || slices.Equal(policies, []any{"*"}) {
		return fields.Text(o, "spec", "deletionPolicy") != "Orphan"
	}
	return slices.Contains(policies, any("*")) || slices.Contains(policies, any("Delete"))
}

// answer says in a line what became of the repositories: how many there are, what becomes of them with the claim, and what people see.
func (w *registryWorld) answer() string {
	if f := w.fatal(); f != "" {
		reason, _, _ := strings.Cut(f, " ")
		return "refused: " + reason
	}
	kinds := map[string]int{}
	for name, o := range w.repositories() {
		state := "stay"
		switch {
		case deletes(o):
			state = "go"
		case fields.At(o, "spec", "managementPolicies") != nil:
			state = "leave"
		}
		kinds[state]++
		if strings.HasSuffix(name, "-lifecycle") || strings.HasSuffix(name, "-policy") {
			continue
		}
		if force := fields.At(o, "spec", "forProvider", "forceDelete").GetBoolValue(); force != (state == "go") {
			w.t.Errorf("%s: forceDelete is %t, and it would %s", name, force, state)
		}
	}
	var out []string
	for _, state := range []string{"go", "stay", "leave"} {
		if kinds[state] > 0 {
			out = append(out, fmt.Sprintf("%d %s", kinds[state], state))
		}
	}
	if out == nil {
		out = append(out, "none")
	}
	c := w.last.GetConditions()[0]
	if strings.HasPrefix(c.GetReason(), "Repositories") {
		out = append(out, c.GetReason())
	}
	if strings.Contains(c.GetMessage(), "two-owners") {
		out = append(out, "noted")
	}
	for _, r := range w.last.GetResults() {
		if r.GetSeverity() == fnv1.Severity_SEVERITY_WARNING && strings.Contains(r.GetMessage(), "there/other") {
			out = append(out, "warned")
		}
	}
	return strings.Join(out, ", ")
}

// do changes the world.
func (w *registryWorld) do(what string) {
	w.t.Helper()
	verb, arg, _ := strings.Cut(what, " ")
	switch verb {
	case "":
	case "Own", "Use":
		w.mode, w.mute = verb, arg == "unnoted"
	case "share":
		w.sharedWith = []any{arg}
	case "older":
		w.another = another(w.t, earlier, "us-east-1", "morket-backend")
	case "deleted":
		w.another = another(w.t, earlier, "us-east-1", "morket-backend")
		fields.Child(w.another.GetResource(), "metadata").Fields["deletionTimestamp"] = structpb.NewStringValue(later)
	case "younger":
		w.another = another(w.t, later, "us-east-1", "morket-backend")
	case "elsewhere":
		w.another = another(w.t, earlier, "eu-west-1", "morket-backend")
	case "similar":
		w.another = another(w.t, earlier, "us-east-1", "morket-backends")
	case "alone":
		w.another = nil
	case "restore": // a control plane from a backup without status
		w.status = nil
	case "unlabel": // as a version before composed them
		for _, r := range w.objects {
			delete(fields.Below(r.GetResource(), "metadata"), "labels")
		}
	default:
		w.t.Fatalf("unknown step %q", what)
	}
}

// TestRepositoryOwner is R-ECR-5: sequences of reconciles of one claim, while another claim comes and goes. Each step ends with the answer
// to it.
func TestRepositoryOwner(t *testing.T) {
	cases := map[string]struct {
		reason string
		mode   string
		steps  []step
	}{
		"Alone":        {"Should own the repositories, and delete them with the claim.", "Own", []step{{"", "9 go"}, {"", "9 go"}}},
		"NewTaken":     {"Should refuse a new claim for as long as another owns the repositories.", "Own", []step{{"older", "refused: RepositoriesTaken"}, {"", "refused: RepositoriesTaken"}, {"alone", "9 go"}}},
		"NewTakenUse":  {"Should take a new claim that uses the other's.", "Use", []step{{"older", "none"}, {"", "none"}}},
		"NewYounger":   {"Should refuse a claim without repositories, whatever the age of those of another one.", "Own", []step{{"younger", "refused: RepositoriesTaken"}}},
		"OtherRegion":  {"Should let another region have repositories of the same name.", "Own", []step{{"elsewhere", "9 go"}}},
		"OtherName":    {"Should not take similar names for the same.", "Own", []step{{"similar", "9 go"}}},
		"RunningOlder": {"Should warn a running claim once, and leave its images in AWS for as long as there are two owners.", "Own", []step{{"", "9 go"}, {"older", "9 stay, noted, warned"}, {"", "9 stay, noted"}, {"alone", "9 go"}}},
		"RunningFirst": {"Should not bother the claim whose repositories are older, and leave the images in AWS all the same.", "Own", []step{{"", "9 go"}, {"younger", "9 stay"}, {"alone", "9 go"}}},
		"Upgraded":     {"Should warn a running claim that an older version composed.", "Own", []step{{"", "9 go"}, {"unlabel", "9 go"}, {"older", "9 stay, noted, warned"}}},
		"Leave":        {"Should tell all to stay in AWS, and drop them afterwards.", "Own", []step{{"", "9 go"}, {"Use", "9 leave"}, {"", "none"}, {"", "none"}}},
		"LeaveShared":  {"Should do the same with those that stay anyway.", "Own", []step{{"share morket-production", "9 stay"}, {"Use", "9 leave"}, {"", "none"}}},
		"Contested":    {"Should leave repositories to the other claim, as the warning says.", "Own", []step{{"", "9 go"}, {"older", "9 stay, noted, warned"}, {"Use", "9 leave"}, {"", "none"}}},
		"Back":         {"Should take over what it left behind, and never delete it with the claim.", "Own", []step{{"", "9 go"}, {"Use", "9 leave"}, {"", "none"}, {"Own", "9 stay"}, {"", "9 stay"}, {"restore", "9 stay"}, {"", "9 stay"}}},
		"BackHalfWay":  {"Should go back in the middle.", "Own", []step{{"", "9 go"}, {"Use", "9 leave"}, {"Own", "9 stay"}, {"Use", "9 leave"}, {"", "none"}}},
		"Unnoted":      {"Should drop nothing before the status says that it is left behind.", "Own", []step{{"", "9 go"}, {"Use unnoted", "9 leave"}, {"", "9 leave"}, {"", "9 leave"}, {"Use", "9 leave"}, {"", "none"}}},
		"BackUnnoted":  {"Should know repositories that it began to leave behind from themselves.", "Own", []step{{"", "9 go"}, {"Use unnoted", "9 leave"}, {"Own", "9 stay"}, {"", "9 stay"}}},
		"TakeOver":     {"Should take over the repositories of a claim that has left them.", "Use", []step{{"", "none"}, {"Own", "9 stay"}, {"", "9 stay"}}},
		"TakeOwned":    {"Should compose none while another claim owns them, go on, and take them over as soon as it does not.", "Use", []step{{"", "none"}, {"older", "none"}, {"Own", "none, RepositoriesTaken, warned"}, {"", "none, RepositoriesTaken"}, {"alone", "9 stay"}}},
		"TakeAndYield": {"Should go back to Use after a take-over that was refused.", "Use", []step{{"", "none"}, {"younger", "none"}, {"Own", "none, RepositoriesTaken, warned"}, {"Use", "none"}}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := &registryWorld{t: t, mode: tc.mode, objects: map[string]*fnv1.Resource{}}
			for i, step := range tc.steps {
				w.do(step.do)
				w.reconcile(maps.Clone(w.objects), func() bool { return true })
				if diff := cmp.Diff(step.want, w.answer()); diff != "" {
					t.Errorf("\n%s\nafter step %d (%s): -want, +got:\n%s", tc.reason, i+1, step.do, diff)
				}
			}
		})
	}
}

// TestRepositoryQuestion: only who owns repositories asks who else does, by labels that exactly one of them has.
func TestRepositoryQuestion(t *testing.T) {
	cases := map[string]struct {
		reason       string
		mode, prefix string
		want         map[string]string
	}{
		"Own":    {"Should ask for its prefix and account.", "Own", "", map[string]string{"platform.morket.io/repository-prefix": "morket", "platform.morket.io/account-id": "111122223333"}},
		"Slash":  {"Should ask by a value that a label may have.", "Own", "shop/morket", map[string]string{"platform.morket.io/repository-prefix": "shop_morket", "platform.morket.io/account-id": "111122223333"}},
		"Long":   {"Should shorten what no label may hold.", "Own", strings.Repeat("a", 100), map[string]string{"platform.morket.io/repository-prefix": strings.Repeat("a", 54) + "-28165978", "platform.morket.io/account-id": "111122223333"}},
		"Use":    {"Should ask nothing where another claim may own them.", "Use", "", nil},
		"Use it": {"Should ask nothing whatever the prefix is.", "Use", "shop", nil},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := &registryWorld{t: t, mode: tc.mode, prefix: tc.prefix, objects: map[string]*fnv1.Resource{}}
			ask := func() map[string]string {
				w.last = layer.Run(w.request(nil), []layer.Layer{compute.Layer()})
				return w.last.GetRequirements().GetResources()["owners-of-these-repositories"].GetMatchLabels().GetLabels()
			}
			if diff := cmp.Diff(tc.want, ask()); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
			var have []string
			for name, o := range w.repositories() {
				if fields.Text(o, "metadata", "labels", layer.LabelRepositoryPrefix) == "" {
					continue
				}
				have = append(have, name)
				labels := map[string]string{}
				for k, v := range fields.Below(o, "metadata", "labels") {
					labels[k] = v.GetStringValue()
				}
				if diff := cmp.Diff(tc.want, labels); diff != "" {
					t.Errorf("\n%s\n%s should be found by them: -want, +got:\n%s", tc.reason, name, diff)
				}
			}
			if tc.want != nil && len(have) != 1 {
				t.Errorf("\n%s\nwant one repository with the labels, have %v", tc.reason, have)
			}
			w.another = another(t, earlier, "us-east-1", "morket-backend")
			if diff := cmp.Diff(tc.want, ask()); diff != "" {
				t.Errorf("\nShould ask the same whatever is answered.\n-want, +got:\n%s", diff)
			}
		})
	}
}

// TestRepositoryMessages holds what people read.
func TestRepositoryMessages(t *testing.T) {
	const what = `spec.compute.registry.mode: Invalid value: "Own": claim there/other owns the image repositories morket-* in account 111122223333, region us-east-1: set mode to Use and add "morket-staging" to the owner's spec.compute.registry.sharedWith, or create this claim with another spec.compute.registry.repositoryPrefix`
	run := func(mode string, steps ...string) *fnv1.RunFunctionResponse {
		w := &registryWorld{t: t, mode: mode, objects: map[string]*fnv1.Resource{}}
		for _, do := range steps {
			w.do(do)
			w.reconcile(maps.Clone(w.objects), func() bool { return true })
		}
		return w.last
	}
	cases := map[string]struct {
		reason string
		rsp    *fnv1.RunFunctionResponse
		want   string
	}{
		"Deleted": {"Should say that it waits for a claim that is being deleted.", run("Own", "deleted"), `claim there/other is still being deleted, and owns the image repositories morket-* in account 111122223333, region us-east-1: this claim waits, and continues by itself when they are deleted or left behind (nothing of either platform was touched)`},
		"New":     {"Should say that nothing happened.", run("Own", "older"), what + " (nothing of either platform was touched)"},
		"Running": {"Should say where to read on.", run("Own", "", "older"), what + ". Both claims fight over the policies of the repositories; neither deletes an image: see docs/tasks/registry.md#two-owners"},
		"Changed": {"Should say that the platform goes on.", run("Use", "older", "Own"), what + " (this platform goes on without repositories of its own)"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			for _, c := range tc.rsp.GetConditions() {
				if !strings.HasSuffix(c.GetMessage(), tc.want) {
					t.Errorf("\n%s\nwant the condition to end in\n%s\ngot\n%s", tc.reason, tc.want, c.GetMessage())
				}
			}
			var results []string
			for _, r := range tc.rsp.GetResults() {
				results = append(results, r.GetMessage())
			}
			if len(results) != 1 || !strings.HasSuffix(results[0], tc.want) {
				t.Errorf("\n%s\nwant one result that ends in\n%s\ngot\n%s", tc.reason, tc.want, strings.Join(results, "\n"))
			}
		})
	}
}
