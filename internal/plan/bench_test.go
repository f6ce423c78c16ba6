package plan_test

import "testing"

// BenchmarkChange plans a change of a production platform.
func BenchmarkChange(b *testing.B) {
	for b.Loop() {
		change(b, input(b, "production", nil), input(b, "production", map[string]any{"data.aurora.instanceClass": "db.r6g.xlarge"}))
	}
}
