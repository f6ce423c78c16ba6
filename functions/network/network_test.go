package network_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/render"
	"github.com/morket-io/platform/test/platformtest"
)

// eventual is a platform of which everything exists.
func eventual(t *testing.T, environment string, changes ...func(map[string]any)) *render.Result {
	t.Helper()
	return platformtest.Eventually(t, platformtest.XR(t, environment, func(o map[string]any) {
		for _, c := range changes {
			c(o)
		}
	}))
}

// ofKind are the forProvider parameters of a kind's resources, by name.
func ofKind(r *render.Result, kind string) map[string]map[string]any {
	out := map[string]map[string]any{}
	for name, o := range r.Resources {
		if fields.Text(o, "kind") == kind {
			out[name] = parameters(o)
		}
	}
	return out
}

func parameters(o *structpb.Struct) map[string]any {
	return fields.Object(o, "spec", "forProvider").AsMap()
}

func ref(p map[string]any, field string) string {
	r, _ := p[field].(map[string]any)
	name, _ := r["name"].(string)
	return strings.TrimPrefix(strings.TrimPrefix(name, "morket-staging-"), "morket-production-")
}

// TestVPC is R-NET-1.
func TestVPC(t *testing.T) {
	cases := map[string]struct {
		reason string
		change func(map[string]any)
		want   string
	}{
		"Default": {"Should be 10.0.0.0/16 unless told otherwise.", nil, "10.0.0.0/16"},
		"Given":   {"Should be what the claim says.", platformtest.Set("172.20.0.0/20", "spec", "network", "cidr"), "172.20.0.0/20"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			changes := []func(map[string]any){}
			if tc.change != nil {
				changes = append(changes, tc.change)
			}
			got := ofKind(eventual(t, "staging", changes...), "VPC")["vpc"]
			delete(got, "tags")
			want := map[string]any{"region": "us-east-1", "cidrBlock": tc.want, "enableDnsSupport": true, "enableDnsHostnames": true}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestSubnets is R-NET-2.
func TestSubnets(t *testing.T) {
	cases := map[string]struct {
		reason string
		zones  []any
		want   map[string]string
	}{
		"TwoZones": {
			reason: "Should lay a public and a private subnet out in each of the region's first two zones.",
			want: map[string]string{
				"subnet-public-a": "us-east-1a 10.0.0.0/20", "subnet-public-b": "us-east-1b 10.0.16.0/20",
				"subnet-private-a": "us-east-1a 10.0.128.0/20", "subnet-private-b": "us-east-1b 10.0.144.0/20",
			},
		},
		"ThreeZones": {
			reason: "Should add the third zone without moving the first two.",
			zones:  []any{"us-east-1a", "us-east-1b", "us-east-1f"},
			want: map[string]string{
				"subnet-public-a": "us-east-1a 10.0.0.0/20", "subnet-public-b": "us-east-1b 10.0.16.0/20", "subnet-public-f": "us-east-1f 10.0.32.0/20",
				"subnet-private-a": "us-east-1a 10.0.128.0/20", "subnet-private-b": "us-east-1b 10.0.144.0/20", "subnet-private-f": "us-east-1f 10.0.160.0/20",
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var changes []func(map[string]any)
			if tc.zones != nil {
				changes = append(changes, platformtest.Set(tc.zones, "spec", "network", "availabilityZones"))
			}
			got := map[string]string{}
			for name, p := range ofKind(eventual(t, "staging", changes...), "Subnet") {
				got[name] = fmt.Sprintf("%s %s", p["availabilityZone"], p["cidrBlock"])
				if p["mapPublicIpOnLaunch"] != false {
					t.Errorf("%s should not give addresses to whatever starts in it", name)
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestRoutes is R-NET-2 and R-NET-3: what each route table's default route goes to, and which subnets use it.
func TestRoutes(t *testing.T) {
	three := platformtest.Set([]any{"us-east-1a", "us-east-1b", "us-east-1c"}, "spec", "network", "availabilityZones")
	nats := func(n int) func(map[string]any) {
		return platformtest.Set(float64(n), "spec", "network", "natGateways")
	}
	cases := map[string]struct {
		reason, environment string
		changes             []func(map[string]any)
		gateways            []string
		want                map[string]string
	}{
		"Staging": {
			reason: "Should send both private subnets through one NAT gateway.", environment: "staging",
			gateways: []string{"nat-a in subnet-public-a"},
			want:     map[string]string{"subnet-public-a": "internet-gateway", "subnet-public-b": "internet-gateway", "subnet-private-a": "nat-a", "subnet-private-b": "nat-a"},
		},
		"Production": {
			reason: "Should send each private subnet through the NAT gateway in its own zone.", environment: "production",
			gateways: []string{"nat-a in subnet-public-a", "nat-b in subnet-public-b"},
			want:     map[string]string{"subnet-public-a": "internet-gateway", "subnet-public-b": "internet-gateway", "subnet-private-a": "nat-a", "subnet-private-b": "nat-b"},
		},
		"ThreeZonesTwoNATs": {
			reason: "Should share a NAT gateway with the zone that has none.", environment: "production", changes: []func(map[string]any){three},
			gateways: []string{"nat-a in subnet-public-a", "nat-b in subnet-public-b"},
			want: map[string]string{
				"subnet-public-a": "internet-gateway", "subnet-public-b": "internet-gateway", "subnet-public-c": "internet-gateway",
				"subnet-private-a": "nat-a", "subnet-private-b": "nat-b", "subnet-private-c": "nat-a",
			},
		},
		"ThreeZonesThreeNATs": {
			reason: "Should put a NAT gateway in each of three zones when asked to.", environment: "staging", changes: []func(map[string]any){three, nats(3)},
			gateways: []string{"nat-a in subnet-public-a", "nat-b in subnet-public-b", "nat-c in subnet-public-c"},
			want: map[string]string{
				"subnet-public-a": "internet-gateway", "subnet-public-b": "internet-gateway", "subnet-public-c": "internet-gateway",
				"subnet-private-a": "nat-a", "subnet-private-b": "nat-b", "subnet-private-c": "nat-c",
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			r := eventual(t, tc.environment, tc.changes...)
			target := map[string]string{} // of each route table's default route
			for name, p := range ofKind(r, "Route") {
				if p["destinationCidrBlock"] != "0.0.0.0/0" {
					t.Errorf("%s: unexpected destination %v", name, p["destinationCidrBlock"])
				}
				target[ref(p, "routeTableIdRef")] = ref(p, "gatewayIdRef") + ref(p, "natGatewayIdRef")
			}
			got := map[string]string{}
			for _, p := range ofKind(r, "RouteTableAssociation") {
				got[ref(p, "subnetIdRef")] = target[ref(p, "routeTableIdRef")]
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
			var gateways []string
			for name, p := range ofKind(r, "NATGateway") {
				gateways = append(gateways, name+" in "+ref(p, "subnetIdRef"))
			}
			slices.Sort(gateways)
			if diff := cmp.Diff(tc.gateways, gateways); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
			if got, want := len(ofKind(r, "EIP")), len(tc.gateways); got != want {
				t.Errorf("\n%s\nwant %d addresses, got %d", tc.reason, want, got)
			}
		})
	}
}

// TestFewerNATGateways follows a platform from two NAT gateways to one, each round's result being the next one's observed
// state: Crossplane deletes before it updates, so the second may go only when its zone's route has moved.
func TestFewerNATGateways(t *testing.T) {
	before := eventual(t, "production")
	xr := platformtest.XR(t, "production", platformtest.Set(1.0, "spec", "network", "natGateways"))
	observed := platformtest.Observed(before)

	first := platformtest.Once(t, xr, observed)
	for _, name := range []string{"nat-b", "nat-address-b"} {
		if first.Resources[name] == nil {
			t.Errorf("Should keep %s while the route of its zone still points to it.", name)
		}
	}
	if got := ref(parameters(first.Resources["route-private-b"]), "natGatewayIdRef"); got != "nat-a" {
		t.Errorf("Should move the route of zone b to nat-a at once, got %s", got)
	}

	// Mid-way: the route has been told, but its status is not there yet.
	lost := maps.Clone(observed)
	lost["route-private-b"] = &fnv1.Resource{Resource: without(observed["route-private-b"].GetResource(), "status")}
	if platformtest.Once(t, xr, lost).Resources["nat-b"] == nil {
		t.Error("Should keep the NAT gateway while nothing says where the route points.")
	}

	after := platformtest.Observed(platformtest.Eventually(t, xr)) // the route now points to nat-a
	moved := maps.Clone(observed)
	moved["route-private-b"] = after["route-private-b"]
	last := platformtest.Once(t, xr, moved)
	for _, name := range []string{"nat-b", "nat-address-b"} {
		if last.Resources[name] != nil {
			t.Errorf("Should let go of %s once the route has moved.", name)
		}
	}
}

func without(o *structpb.Struct, field string) *structpb.Struct {
	out := &structpb.Struct{Fields: maps.Clone(o.GetFields())}
	delete(out.Fields, field)
	return out
}

// TestSecurityGroups is R-NET-4: every way in and out there is.
func TestSecurityGroups(t *testing.T) {
	r := eventual(t, "production")
	edges := func(kind string) []string {
		var out []string
		for _, p := range ofKind(r, kind) {
			peer := ref(p, "referencedSecurityGroupIdRef")
			if cidr, ok := p["cidrIpv4"].(string); ok {
				peer += cidr
			}
			ports := fmt.Sprint(p["fromPort"])
			if p["fromPort"] != p["toPort"] {
				t.Errorf("a rule should open one port, got %v to %v", p["fromPort"], p["toPort"])
			}
			if p["ipProtocol"] == "-1" {
				ports = "everything"
			}
			out = append(out, fmt.Sprintf("%s %s %s", ref(p, "securityGroupIdRef"), peer, ports))
		}
		slices.Sort(out)
		return out
	}
	wantIn := []string{
		"sg-alb 0.0.0.0/0 443", "sg-alb 0.0.0.0/0 80",
		"sg-aurora sg-ecs 5432",
		"sg-clickhouse sg-ecs 8123", "sg-clickhouse sg-ecs 9000",
		"sg-ecs sg-alb 3000", "sg-ecs sg-alb 80", "sg-ecs sg-alb 8001", "sg-ecs sg-ecs 3000", "sg-ecs sg-ecs 8001",
		"sg-opensearch sg-ecs 443", "sg-rabbitmq sg-ecs 5671", "sg-redis sg-ecs 6379", "sg-temporal sg-ecs 7233",
	}
	if diff := cmp.Diff(wantIn, edges("SecurityGroupIngressRule")); diff != "" {
		t.Errorf("Should let in who needs to come in, and nobody else.\n-want, +got:\n%s", diff)
	}
	wantOut := []string{
		"sg-alb sg-ecs 3000", "sg-alb sg-ecs 80", "sg-alb sg-ecs 8001",
		"sg-clickhouse 0.0.0.0/0 443", "sg-ecs 0.0.0.0/0 everything",
	}
	if diff := cmp.Diff(wantOut, edges("SecurityGroupEgressRule")); diff != "" {
		t.Errorf("Should let out who needs to go out, and nobody else.\n-want, +got:\n%s", diff)
	}
	def := ofKind(r, "DefaultSecurityGroup")["sg-default"]
	if ref(def, "vpcIdRef") != "vpc" || def["ingress"] != nil || def["egress"] != nil {
		t.Errorf("Should empty the VPC's default group, got %v", def)
	}
}

// TestOpenEgress shows groups as the provider leaves them when it fails between making one and taking AWS's rule away.
func TestOpenEgress(t *testing.T) {
	open := map[string]any{"protocol": "-1", "cidrBlocks": []any{"0.0.0.0/0"}, "description": "", "fromPort": 0.0, "toPort": 0.0}
	own := map[string]any{"protocol": "-1", "cidrBlocks": []any{"0.0.0.0/0"}, "description": "ecs to anywhere"}
	https := map[string]any{"protocol": "tcp", "cidrBlocks": []any{"0.0.0.0/0"}, "description": "", "fromPort": 443.0, "toPort": 443.0}
	adopted := platformtest.Set(map[string]any{"externalNames": map[string]any{"sg-redis": "sg-0123456789abcdef0"}}, "spec", "adopt")
	const command = "aws ec2 revoke-security-group-egress --region us-east-1 --group-id %s --ip-permissions 'IpProtocol=-1,IpRanges=[{CidrIp=0.0.0.0/0}]'"
	cases := map[string]struct {
		reason string
		group  string
		egress []any
		change func(map[string]any)
		open   bool
	}{
		"None":    {"Should be ready when nothing goes out", "sg-redis", nil, nil, false},
		"Open":    {"Should say that a group still has AWS's rule, and how to take it away", "sg-redis", []any{open}, nil, true},
		"Beside":  {"Should find it among others", "sg-clickhouse", []any{https, open}, nil, true},
		"Twice":   {"Should find it where the platform's own rule, which is the same, was refused for it", "sg-ecs", []any{open}, nil, true},
		"Own":     {"Should not take the platform's own rule for it", "sg-ecs", []any{own}, nil, false},
		"Other":   {"Should leave other rules to those who made them", "sg-redis", []any{https}, nil, false},
		"Adopted": {"Should leave a group that was adopted as it was", "sg-redis", []any{open}, adopted, false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			xr := platformtest.XR(t, "staging", tc.change)
			observed := platformtest.Observed(platformtest.Eventually(t, xr))
			at := fields.Object(observed[tc.group].GetResource(), "status", "atProvider")
			egress, err := structpb.NewList(tc.egress)
			if err != nil {
				t.Fatal(err)
			}
			at.Fields["egress"] = structpb.NewListValue(egress)

			r := platformtest.Once(t, xr, observed)
			i := slices.IndexFunc(r.Conditions, func(c *fnv1.Condition) bool { return c.GetType() == "NetworkReady" })
			got := r.Conditions[i]
			want := "Available"
			if tc.open {
				want = "OpenEgress"
			}
			if got.GetReason() != want || (got.GetStatus() == fnv1.Status_STATUS_CONDITION_TRUE) == tc.open {
				t.Errorf("\n%s\nwant %s, got %v", tc.reason, want, got)
			}
			if how := fmt.Sprintf(command, fields.Text(at, "id")); tc.open && (!strings.HasPrefix(got.GetMessage(), tc.group+" ") || !strings.HasSuffix(got.GetMessage(), how)) {
				t.Errorf("\n%s\nwant a message about %s that ends with\n%s\ngot\n%s", tc.reason, tc.group, how, got.GetMessage())
			}
		})
	}
}

// TestAllowedCIDRs keeps the names of rules when ranges come and go: another name would close a port and open it again.
func TestAllowedCIDRs(t *testing.T) {
	rules := func(cidrs ...any) []string {
		var out []string
		for name := range ofKind(eventual(t, "staging", platformtest.Set(cidrs, "spec", "network", "allowedCidrs")), "SecurityGroupIngressRule") {
			if strings.HasPrefix(name, "sg-alb-") {
				out = append(out, name)
			}
		}
		slices.Sort(out)
		return out
	}
	want := []string{"sg-alb-from-198-51-100-0-24-443", "sg-alb-from-198-51-100-0-24-80", "sg-alb-from-203-0-113-0-24-443", "sg-alb-from-203-0-113-0-24-80"}
	if diff := cmp.Diff(want, rules("203.0.113.0/24", "198.51.100.0/24")); diff != "" {
		t.Errorf("Should open 443 and 80 to each range.\n-want, +got:\n%s", diff)
	}
	if diff := cmp.Diff(want[2:], rules("203.0.113.0/24")); diff != "" {
		t.Errorf("Should leave the rules of the other range as they were when one goes.\n-want, +got:\n%s", diff)
	}
}

// TestFlowLogs is R-NET-5.
func TestFlowLogs(t *testing.T) {
	for env, days := range map[string]float64{"staging": 7, "production": 30} {
		r := eventual(t, env)
		prefix := "morket-" + env
		log := ofKind(r, "FlowLog")["flow-log"]
		got := map[string]any{"vpc": ref(log, "vpcIdRef"), "to": ref(log, "logDestinationRef"), "as": ref(log, "iamRoleArnRef"), "traffic": log["trafficType"], "type": log["logDestinationType"]}
		want := map[string]any{"vpc": "vpc", "to": "flow-log-group", "as": "flow-log-role", "traffic": "ALL", "type": "cloud-watch-logs"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: should record all traffic of the VPC in CloudWatch Logs.\n-want, +got:\n%s", env, diff)
		}
		group := ofKind(r, "Group")["flow-log-group"]
		if group["retentionInDays"] != days || ref(group, "kmsKeyIdRef") != "key" {
			t.Errorf("%s: should keep records for %v days, encrypted with the platform's key, got %v", env, days, group)
		}
		external := fields.Text(r.Resources["flow-log-group"], "metadata", "annotations", "crossplane.io/external-name")
		if want := "/vpc/" + prefix + "/flow-logs"; external != want {
			t.Errorf("%s: log group should be %s, got %s", env, want, external)
		}
		if policy, _ := ofKind(r, "Key")["key"]["policy"].(string); !strings.Contains(policy, "log-group:/*/"+prefix+"/*") {
			t.Errorf("%s: the key should let CloudWatch Logs encrypt the platform's log groups, got %s", env, policy)
		}
	}
}

// TestKey keeps what could not be read again without it.
func TestKey(t *testing.T) {
	for env, want := range map[string]string{"staging": "Delete 7", "production": "Orphan 30"} {
		key := eventual(t, env).Resources["key"]
		got := fmt.Sprintf("%s %v", fields.Text(key, "spec", "deletionPolicy"), parameters(key)["deletionWindowInDays"])
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -want, +got:\n%s", env, diff)
		}
	}
}

// TestPublished is R-API-4 and R-API-5 for the network: what status and connection secret hold once everything exists.
func TestPublished(t *testing.T) {
	r := eventual(t, "production")
	network := fields.Object(r.XR, "status", "network").AsMap()
	id := func(name string) string {
		return fields.Text(r.Observed[name], "status", "atProvider", "id")
	}
	groups := map[string]any{"alb": id("sg-alb"), "ecs": id("sg-ecs"), "temporal": id("sg-temporal")}
	for _, store := range platformtest.Platform(t, "production").Stores() {
		groups[store.Name] = id("sg-" + store.Name)
	}
	want := map[string]any{
		"vpcId":             id("vpc"),
		"availabilityZones": []any{"us-east-1a", "us-east-1b"},
		"publicSubnetIds":   []any{id("subnet-public-a"), id("subnet-public-b")},
		"privateSubnetIds":  []any{id("subnet-private-a"), id("subnet-private-b")},
		"natPublicIps":      network["natPublicIps"],
		"securityGroupIds":  groups,
	}
	if diff := cmp.Diff(want, network); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
	if ips, _ := network["natPublicIps"].([]any); len(ips) != 2 {
		t.Errorf("Should show the addresses of both NAT gateways, got %v", network["natPublicIps"])
	}
	for k, want := range map[string]string{
		"region": "us-east-1", "vpcId": id("vpc"), "ecsSecurityGroupId": id("sg-ecs"),
		"privateSubnetIds": id("subnet-private-a") + "," + id("subnet-private-b"),
	} {
		if got := string(r.Details[k]); got != want {
			t.Errorf("connection detail %s: want %q, got %q", k, want, got)
		}
	}
}

// TestAddressFollowsItsGateway lets a gateway that is made anew have the address of the former.
func TestAddressFollowsItsGateway(t *testing.T) {
	r := eventual(t, "staging")
	observed := platformtest.Observed(r)
	policies := func() any {
		o := platformtest.Once(t, platformtest.XR(t, "staging", nil), observed).Resources["nat-address-a"]
		return o.AsMap()["spec"].(map[string]any)["managementPolicies"]
	}
	if diff := cmp.Diff([]any{"Create", "Observe", "Update", "Delete"}, policies()); diff != "" {
		t.Errorf("The provider should not fill in the gateway's network interface: it would ask for that one when another gateway has the address. -want, +got:\n%s", diff)
	}
	delete(fields.Below(observed["nat-address-a"].GetResource(), "metadata"), "annotations")
	if got := policies(); got != nil {
		t.Errorf("The provider should note the address' id, which it does only together with what it fills in, got %v", got)
	}
}

// TestS3Endpoint can be turned off.
func TestS3Endpoint(t *testing.T) {
	if got := len(ofKind(eventual(t, "staging"), "VPCEndpointRouteTableAssociation")); got != 2 {
		t.Errorf("Should serve both private route tables, got %d", got)
	}
	off := eventual(t, "staging", platformtest.Set(false, "spec", "network", "s3Endpoint"))
	if got := len(ofKind(off, "VPCEndpoint")) + len(ofKind(off, "VPCEndpointRouteTableAssociation")); got != 0 {
		t.Errorf("Should be gone when the claim says so, got %d", got)
	}
}
