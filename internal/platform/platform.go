// Package platform resolves a claim into the platform it asks for: sizing, names, ARNs and subnets, all computed from
// the spec alone. It is pure: no Crossplane, no AWS types, no clock, no randomness. Layers read a Platform and never
// work anything out a second time.
package platform

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/morket-io/platform/apis/v1alpha1"
)

// Partition is the AWS partition: commercial regions only.
const Partition = "aws"

// production is the environment that leaves data behind.
const production = "production"

// Input is what a platform is resolved from.
type Input struct {
	// XRName is the composite resource's name.
	XRName string
	// ClaimName and ClaimNamespace are the claim's; empty for a composite resource without one.
	ClaimName, ClaimNamespace string
	// Spec is the composite resource's.
	Spec v1alpha1.MorketPlatformSpec
	// Previous is what exists already of values that must not change.
	Previous Previous
}

// Previous holds what an earlier call resolved of values that cannot change but that the schema cannot guard, because
// their default is not in it. Zero values guard nothing.
type Previous struct {
	NamePrefix string
	// AvailabilityZones as resolved, in order.
	AvailabilityZones []string
	// SubnetZones are the zones in which there are subnets, in any order.
	SubnetZones []string
	// Exists reports whether the platform exists already: it has resources, a status, or what it adopts.
	Exists bool
	// Sizing returns how the knobs were resolved, nil if that is not known.
	Sizing func() *v1alpha1.Sizing `json:"-"`
}

// A Platform is a resolved claim. Every pointer of the embedded Sizing is set, but for lists and maps that may be empty.
type Platform struct {
	v1alpha1.Sizing

	// XRName, ClaimName and ClaimNamespace as in the Input.
	XRName, ClaimName, ClaimNamespace string
	Environment, AccountID, Region    string
	// Prefix is what every AWS name starts with.
	Prefix             string
	ProviderConfigName string
	// Tags are on every AWS resource that can be tagged. Not to be changed.
	Tags map[string]string
	// Domain is nil when the claim has none.
	Domain *v1alpha1.Domain
	// Images has a Tag, and a TemporalServer with repository and tag.
	Images v1alpha1.Images
	// Warnings are what is wrong with the claim of a platform that runs all the same.
	Warnings []string
	// Adopt is what exists in AWS already, nil if nothing does. Read it by Adopted, ObserveOnly and NameOf.
	Adopt *v1alpha1.Adopt

	// VPC is the network's range, Zones its availability zones in order.
	VPC   netip.Prefix
	Zones []Zone

	stores   []*Store
	secrets  []*Credential
	services []Service
}

// Resolve works out the platform, or everything that is wrong with the spec. It repeats what the schema checks as far as
// anything computed depends on it, because a function may be called without an API server before it.
func Resolve(in Input) (*Platform, field.ErrorList) {
	spec := &in.Spec
	var errs field.ErrorList
	bad := func(path string, value any, detail string) {
		err := field.Invalid(field.NewPath(path), value, detail)
		if value == "" {
			err = field.Required(field.NewPath(path), detail)
		}
		errs = append(errs, err)
	}

	if _, ok := defaults[spec.Environment]; !ok {
		bad("spec.environment", spec.Environment, "must be staging or production")
	}
	if !IsAccount(spec.AccountID) {
		bad("spec.accountId", spec.AccountID, `must be the twelve digits of an AWS account in quotes, such as "111122223333"`)
	}
	if !validRegion(spec.Region) {
		bad("spec.region", spec.Region, "must be the code of a commercial AWS region, such as us-east-1")
	}
	if len(errs) > 0 { // nothing below can be told without these
		return nil, errs
	}

	full := fillDefaults(spec)
	p := &Platform{
		Sizing:             sizing(&full),
		XRName:             in.XRName,
		ClaimName:          in.ClaimName,
		ClaimNamespace:     in.ClaimNamespace,
		Environment:        spec.Environment,
		AccountID:          spec.AccountID,
		Region:             spec.Region,
		ProviderConfigName: *full.ProviderConfigName,
		Domain:             spec.Domain,
		Images:             full.Images,
		Adopt:              spec.Adopt,
	}
	if p.ProviderConfigName == "" {
		p.ProviderConfigName = *defaults[spec.Environment].ProviderConfigName
	}

	p.Prefix = resolvePrefix(in, bad)
	names := p.resolveNetwork(&in.Previous, bad)
	errs = append(errs, checkTags(spec.Tags)...)
	errs = append(errs, checkCombinations(p, spec)...)
	oversights, warnings := checkServices(p, spec, &in.Previous)
	errs, p.Warnings = append(errs, oversights...), warnings
	errs = append(errs, checkAdoption(spec.Adopt, spec.AccountID, spec.Region)...)
	if len(errs) > 0 {
		return nil, errs
	}

	p.Network.AvailabilityZones = names
	p.Zones = zones(p.VPC, names, int(*p.Network.NATGateways))
	p.Tags = tags(p, spec.Tags)
	p.stores, p.secrets, p.services = stores(p), applicationSecrets(p), services(p)
	if errs := checkEnvironments(p); len(errs) > 0 {
		return nil, errs
	}
	p.warnOfMovedTag()
	return p, nil
}

// A complaint says what is wrong with a field.
type complaint func(path string, value any, detail string)

// resolvePrefix returns what every AWS name starts with.
func resolvePrefix(in Input, bad complaint) string {
	prefix, path := namePrefix(in)
	switch previous := in.Previous.NamePrefix; {
	case !validPrefix(prefix):
		bad(path, prefix, "every AWS name starts with this, so it must begin with a lower-case letter and hold only lower-case letters, digits and single hyphens, and not begin with sg-, internal-, sthree- or amzn-s3-demo-: set spec.namePrefix to a name such as morket-staging")
	case previous != "" && previous != prefix:
		bad(path, prefix, fmt.Sprintf("the platform was created with the prefix %q, which every AWS name starts with: set spec.namePrefix to %q", previous, previous))
	}
	return prefix
}

// resolveNetwork sets the VPC's range and returns the names of the availability zones.
func (p *Platform) resolveNetwork(previous *Previous, bad complaint) []string {
	var err error
	if p.VPC, err = parseVPC(*p.Network.CIDR); err != nil {
		bad("spec.network.cidr", *p.Network.CIDR, err.Error())
	}
	names, err := parseZones(p.Region, p.Network.AvailabilityZones)
	if err != nil {
		bad("spec.network.availabilityZones", strings.Join(p.Network.AvailabilityZones, ", "), err.Error())
	}
	if created := previous.AvailabilityZones; err == nil && !begins(names, created) {
		bad("spec.network.availabilityZones", strings.Join(names, ", "), fmt.Sprintf("the platform was created in %s, and subnets cannot move: keep these first, in this order", strings.Join(created, ", ")))
	}
	for _, zone := range previous.SubnetZones {
		if err == nil && !slices.Contains(names, zone) {
			bad("spec.network.availabilityZones", strings.Join(names, ", "), fmt.Sprintf("the platform has subnets in %s, which would be deleted: name this zone too", zone))
		}
	}
	nats := int(*p.Network.NATGateways)
	if err == nil && (nats < 1 || nats > len(names)) {
		bad("spec.network.natGateways", nats, fmt.Sprintf("must be 1 to %d, the number of availability zones", len(names)))
	}
	for i, c := range p.Network.AllowedCIDRs {
		if r, err := netip.ParsePrefix(c); err != nil || !r.Addr().Is4() || r != r.Masked() {
			bad(fmt.Sprintf("spec.network.allowedCidrs[%d]", i), c, "must be an IPv4 range written by its base, such as 203.0.113.0/24 or, for a single address, 203.0.113.7/32")
		}
	}
	return names
}

// namePrefix is the spec's, else the claim's name, else the composite resource's, and the field it came from.
func namePrefix(in Input) (prefix, path string) {
	switch {
	case in.Spec.NamePrefix != nil:
		return *in.Spec.NamePrefix, "spec.namePrefix"
	case in.ClaimName != "":
		return in.ClaimName, "metadata.name"
	default:
		return in.XRName, "metadata.name"
	}
}

// Owner names whose the platform is: the claim's namespace/name, or the composite resource.
func (p *Platform) Owner() string {
	if p.ClaimName == "" {
		return p.XRName
	}
	return p.ClaimNamespace + "/" + p.ClaimName
}

// SiteURL and APIURL are where people and programs find the platform, false without a domain of its own: CloudFront's name
// is AWS's to choose then.
func (p *Platform) SiteURL() (string, bool) {
	if p.Domain == nil {
		return "", false
	}
	return "https://" + p.Domain.Name, true
}

// APIURL is as SiteURL.
func (p *Platform) APIURL() (string, bool) {
	if p.Domain == nil {
		return "", false
	}
	return "https://" + p.APIName(), true
}

// APIName is the API's host name: the domain's own, else api.<name>. The platform must have a domain.
func (p *Platform) APIName() string {
	if p.Domain.APIName != nil {
		return *p.Domain.APIName
	}
	return "api." + p.Domain.Name
}

// Protected says whether what holds data is guarded against deletion.
func (p *Platform) Protected() bool { return *p.DeletionProtection }

// KeepsData says whether something of what holds data is left behind when the platform is deleted: final snapshots,
// backups, and what it takes to read them. It is so for production, even once its protection was lifted, and for whatever
// is protected.
func (p *Platform) KeepsData() bool { return p.Protected() || p.Environment == production }

// begins says whether list starts with head.
func begins(list, head []string) bool {
	if len(list) < len(head) {
		return false
	}
	for i := range head {
		if list[i] != head[i] {
			return false
		}
	}
	return true
}

// IsAccount reports whether a text is the id of an AWS account: twelve digits.
func IsAccount(s string) bool { return digits(s, 12) }

func digits(s string, n int) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return len(s) == n
}

// validRegion says whether s has the form of a commercial region's code, such as ap-southeast-2.
func validRegion(s string) bool {
	parts := strings.Split(s, "-")
	if len(parts) != 3 || !digits(parts[2], 1) {
		return false
	}
	switch parts[0] {
	case "af", "ap", "ca", "eu", "il", "me", "mx", "sa", "us":
	default:
		return false
	}
	switch parts[1] {
	case "central", "north", "south", "east", "west", "northeast", "northwest", "southeast", "southwest":
		return true
	default:
		return false
	}
}
