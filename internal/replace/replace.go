// Package replace knows what AWS cannot change in place. Terraform would destroy such a resource and create another; the
// provider never does: it refuses, says so in the resource's Synced condition, and leaves everything as it was.
package replace

import "strings"

// Flags say what becomes of a changed field.
type Flags uint8

// The flags of a field.
const (
	// Forces is of a field that cannot be changed in place.
	Forces Flags = 1 << iota
	// Sometimes is of one that cannot under a condition, see conditions.
	Sometimes
	// Kept is of one that AWS fills in: not giving it any more leaves what there is.
	Kept
	// Block is of an object or a list of objects: the other flags are about there being more or fewer of them, and not
	// about what is inside, whose fields have flags of their own.
	Block
)

// Known says whether a kind, such as VPC.ec2.aws.upbound.io, is in the table.
func Known(kind string) bool { return table[kind] != nil }

// Lookup returns the flags of a field of a kind's forProvider, such as vpcConfig.subnetIds. What is below a field that has
// no fields of its own, such as a reference's name or a tag, has that field's.
func Lookup(kind, path string) Flags {
	fields := table[kind]
	for at := path; ; {
		if f, ok := fields[at]; ok {
			if at != path && f&Block != 0 {
				return 0
			}
			return f
		}
		i := strings.LastIndexByte(at, '.')
		if i < 0 {
			return 0
		}
		at = at[:i]
	}
}

// Refused says why the provider, or AWS when it is asked, would refuse to change a field of a kind's forProvider, and whether it would. old and
// updated are the field's values before and after, nil where there is none, and the parameters are the whole forProvider.
func Refused(kind, path string, old, updated any, oldParameters, parameters map[string]any) (reason string, refused bool) {
	switch f := Lookup(kind, path); {
	case f&Forces != 0:
		return "AWS cannot change it in place", true
	case f&Sometimes != 0:
		c := conditions[kind][root(kind, path)]
		if c.forces == nil || !c.forces(change{old: old, new: updated, oldParameters: oldParameters, newParameters: parameters}) {
			return "", false
		}
		return "AWS cannot change it in place: " + c.reason, true
	default:
		return backwards(kind, path, old, updated)
	}
}

// root is the field that a path has its flags of.
func root(kind, path string) string {
	for {
		if _, ok := table[kind][path]; ok {
			return path
		}
		i := strings.LastIndexByte(path, '.')
		if i < 0 {
			return path
		}
		path = path[:i]
	}
}
