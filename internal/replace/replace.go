// Package replace knows what AWS cannot change in place. Terraform would destroy such a resource and create another; the
// provider never does: it refuses, says so in the resource's Synced condition, and leaves everything as it was.
package replace

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
