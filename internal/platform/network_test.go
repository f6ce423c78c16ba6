package platform

import (
	"fmt"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var equatePrefix = cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })

func TestZones(t *testing.T) {
	zone := func(letter, public, private string, own bool, nat string) Zone {
		return Zone{Name: "us-east-1" + letter, Letter: letter, Public: netip.MustParsePrefix(public), Private: netip.MustParsePrefix(private), OwnNAT: own, NAT: nat}
	}
	type args struct {
		vpc   string
		names []string
		nats  int
	}
	cases := map[string]struct {
		reason string
		args   args
		want   []Zone
	}{
		"TwoZonesOneNAT": {
			reason: "Should carve a sixteenth for each subnet, public ones from the start and private ones from the middle, and share one NAT gateway",
			args:   args{vpc: "10.0.0.0/16", names: []string{"us-east-1a", "us-east-1b"}, nats: 1},
			want: []Zone{
				zone("a", "10.0.0.0/20", "10.0.128.0/20", true, "a"),
				zone("b", "10.0.16.0/20", "10.0.144.0/20", false, "a"),
			},
		},
		"TwoZonesTwoNATs": {
			reason: "Should send each private subnet through the NAT gateway in its own zone",
			args:   args{vpc: "10.0.0.0/16", names: []string{"us-east-1a", "us-east-1b"}, nats: 2},
			want: []Zone{
				zone("a", "10.0.0.0/20", "10.0.128.0/20", true, "a"),
				zone("b", "10.0.16.0/20", "10.0.144.0/20", true, "b"),
			},
		},
		"ThreeZonesOneNAT": {
			reason: "Should send all zones through the one NAT gateway",
			args:   args{vpc: "10.0.0.0/16", names: []string{"us-east-1a", "us-east-1b", "us-east-1c"}, nats: 1},
			want: []Zone{
				zone("a", "10.0.0.0/20", "10.0.128.0/20", true, "a"),
				zone("b", "10.0.16.0/20", "10.0.144.0/20", false, "a"),
				zone("c", "10.0.32.0/20", "10.0.160.0/20", false, "a"),
			},
		},
		"ThreeZonesTwoNATs": {
			reason: "Should send a zone without a NAT gateway through the first one",
			args:   args{vpc: "10.0.0.0/16", names: []string{"us-east-1a", "us-east-1b", "us-east-1c"}, nats: 2},
			want: []Zone{
				zone("a", "10.0.0.0/20", "10.0.128.0/20", true, "a"),
				zone("b", "10.0.16.0/20", "10.0.144.0/20", true, "b"),
				zone("c", "10.0.32.0/20", "10.0.160.0/20", false, "a"),
			},
		},
		"ThreeZonesThreeNATs": {
			reason: "Should give each of three zones its own NAT gateway",
			args:   args{vpc: "10.0.0.0/16", names: []string{"us-east-1a", "us-east-1b", "us-east-1c"}, nats: 3},
			want: []Zone{
				zone("a", "10.0.0.0/20", "10.0.128.0/20", true, "a"),
				zone("b", "10.0.16.0/20", "10.0.144.0/20", true, "b"),
				zone("c", "10.0.32.0/20", "10.0.160.0/20", true, "c"),
			},
		},
		"SmallestRange": {
			reason: "Should carve the smallest range too, into subnets of 64 addresses",
			args:   args{vpc: "192.168.252.0/22", names: []string{"us-east-1c", "us-east-1a"}, nats: 1},
			want: []Zone{
				zone("c", "192.168.252.0/26", "192.168.254.0/26", true, "c"),
				zone("a", "192.168.252.64/26", "192.168.254.64/26", false, "c"),
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := zones(netip.MustParsePrefix(tc.args.vpc), tc.args.names, tc.args.nats)
			if diff := cmp.Diff(tc.want, got, equatePrefix); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestSubnets walks every size of range that a claim may have.
func TestSubnets(t *testing.T) {
	names := []string{"us-east-1a", "us-east-1b", "us-east-1c"}
	for bits := minPrefixBits; bits <= maxPrefixBits; bits++ {
		for _, base := range []string{"10.0.0.0", "10.255.252.0", "172.16.0.0", "172.31.252.0", "192.168.0.0", "192.168.128.0", "100.64.0.0", "100.127.252.0"} {
			vpc := netip.PrefixFrom(netip.MustParseAddr(base), bits).Masked()
			t.Run(vpc.String(), func(t *testing.T) {
				if got, err := parseVPC(vpc.String()); err != nil || got != vpc {
					t.Fatalf("Should take the range: got %v, %v", got, err)
				}
				three := zones(vpc, names, 3)
				subdivides(t, vpc, three)
				if diff := cmp.Diff(zones(vpc, names[:2], 2), three[:2], equatePrefix); diff != "" {
					t.Errorf("Should leave the first two zones as they were when a third one is appended\n-two, +three:\n%s", diff)
				}
			})
		}
	}
}

// subdivides checks that the zones' subnets are sixteenths of the range, inside of it and apart.
func subdivides(t *testing.T, vpc netip.Prefix, zones []Zone) {
	t.Helper()
	var subnets []netip.Prefix
	for _, z := range zones {
		subnets = append(subnets, z.Public, z.Private)
	}
	for i, s := range subnets {
		if s.Bits() != vpc.Bits()+4 {
			t.Errorf("Should make %s a sixteenth of %s", s, vpc)
		}
		if s != s.Masked() || !vpc.Contains(s.Addr()) {
			t.Errorf("Should keep %s inside of %s, and write it by its base", s, vpc)
		}
		for _, o := range subnets[:i] {
			if o.Overlaps(s) {
				t.Errorf("Should keep %s and %s apart", o, s)
			}
		}
	}
}

func TestParseVPC(t *testing.T) {
	const (
		size = "must be an IPv4 range between /16 and /22, such as 10.0.0.0/16"
		own  = "must lie in a private range: 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10"
	)
	cases := map[string]struct {
		reason string
		cidr   string
		want   string
	}{
		"Largest":       {reason: "Should take the largest range that AWS takes", cidr: "10.0.0.0/16"},
		"Smallest":      {reason: "Should take the smallest range that the subnets fit in", cidr: "10.0.0.0/22"},
		"Shared":        {reason: "Should take the address space that carriers share", cidr: "100.64.0.0/16"},
		"EndOfPrivate":  {reason: "Should take the last range of a private block", cidr: "172.31.0.0/16"},
		"TooLarge":      {reason: "Should refuse a range larger than AWS takes", cidr: "10.0.0.0/15", want: size},
		"TooSmall":      {reason: "Should refuse a range whose subnets would be too small", cidr: "10.0.0.0/23", want: size},
		"NotBase":       {reason: "Should say what the base is when the range is written by another address", cidr: "10.0.0.1/16", want: "must be written by its base: 10.0.0.0/16"},
		"Public":        {reason: "Should refuse addresses that belong to others", cidr: "8.8.0.0/16", want: own},
		"BesidePrivate": {reason: "Should refuse the range right after a private block", cidr: "172.32.0.0/16", want: own},
		"IPv6":          {reason: "Should refuse IPv6", cidr: "fd00::/16", want: size},
		"MappedIPv4":    {reason: "Should refuse IPv4 that is written as IPv6", cidr: "::ffff:10.0.0.0/112", want: size},
		"NoBits":        {reason: "Should refuse an address without a size", cidr: "10.0.0.0", want: size},
		"Garbage":       {reason: "Should refuse what is no range", cidr: "ten", want: size},
		"Empty":         {reason: "Should refuse nothing at all", cidr: "", want: size},
		"LeadingZero":   {reason: "Should refuse octal", cidr: "010.0.0.0/16", want: size},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := parseVPC(tc.cidr)
			if diff := cmp.Diff(tc.want, text(err)); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestParseZones(t *testing.T) {
	type args struct {
		region string
		names  []string
	}
	type want struct {
		names []string
		err   string
	}
	cases := map[string]struct {
		reason string
		args   args
		want   want
	}{
		"Default": {
			reason: "Should choose the region's first two zones",
			args:   args{region: "us-east-1"},
			want:   want{names: []string{"us-east-1a", "us-east-1b"}},
		},
		"Tokyo": {
			reason: "Should leave out the zone that AWS opens to nobody new in Tokyo",
			args:   args{region: "ap-northeast-1"},
			want:   want{names: []string{"ap-northeast-1a", "ap-northeast-1c"}},
		},
		"Canada": {
			reason: "Should choose the zones that Canada has",
			args:   args{region: "ca-central-1"},
			want:   want{names: []string{"ca-central-1a", "ca-central-1b"}},
		},
		"California": {
			reason: "Should guess nothing where accounts see different zones",
			args:   args{region: "us-west-1"},
			want:   want{err: "must be given in us-west-1, where accounts see different zones: name two that `aws ec2 describe-availability-zones` lists"},
		},
		"CaliforniaGiven": {
			reason: "Should take what the claim names where accounts see different zones",
			args:   args{region: "us-west-1", names: []string{"us-west-1a", "us-west-1c"}},
			want:   want{names: []string{"us-west-1a", "us-west-1c"}},
		},
		"Given": {
			reason: "Should take three zones in the order in which the claim names them",
			args:   args{region: "eu-west-1", names: []string{"eu-west-1c", "eu-west-1a", "eu-west-1b"}},
			want:   want{names: []string{"eu-west-1c", "eu-west-1a", "eu-west-1b"}},
		},
		"One": {
			reason: "Should refuse a single zone",
			args:   args{region: "eu-west-1", names: []string{"eu-west-1a"}},
			want:   want{err: "must name 2 or 3 zones, because load balancer and databases need two"},
		},
		"Four": {
			reason: "Should refuse more zones than there are subnets for",
			args:   args{region: "eu-west-1", names: []string{"eu-west-1a", "eu-west-1b", "eu-west-1c", "eu-west-1d"}},
			want:   want{err: "must name 2 or 3 zones, because load balancer and databases need two"},
		},
		"OtherRegion": {
			reason: "Should refuse zones of another region",
			args:   args{region: "eu-west-1", names: []string{"eu-west-1a", "eu-west-2b"}},
			want:   want{err: "must name zones of eu-west-1, such as eu-west-1a"},
		},
		"NoLetter": {
			reason: "Should refuse the region itself",
			args:   args{region: "eu-west-1", names: []string{"eu-west-1a", "eu-west-1"}},
			want:   want{err: "must name zones of eu-west-1, such as eu-west-1a"},
		},
		"LocalZone": {
			reason: "Should refuse local zones, which have no databases",
			args:   args{region: "us-west-2", names: []string{"us-west-2a", "us-west-2-lax-1a"}},
			want:   want{err: "must name zones of us-west-2, such as us-west-2a"},
		},
		"Twice": {
			reason: "Should refuse a zone that is there twice",
			args:   args{region: "eu-west-1", names: []string{"eu-west-1a", "eu-west-1a"}},
			want:   want{err: "must name different zones: eu-west-1a is there twice"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			names, err := parseZones(tc.args.region, tc.args.names)
			if diff := cmp.Diff(tc.want, want{names: names, err: text(err)}, cmp.AllowUnexported(want{}), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestDefaultZonesOfEveryRegion(t *testing.T) {
	for region, letters := range zoneLetters {
		if len(letters) != maxZones {
			t.Errorf("Should know three zones of %s, knows %q", region, letters)
		}
		names, err := parseZones(region, nil)
		if err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprintf("[%s%c %s%c]", region, letters[0], region, letters[1]); fmt.Sprint(names) != want {
			t.Errorf("Should choose %s, got %v", want, names)
		}
	}
}
