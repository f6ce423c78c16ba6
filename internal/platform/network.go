package platform

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

const (
	// minPrefixBits and maxPrefixBits bound the VPC: AWS takes none larger than /16, and in one smaller than /22 a
	// subnet of a sixteenth would be too small for a load balancer and everything else.
	minPrefixBits = 16
	maxPrefixBits = 22

	// subnetBits is by how many bits subnets are longer than the VPC's range: a sixteenth each, as in 10.0.0.0/20 of
	// 10.0.0.0/16.
	subnetBits = 4

	// firstPrivate is the index of the first private subnet. Public ones begin at 0, so a third zone never moves what
	// is there, and most of the range stays free.
	firstPrivate = 8

	minZones = 2
	maxZones = 3
)

// private are the ranges that a VPC may lie in: RFC 1918 and RFC 6598.
var private = []netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"),
	netip.MustParsePrefix("172.16.0.0/12"),
	netip.MustParsePrefix("192.168.0.0/16"),
	netip.MustParsePrefix("100.64.0.0/10"),
}

// zoneLetters are the letters of a region's zones where they are not a, b, c: zones that AWS no longer opens to new
// accounts are left out. Source: "AWS Regions and Availability Zones", 2026.
var zoneLetters = map[string]string{
	"ap-northeast-1": "acd",
	"ca-central-1":   "abd",
}

// unguessable are regions whose accounts see different letters, so that zones have to be named.
var unguessable = map[string]bool{"us-west-1": true}

// A Zone is an availability zone with its subnets.
type Zone struct {
	// Name is AWS's, such as us-east-1a.
	Name string
	// Letter is the zone's in the region, such as a.
	Letter string
	// Public and Private are the ranges of the zone's subnets.
	Public, Private netip.Prefix
	// OwnNAT says whether a NAT gateway stands in the zone.
	OwnNAT bool
	// NAT is the letter of the zone whose NAT gateway the private subnet uses: its own where there is one.
	NAT string
}

// subnet returns the i-th sixteenth of a range.
func subnet(vpc netip.Prefix, i int) netip.Prefix {
	bits := vpc.Bits() + subnetBits
	base := vpc.Addr().As4()
	n := binary.BigEndian.Uint32(base[:]) + uint32(i)<<(32-bits) //nolint:gosec // i is 0 to 15
	binary.BigEndian.PutUint32(base[:], n)
	return netip.PrefixFrom(netip.AddrFrom4(base), bits)
}

// zones lays out subnets and NAT gateways. names must be two or three different zones.
func zones(vpc netip.Prefix, names []string, nats int) []Zone {
	out := make([]Zone, len(names))
	for i, name := range names {
		letter := name[len(name)-1:]
		out[i] = Zone{
			Name:    name,
			Letter:  letter,
			Public:  subnet(vpc, i),
			Private: subnet(vpc, firstPrivate+i),
			OwnNAT:  i < nats,
			NAT:     letter,
		}
		if !out[i].OwnNAT {
			out[i].NAT = out[i%nats].Letter
		}
	}
	return out
}

// parseVPC reads the VPC's range. The error says what to write instead.
func parseVPC(s string) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(s)
	if err != nil || !p.Addr().Is4() || p.Bits() < minPrefixBits || p.Bits() > maxPrefixBits {
		return netip.Prefix{}, fmt.Errorf("must be an IPv4 range between /%d and /%d, such as 10.0.0.0/16", minPrefixBits, maxPrefixBits)
	}
	if p != p.Masked() {
		return netip.Prefix{}, fmt.Errorf("must be written by its base: %s", p.Masked())
	}
	for _, r := range private {
		if r.Overlaps(p) {
			return p, nil
		}
	}
	return netip.Prefix{}, errors.New("must lie in a private range: 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10")
}

// parseZones checks the zones that a claim names, or chooses the region's first two.
func parseZones(region string, names []string) ([]string, error) {
	if len(names) == 0 {
		if unguessable[region] {
			return nil, fmt.Errorf("must be given in %s, where accounts see different zones: name two that `aws ec2 describe-availability-zones` lists", region)
		}
		letters, ok := zoneLetters[region]
		if !ok {
			letters = "abc"
		}
		return []string{region + letters[:1], region + letters[1:2]}, nil
	}
	if len(names) < minZones || len(names) > maxZones {
		return nil, fmt.Errorf("must name %d or %d zones, because load balancer and databases need two", minZones, maxZones)
	}
	for i, name := range names {
		letter, ok := strings.CutPrefix(name, region)
		if !ok || len(letter) != 1 || letter[0] < 'a' || letter[0] > 'z' {
			return nil, fmt.Errorf("must name zones of %s, such as %sa", region, region)
		}
		if slices.Contains(names[:i], name) {
			return nil, fmt.Errorf("must name different zones: %s is there twice", name)
		}
	}
	return names, nil
}
