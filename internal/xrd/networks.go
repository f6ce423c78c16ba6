package xrd

import (
	"fmt"
	"net/netip"
	"reflect"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
)

// The types of Kubernetes' CEL libraries for IP addresses and CIDRs. (k8s.io/apiserver/pkg/cel/library)
var (
	ipType   = cel.OpaqueType("net.IP")
	cidrType = cel.OpaqueType("net.CIDR")
)

// networks adds to CEL what Kubernetes adds for IP addresses and CIDRs.
func networks() cel.EnvOption {
	fns := map[string][]cel.FunctionOpt{
		"isIP": {cel.Overload("is_ip", []*cel.Type{cel.StringType}, cel.BoolType, cel.UnaryBinding(func(v ref.Val) ref.Val {
			_, err := parseIP(v)
			return types.Bool(err == nil)
		}))},
		"isCIDR": {cel.Overload("is_cidr", []*cel.Type{cel.StringType}, cel.BoolType, cel.UnaryBinding(func(v ref.Val) ref.Val {
			_, err := parseCIDR(v)
			return types.Bool(err == nil)
		}))},
		"ip": {
			cel.Overload("string_to_ip", []*cel.Type{cel.StringType}, ipType, cel.UnaryBinding(toIP)),
			cel.MemberOverload("cidr_ip", []*cel.Type{cidrType}, ipType, onCIDR(func(p netip.Prefix) ref.Val { return ip{p.Addr()} })),
		},
		"cidr": {cel.Overload("string_to_cidr", []*cel.Type{cel.StringType}, cidrType, cel.UnaryBinding(toCIDR))},
		"ip.isCanonical": {cel.Overload("ip_is_canonical", []*cel.Type{cel.StringType}, cel.BoolType, cel.UnaryBinding(func(v ref.Val) ref.Val {
			a, err := parseIP(v)
			if err != nil {
				return types.WrapErr(err)
			}
			return types.Bool(types.String(a.String()) == v)
		}))},
		"family": {cel.MemberOverload("ip_family", []*cel.Type{ipType}, cel.IntType, onIP(func(a netip.Addr) ref.Val {
			if a.Is4() {
				return types.Int(4)
			}
			return types.Int(6)
		}))},
		"isUnspecified":   {cel.MemberOverload("ip_is_unspecified", []*cel.Type{ipType}, cel.BoolType, onIP(func(a netip.Addr) ref.Val { return types.Bool(a.IsUnspecified()) }))},
		"isLoopback":      {cel.MemberOverload("ip_is_loopback", []*cel.Type{ipType}, cel.BoolType, onIP(func(a netip.Addr) ref.Val { return types.Bool(a.IsLoopback()) }))},
		"isGlobalUnicast": {cel.MemberOverload("ip_is_global_unicast", []*cel.Type{ipType}, cel.BoolType, onIP(func(a netip.Addr) ref.Val { return types.Bool(a.IsGlobalUnicast()) }))},
		"prefixLength":    {cel.MemberOverload("cidr_prefix_length", []*cel.Type{cidrType}, cel.IntType, onCIDR(func(p netip.Prefix) ref.Val { return types.Int(p.Bits()) }))},
		"masked":          {cel.MemberOverload("cidr_masked", []*cel.Type{cidrType}, cidrType, onCIDR(func(p netip.Prefix) ref.Val { return cidr{p.Masked()} }))},
		"containsIP": {
			cel.MemberOverload("cidr_contains_ip_string", []*cel.Type{cidrType, cel.StringType}, cel.BoolType, cel.BinaryBinding(containsIP)),
			cel.MemberOverload("cidr_contains_ip_ip", []*cel.Type{cidrType, ipType}, cel.BoolType, cel.BinaryBinding(containsIP)),
		},
		"containsCIDR": {
			cel.MemberOverload("cidr_contains_cidr_string", []*cel.Type{cidrType, cel.StringType}, cel.BoolType, cel.BinaryBinding(containsCIDR)),
			cel.MemberOverload("cidr_contains_cidr", []*cel.Type{cidrType, cidrType}, cel.BoolType, cel.BinaryBinding(containsCIDR)),
		},
		"string": {
			cel.Overload("ip_to_string", []*cel.Type{ipType}, cel.StringType, onIP(func(a netip.Addr) ref.Val { return types.String(a.String()) })),
			cel.Overload("cidr_to_string", []*cel.Type{cidrType}, cel.StringType, onCIDR(func(p netip.Prefix) ref.Val { return types.String(p.String()) })),
		},
	}
	return func(e *cel.Env) (*cel.Env, error) {
		for name, overloads := range fns {
			var err error
			if e, err = cel.Function(name, overloads...)(e); err != nil {
				return nil, fmt.Errorf("cannot add function %s: %w", name, err)
			}
		}
		return e, nil
	}
}

// An ip is an IP address in CEL.
type ip struct{ netip.Addr }

// A cidr is a CIDR in CEL.
type cidr struct{ netip.Prefix }

func onIP(f func(netip.Addr) ref.Val) cel.OverloadOpt {
	return cel.UnaryBinding(func(v ref.Val) ref.Val {
		a, ok := v.(ip)
		if !ok {
			return types.MaybeNoSuchOverloadErr(v)
		}
		return f(a.Addr)
	})
}

func onCIDR(f func(netip.Prefix) ref.Val) cel.OverloadOpt {
	return cel.UnaryBinding(func(v ref.Val) ref.Val {
		p, ok := v.(cidr)
		if !ok {
			return types.MaybeNoSuchOverloadErr(v)
		}
		return f(p.Prefix)
	})
}

func toIP(v ref.Val) ref.Val {
	a, err := parseIP(v)
	if err != nil {
		return types.WrapErr(err)
	}
	return ip{a}
}

func toCIDR(v ref.Val) ref.Val {
	p, err := parseCIDR(v)
	if err != nil {
		return types.WrapErr(err)
	}
	return cidr{p}
}

func containsIP(v, other ref.Val) ref.Val {
	p, ok := v.(cidr)
	if !ok {
		return types.MaybeNoSuchOverloadErr(v)
	}
	if s, ok := other.(types.String); ok {
		other = toIP(s)
	}
	a, ok := other.(ip)
	if !ok {
		return types.MaybeNoSuchOverloadErr(other)
	}
	return types.Bool(p.Contains(a.Addr))
}

func containsCIDR(v, other ref.Val) ref.Val {
	p, ok := v.(cidr)
	if !ok {
		return types.MaybeNoSuchOverloadErr(v)
	}
	if s, ok := other.(types.String); ok {
		other = toCIDR(s)
	}
	q, ok := other.(cidr)
	if !ok {
		return types.MaybeNoSuchOverloadErr(other)
	}
	return types.Bool(p.Overlaps(q.Prefix) && p.Bits() <= q.Bits())
}

// parseIP parses as Kubernetes does: no zones, no IPv4 dressed up as IPv6.
func parseIP(v ref.Val) (netip.Addr, error) {
	s, _ := v.Value().(string)
	a, err := netip.ParseAddr(s)
	switch {
	case err != nil:
		return netip.Addr{}, fmt.Errorf("IP Address %q parse error during conversion from string: %w", s, err)
	case a.Zone() != "":
		return netip.Addr{}, fmt.Errorf("IP address %q with zone value is not allowed", s)
	case a.Is4In6():
		return netip.Addr{}, fmt.Errorf("IPv4-mapped IPv6 address %q is not allowed", s)
	}
	return a, nil
}

func parseCIDR(v ref.Val) (netip.Prefix, error) {
	s, _ := v.Value().(string)
	p, err := netip.ParsePrefix(s)
	switch {
	case err != nil:
		return netip.Prefix{}, fmt.Errorf("network address parse error during conversion from string: network address parse error during conversion from string: %w", err)
	case p.Addr().Is4In6():
		return netip.Prefix{}, fmt.Errorf("network address parse error during conversion from string: IPv4-mapped IPv6 address %q is not allowed", s)
	}
	return p, nil
}

// ConvertToNative is for results that leave CEL, which these never do.
func (ip) ConvertToNative(t reflect.Type) (any, error) {
	return nil, fmt.Errorf("cannot convert an IP address to %s", t)
}

// ConvertToType lets dyn() and type() see the value.
func (a ip) ConvertToType(t ref.Type) ref.Val {
	switch t {
	case ipType:
		return a
	case types.TypeType:
		return ipType
	case types.StringType:
		return types.String(a.String())
	}
	return types.NewErr("type conversion error from IP to %s", t)
}

// Equal compares addresses.
func (a ip) Equal(other ref.Val) ref.Val { return types.Bool(a == other) }

// Type is the address's CEL type.
func (ip) Type() ref.Type { return ipType }

// Value is the Go value.
func (a ip) Value() any { return a.Addr }

// ConvertToNative is for results that leave CEL, which these never do.
func (cidr) ConvertToNative(t reflect.Type) (any, error) {
	return nil, fmt.Errorf("cannot convert a CIDR to %s", t)
}

// ConvertToType lets dyn() and type() see the value.
func (p cidr) ConvertToType(t ref.Type) ref.Val {
	switch t {
	case cidrType:
		return p
	case types.TypeType:
		return cidrType
	case types.StringType:
		return types.String(p.String())
	}
	return types.NewErr("type conversion error from CIDR to %s", t)
}

// Equal compares CIDRs with their host bits, as Kubernetes does.
func (p cidr) Equal(other ref.Val) ref.Val { return types.Bool(p == other) }

// Type is the CIDR's CEL type.
func (cidr) Type() ref.Type { return cidrType }

// Value is the Go value.
func (p cidr) Value() any { return p.Prefix }
