package kinds

import (
	"slices"
	"strconv"
	"strings"
)

// What AWS cannot change in place, Terraform would destroy and create again. The provider never does: it refuses, says so in
// the resource's Synced condition, and leaves everything as it was.

// A Field is a field of a kind's forProvider.
type Field struct {
	// Terraform is the argument that the field becomes, or the one that a reference fills in.
	Terraform string
	Flags     Flags
}

// Flags say what becomes of a changed field, and what Terraform demands.
type Flags uint8

// The flags of a field.
const (
	// Forces is of a field that cannot be changed in place.
	Forces Flags = 1 << iota
	// Sometimes is of one that cannot under a condition, which is in the Replaces of its kind.
	Sometimes
	// Kept is of one that AWS fills in: leaving it out keeps what there is.
	Kept
	// Block is of an object or a list of objects: the other flags are about there being more or fewer of them, and not
	// about what is inside, whose fields have flags of their own.
	Block
	// Required is of an argument that Terraform demands.
	Required
)

// A schema is what is generated of a kind.
type schema struct {
	terraform string           // the type of its Terraform resource
	name      string           // the argument of it that the external name becomes, empty if there is none
	fields    map[string]Field // by their paths without indices, such as vpcConfig.subnetIds
}

// Lookup returns a field of a kind's forProvider. What is below a field that has no fields of its own, such as a
// reference's name or a tag, has that field's flags.
func Lookup(k Key, path string) Field {
	at, f := find(k, path)
	if at != path && f.Flags&Block != 0 {
		return Field{}
	}
	return f
}

// find returns the field that a path is of, or is in.
func find(k Key, path string) (at string, f Field) {
	fields := schemas[k].fields
	for at = path; ; {
		if f, ok := fields[at]; ok || at == "" {
			return at, f
		}
		at = at[:max(0, strings.LastIndexByte(at, '.'))]
	}
}

// Has reports whether a kind's forProvider has a field, and not only one that the path is in.
func Has(k Key, path string) bool {
	_, ok := schemas[k].fields[path]
	return ok
}

// IsReference reports whether a field refers to a managed resource. What it refers to is in another field.
func IsReference(name string) bool {
	return strings.HasSuffix(name, "Ref") || strings.HasSuffix(name, "Refs") || strings.HasSuffix(name, "Selector")
}

// A Change is that of a field: its values before and after, nil where there is none, and all parameters before and after.
type Change struct {
	Old, New      any
	Before, After Parameters
}

// A Condition is when a change is not made. Terraform decides that in code, and AWS when it is asked, so these are written by
// hand, after Terraform's source and AWS' documentation.
type Condition struct {
	Applies func(c Change) bool
	// Reason says when, for people.
	Reason string
}

// Refused says why the provider, or AWS when it is asked, would refuse to change a field of a kind's forProvider, and whether it would.
func Refused(k Key, path string, c Change) (reason string, refused bool) {
	f, facts := Lookup(k, path), Of(k)
	switch {
	case f.Flags&Forces != 0:
		return "AWS cannot change it in place", true
	case f.Flags&Sometimes != 0:
		at, _ := find(k, path)
		if condition, ok := facts.Replaces[at]; ok && condition.Applies(c) {
			return "AWS cannot change it in place: " + condition.Reason, true
		}
	default:
		if condition, ok := facts.Refuses[path]; ok && condition.Applies(c) {
			return condition.Reason, true
		}
	}
	return "", false
}

// downgrade is of versions that Terraform would lower, and AWS only raises.
var downgrade = Condition{
	func(c Change) bool {
		return text(c.New) != "" && older(c) && !strings.HasPrefix(text(c.Old), text(c.New)+".")
	},
	"AWS does not go back to an older version",
}

func always(Change) bool        { return true }
func switchedOff(c Change) bool { return set(c.Old) && !set(c.New) }
func older(c Change) bool       { return compare(text(c.New), text(c.Old)) < 0 }

// compare compares versions such as 7.1 and OpenSearch_2.19, number by number.
func compare(a, b string) int {
	x, y := numbers(a), numbers(b)
	for len(x) < len(y) {
		x = append(x, 0)
	}
	for len(y) < len(x) {
		y = append(y, 0)
	}
	return slices.Compare(x, y)
}

func numbers(version string) []int {
	var out []int
	for part := range strings.SplitSeq(version[strings.LastIndexByte(version, '_')+1:], ".") {
		n, _ := strconv.Atoi(part)
		out = append(out, n)
	}
	return out
}
