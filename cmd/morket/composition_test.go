package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPlanChannel: a plan of the cluster uses the Composition that the claim selects. (R-LIFE-3)
func TestPlanChannel(t *testing.T) {
	platform, next := text(t, "compositions", "platform.yaml"), text(t, "compositions", "next.yaml")
	list := func(documents ...string) string {
		return `{"apiVersion":"v1","kind":"List","items":[` + printed(t, documents...) + `]}`
	}
	noEdge := strings.Replace(next, "          - edge\n", "", 1)
	foreign := strings.Replace(next, "  pipeline:\n", "  pipeline:\n    - {step: tags, functionRef: {name: acme-function-tags}}\n", 1)
	cases := map[string]struct {
		reason       string
		spec         string // added to the claim
		compositions string
		code         int
		stdout       string
		stderr       string
		asked        string
	}{
		"Default":  {reason: "Should use the default where the claim selects nothing, and say nothing about it.", compositions: printed(t, platform), code: 2, stdout: "+ cdn (", asked: "get " + compositionKind + " morket-platform --ignore-not-found"},
		"Named":    {reason: "Should use the Composition that the claim names.", spec: "compositionRef: {name: morket-platform-next}", compositions: printed(t, noEdge), code: 2, stdout: "The claim selects the Composition morket-platform-next. It calls ghcr.io/morket-io/function-morket-platform-next:v0.2.0", asked: " morket-platform-next "},
		"Selected": {reason: "Should ask by label where the claim has a selector.", spec: "compositionSelector: {matchLabels: {platform.morket.io/channel: next}}", compositions: list(noEdge), code: 2, stdout: "The claim selects the Composition morket-platform-next.", asked: "--selector=platform.morket.io/channel=next"},
		"Foreign":  {reason: "Should say which steps the plan leaves out.", spec: "compositionRef: {name: morket-platform-next}", compositions: printed(t, foreign), code: 2, stdout: `only morket-io-function-morket-platform runs here: step 1 of the pipeline, "tags", calls "acme-function-tags".`},
		"Missing":  {reason: "Should say that the Composition is not there.", spec: "compositionRef: {name: gone}", code: 1, stderr: `the claim selects the Composition "gone", which the cluster does not have`},
		"None":     {reason: "Should say that no Composition has the labels.", spec: "compositionSelector: {matchLabels: {a: b}}", code: 1, stderr: "no Composition of the cluster has the labels a=b"},
		"Several":  {reason: "Should not choose at random, as Crossplane would.", spec: "compositionSelector: {matchLabels: {a: b}}", compositions: list(platform, next), code: 1, stderr: "several Compositions of the cluster have the labels a=b"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			claim := text(t, "examples", "claims", "staging.yaml")
			if tc.spec != "" {
				claim += "  " + tc.spec + "\n"
			}
			dir := files(t, map[string]string{
				"claim.yaml":                  claim,
				compositionKind:               tc.compositions,
				"functions.pkg.crossplane.io": `{"kind":"Function","spec":{"package":"ghcr.io/morket-io/function-morket-platform-next:v0.2.0"}}`,
			})
			if err := os.WriteFile(filepath.Join(dir, "kubectl"), []byte(fakeKubectl), 0o700); err != nil { //nolint:gosec // It is to be run.
				t.Fatal(err)
			}
			t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
			code, stdout, stderr := morket("", "plan", filepath.Join(dir, "claim.yaml"), "--live")
			if code != tc.code || !strings.Contains(stdout, tc.stdout) || !strings.Contains(stderr, tc.stderr) {
				t.Errorf("%s %d\n%s\n%s", tc.reason, code, stderr, stdout)
			}
			if strings.Contains(tc.compositions, "morket-platform-next") && code == 2 && strings.Contains(tc.compositions, "edge") == !strings.Contains(stdout, "+ cdn (") {
				t.Errorf("%s Should compose what the Composition names: %s", tc.reason, stdout)
			}
			if asked, err := os.ReadFile(filepath.Join(dir, "asked")); err != nil || !strings.Contains(string(asked), tc.asked) {
				t.Errorf("%s Asked %v\n%s", tc.reason, err, string(asked))
			}
		})
	}
}
