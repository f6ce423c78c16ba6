package plan

// These are for tests.
var (
	Stem     = stem
	LastTwo  = lastTwo
	Defaults = defaults
)

const WayOut = wayOut
