package plan

// These are for tests.
var (
	Stem     = stem
	LastTwo  = lastTwo
	Defaults = defaults

	Updates   = updates
	Deletions = deletions
)

const WayOut = wayOut
