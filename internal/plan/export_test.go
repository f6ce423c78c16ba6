package plan

// Stem is for tests.
var Stem = stem
