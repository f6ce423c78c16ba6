package plan_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/structpb"
	"sigs.k8s.io/yaml"

	"github.com/morket-io/platform/internal/plan"
)

// yamlObject reads a resource.
func yamlObject(t *testing.T, in string) *structpb.Struct {
	t.Helper()
	var o map[string]any
	if err := yaml.Unmarshal([]byte(in), &o); err != nil {
		t.Fatal(err)
	}
	s, err := structpb.NewStruct(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// said are the lines of a change, without where AWS says so.
func said(c plan.ResourceChange) []string {
	out := []string{string(c.Action)}
	for _, f := range c.Fields {
		out = append(out, f.String())
	}
	for _, i := range c.Impacts {
		text, _, _ := strings.Cut(i.String(), " [")
		out = append(out, text)
	}
	return out
}

// TestTakeOver: the plan of what is taken over says what is lost and what breaks.
func TestTakeOver(t *testing.T) {
	const (
		lifecycle    = "s3.aws.upbound.io/v1beta2 BucketLifecycleConfiguration"
		bucketPolicy = "s3.aws.upbound.io/v1beta1 BucketPolicy"
		distribution = "cloudfront.aws.upbound.io/v1beta2 Distribution"
		listener     = "elbv2.aws.upbound.io/v1beta2 LBListener"
		expires      = `{rule: [{id: all, status: Enabled, filter: [{prefix: ""}], expiration: [{days: 365}]}]}`
		tls          = `{"Statement":[{"Sid":"OnlyTLS","Effect":"Deny","Principal":{"AWS":["*"]},"Action":["s3:*"],"Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"],"Condition":{"Bool":{"aws:SecureTransport":["false"]}}}]}`
		tlsOtherwise = `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"S3:*","Resource":["arn:aws:s3:::b/*","arn:aws:s3:::b"],"Condition":{"bool":{"AWS:SecureTransport":false}}}}`
		deleted      = "LOSS: objects that are older than 365 days are deleted"
	)
	policy := func(document string) string { return `{policy: '` + document + `'}` }
	allow := func(principal, action, resource string) string {
		return `{"Statement":[{"Sid":"Their","Effect":"Allow","Principal":` + principal + `,"Action":` + action + `,"Resource":"` + resource + `"}]}`
	}
	cases := map[string]struct {
		reason, kind string
		has, will    string
		want         []string // what is said of the change; of its fields only how many there are
	}{
		"NewExpiration": {"Should mark an expiration where there was none", lifecycle, `{rule: [{id: tmp, status: Enabled, abortIncompleteMultipartUpload: [{daysAfterInitiation: 3}]}]}`, expires, []string{deleted}},
		"NoRules":       {"Should mark an expiration where there were no rules", lifecycle, `{rule: []}`, expires, []string{deleted}},
		"WiderPrefix":   {"Should mark an expiration of more objects", lifecycle, `{rule: [{id: all, status: Enabled, filter: [{prefix: tmp/}], expiration: [{days: 30}]}]}`, expires, []string{deleted}},
		"WiderTag":      {"Should mark an expiration of objects that had no tag", lifecycle, `{rule: [{id: all, status: Enabled, filter: [{tag: [{key: a, value: b}]}], expiration: [{days: 30}]}]}`, expires, []string{deleted}},
		"WiderAnd":      {"Should mark an expiration of smaller objects", lifecycle, `{rule: [{id: all, status: Enabled, filter: [{and: [{prefix: "", objectSizeGreaterThan: 1000}]}], expiration: [{days: 30}]}]}`, expires, []string{deleted}},
		"Sooner":        {"Should mark an earlier expiration", lifecycle, `{rule: [{id: all, status: Enabled, filter: [{prefix: ""}], expiration: [{days: 400}]}]}`, expires, []string{deleted}},
		"Disabled":      {"Should mark an expiration that was switched off", lifecycle, `{rule: [{id: all, status: Disabled, filter: [{prefix: ""}], expiration: [{days: 365}]}]}`, expires, []string{deleted}},
		"Later":         {"Should mark nothing that stays longer", lifecycle, `{rule: [{id: x, status: Enabled, expiration: [{days: 30}]}]}`, expires, nil},
		"Archive": {"Should mark what nobody can read without restoring it", lifecycle, `{rule: [{id: all, status: Enabled, filter: [{prefix: ""}], transition: [{days: 30, storageClass: STANDARD_IA}]}]}`, `{rule: [{id: all, status: Enabled, filter: [{prefix: ""}], transition: [{days: 30, storageClass: STANDARD_IA}, {days: 90, storageClass: GLACIER}]}]}`,
			[]string{"OUTAGE: objects that are older than 90 days move to an archive: before anyone can read them, they have to be restored"}},
		"Versions": {"Should mark versions that are deleted", lifecycle, `{rule: [{id: all, status: Enabled}]}`, `{rule: [{id: all, status: Enabled, noncurrentVersionExpiration: [{noncurrentDays: 30}]}]}`,
			[]string{"LOSS: versions that were overwritten or deleted more than 30 days ago are deleted"}},

		"RouteByID": {"Should mark a route to another gateway that is given by its id", "ec2.aws.upbound.io/v1beta1 Route", `{natGatewayId: nat-1}`, `{natGatewayIdRef: {name: a}, natGatewayId: nat-2}`,
			[]string{"OUTAGE: connections through the previous gateway break, and clients have to reconnect; new ones come from another address"}},
		"RouteToGateway": {"Should mark a route that led to an internet gateway", "ec2.aws.upbound.io/v1beta1 Route", `{gatewayId: igw-1}`, `{gatewayId: igw-2}`, []string{"OUTAGE: connections through the previous gateway break"}},
		"Association": {"Should mark a subnet that gets another table", "ec2.aws.upbound.io/v1beta1 RouteTableAssociation", `{routeTableId: rtb-1, subnetId: s}`, `{routeTableId: rtb-2, subnetId: s}`,
			[]string{"OUTAGE: the subnet goes by the routes of the other table: connections by routes that it lacks, such as to another network, break"}},

		"Aliases":       {"Should mark an alias that goes, and none that comes", distribution, `{aliases: [a.example.com, b.example.com]}`, `{aliases: [b.example.com, c.example.com]}`, []string{"OUTAGE: it answers no longer under a.example.com"}},
		"MoreAliases":   {"Should mark no alias that comes", distribution, `{aliases: [a.example.com]}`, `{aliases: [a.example.com, b.example.com]}`, nil},
		"Origins":       {"Should mark an origin that goes", distribution, `{origin: [{originId: api, domainName: api.example.com}, {originId: s3, domainName: old.s3.amazonaws.com}]}`, `{origin: [{originId: frontend, domainName: new.s3.amazonaws.com}]}`, []string{"OUTAGE: requests no longer lead to api.example.com and old.s3.amazonaws.com"}},
		"OriginRenamed": {"Should mark nothing of an origin that has another id only", distribution, `{origin: [{originId: s3, domainName: new.s3.amazonaws.com}]}`, `{origin: [{originId: frontend, domainName: new.s3.amazonaws.com}]}`, nil},
		"EdgeCertificate": {"Should mark another certificate", distribution, `{viewerCertificate: {acmCertificateArn: arn:a}}`, `{viewerCertificate: {acmCertificateArn: arn:b}}`,
			[]string{"OUTAGE: clients get another certificate: those that ask for a name that it is not for refuse it"}},
		"Behaviours": {"Should mark paths and code that go", distribution, `{orderedCacheBehavior: [{pathPattern: /api/*}], defaultCacheBehavior: {targetOriginId: api, functionAssociation: [{eventType: viewer-request, functionArn: arn:f}]}}`,
			`{orderedCacheBehavior: [{pathPattern: /index.html}], defaultCacheBehavior: {targetOriginId: frontend, functionAssociation: []}}`,
			[]string{"OUTAGE: requests lead to the origin frontend, no longer to api", "OUTAGE: requests no longer run arn:f", "OUTAGE: requests of /api/* are treated as all others"}},
		"Off": {"Should mark a distribution that is switched off", distribution, `{enabled: true}`, `{enabled: false}`, []string{"OUTAGE: it answers no requests while it is disabled"}},

		"DefaultAction": {"Should mark another default target", listener, `{defaultAction: [{type: forward, targetGroupArn: arn:old}]}`, `{defaultAction: [{type: forward, targetGroupArn: arn:new}]}`,
			[]string{"OUTAGE: requests that no rule matches get another answer, such as from another target group"}},
		"Certificate": {"Should mark another certificate", listener, `{certificateArn: arn:a}`, `{certificateArn: arn:b}`, []string{"OUTAGE: clients get another certificate: those that ask for a name that it is not for refuse it"}},
		"Balancer": {"Should mark subnets and groups that a load balancer leaves", "elbv2.aws.upbound.io/v1beta2 LB", `{subnets: [a, b], securityGroups: [g]}`, `{subnets: [b, c], securityGroups: [h]}`,
			[]string{"OUTAGE: its addresses in the former subnets are gone: connections through them break", "OUTAGE: whoever only the former security groups let in is shut out"}},
		"BalancerGrows": {"Should mark no subnet that comes", "elbv2.aws.upbound.io/v1beta2 LB", `{subnets: [a, b]}`, `{subnets: [b, a, c]}`, nil},

		"Public": {"Should mark a bucket that is closed", "s3.aws.upbound.io/v1beta1 BucketPublicAccessBlock", `{restrictPublicBuckets: false, blockPublicPolicy: false}`, `{restrictPublicBuckets: true, blockPublicPolicy: true}`,
			[]string{"OUTAGE: anyone who reads the bucket as the public does, without an account, loses access"}},
		"Lists": {"Should mark access control lists that no longer count", "s3.aws.upbound.io/v1beta2 BucketOwnershipControls", `{rule: {objectOwnership: ObjectWriter}}`, `{rule: {objectOwnership: BucketOwnerEnforced}}`,
			[]string{"OUTAGE: access that only an access control list gives is lost"}},
		"Retention": {"Should mark backups that are deleted", "rds.aws.upbound.io/v1beta2 Cluster", `{backupRetentionPeriod: 14}`, `{backupRetentionPeriod: 7}`, []string{"LOSS: backups that are older are deleted: to no earlier time can it be restored any more"}},

		"StatementGone": {"Should mark a statement that goes", bucketPolicy, policy(allow(`{"AWS":"arn:aws:iam::999999999999:role/reader"}`, `"s3:GetObject"`, "arn:aws:s3:::b/*")), policy(tls),
			[]string{"OUTAGE: clients that only this statement allows lose access", "OUTAGE: requests that other statements allow may now be denied"}},
		"DenyGone": {"Should say that something is no longer refused", bucketPolicy, policy(tls), policy(allow(`{"AWS":"111122223333"}`, `"s3:GetObject"`, "arn:aws:s3:::b/*")),
			[]string{"effect: requests that this statement denied may now be allowed"}},
		"LessAllowed": {"Should mark a statement of which a part goes", bucketPolicy, policy(allow(`"*"`, `["s3:GetObject","s3:PutObject"]`, "arn:aws:s3:::b/*")), policy(allow(`"*"`, `["s3:GetObject"]`, "arn:aws:s3:::b/*")),
			[]string{"OUTAGE: clients that only this statement allows lose access"}},
		"MoreAllowed": {"Should mark no statement that allows more", bucketPolicy, policy(allow(`{"AWS":"111122223333"}`, `"s3:GetObject"`, "arn:aws:s3:::b/a*")), policy(allow(`"*"`, `"s3:Get*"`, "arn:aws:s3:::b/*")), nil},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := takenOver(t, tc.kind, tc.has, tc.will)
			if got == nil || got.Action != plan.Update || len(got.Fields) == 0 {
				t.Fatalf("%s: should change in place: %v", tc.reason, got)
			}
			var impacts []string
			for _, i := range got.Impacts {
				text, source, _ := strings.Cut(i.String(), " [")
				if !strings.HasPrefix(source, "https://docs.aws.amazon.com/") {
					t.Errorf("Should say where AWS says so: %s", i)
				}
				impacts = append(impacts, text)
			}
			if diff := cmp.Diff(tc.want, impacts); diff != "" {
				t.Errorf("%s: -want, +got:\n%s\n%v", tc.reason, diff, said(*got))
			}
		})
	}
	for name, tc := range map[string][3]string{
		"Spelling":   {"Should see that two spellings mean the same", tlsOtherwise, tls},
		"Account":    {"Should know an account by its number", allow(`{"AWS":"arn:aws:iam::111122223333:root"}`, `"s3:GetObject"`, "arn:aws:s3:::b/*"), allow(`{"AWS":["111122223333"]}`, `["s3:getobject"]`, "arn:aws:s3:::b/*")},
		"Everybody":  {"Should know everybody", allow(`{"AWS":"*"}`, `"s3:GetObject"`, "arn:aws:s3:::b/*"), allow(`"*"`, `"s3:GetObject"`, "arn:aws:s3:::b/*")},
		"Split":      {"Should see that two statements say what one does", `{"Statement":[{"Effect":"Allow","Action":"a:x","Resource":"*"},{"Effect":"Allow","Action":"a:y","Resource":"*"}]}`, `{"Statement":[{"Effect":"Allow","Action":["a:y","a:x"],"Resource":"*"}]}`},
		"NotAction":  {"Should compare what is excluded", `{"Statement":[{"Effect":"Deny","NotAction":["a:y","a:x"],"Resource":"*"}]}`, `{"Statement":[{"Effect":"Deny","NotAction":["A:x","a:y"],"Resource":["*"]}]}`},
		"Conditions": {"Should compare conditions in any order", `{"Statement":[{"Effect":"Allow","Action":"a:x","Resource":"*","Condition":{"StringEquals":{"aws:b":"1","aws:a":["2","1"]}}}]}`, `{"Statement":[{"Effect":"Allow","Action":"a:x","Resource":"*","Condition":{"stringEquals":{"AWS:A":["1","2"],"aws:b":["1"]}}}]}`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := takenOver(t, bucketPolicy, policy(tc[1]), policy(tc[2])); got != nil {
				t.Errorf("%s: %v", tc[0], said(*got))
			}
		})
	}
	for name, tc := range map[string][3]string{
		"Action":    {"Should not take one action for another", `{"Statement":[{"Effect":"Allow","Action":"a:x","Resource":"*"}]}`, `{"Statement":[{"Effect":"Allow","Action":"a:xy","Resource":"*"}]}`},
		"Condition": {"Should not take a condition for none", `{"Statement":[{"Effect":"Allow","Action":"a:x","Resource":"*"}]}`, `{"Statement":[{"Effect":"Allow","Action":"a:x","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}]}`},
		"Principal": {"Should not take a service for an account", allow(`{"Service":"x"}`, `"a:x"`, "*"), allow(`{"AWS":"x"}`, `"a:x"`, "*")},
		"TagKey":    {"Should tell tags apart by capitals", `{"Statement":[{"Effect":"Allow","Action":"a:x","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/Team":"a"}}}]}`, `{"Statement":[{"Effect":"Allow","Action":"a:x","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/team":"a"}}}]}`},
	} {
		t.Run("Not"+name, func(t *testing.T) {
			if got := takenOver(t, bucketPolicy, policy(tc[1]), policy(tc[2])); got == nil || len(got.Impacts) == 0 || !got.Impacts[0].Outage {
				t.Errorf("%s: %v", tc[0], got)
			}
		})
	}
}

// takenOver is the change of a resource that is looked at, and then managed; nil if there is none.
func takenOver(t *testing.T, kind, has, will string) *plan.ResourceChange {
	t.Helper()
	apiVersion, kind, _ := strings.Cut(kind, " ")
	head := `{apiVersion: ` + apiVersion + `, kind: ` + kind + `, metadata: {name: r, annotations: {crossplane.io/external-name: r}}, `
	was := yamlObject(t, head+`spec: {managementPolicies: [Observe], forProvider: `+will+`}, status: {atProvider: `+has+`}}`)
	next := yamlObject(t, head+`spec: {forProvider: `+will+`}}`)
	xr := yamlObject(t, `{metadata: {name: p}, spec: {environment: staging, region: us-east-1}}`)
	one := func(o *structpb.Struct) map[string]*structpb.Struct { return map[string]*structpb.Struct{"r": o} }
	changes := plan.Compare(&plan.State{Composite: xr, Desired: one(was), Observed: one(was)}, &plan.State{Composite: xr, Desired: one(next), Observed: one(next)}).Changes
	if len(changes) == 0 {
		return nil
	}
	return &changes[0]
}

// TestSubnetInUse: AWS refuses to take a subnet out of a group that is in use.
func TestSubnetInUse(t *testing.T) {
	for _, kind := range []string{"rds.aws.upbound.io/v1beta1 SubnetGroup", "elasticache.aws.upbound.io/v1beta1 SubnetGroup"} {
		got := takenOver(t, kind, `{subnetIds: [a, b]}`, `{subnetIdRefs: [{name: x}], subnetIds: [b, c]}`)
		if got == nil || got.Action != plan.Refuse || !strings.Contains(got.WayOut, "spec.adopt.keep: {r: [subnetIds]}") {
			t.Errorf("%s: should be refused, with a way out: %v", kind, got)
		}
		if got := takenOver(t, kind, `{subnetIds: [a, b]}`, `{subnetIds: [c, b, a]}`); got == nil || got.Action != plan.Update {
			t.Errorf("%s: should get a subnet: %v", kind, got)
		}
	}
}

// TestPriorities: AWS refuses a rule with the priority of another rule of its listener.
func TestPriorities(t *testing.T) {
	rule := func(policies, priority, has string) string {
		return `{apiVersion: elbv2.aws.upbound.io/v1beta2, kind: LBListenerRule, metadata: {name: x}, spec: {` + policies + ` forProvider: {listenerArn: arn:l, priority: ` + priority + `}}, status: {atProvider: ` + has + `}}`
	}
	xr := yamlObject(t, `{metadata: {name: p}, spec: {environment: staging, region: us-east-1, adopt: {externalNames: {listener-https: arn:l, rule-https-a: arn:a, rule-https-b: arn:b}}}}`)
	before := map[string]*structpb.Struct{
		"rule-https-a": yamlObject(t, rule("managementPolicies: [Observe],", "20", "{listenerArn: arn:l, priority: 10}")),
		"rule-https-b": yamlObject(t, rule("managementPolicies: [Observe],", "30", "{listenerArn: arn:l, priority: 20}")),
	}
	after := map[string]*structpb.Struct{
		"rule-https-a": yamlObject(t, rule("", "20", "{}")), "rule-https-b": yamlObject(t, rule("", "30", "{}")), "rule-https-c": yamlObject(t, rule("", "10", "{}")),
	}
	got := map[string][]string{}
	for _, c := range plan.Compare(&plan.State{Composite: xr, Desired: before, Observed: before}, &plan.State{Composite: xr, Desired: after, Observed: after}).Changes {
		for _, i := range c.Impacts {
			if i.Outage {
				text, _, _ := strings.Cut(i.String(), " [")
				got[c.Name] = append(got[c.Name], text)
			}
		}
	}
	want := map[string][]string{
		"rule-https-a": {"OUTAGE: AWS refuses it while rule-https-b has the priority 20 of the same listener: give one of them another priority first"},
		"rule-https-c": {
			"OUTAGE: AWS refuses it if another rule of listener-https has the priority 10: adopt that rule, or give it another priority; requests that both match go by the lower one",
			"OUTAGE: AWS refuses it while rule-https-a has the priority 10 of the same listener: give one of them another priority first",
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Should say which rules collide: -want, +got:\n%s", diff)
	}
}
