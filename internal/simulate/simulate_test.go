package simulate_test

import (
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/structpb"
	"sigs.k8s.io/yaml"

	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/simulate"
	"github.com/morket-io/platform/test/platformtest"
)

// resources reads resources by their names in the composition.
func resources(t *testing.T, text string) map[string]*fnv1.Resource {
	t.Helper()
	var objects map[string]map[string]any
	if err := yaml.Unmarshal([]byte(text), &objects); err != nil {
		t.Fatal(err)
	}
	out := make(map[string]*fnv1.Resource, len(objects))
	for name, o := range objects {
		s, err := structpb.NewStruct(o)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = &fnv1.Resource{Resource: s}
	}
	return out
}

const (
	vpc    = `{vpc: {apiVersion: ec2.aws.upbound.io/v1beta1, kind: VPC, metadata: {name: p}, spec: {forProvider: {region: r}}}}`
	oldVPC = `{vpc: {apiVersion: ec2.aws.upbound.io/v1beta1, kind: VPC, metadata: {name: p, annotations: {crossplane.io/external-name: vpc-old}}}}`
	vpcID  = "vpc-148de9c5a7a44d19e" // of the name p
	// with adds a subnet of these parameters to a VPC that is called vpc-1.
	with = `
vpc: {apiVersion: ec2.aws.upbound.io/v1beta1, kind: VPC, metadata: {name: p, annotations: {crossplane.io/external-name: vpc-1}}, spec: {forProvider: {region: r}}}
key: {apiVersion: kms.aws.upbound.io/v1beta1, kind: Key, metadata: {name: k, annotations: {crossplane.io/external-name: key-1}}, spec: {forProvider: {region: r}}}
it: {apiVersion: ec2.aws.upbound.io/v1beta1, kind: Subnet, metadata: {name: s}, spec: {forProvider: `
)

func it(parameters string) string { return with + parameters + "}}" }

func TestProvider(t *testing.T) {
	const external = "crossplane.io/external-name"
	const keyARN = "arn:aws:kms:r:111122223333:key/key-1"
	named := []string{"metadata", "annotations", external}
	parameter := func(path ...string) []string { return append([]string{"spec", "forProvider"}, path...) }

	cases := map[string]struct {
		reason          string
		desired, before string
		of              string
		path            []string
		want            any
	}{
		"Identified": {
			reason: "Should make up an id of the kind's form out of the name", desired: vpc, of: "vpc", path: named, want: vpcID,
		},
		"IDInStatus": {
			reason: "Should report the id where the provider does", desired: vpc, of: "vpc", path: []string{"status", "atProvider", "id"}, want: vpcID,
		},
		"Ready": {
			reason: "Should be done with a resource at once", desired: vpc, of: "vpc", path: []string{"status", "conditions"},
			want: []any{
				map[string]any{"type": "Ready", "status": "True", "reason": "Available", "lastTransitionTime": "2024-01-01T00:00:00Z"},
				map[string]any{"type": "Synced", "status": "True", "reason": "ReconcileSuccess", "lastTransitionTime": "2024-01-01T00:00:00Z"},
			},
		},
		"IDStays": {
			reason: "Should keep the id that a resource was given before", desired: vpc, before: oldVPC, of: "vpc", path: named, want: "vpc-old",
		},
		"IDAskedFor": {
			reason: "Should take the external name that is asked for", desired: it(`{}`), before: oldVPC, of: "vpc", path: named, want: "vpc-1",
		},
		"Gone": {
			reason: "Should no longer observe what is no longer desired", desired: it(`{}`), before: `{gone: {kind: VPC}}`, of: "gone", want: map[string]any{},
		},
		"Reference": {
			reason:  "Should resolve a reference to the id of its target",
			desired: it(`{vpcIdRef: {name: p}}`), of: "it", path: parameter("vpcId"), want: "vpc-1",
		},
		"ReferenceObserved": {
			reason:  "Should report what a reference resolved to",
			desired: it(`{vpcIdRef: {name: p}}`), of: "it", path: []string{"status", "atProvider"},
			want: map[string]any{"id": "subnet-043a718774c572bd8", "arn": "arn:aws:ec2::111122223333:subnet/subnet-043a718774c572bd8", "vpcId": "vpc-1"},
		},
		"ReferenceToARN": {
			reason:  "Should resolve a reference to the ARN of its target where the field holds one",
			desired: it(`{kmsKeyArnRef: {name: k}}`), of: "it", path: parameter("kmsKeyArn"), want: keyARN,
		},
		"ReferenceToKey": {
			reason:  "Should resolve kmsKeyId to the ARN of the key",
			desired: it(`{kmsKeyIdRef: {name: k}}`), of: "it", path: parameter("kmsKeyId"), want: keyARN,
		},
		"ReferenceNested": {
			reason:  "Should resolve references inside of objects",
			desired: it(`{a: {b: {vpcIdRef: {name: p}}}}`), of: "it", path: parameter("a", "b", "vpcId"), want: "vpc-1",
		},
		"ReferenceInList": {
			reason:  "Should resolve references inside of lists of objects, such as a service's load balancers",
			desired: it(`{a: [{vpcIdRef: {name: p}}, {b: [{vpcIdRef: {name: p}}]}]}`), of: "it", path: parameter("a"),
			want: []any{
				map[string]any{"vpcIdRef": map[string]any{"name": "p"}, "vpcId": "vpc-1"},
				map[string]any{"b": []any{map[string]any{"vpcIdRef": map[string]any{"name": "p"}, "vpcId": "vpc-1"}}},
			},
		},
		"References": {
			reason:  "Should resolve a list of references to a list, sorted as the provider sorts it",
			desired: it(`{thingIdRefs: [{name: p}, {name: k}]}`), of: "it", path: parameter("thingIds"), want: []any{"key-1", "vpc-1"},
		},
		"ReferencesInOrder": {
			reason:  "Should leave references in Crossplane's order, which wins over the provider's where it resolves them once",
			desired: it(`{thingIdRefs: [{name: p}, {name: k}]}`), of: "it", path: parameter("thingIdRefs"),
			want: []any{map[string]any{"name": "p"}, map[string]any{"name": "k"}},
		},
		"ReferencesSet": {
			reason:  "Should leave references alone whose values are set",
			desired: it(`{thingIds: [a, b], thingIdRefs: [{name: p}, {name: k}]}`), of: "it", path: parameter("thingIdRefs"),
			want: []any{map[string]any{"name": "p"}, map[string]any{"name": "k"}},
		},
		"ReferencesFollow": {
			reason:  "Should sort references that follow their targets each time, as the provider does",
			desired: it(`{thingIds: [vpc-1, key-1], thingIdRefs: [{name: p, policy: {resolve: Always}}, {name: k}]}`), of: "it", path: parameter("thingIdRefs"),
			want: []any{map[string]any{"name": "k"}, map[string]any{"name": "p", "policy": map[string]any{"resolve": "Always"}}},
		},
		"ReferencesToNothing": {
			reason:  "Should leave a list unresolved while one of its targets is missing, as the provider does",
			desired: it(`{thingIdRefs: [{name: k}, {name: missing}]}`), of: "it", path: parameter("thingIds"), want: nil,
		},
		"ReferenceToNothing": {
			reason:  "Should leave a reference unresolved while its target is missing",
			desired: it(`{vpcIdRef: {name: missing}}`), of: "it", path: parameter("vpcId"), want: nil,
		},
		"ReferenceSet": {
			reason:  "Should keep a value that is set, whatever its reference says now",
			desired: it(`{vpcId: vpc-set, vpcIdRef: {name: p}}`), of: "it", path: parameter("vpcId"), want: "vpc-set",
		},
		"ReferenceFollows": {
			reason:  "Should resolve a reference that follows its target once more",
			desired: it(`{vpcId: vpc-set, vpcIdRef: {name: p, policy: {resolve: Always}}}`), of: "it", path: parameter("vpcId"), want: "vpc-1",
		},
		"ReferenceFollowsNothing": {
			reason:  "Should keep the value of a reference whose target is gone",
			desired: it(`{vpcId: vpc-set, vpcIdRef: {name: missing, policy: {resolve: Always}}}`), of: "it", path: parameter("vpcId"), want: "vpc-set",
		},
		"Tags": {
			reason:  "Should not take tags for references",
			desired: it(`{tags: {ownerRef: p}}`), of: "it", path: parameter("tags"), want: map[string]any{"ownerRef": "p"},
		},
		"Secret": {
			reason:  "Should leave Kubernetes objects as they are: the provider has nothing to do with them",
			desired: `{it: {apiVersion: v1, kind: Secret, metadata: {name: s}, data: {a: Yg==}}}`, of: "it",
			want: map[string]any{"apiVersion": "v1", "kind": "Secret", "metadata": map[string]any{"name": "s"}, "data": map[string]any{"a": "Yg=="}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			desired := resources(t, tc.desired)
			untouched := resources(t, tc.desired)
			got := simulate.Provider(desired, resources(t, tc.before))
			if diff := cmp.Diff(tc.want, fields.In(got[tc.of].GetResource().AsMap(), tc.path...)); diff != "" {
				t.Errorf("%s\n-want +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(untouched, desired, protocmp.Transform()); diff != "" {
				t.Errorf("Should not change what is desired\n-before +after:\n%s", diff)
			}
		})
	}
}

func TestProviderIsStable(t *testing.T) {
	for _, env := range platformtest.Environments {
		xr := platformtest.XR(t, env, nil)
		desired := make(map[string]*fnv1.Resource)
		for name, o := range platformtest.Once(t, xr, nil).Resources {
			desired[name] = &fnv1.Resource{Resource: o}
		}
		first := simulate.Provider(desired, nil)
		ids := make(map[any]string, len(first))
		for name, r := range first {
			external, managed := fields.In(r.GetResource().AsMap(), "metadata", "annotations", "crossplane.io/external-name").(string)
			if !managed {
				continue // a Kubernetes object
			}
			id := fields.In(r.GetResource().AsMap(), "apiVersion").(string) + " " + fields.In(r.GetResource().AsMap(), "kind").(string) + " " + external
			if other, ok := ids[id]; ok {
				t.Errorf("%s: Should give resources of a kind ids of their own: %s and %s are both %s", env, other, name, id)
			}
			ids[id] = name
		}
		before := first
		for range 3 {
			again := simulate.Provider(desired, before)
			if diff := cmp.Diff(first, again, protocmp.Transform()); diff != "" {
				t.Fatalf("%s: Should observe the same, ids and all, round after round\n-first +again:\n%s", env, diff)
			}
			before = again
		}
		if again := simulate.Provider(desired, nil); !proto.Equal(&fnv1.State{Resources: first}, &fnv1.State{Resources: again}) {
			t.Errorf("%s: Should make up the same ids for the same platform on every run", env)
		}
	}
}

// TestNext changes a platform round after round: the answers that are taken over must be Provider's.
func TestNext(t *testing.T) {
	readers := func(n int) func(map[string]any) {
		return platformtest.Set(n, "spec", "data", "aurora", "readers")
	}
	var former, observed map[string]*fnv1.Resource
	for _, change := range []func(claim map[string]any){readers(0), readers(2), readers(1)} {
		xr := platformtest.XR(t, "staging", change)
		for range 8 {
			desired := make(map[string]*fnv1.Resource)
			for name, o := range platformtest.Once(t, xr, observed).Resources {
				desired[name] = &fnv1.Resource{Resource: o}
			}
			next, want := simulate.Next(former, desired, observed), simulate.Provider(desired, observed)
			if !proto.Equal(&fnv1.State{Resources: want}, &fnv1.State{Resources: next}) {
				t.Fatalf("Should answer as if nothing was known of the round before\n-want, +got:\n%s", cmp.Diff(want, next, protocmp.Transform()))
			}
			former, observed = desired, next
		}
	}
}

// TestReal begins with what the real provider observed: what AWS made stays, and what is derived from it.
func TestReal(t *testing.T) {
	before := resources(t, `{key: {apiVersion: kms.aws.upbound.io/v1beta1, kind: Key, metadata: {name: k, annotations: {crossplane.io/external-name: key-1}},
  spec: {forProvider: {region: r, description: old}}, status: {atProvider: {id: key-1, arn: "arn:aws:kms:r:444455556666:key/key-1", keyId: key-1, rotation: soon, description: old, policy: late}}}}`)
	desired := resources(t, `{key: {apiVersion: kms.aws.upbound.io/v1beta1, kind: Key, metadata: {name: k}, spec: {forProvider: {region: r, policy: mine}}},
it: {apiVersion: kms.aws.upbound.io/v1beta1, kind: Alias, metadata: {name: a}, spec: {forProvider: {region: r, targetKeyArnRef: {name: k}}}}}`)
	got := simulate.Provider(desired, before)
	want := map[string]any{"id": "key-1", "arn": "arn:aws:kms:r:444455556666:key/key-1", "keyId": "key-1", "rotation": "soon", "policy": "mine", "region": "r"}
	if diff := cmp.Diff(want, fields.In(got["key"].GetResource().AsMap(), "status", "atProvider")); diff != "" {
		t.Errorf("Should keep what AWS made up, change what is given, and forget what is given no more\n-want, +got:\n%s", diff)
	}
	if diff := cmp.Diff("arn:aws:kms:r:444455556666:key/key-1", fields.In(got["it"].GetResource().AsMap(), "spec", "forProvider", "targetKeyArn")); diff != "" {
		t.Errorf("Should point to the ARN that there is\n-want, +got:\n%s", diff)
	}
}
