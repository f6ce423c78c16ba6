package plan

// Stem and WayOut are for tests.
var Stem = stem

const WayOut = wayOut
