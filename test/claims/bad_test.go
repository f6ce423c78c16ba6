package claims

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/morket-io/platform/apis"
	"github.com/morket-io/platform/test/platformtest"
)

func TestFiles(t *testing.T) { platformtest.UpToDate(t, Files(t)) }

// TestBadClaims compares what is said of each bad claim with what should be said. (R-API-3)
func TestBadClaims(t *testing.T) {
	for _, s := range sections() {
		for _, b := range s.bad {
			t.Run(b.reason, func(t *testing.T) {
				if diff := cmp.Diff(b.want, judge(t, b).told); diff != "" {
					t.Errorf("%s\n-want, +got:\n%s", b.reason, diff)
				}
			})
		}
	}
}

// advice is how a message says what to write instead. What comes after the last line is the API server's own.
var advice = regexp.MustCompile(`such as|for example|must |can be|can only be|give |use |keep|leave |choose |create |lower |raise |write |name two` +
	`|supported values: |should be |should have |must be of type|may not be more than|must have at most|Required value|unknown field|Duplicate value|is immutable`)

func TestMessagesSayWhatToWrite(t *testing.T) {
	for _, s := range sections() {
		for _, b := range s.bad {
			if !strings.HasPrefix(b.reason, "Should refuse ") {
				t.Errorf("Should begin with \"Should refuse\", for docs/bad-claims.md: %s", b.reason)
			}
			if len(b.want) == 0 {
				t.Errorf("Should tell the user something: %s", b.reason)
			}
			for _, line := range b.want {
				if line == unchecked {
					continue
				}
				_, after, _ := strings.Cut(line, ": ")
				if !strings.HasPrefix(line, "spec") && !strings.Contains(line, "metadata.name") {
					t.Errorf("Should name the field: %s", line)
				}
				if !advice.MatchString(after) {
					t.Errorf("Should say what to write instead: %s", line)
				}
			}
		}
	}
}

// TestBadClaimsCoverTheRules fails for a rule of the schema that no bad claim breaks.
func TestBadClaimsCoverTheRules(t *testing.T) {
	var told strings.Builder
	for _, s := range sections() {
		for _, b := range s.bad {
			told.WriteString(strings.Join(b.want, "\n") + "\n")
		}
	}
	var definition any
	if err := yaml.Unmarshal(apis.Definition, &definition); err != nil {
		t.Fatal(err)
	}
	rules := messages(definition)
	if len(rules) < 50 {
		t.Fatalf("Should find the messages of the rules in the definition, and found only %d", len(rules))
	}
	for _, m := range slices.Compact(slices.Sorted(slices.Values(rules))) {
		if !strings.Contains(told.String(), m) {
			t.Errorf("Should have a bad claim for the rule that says: %s", m)
		}
	}
}

// messages are those of the rules of a schema.
func messages(v any) []string {
	var out []string
	switch v := v.(type) {
	case map[string]any:
		if m, ok := v["message"].(string); ok && v["rule"] != nil {
			out = append(out, m)
		}
		for _, e := range v {
			out = append(out, messages(e)...)
		}
	case []any:
		for _, e := range v {
			out = append(out, messages(e)...)
		}
	}
	return out
}
