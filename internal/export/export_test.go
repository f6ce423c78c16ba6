package export

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"google.golang.org/protobuf/types/known/structpb"
	"sigs.k8s.io/yaml"

	"github.com/morket-io/platform/internal/kinds"
)

func TestFind(t *testing.T) {
	for _, name := range []string{"claim", "ids", "terraform"} {
		if f, err := Find(name); f == nil || err != nil {
			t.Errorf("%s should be a format: %v", name, err)
		}
	}
	_, err := Find("tf")
	if err == nil || err.Error() != `there is no format "tf": use one of claim, ids, terraform` {
		t.Errorf("an unknown format should be refused, and the error name those that exist: %v", err)
	}
}

func object(t *testing.T, text string) map[string]any {
	t.Helper()
	var o map[string]any
	if err := yaml.Unmarshal([]byte(text), &o); err != nil {
		t.Fatal(err)
	}
	return o
}

const bare = `
apiVersion: platform.morket.io/v1alpha1
kind: MorketPlatform
metadata: {name: shop, namespace: team}
spec: {environment: staging}
`

func TestClaimOf(t *testing.T) {
	cases := map[string]struct {
		reason, from, want, err string
	}{
		"Live": {
			reason: "Should leave out what Kubernetes, kubectl and Crossplane wrote, and keep what people did.",
			from: `
apiVersion: platform.morket.io/v1alpha1
kind: MorketPlatform
metadata:
  name: shop
  namespace: team
  uid: "1"
  resourceVersion: "2"
  generation: 3
  creationTimestamp: "2026-11-01T00:00:00Z"
  finalizers: [finalizer.apiextensions.crossplane.io]
  managedFields: [{manager: kubectl}]
  labels: {team: shop, crossplane.io/claim-name: shop}
  annotations: {owner: me, kubectl.kubernetes.io/last-applied-configuration: "{}", crossplane.io/paused: "true"}
spec:
  environment: staging
  resourceRef: {name: shop-x7k2p}
  compositionRef: {name: morket-platform}
  compositionRevisionRef: {name: morket-platform-1}
  compositionUpdatePolicy: Automatic
  writeConnectionSecretToRef: {name: shop}
status: {conditions: []}
`,
			want: `
apiVersion: platform.morket.io/v1alpha1
kind: MorketPlatform
metadata: {name: shop, namespace: team, labels: {team: shop}, annotations: {owner: me}}
spec: {environment: staging, compositionUpdatePolicy: Automatic, writeConnectionSecretToRef: {name: shop}}
`,
		},
		"OwnComposition": {
			reason: "Should keep a Composition that people chose.",
			from:   strings.Replace(bare, "staging}", "staging, compositionRef: {name: ours}}", 1),
			want:   strings.Replace(bare, "staging}", "staging, compositionRef: {name: ours}}", 1),
		},
		"Composite": {
			reason: "Should make the claim of its composite resource.",
			from: `
apiVersion: platform.morket.io/v1alpha1
kind: XMorketPlatform
metadata: {name: shop-x7k2p, labels: {crossplane.io/composite: shop-x7k2p}}
spec: {environment: staging, claimRef: {name: shop, namespace: team}, resourceRefs: [{name: a}]}
`,
			want: bare,
		},
		"CompositeAlone": {
			reason: "Should not invent a claim.",
			from:   "kind: XMorketPlatform\nmetadata: {name: shop-x7k2p}\nspec: {}\n",
			err:    "the XMorketPlatform shop-x7k2p has no spec.claimRef: give its claim",
		},
		"Namespace": {
			reason: "Should say in which namespace the claim is, as kubectl takes it.",
			from:   strings.Replace(bare, ", namespace: team", "", 1),
			want:   strings.Replace(bare, "team", "default", 1),
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := claimOf(object(t, tc.from))
			if tc.err != "" {
				if err == nil || err.Error() != tc.err {
					t.Errorf("%s\nwant %q, got %v", tc.reason, tc.err, err)
				}
				return
			}
			if diff := cmp.Diff(object(t, tc.want), got); diff != "" || err != nil {
				t.Errorf("%s %v\n-want, +got:\n%s", tc.reason, err, diff)
			}
		})
	}
}

// managed is a managed resource as it is observed.
func managed(t *testing.T, group, kind, metadata, status string) *structpb.Struct {
	t.Helper()
	s, err := structpb.NewStruct(object(t, "apiVersion: "+group+".aws.upbound.io/v1beta1\nkind: "+kind+"\nmetadata: {"+metadata+"}\nspec: {forProvider: {}}\nstatus: {atProvider: {"+status+"}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func called(name string) string {
	return "annotations: {crossplane.io/external-name: \"" + name + "\"}"
}

func TestRead(t *testing.T) {
	vpc := kinds.Key{Group: "ec2.aws.upbound.io", Kind: "VPC"}
	cases := map[string]struct {
		reason   string
		observed map[string]*structpb.Struct
		composed []string
		want     []Resource
		notes    []string
	}{
		"There": {
			reason:   "Should list what AWS has.",
			observed: map[string]*structpb.Struct{"vpc": managed(t, "ec2", "VPC", called("vpc-1"), "")},
			composed: []string{"vpc"},
			want:     []Resource{{Name: "vpc", Kind: vpc, ExternalName: "vpc-1"}},
		},
		"Paused": {
			reason:   "Should list what is paused: AWS has it.",
			observed: map[string]*structpb.Struct{"vpc": managed(t, "ec2", "VPC", "annotations: {crossplane.io/paused: \"true\", crossplane.io/external-name: vpc-1}", "")},
			composed: []string{"vpc"},
			want:     []Resource{{Name: "vpc", Kind: vpc, ExternalName: "vpc-1"}},
		},
		"Deleted": {
			reason:   "Should leave out what is being deleted, and say so.",
			observed: map[string]*structpb.Struct{"vpc": managed(t, "ec2", "VPC", "deletionTimestamp: \"2026-11-01T00:00:00Z\", "+called("vpc-1"), "")},
			composed: []string{"vpc"},
			notes:    []string{"vpc (VPC) is left out: it is being deleted"},
		},
		"NoName": {
			reason:   "Should leave out what AWS has not named, and say so.",
			observed: map[string]*structpb.Struct{"vpc": managed(t, "ec2", "VPC", "name: a", "")},
			composed: []string{"vpc"},
			notes:    []string{"vpc (VPC) is left out: AWS has not given it a name yet; export again when the claim is Ready"},
		},
		"NotYet": {
			reason:   "Should say what is not there yet, if it could be there twice.",
			composed: []string{"vpc", "topic", "route-public"},
			notes:    []string{"vpc (VPC) is left out: it does not exist yet; export again when the claim is Ready"},
		},
		"NoLonger": {
			reason:   "Should leave out what the claim no longer asks for: the function would refuse it.",
			observed: map[string]*structpb.Struct{"nat-c": managed(t, "ec2", "NATGateway", called("nat-1"), "")},
			notes:    []string{"nat-c (NATGateway) is left out: the claim no longer asks for it; export again when the change is complete"},
		},
		"Quiet": {
			reason:   "Should say nothing of what is found by its name.",
			observed: map[string]*structpb.Struct{"topic": managed(t, "sns", "Topic", "name: a", "")},
			composed: []string{"topic"},
		},
		"ARN": {
			reason:   "Should know a secret by its ARN, whatever a simulated provider calls it.",
			observed: map[string]*structpb.Struct{"secret-jwt": managed(t, "secretsmanager", "Secret", called("p-secret-jwt"), "arn: \"arn:aws:secretsmanager:us-east-1:1:secret:p/jwt-abcdef\"")},
			composed: []string{"secret-jwt"},
			want:     []Resource{{Name: "secret-jwt", Kind: kinds.Key{Group: "secretsmanager.aws.upbound.io", Kind: "Secret"}, ExternalName: "arn:aws:secretsmanager:us-east-1:1:secret:p/jwt-abcdef"}},
		},
		"Kubernetes": {
			reason:   "Should leave out what is no thing in AWS.",
			observed: map[string]*structpb.Struct{"credentials-jwt-0": {Fields: map[string]*structpb.Value{"kind": structpb.NewStringValue("Secret")}}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			p, notes, err := Read(object(t, bare), tc.observed, tc.composed)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, p.Resources, cmpopts.IgnoreFields(Resource{}, "Object")) + cmp.Diff(tc.notes, notes); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestClaim(t *testing.T) {
	resources := []Resource{
		{Name: "aurora", Kind: kinds.Key{Group: "rds.aws.upbound.io", Kind: "Cluster"}, ExternalName: "shop-aurora"},
		{Name: "aurora-subnets", Kind: kinds.Key{Group: "rds.aws.upbound.io", Kind: "SubnetGroup"}, ExternalName: "shop-aurora"},
		{Name: "route-public", Kind: kinds.Key{Group: "ec2.aws.upbound.io", Kind: "Route"}, ExternalName: "r-rtb-1"},
		{Name: "task-backend-0123456789", Kind: kinds.Key{Group: "ecs.aws.upbound.io", Kind: "TaskDefinition"}, ExternalName: "shop-backend"},
		{Name: "vpc", Kind: kinds.Key{Group: "ec2.aws.upbound.io", Kind: "VPC"}, ExternalName: "vpc-1"},
	}
	cases := map[string]struct {
		reason, adopt, want, step string
	}{
		"Fresh": {
			reason: "Should name what AWS knows by an id and what holds data, and nothing else.",
			want:   "{policy: Observe, externalNames: {aurora: shop-aurora, vpc: vpc-1}}",
			step:   "3. When the claim's conditions",
		},
		"Adopting": {
			reason: "Should keep what the claim adopts already, and what stays as AWS has it.",
			adopt:  "{policy: Manage, externalNames: {route-public: r-rtb-1, vpc: vpc-1}, keep: {vpc: [cidrBlock]}}",
			want:   "{policy: Observe, externalNames: {aurora: shop-aurora, route-public: r-rtb-1, vpc: vpc-1}, keep: {vpc: [cidrBlock]}}",
			step:   "3. When the claim's conditions",
		},
		"Observing": {
			reason: "Should not tell people to manage what was never managed.",
			adopt:  "{policy: Observe, externalNames: {vpc: vpc-1}}",
			want:   "{policy: Observe, externalNames: {aurora: shop-aurora, vpc: vpc-1}}",
			step:   "3. The platform only observed",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			p := &Platform{Claim: object(t, bare), Resources: resources}
			if tc.adopt != "" {
				p.Claim["spec"].(map[string]any)["adopt"] = object(t, tc.adopt)
			}
			var out, second bytes.Buffer
			if err := Claim(&out, p); err != nil {
				t.Fatal(err)
			}
			want := object(t, bare)
			want["spec"].(map[string]any)["adopt"] = object(t, tc.want)
			if diff := cmp.Diff(want, object(t, out.String())); diff != "" || !strings.Contains(out.String(), tc.step) {
				t.Errorf("%s\n-want, +got:\n%s\n%s", tc.reason, diff, out.String())
			}
			if err := Claim(&second, p); err != nil || second.String() != out.String() {
				t.Errorf("The same platform should give the same file, and stay as it was: %v", err)
			}
		})
	}
}

// TestSameClaim: the resources of another claim are refused; what has no labels may be anybody's.
func TestSameClaim(t *testing.T) {
	resource := func(labels string) map[string]*structpb.Struct {
		o, err := structpb.NewStruct(object(t, "metadata: {name: x, labels: {"+labels+"}}"))
		if err != nil {
			t.Fatal(err)
		}
		return map[string]*structpb.Struct{"vpc": o}
	}
	for name, tc := range map[string]struct{ reason, labels, want string }{
		"Own":       {"Should take the claim's own.", "crossplane.io/claim-namespace: team, crossplane.io/claim-name: shop", ""},
		"Unknown":   {"Should take what does not say whose it is.", "", ""},
		"Name":      {"Should refuse another claim's.", "crossplane.io/claim-namespace: team, crossplane.io/claim-name: other", "vpc belongs to the claim team/other, not to team/shop"},
		"Namespace": {"Should refuse a claim's of the same name in another namespace.", "crossplane.io/claim-namespace: others, crossplane.io/claim-name: shop", "vpc belongs to the claim others/shop, not to team/shop"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := Read(object(t, bare), resource(tc.labels), nil)
			if got := fmt.Sprint(err); tc.want == "" && err != nil || !strings.HasPrefix(got, tc.want) {
				t.Errorf("%s\nwant %q, got %v", tc.reason, tc.want, err)
			}
		})
	}
}
