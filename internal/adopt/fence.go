package adopt

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/morket-io/platform/internal/kinds"
)

// A Claim is what identifies the platform that a claim describes.
type Claim struct {
	Environment, AccountID, Region string
	// CIDR is the range of its network.
	CIDR string
	// Domain is the site's, empty if there is none.
	Domain string
}

// A standing says where a resource belongs.
type standing struct {
	label
	// elsewhere says why the resource is not the claim's, empty if nothing shows that.
	elsewhere string
	// mixed says how the resource belongs to two environments.
	mixed string
	// torn reports whether it is itself of the claim's environment, and what it is in is of another.
	torn bool
}

// A fence keeps out what a claim cannot take over because it belongs elsewhere.
type fence struct {
	claim Claim
	state []*Resource
	ties  map[*Resource][]tie
	users map[*Resource][]*Resource
	at    map[*Resource]*standing
}

// newFence reads what resources say about themselves, and then what their modules and the resources around them say.
func newFence(state []*Resource, claim Claim) *fence {
	f := &fence{claim: claim, state: state, users: map[*Resource][]*Resource{}, at: map[*Resource]*standing{}}
	var current []*Resource
	for _, r := range state {
		s := &standing{label: labelOf(r, claim.Environment)}
		f.at[r] = s
		switch {
		case r.DeposedKey != "":
			s.elsewhere, s.label = "Terraform has replaced it and deletes it at the next apply (deposed "+r.DeposedKey+")", label{}
			continue
		case s.other != "":
			s.elsewhere = s.by + " says " + s.other
		}
		s.elsewhere = cmp.Or(f.place(r), s.elsewhere)
		current = append(current, r)
	}
	f.ties = tiesOf(current)
	for _, r := range current {
		for _, t := range f.ties[r] {
			for _, to := range t.to {
				f.users[to] = append(f.users[to], r)
			}
		}
	}
	f.roots(current)
	for changed := true; changed; {
		changed = false
		for _, r := range current {
			changed = f.follow(r) || f.serve(r) || changed
		}
	}
	for changed := true; changed; {
		changed = false
		for _, r := range current {
			changed = f.mix(r) || changed
		}
	}
	return f
}

// place says why a resource is in another region or account, empty if nothing shows that.
func (f *fence) place(r *Resource) string {
	if region := r.text("region"); region != "" && region != f.claim.Region {
		return "it is in the region " + region
	}
	if zone := r.text("availability_zone"); zone != "" && !strings.HasPrefix(zone, f.claim.Region) {
		return "it is in the zone " + zone
	}
	if owner := r.text("owner_id"); owner != "" && owner != f.claim.AccountID {
		return "it is in the account " + owner
	}
	for _, attribute := range []string{"arn", "id"} {
		if elsewhere := f.arn(r.text(attribute)); elsewhere != "" {
			return "it is in " + elsewhere
		}
	}
	for _, l := range links {
		if l.to != encryptionKey || kinds.Terraform(l.of) != kind(r) {
			continue
		}
		for _, key := range r.all(l.terraform()...) {
			if elsewhere := f.arn(key); elsewhere != "" {
				return "its encryption key is in " + elsewhere
			}
		}
	}
	return ""
}

// arn says which other region or account an ARN is of. The ARNs of some services leave out one or both.
func (f *fence) arn(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	switch {
	case len(parts) < 6 || parts[0] != "arn":
		return ""
	case parts[4] != "" && parts[4] != f.claim.AccountID:
		return "the account " + parts[4]
	case parts[3] != "" && parts[3] != f.claim.Region:
		return "the region " + parts[3]
	}
	return ""
}

// roots gives what has no label the environment of its module root, if all that has one there is of other environments.
func (f *fence) roots(current []*Resource) {
	others, shared := map[root]*Resource{}, map[root]bool{}
	for _, r := range current {
		root, s := r.in(), f.at[r]
		if s.other != "" && others[root] == nil {
			others[root] = r
		}
		shared[root] = shared[root] || s.ownName
	}
	for _, r := range current {
		root := r.in()
		if witness := others[root]; root.module != "" && witness != nil && !shared[root] {
			f.put(r, f.at[witness].other, "its module root "+root.module)
		}
	}
}

// put says of a resource without a label that it is of another environment, and reports whether that is new.
func (f *fence) put(r *Resource, other, by string) bool {
	s := f.at[r]
	if s.other != "" {
		return false
	}
	s.other, s.by = other, by
	s.elsewhere = cmp.Or(s.elsewhere, by+" is "+possessive(other))
	return true
}

// follow puts a resource where something is that it is in, and reports whether that is new.
func (f *fence) follow(r *Resource) bool {
	s := f.at[r]
	if s.elsewhere != "" && s.other != "" {
		return false
	}
	for _, t := range f.ties[r] {
		if t.uses || len(t.to) == 0 {
			continue
		}
		for _, to := range t.to {
			at := f.at[to]
			if at.elsewhere == "" || f.twin(t, to) {
				continue
			}
			by := article(t) + " " + to.called()
			switch {
			case at.other != "":
				if s.own {
					s.torn, s.mixed = true, fmt.Sprintf("it is %s, and %s is %s", possessive(f.claim.Environment), by, possessive(at.other))
				}
				return f.put(r, at.other, by)
			case s.elsewhere == "":
				s.elsewhere = by + " belongs elsewhere: " + at.elsewhere
				return true
			}
		}
	}
	return false
}

// twin reports whether another resource of the same name, which may belong to the claim, can be meant: names are only unique
// in a region of an account.
func (f *fence) twin(t tie, to *Resource) bool {
	return slices.ContainsFunc(t.to, func(o *Resource) bool {
		return o != to && f.at[o].elsewhere == "" && o.text("name") == to.text("name") && o.text("name") != ""
	})
}

// article is what a tie leads to, such as "its encryption key".
func article(t tie) string { return "its " + noun(kinds.Terraform(t.link.to)) }

// noun makes words of a Terraform type.
func noun(kind string) string {
	return strings.ReplaceAll(strings.TrimPrefix(kind, "aws_"), "_", " ")
}

func possessive(environment string) string { return environment + "'s" }

// serve puts what has no label where all that is labelled and uses it belongs, and reports whether that is new.
func (f *fence) serve(r *Resource) bool {
	if s := f.at[r]; s.other != "" || s.ownName {
		return false
	}
	other, own := f.uses(r)
	return other != nil && own == nil && f.put(r, f.at[other].other, other.called()+", which uses it,")
}

// uses returns a user of another environment and one of the claim's.
func (f *fence) uses(r *Resource) (other, own *Resource) {
	for _, user := range f.users[r] {
		switch s := f.at[user]; {
		case s.torn:
		case s.other != "":
			other = user
		case s.ownName:
			own = user
		}
	}
	return other, own
}

// mix notes what two environments use, also by way of what is itself used by two, and reports whether that is new.
func (f *fence) mix(r *Resource) bool {
	s := f.at[r]
	if s.elsewhere != "" || s.mixed != "" {
		return false
	}
	other, own := f.uses(r)
	if other != nil && (own != nil || s.ownName) {
		s.mixed = fmt.Sprintf("%s, which uses it, is %s", other.called(), possessive(f.at[other].other))
		return true
	}
	for _, user := range f.users[r] {
		if at := f.at[user]; at.elsewhere == "" && at.mixed != "" {
			s.mixed = user.called() + ", which uses it, is of two environments"
			return true
		}
	}
	return false
}

// leave keeps out what is in other networks than the claim's.
func (f *fence) leave(network *Resource) {
	id := network.text("id")
	roots := map[root][]string{}
	for _, r := range f.state {
		if kind(r) == kinds.Terraform(vpc) && r.DeposedKey == "" && r.root() != "" {
			roots[r.in()] = append(roots[r.in()], r.text("id"))
		}
	}
	in := map[*Resource][]string{} // of all, before any of them is kept out
	for _, r := range f.state {
		in[r] = f.networks(r)
	}
	for _, r := range f.state {
		s := f.at[r]
		if s.elsewhere != "" || kind(r) == kinds.Terraform(vpc) {
			continue
		}
		others := without(in[r], id)
		switch of := roots[r.in()]; {
		case len(others) > 0:
			s.elsewhere = "it is in the VPC " + strings.Join(others, " and ") + ", not in " + id
		case len(in[r]) == 0 && len(of) > 0 && !slices.Contains(of, id):
			s.elsewhere = "its module root " + r.root() + " has a VPC of its own, " + strings.Join(of, " and ")
		}
	}
}

// networks lists, sorted, the ids of the VPCs that a resource shows to be in.
func (f *fence) networks(r *Resource) []string {
	in, seen := map[string]bool{}, map[*Resource]bool{}
	var walk func(r *Resource)
	walk = func(r *Resource) {
		if seen[r] {
			return
		}
		seen[r] = true
		ids, _ := f.named(r, vpc)
		if kind(r) == kinds.Terraform(vpc) {
			ids = append(ids, r.text("id"))
		}
		for _, id := range ids {
			in[id] = true
		}
		for _, t := range f.ties[r] {
			for _, to := range t.to {
				if !t.uses && f.at[to].elsewhere == "" {
					walk(to)
				}
			}
		}
	}
	walk(r)
	return slices.Sorted(maps.Keys(in))
}
