package platform

import (
	"encoding/json"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/morket-io/platform/apis/v1alpha1"
	"github.com/morket-io/platform/internal/monitoring"
)

// equateMonitoring compares what stores are monitored by: the same function or not.
var equateMonitoring = cmp.Comparer(func(a, b func(*Platform, *Store, monitoring.Lookup) monitoring.Section) bool {
	return reflect.ValueOf(a).Pointer() == reflect.ValueOf(b).Pointer()
})

// input is what the smallest claim comes to, with changes.
func input(change ...func(in *Input)) Input {
	in := Input{
		XRName:         "morket-staging-x7k2p",
		ClaimName:      "morket-staging",
		ClaimNamespace: "morket",
		Spec:           v1alpha1.MorketPlatformSpec{Environment: "staging", AccountID: "111122223333", Region: "us-east-1"},
	}
	for _, c := range change {
		c(&in)
	}
	return in
}

func TestResolve(t *testing.T) {
	type want struct {
		prefix, owner, providerConfig string
		protected                     bool
		vpc                           string
		zones                         []string
		nats                          string
		tags                          map[string]string
	}
	zonesOf := func(p *Platform) (names []string, nats string) {
		var letters strings.Builder
		for _, z := range p.Zones {
			names = append(names, z.Name)
			letters.WriteString(z.NAT)
		}
		return names, letters.String()
	}
	tags := func(environment, claim string) map[string]string {
		return map[string]string{"Project": "morket", "Environment": environment, "ManagedBy": "crossplane", "Claim": claim}
	}
	cases := map[string]struct {
		reason string
		in     Input
		want   want
	}{
		"Smallest": {
			reason: "Should resolve the smallest claim to a small platform in the region's first two zones",
			in:     input(),
			want:   want{prefix: "morket-staging", owner: "morket/morket-staging", providerConfig: "default", vpc: "10.0.0.0/16", zones: []string{"us-east-1a", "us-east-1b"}, nats: "aa", tags: tags("staging", "morket/morket-staging")},
		},
		"Production": {
			reason: "Should give production a way out in each zone, and protect what holds data",
			in:     input(func(in *Input) { in.Spec.Environment = "production" }),
			want:   want{prefix: "morket-staging", owner: "morket/morket-staging", providerConfig: "default", protected: true, vpc: "10.0.0.0/16", zones: []string{"us-east-1a", "us-east-1b"}, nats: "ab", tags: tags("production", "morket/morket-staging")},
		},
		"Overrides": {
			reason: "Should take what the claim says before what its environment says",
			in: input(func(in *Input) {
				in.Spec.NamePrefix = new("shop")
				in.Spec.ProviderConfigName = new("shop-account")
				in.Spec.DeletionProtection = new(true)
				in.Spec.Network.CIDR = new("192.168.252.0/22")
				in.Spec.Network.AvailabilityZones = []string{"us-east-1d", "us-east-1a", "us-east-1c"}
				in.Spec.Network.NATGateways = new(int32(3))
				in.Spec.Tags = map[string]v1alpha1.TagValue{"CostCenter": "4711"}
			}),
			want: want{prefix: "shop", owner: "morket/morket-staging", providerConfig: "shop-account", protected: true, vpc: "192.168.252.0/22", zones: []string{"us-east-1d", "us-east-1a", "us-east-1c"}, nats: "dac", tags: map[string]string{
				"Project": "morket", "Environment": "staging", "ManagedBy": "crossplane", "Claim": "morket/morket-staging", "CostCenter": "4711",
			}},
		},
		"NoClaim": {
			reason: "Should name a composite resource without a claim by itself",
			in:     input(func(in *Input) { in.ClaimName, in.ClaimNamespace = "", "" }),
			want:   want{prefix: "morket-staging-x7k2p", owner: "morket-staging-x7k2p", providerConfig: "default", vpc: "10.0.0.0/16", zones: []string{"us-east-1a", "us-east-1b"}, nats: "aa", tags: tags("staging", "morket-staging-x7k2p")},
		},
		"EmptyProviderConfig": {
			reason: "Should take an empty name of a ProviderConfig for none",
			in:     input(func(in *Input) { in.Spec.ProviderConfigName = new("") }),
			want:   want{prefix: "morket-staging", owner: "morket/morket-staging", providerConfig: "default", vpc: "10.0.0.0/16", zones: []string{"us-east-1a", "us-east-1b"}, nats: "aa", tags: tags("staging", "morket/morket-staging")},
		},
		"SameAsBefore": {
			reason: "Should resolve a platform that exists to what it was",
			in: input(func(in *Input) {
				in.Previous = Previous{NamePrefix: "morket-staging", AvailabilityZones: []string{"us-east-1a", "us-east-1b"}}
			}),
			want: want{prefix: "morket-staging", owner: "morket/morket-staging", providerConfig: "default", vpc: "10.0.0.0/16", zones: []string{"us-east-1a", "us-east-1b"}, nats: "aa", tags: tags("staging", "morket/morket-staging")},
		},
		"ZoneAppended": {
			reason: "Should take a third zone behind those that exist",
			in: input(func(in *Input) {
				in.Spec.Network.AvailabilityZones = []string{"us-east-1a", "us-east-1b", "us-east-1f"}
				in.Previous.AvailabilityZones = []string{"us-east-1a", "us-east-1b"}
			}),
			want: want{prefix: "morket-staging", owner: "morket/morket-staging", providerConfig: "default", vpc: "10.0.0.0/16", zones: []string{"us-east-1a", "us-east-1b", "us-east-1f"}, nats: "aaa", tags: tags("staging", "morket/morket-staging")},
		},
		"Tokyo": {
			reason: "Should leave out the zone that Tokyo opens to nobody new",
			in:     input(func(in *Input) { in.Spec.Region = "ap-northeast-1" }),
			want:   want{prefix: "morket-staging", owner: "morket/morket-staging", providerConfig: "default", vpc: "10.0.0.0/16", zones: []string{"ap-northeast-1a", "ap-northeast-1c"}, nats: "aa", tags: tags("staging", "morket/morket-staging")},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			p, errs := Resolve(tc.in)
			if len(errs) > 0 {
				t.Fatalf("%s: %v", tc.reason, errs)
			}
			zones, nats := zonesOf(p)
			got := want{prefix: p.Prefix, owner: p.Owner(), providerConfig: p.ProviderConfigName, protected: p.Protected(), vpc: p.VPC.String(), zones: zones, nats: nats, tags: p.Tags}
			if diff := cmp.Diff(tc.want, got, cmp.AllowUnexported(want{})); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(zones, p.Network.AvailabilityZones); diff != "" {
				t.Errorf("Should show the zones in the resolved sizing\n-want, +got:\n%s", diff)
			}
		})
	}
}

func TestResolveRefuses(t *testing.T) {
	const (
		account = `must be the twelve digits of an AWS account in quotes, such as "111122223333"`
		region  = "must be the code of a commercial AWS region, such as us-east-1"
		prefix  = "every AWS name starts with this, so it must begin with a lower-case letter and hold only lower-case letters, digits and single hyphens, and not begin with sg-, internal-, sthree- or amzn-s3-demo-: set spec.namePrefix to a name such as morket-staging"
		cidr    = "must be an IPv4 range written by its base, such as 203.0.113.0/24 or, for a single address, 203.0.113.7/32"
		created = "the platform was created in us-east-1a, us-east-1b, and subnets cannot move: keep these first, in this order"
	)
	cases := map[string]struct {
		reason string
		in     Input
		want   field.ErrorList
	}{
		"Nothing": {
			reason: "Should ask for all that cannot be guessed at once, and for nothing that follows from it",
			in:     Input{XRName: "x", Spec: v1alpha1.MorketPlatformSpec{Network: v1alpha1.Network{CIDR: new("bad")}}},
			want: field.ErrorList{
				field.Required(field.NewPath("spec.environment"), "must be staging or production"),
				field.Required(field.NewPath("spec.accountId"), account),
				field.Required(field.NewPath("spec.region"), region),
			},
		},
		"Environment": {
			reason: "Should refuse an environment without a sizing",
			in:     input(func(in *Input) { in.Spec.Environment = "dev" }),
			want:   field.ErrorList{field.Invalid(field.NewPath("spec.environment"), "dev", "must be staging or production")},
		},
		"Defaults": {
			reason: "Should not take a profile that is no environment for one",
			in:     input(func(in *Input) { in.Spec.Environment = "defaults" }),
			want:   field.ErrorList{field.Invalid(field.NewPath("spec.environment"), "defaults", "must be staging or production")},
		},
		"AccountTooShort": {
			reason: "Should refuse an account id of eleven digits",
			in:     input(func(in *Input) { in.Spec.AccountID = "11112222333" }),
			want:   field.ErrorList{field.Invalid(field.NewPath("spec.accountId"), "11112222333", account)},
		},
		"AccountLetters": {
			reason: "Should refuse an account id with letters in it",
			in:     input(func(in *Input) { in.Spec.AccountID = "11112222333x" }),
			want:   field.ErrorList{field.Invalid(field.NewPath("spec.accountId"), "11112222333x", account)},
		},
		"GovCloud": {
			reason: "Should refuse a region of another partition, whose ARNs are others",
			in:     input(func(in *Input) { in.Spec.Region = "us-gov-west-1" }),
			want:   field.ErrorList{field.Invalid(field.NewPath("spec.region"), "us-gov-west-1", region)},
		},
		"China": {
			reason: "Should refuse China",
			in:     input(func(in *Input) { in.Spec.Region = "cn-north-1" }),
			want:   field.ErrorList{field.Invalid(field.NewPath("spec.region"), "cn-north-1", region)},
		},
		"RegionIsAZone": {
			reason: "Should refuse a zone where a region belongs",
			in:     input(func(in *Input) { in.Spec.Region = "us-east-1a" }),
			want:   field.ErrorList{field.Invalid(field.NewPath("spec.region"), "us-east-1a", region)},
		},
		"RegionDirection": {
			reason: "Should refuse a region that AWS has no word for",
			in:     input(func(in *Input) { in.Spec.Region = "us-middle-1" }),
			want:   field.ErrorList{field.Invalid(field.NewPath("spec.region"), "us-middle-1", region)},
		},
		"ClaimName": {
			reason: "Should say where to give a prefix when the claim's name is none",
			in:     input(func(in *Input) { in.ClaimName = "morket.staging" }),
			want:   field.ErrorList{field.Invalid(field.NewPath("metadata.name"), "morket.staging", prefix)},
		},
		"NamePrefix": {
			reason: "Should name the field that the prefix came from",
			in:     input(func(in *Input) { in.Spec.NamePrefix = new("sg-morket") }),
			want:   field.ErrorList{field.Invalid(field.NewPath("spec.namePrefix"), "sg-morket", prefix)},
		},
		"EmptyNamePrefix": {
			reason: "Should not take an empty prefix for a missing one, because adding or removing it later is refused",
			in:     input(func(in *Input) { in.Spec.NamePrefix = new("") }),
			want:   field.ErrorList{field.Required(field.NewPath("spec.namePrefix"), prefix)},
		},
		"PrefixChanged": {
			reason: "Should not rename a platform that exists, which would leave all it has behind",
			in:     input(func(in *Input) { in.Previous.NamePrefix = "morket-old" }),
			want:   field.ErrorList{field.Invalid(field.NewPath("metadata.name"), "morket-staging", `the platform was created with the prefix "morket-old", which every AWS name starts with: set spec.namePrefix to "morket-old"`)},
		},
		"PrefixGivenAndChanged": {
			reason: "Should say what the prefix was when another is given",
			in: input(func(in *Input) {
				in.Spec.NamePrefix, in.Previous.NamePrefix = new("morket-new"), "morket-old"
			}),
			want: field.ErrorList{field.Invalid(field.NewPath("spec.namePrefix"), "morket-new", `the platform was created with the prefix "morket-old", which every AWS name starts with: set spec.namePrefix to "morket-old"`)},
		},
		"ZonesReordered": {
			reason: "Should not move subnets between zones",
			in: input(func(in *Input) {
				in.Spec.Network.AvailabilityZones = []string{"us-east-1b", "us-east-1a"}
				in.Previous.AvailabilityZones = []string{"us-east-1a", "us-east-1b"}
			}),
			want: field.ErrorList{field.Invalid(field.NewPath("spec.network.availabilityZones"), "us-east-1b, us-east-1a", created)},
		},
		"ZonesForgotten": {
			reason: "Should not fall back to other zones when the claim no longer names its own",
			in:     input(func(in *Input) { in.Previous.AvailabilityZones = []string{"us-east-1d", "us-east-1e"} }),
			want:   field.ErrorList{field.Invalid(field.NewPath("spec.network.availabilityZones"), "us-east-1a, us-east-1b", "the platform was created in us-east-1d, us-east-1e, and subnets cannot move: keep these first, in this order")},
		},
		"ZoneRemoved": {
			reason: "Should not remove a zone with everything in it",
			in: input(func(in *Input) {
				in.Previous.AvailabilityZones = []string{"us-east-1a", "us-east-1b", "us-east-1c"}
			}),
			want: field.ErrorList{field.Invalid(field.NewPath("spec.network.availabilityZones"), "us-east-1a, us-east-1b", "the platform was created in us-east-1a, us-east-1b, us-east-1c, and subnets cannot move: keep these first, in this order")},
		},
		"ZoneInserted": {
			reason: "Should not take a third zone before those that exist",
			in: input(func(in *Input) {
				in.Spec.Network.AvailabilityZones = []string{"us-east-1f", "us-east-1a", "us-east-1b"}
				in.Previous.AvailabilityZones = []string{"us-east-1a", "us-east-1b"}
			}),
			want: field.ErrorList{field.Invalid(field.NewPath("spec.network.availabilityZones"), "us-east-1f, us-east-1a, us-east-1b", created)},
		},
		"ZoneForgottenWithSubnets": {
			reason: "Should not delete the subnets of a zone that the claim no longer names, even when the status that told of it is lost",
			in:     input(func(in *Input) { in.Previous.SubnetZones = []string{"us-east-1b", "us-east-1c"} }),
			want:   field.ErrorList{field.Invalid(field.NewPath("spec.network.availabilityZones"), "us-east-1a, us-east-1b", "the platform has subnets in us-east-1c, which would be deleted: name this zone too")},
		},
		"BadZonesOfAPlatform": {
			reason: "Should say once that zones are wrong",
			in: input(func(in *Input) {
				in.Spec.Network.AvailabilityZones = []string{"us-east-1a"}
				in.Previous.AvailabilityZones = []string{"us-east-1a", "us-east-1b"}
			}),
			want: field.ErrorList{field.Invalid(field.NewPath("spec.network.availabilityZones"), "us-east-1a", "must name 2 or 3 zones, because load balancer and databases need two")},
		},
		"California": {
			reason: "Should ask for zones where accounts see different ones",
			in:     input(func(in *Input) { in.Spec.Region = "us-west-1" }),
			want:   field.ErrorList{field.Required(field.NewPath("spec.network.availabilityZones"), "must be given in us-west-1, where accounts see different zones: name two that `aws ec2 describe-availability-zones` lists")},
		},
		"TooManyNATs": {
			reason: "Should refuse more NAT gateways than zones",
			in:     input(func(in *Input) { in.Spec.Network.NATGateways = new(int32(3)) }),
			want:   field.ErrorList{field.Invalid(field.NewPath("spec.network.natGateways"), 3, "must be 1 to 2, the number of availability zones")},
		},
		"NoNATs": {
			reason: "Should refuse no NAT gateway, because services could reach nothing",
			in:     input(func(in *Input) { in.Spec.Network.NATGateways = new(int32(0)) }),
			want:   field.ErrorList{field.Invalid(field.NewPath("spec.network.natGateways"), 0, "must be 1 to 2, the number of availability zones")},
		},
		"NegativeNATs": {
			reason: "Should refuse less than none",
			in:     input(func(in *Input) { in.Spec.Network.NATGateways = new(int32(-1)) }),
			want:   field.ErrorList{field.Invalid(field.NewPath("spec.network.natGateways"), -1, "must be 1 to 2, the number of availability zones")},
		},
		"AllowedCIDRs": {
			reason: "Should say which of the allowed ranges is wrong",
			in: input(func(in *Input) {
				in.Spec.Network.AllowedCIDRs = []string{"203.0.113.0/24", "203.0.113.7/24", "fd00::/8", "me"}
			}),
			want: field.ErrorList{
				field.Invalid(field.NewPath("spec.network.allowedCidrs[1]"), "203.0.113.7/24", cidr),
				field.Invalid(field.NewPath("spec.network.allowedCidrs[2]"), "fd00::/8", cidr),
				field.Invalid(field.NewPath("spec.network.allowedCidrs[3]"), "me", cidr),
			},
		},
		"Everything": {
			reason: "Should say all that is wrong at once, so that a claim is repaired in one go",
			in: input(func(in *Input) {
				in.Spec.NamePrefix = new("Morket")
				in.Spec.Network.CIDR = new("8.8.0.0/16")
				in.Spec.Network.AvailabilityZones = []string{"us-west-2a", "us-west-2b"}
				in.Spec.Network.AllowedCIDRs = []string{"me"}
				in.Spec.Tags = map[string]v1alpha1.TagValue{"Name": "x"}
				in.Spec.Data.RabbitMQ.DeploymentMode = new("CLUSTER_MULTI_AZ")
			}),
			want: field.ErrorList{
				field.Invalid(field.NewPath("spec.namePrefix"), "Morket", prefix),
				field.Invalid(field.NewPath("spec.network.cidr"), "8.8.0.0/16", "must lie in a private range: 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10"),
				field.Invalid(field.NewPath("spec.network.availabilityZones"), "us-west-2a, us-west-2b", "must name zones of us-east-1, such as us-east-1a"),
				field.Invalid(field.NewPath("spec.network.allowedCidrs[0]"), "me", cidr),
				field.Invalid(field.NewPath("spec.tags.Name"), "x", "Project, Environment, ManagedBy, Claim, Name (in capitals or not, which IAM does not tell apart) and the prefixes aws: and crossplane- are taken: choose another key"),
				field.Invalid(field.NewPath("spec.data.rabbitmq.deploymentMode"), "CLUSTER_MULTI_AZ", "needs a larger broker than mq.t3.micro, which is staging's: give instanceType mq.m5.large too"),
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			p, errs := Resolve(tc.in)
			if diff := cmp.Diff(tc.want, errs); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
			if p != nil {
				t.Errorf("Should resolve no platform of a spec that is wrong")
			}
		})
	}
}

// TestResolveKeepsItsInput fails when what is resolved and what was asked for share memory that is written to.
func TestResolveKeepsItsInput(t *testing.T) {
	in := input(func(in *Input) {
		in.Spec.Tags = map[string]v1alpha1.TagValue{"A": "b"}
		in.Spec.Images.TemporalServer = &v1alpha1.Image{Repository: new("a/b")}
		in.Spec.Network.AvailabilityZones = []string{"us-east-1a", "us-east-1b"}
	})
	before := clone(t, in)
	if _, errs := Resolve(in); errs != nil {
		t.Fatal(errs)
	}
	if diff := cmp.Diff(before, in); diff != "" {
		t.Errorf("Should not write into the claim\n-before, +after:\n%s", diff)
	}
}

// FuzzResolve resolves any spec: into a platform that every layer can rely on, or into what is wrong with it.
func FuzzResolve(f *testing.F) {
	for _, seed := range []string{
		`{}`,
		`{"environment":"staging","accountId":"111122223333","region":"us-east-1"}`,
		`{"environment":"production","accountId":"111122223333","region":"eu-west-1","domain":{"name":"morket.io"},"network":{"availabilityZones":["eu-west-1a","eu-west-1b","eu-west-1c"],"natGateways":3}}`,
		`{"environment":"staging","accountId":"111122223333","region":"us-west-1","network":{"cidr":"192.168.252.0/22","allowedCidrs":["0.0.0.0/0"]}}`,
		`{"environment":"staging","accountId":"111122223333","region":"us-east-1","namePrefix":"","tags":{"":"","Team":"a","team":"b"}}`,
		`{"environment":"staging","accountId":"111122223333","region":"us-east-1","compute":{"services":{"backend":{"scaling":{"enabled":true,"min":11}}}},"data":{"aurora":{"backupWindow":"23:59-00:29","maintenanceWindow":"sun:23:50-mon:00:20"}}}`,
		`{"environment":"production","accountId":"111122223333","region":"us-east-1","network":{"availabilityZones":["us-east-1a",""]},"data":{"rabbitmq":{"instanceType":"mq.t3.micro"},"aurora":{"backupWindow":null,"maintenanceWindow":"-"}}}`,
	} {
		f.Add([]byte(seed), "morket-staging", "", "")
	}
	f.Add([]byte(`{"environment":"staging","accountId":"111122223333","region":"us-east-1"}`), "morket-staging", "morket-old", "us-east-1b")
	f.Fuzz(func(t *testing.T, raw []byte, claim, prefix, zone string) {
		in := Input{XRName: "xr", ClaimName: claim, ClaimNamespace: "morket", Previous: Previous{NamePrefix: prefix}}
		if zone != "" {
			in.Previous.AvailabilityZones = []string{zone}
		}
		if err := json.Unmarshal(raw, &in.Spec); err != nil {
			t.Skip("not a spec that the API has")
		}
		p, errs := Resolve(in)
		if (p == nil) != (len(errs) > 0) {
			t.Fatalf("Should give a platform or errors, and never both: %v, %v", p, errs)
		}
		for _, err := range errs {
			if !strings.HasPrefix(err.Field, "spec.") && err.Field != "metadata.name" || err.Detail == "" {
				t.Errorf("Should name a field of the claim and what to write instead: %#v", err)
			}
		}
		if p != nil {
			holds(t, p)
			again, _ := Resolve(in)
			if diff := cmp.Diff(p, again, equatePrefix, equateMonitoring, cmp.AllowUnexported(Platform{})); diff != "" {
				t.Errorf("Should resolve the same input the same way:\n%s", diff)
			}
		}
	})
}

// holds checks what every layer relies on.
func holds(t *testing.T, p *Platform) {
	t.Helper()
	var zones []string
	nat := make(map[string]bool)
	var subnets []netip.Prefix
	for i, z := range p.Zones {
		zones = append(zones, z.Name)
		nat[z.Letter] = z.OwnNAT
		subnets = append(subnets, z.Public, z.Private)
		if z.OwnNAT != (i < int(*p.Network.NATGateways)) || z.OwnNAT && z.NAT != z.Letter || !nat[z.NAT] {
			t.Errorf("Should send every zone through a NAT gateway that there is, its own if it has one: %v", p.Zones)
		}
	}
	if len(zones) < 2 || len(zones) > 3 || len(nat) != len(zones) || !slices.Equal(zones, p.Network.AvailabilityZones) {
		t.Errorf("Should have two or three different zones, as the sizing says: %v, %v", zones, p.Network.AvailabilityZones)
	}
	for i, s := range subnets {
		if slices.ContainsFunc(subnets[:i], s.Overlaps) || !p.VPC.Contains(s.Addr()) {
			t.Errorf("Should keep subnets apart and in the VPC: %v", subnets)
		}
	}
	for _, l := range leaves(&p.Sizing) {
		if l.value.IsNil() && l.value.Kind() == reflect.Pointer {
			t.Errorf("Should resolve %s", l.path)
		}
	}
	if p.Images.Tag == nil || p.Images.TemporalServer == nil || p.Images.TemporalServer.Repository == nil || p.Images.TemporalServer.Tag == nil {
		t.Errorf("Should resolve the images: %v", p.Images)
	}
	if !goodName.MatchString(p.Prefix) || len(p.Prefix) > maxPrefix || p.ProviderConfigName == "" {
		t.Errorf("Should have a prefix and a ProviderConfig: %q, %q", p.Prefix, p.ProviderConfigName)
	}
	if !strings.HasPrefix(p.RootARN(), "arn:aws:iam::"+p.AccountID+":") || len(p.AccountID) != 12 {
		t.Errorf("Should belong to an account: %s", p.RootARN())
	}
	if len(p.Tags) > 34 || p.Tags[TagEnvironment] != p.Environment || p.Tags[TagClaim] != p.Owner() {
		t.Errorf("Should have the platform's own tags, and no more than AWS takes: %v", p.Tags)
	}
	for _, c := range p.Network.AllowedCIDRs {
		if _, err := netip.ParsePrefix(c); err != nil {
			t.Errorf("Should allow ranges: %v", err)
		}
	}
}
