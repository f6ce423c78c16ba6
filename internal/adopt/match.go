package adopt

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/morket-io/platform/internal/kinds"
	"github.com/morket-io/platform/internal/platform"
)

// A Match is what was found. What holds data is in Found, in Doubtful or in Held, and in one of them only.
type Match struct {
	// ExternalNames are for spec.adopt.externalNames: what relations show to be the platform's.
	ExternalNames map[string]string
	// Found says more of each.
	Found map[string]Candidate
	// Doubtful are candidates by names of the platform that people have to decide on.
	Doubtful map[string][]Candidate
	// Held are resources that hold data or take traffic, and are no candidates.
	Held []Candidate
	// Elsewhere are other resources of a kind that can be adopted that belong elsewhere.
	Elsewhere []Candidate
	// Open are names of the platform for which nothing was found.
	Open []string
	// Left are other resources of a kind that can be adopted that nothing of the platform matches.
	Left []Candidate
	// Settings are the claim's, as the state shows them. One comes after those that it depends on.
	Settings []Setting
	// Mixed says where two environments meet, empty if they do nowhere.
	Mixed []string
}

// A Candidate is a resource of Terraform's state.
type Candidate struct {
	// ExternalName is what the claim would adopt it by.
	ExternalName string
	// Address is Terraform's, with the state if there are several.
	Address string
	// Reason says why it is a candidate only, or belongs elsewhere.
	Reason string
	// Elsewhere reports whether it belongs elsewhere, and Reason says why.
	Elsewhere bool
	// Tainted reports whether Terraform would replace it at the next apply.
	Tainted bool
	// Also says where other states hold it, too.
	Also []string
	// Resource is what Terraform knows of it.
	Resource *Resource
}

// Find matches Terraform's resources with those that a claim's platform composes.
func Find(state []*Resource, composed []string, claim Claim) *Match {
	m := &matcher{
		fence: newFence(state, claim), state: state, wanted: map[string]*platform.Adoptable{}, is: map[string]*Resource{}, doubt: map[string]string{},
		several: map[string][]*Resource{}, settled: map[string]bool{}, taken: map[*Resource]bool{},
	}
	for _, name := range composed {
		if a := platform.FindAdoptable(name); a != nil && !a.Own {
			m.wanted[name] = a
		}
	}
	m.network()
	m.stores()
	m.key()
	m.edge()
	m.groups()
	m.named()
	m.settings()
	m.reveal()
	return m.match()
}

// A matcher matches names of a platform with resources, one after the other.
type matcher struct {
	fence  *fence
	state  []*Resource
	wanted map[string]*platform.Adoptable
	// is has the resource of a name, and doubt why that is for people to confirm.
	is    map[string]*Resource
	doubt map[string]string
	// several are the candidates of a name that more than one resource fits.
	several map[string][]*Resource
	// settled are names that nothing else can be matched with.
	settled map[string]bool
	taken   map[*Resource]bool
	// revealed are the claim's settings, as the state shows them.
	revealed []Setting
}

// match is what was found.
func (m *matcher) match() *Match {
	out := &Match{ExternalNames: map[string]string{}, Found: map[string]Candidate{}, Doubtful: map[string][]Candidate{}, Settings: m.revealed}
	candidates, sure := maps.Clone(m.taken), map[*Resource]bool{}
	for name, r := range m.is {
		sure[r] = m.doubt[name] == ""
	}
	for _, name := range slices.Sorted(maps.Keys(m.wanted)) {
		named := func(r *Resource, reason string) Candidate {
			candidates[r] = true
			c := candidate(r, reason)
			c.ExternalName = external(m.wanted[name], r)
			return c
		}
		several := slices.DeleteFunc(slices.Clone(m.several[name]), func(r *Resource) bool { return sure[r] })
		r := m.is[name]
		switch {
		case r == nil && len(several) == 0:
			out.Open = append(out.Open, name)
		case r == nil:
			for _, r := range several {
				out.Doubtful[name] = append(out.Doubtful[name], named(r, m.doubt[name]))
			}
		case m.doubt[name] != "":
			out.Doubtful[name] = []Candidate{named(r, m.doubt[name])}
		default:
			out.Found[name] = named(r, "")
			out.ExternalNames[name] = out.Found[name].ExternalName
		}
	}
	for _, r := range m.state {
		m.leave(out, r, candidates[r])
		if s := m.fence.at[r]; s.mixed != "" && (s.torn || m.taken[r]) && adoptable[kind(r)] {
			out.Mixed = append(out.Mixed, r.called()+": "+s.mixed)
		}
	}
	return out
}

// leave puts what is no candidate into the list of what people have to know of it.
func (m *matcher) leave(out *Match, r *Resource, isCandidate bool) {
	if isCandidate {
		return
	}
	elsewhere := m.fence.at[r].elsewhere
	c := candidate(r, elsewhere)
	c.Elsewhere = elsewhere != ""
	why, held := holds(r)
	switch {
	case held:
		c.Reason = cmp.Or(c.Reason, why, unmatched(r))
		out.Held = append(out.Held, c)
	case !adoptable[kind(r)]:
	case elsewhere != "":
		out.Elsewhere = append(out.Elsewhere, c)
	default:
		out.Left = append(out.Left, c)
	}
}

// adoptable are Terraform's types that can be adopted.
var adoptable = func() map[string]bool {
	out := map[string]bool{}
	for _, a := range platform.Adoptables {
		out[kinds.Terraform(a.Key)] = out[kinds.Terraform(a.Key)] || !a.Own
	}
	return out
}()

func candidate(r *Resource, reason string) Candidate {
	return Candidate{Address: r.called(), Reason: reason, Tainted: r.Tainted, Also: r.also, Resource: r}
}

// kind is a resource's type, by the one of its names that is used here.
func kind(r *Resource) string {
	switch r.Type {
	case "aws_security_group_rule":
		return map[string]string{"ingress": "aws_vpc_security_group_ingress_rule", "egress": "aws_vpc_security_group_egress_rule"}[r.text("type")]
	case "aws_alb", "aws_alb_listener", "aws_alb_listener_rule", "aws_alb_target_group":
		return "aws_lb" + strings.TrimPrefix(r.Type, "aws_alb")
	default:
		return r.Type
	}
}

// external is the name by which the provider knows a resource.
func external(a *platform.Adoptable, r *Resource) string {
	return cmp.Or(r.text(cmp.Or(a.Attribute, "id")), r.text("id"))
}

// A support is what speaks for a match.
type support struct {
	// of is the name of the platform whose resource leads to this one, empty if none does.
	of string
	// doubt says what is missing, empty if nothing is.
	doubt string
}

// Reasons for people to decide.
const (
	onlyOne  = "only the one of its kind"
	onlyWord = "only a word in its name"
)

func relation(of string) support { return support{of: of} }

// take matches a name with the one resource of its kind that fits, if there is exactly one.
func (m *matcher) take(name string, by support, fits func(*Resource) bool) {
	a := m.wanted[name]
	if a == nil || m.settled[name] {
		return
	}
	var found []*Resource
	for _, r := range m.state {
		if kind(r) == kinds.Terraform(a.Key) && !m.taken[r] && m.fence.at[r].elsewhere == "" && external(a, r) != "" && fits(r) {
			found = append(found, r)
		}
	}
	if len(found) == 0 {
		return
	}
	m.settled[name] = true
	if by.of != "" && (m.is[by.of] == nil || m.doubt[by.of] != "") {
		by.doubt = cmp.Or(by.doubt, "it follows from "+by.of+", which is in doubt")
	}
	if len(found) > 1 {
		m.several[name] = found
		m.doubt[name] = strconv.Itoa(len(found)) + " fit"
		if by.doubt == onlyWord {
			m.doubt[name] += ", by " + strings.TrimPrefix(onlyWord, "only ")
		}
		return
	}
	r := found[0]
	at := m.fence.at[r]
	if by.doubt == onlyOne && at.own { // its kind and its environment
		by.doubt = ""
	}
	reason := cmp.Or(at.mixed, at.doubt, by.doubt)
	if at.mixed != "" {
		reason = "two environments share it: " + reason
	}
	m.is[name], m.taken[r], m.doubt[name] = r, true, reason
}

// id is the id of what a name was matched with, empty if it was with nothing.
func (m *matcher) id(name string) string {
	if r := m.is[name]; r != nil {
		return r.text("id")
	}
	return ""
}

// after lists, sorted, what follows a prefix in the names that are wanted.
func (m *matcher) after(prefix string) []string {
	var out []string
	for name := range m.wanted {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			out = append(out, rest)
		}
	}
	slices.Sort(out)
	return out
}

func whatever(*Resource) bool { return true }

// has says whether an attribute is a value.
func has(attribute, value string) func(*Resource) bool {
	return func(r *Resource) bool { return value != "" && r.text(attribute) == value }
}
