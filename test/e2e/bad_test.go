package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// A bad claim is refused: a row of the table in test/claims.
type bad struct {
	Reason string
	On     string
	Patch  string
	Update string
	Want   []string
	Late   bool
	Others bool
}

func badClaims(t *testing.T) []bad {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(control.Root, "test", "claims", "testdata", "bad.json"))
	if err != nil {
		t.Fatal(err)
	}
	var rows []bad
	if err := json.Unmarshal(raw, &rows); err != nil {
		t.Fatal(err)
	}
	return rows
}

// paused keeps Crossplane from a claim that is only here to be changed.
const paused = `metadata: {annotations: {crossplane.io/paused: "true"}}`

// checkBadClaims applies the table of bad claims.
func checkBadClaims(t *testing.T) {
	var late []*unstructured.Unstructured
	var want [][]string
	for i, b := range badClaims(t) {
		name := fmt.Sprintf("bad-%d", i)
		switch {
		case b.Others: // TwoClaimsOfOneName
		case b.Update != "" && b.Late: // LateBadChanges
		case b.Update != "":
			claim := example(t, b.On, b.Patch, paused, fmt.Sprintf(`metadata: {name: %s}`, name))
			if strings.Contains(b.Update, "name: morket-") {
				continue // of another name it would be another claim
			}
			if err := create(t.Context(), claim); err != nil {
				t.Errorf("%s: the claim that is to be changed is itself refused: %v", b.Reason, err)
				continue
			}
			refused(t, b, change(t.Context(), claim.DeepCopy(), b.Update))
			if err := control.Client.Delete(t.Context(), claim); err != nil {
				t.Error(err)
			}
			if err := change(t.Context(), claim, `metadata: {annotations: {crossplane.io/paused: null}, finalizers: null}`); client.IgnoreNotFound(err) != nil {
				t.Error(err)
			}
		case b.Late:
			claim := example(t, b.On, b.Patch, fmt.Sprintf(`metadata: {name: %s}`, name))
			mustCreate(t, claim)
			late, want = append(late, claim), append(want, b.Want)
		default:
			claim := example(t, b.On, b.Patch)
			if !strings.Contains(b.Patch, "metadata") {
				claim.SetName(name)
			}
			refused(t, b, create(t.Context(), claim, client.DryRunAll))
		}
	}
	for i, claim := range late {
		for _, w := range want[i] {
			told(t, claim, w)
		}
		if all := mustComposed(t, claim); len(all) > 0 {
			t.Errorf("Should compose nothing for a bad claim, got %d", len(all))
		}
	}
	deleteAndWait(t, goneLimit, late...)
}

// refused checks that the API server said what it should.
func refused(t *testing.T, b bad, err error) {
	t.Helper()
	if err == nil {
		t.Errorf("%s: it was taken", b.Reason)
		return
	}
	for _, w := range b.Want {
		// Of a field that no schema knows, strict decoding tells.
		if _, unknown, ok := strings.Cut(w, ": unknown field "); ok {
			w = "unknown field " + unknown
		}
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%s:\nwant %s\ngot  %v", b.Reason, w, err)
		}
	}
}

// checkLateChanges makes changes of a platform that only the function can refuse, and takes them back.
func checkLateChanges(t *testing.T, claim *unstructured.Unstructured) {
	for _, b := range badClaims(t) {
		if b.Update == "" || !b.Late || b.Patch != "" {
			continue
		}
		before := generations(mustComposed(t, claim))
		was, _, _ := unstructured.NestedMap(claim.Object, "spec", "network")
		if err := change(t.Context(), claim, b.Update); err != nil {
			t.Errorf("%s: %v", b.Reason, err)
			continue
		}
		for _, w := range b.Want {
			told(t, claim, w)
		}
		if after := generations(mustComposed(t, claim)); fmt.Sprint(after) != fmt.Sprint(before) {
			t.Errorf("%s: nothing of the platform should be touched", b.Reason)
		}
		raw, err := json.Marshal(map[string]any{"spec": map[string]any{"network": merge(map[string]any{"availabilityZones": nil}, was)}})
		if err != nil {
			t.Fatal(err)
		}
		if was["availabilityZones"] == nil {
			raw = []byte(`{"spec":{"network":{"availabilityZones":null}}}`)
		}
		if err := change(t.Context(), claim, string(raw)); err != nil {
			t.Fatal(err)
		}
		waitReady(t, settleLimit(), claim)
	}
}
