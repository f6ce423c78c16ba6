package compute

// Describes says whether a container is told something about what it uses.
func Describes(use string) bool { return uses[use] != nil }
