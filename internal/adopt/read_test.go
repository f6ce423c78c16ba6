package adopt_test

import (
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/internal/adopt"
)

// shown is what terraform show -json prints of a state with one VPC.
const shown = `{"format_version": "1.0", "terraform_version": "1.11.4", "values": {"root_module": {"resources": [{"address": "aws_vpc.a", "mode": "managed", "type": "aws_vpc", "values": {"id": "vpc-1"}}]}}}`

// wide encodes a text as UTF-16, as PowerShell's > does.
func wide(text string, bigEndian bool) string {
	var order binary.AppendByteOrder = binary.LittleEndian
	if bigEndian {
		order = binary.BigEndian
	}
	var out []byte
	for _, c := range utf16.Encode([]rune("\ufeff" + text)) {
		out = order.AppendUint16(out, c)
	}
	return string(out)
}

func TestRead(t *testing.T) {
	const show = "give what `terraform show -json`"
	cases := map[string]struct {
		reason, in string
		want       []string // parts of the error; none if there is to be none
	}{
		"State":         {"Should read a state", shown, nil},
		"OpenTofu":      {"Should read what OpenTofu prints, which has checks and a timestamp beside the values", strings.Replace(shown, `"values"`, `"timestamp": "2026-01-01T00:00:00Z", "checks": [], "values"`, 1), nil},
		"LaterFormat":   {"Should read a later minor version of the format", strings.Replace(shown, `"1.0"`, `"1.9", "new": {}`, 1), nil},
		"NewLines":      {"Should accept space around a state", "\n " + shown + "\r\n\n", nil},
		"OtherProvider": {"Should accept resources of others beside those of AWS", strings.Replace(shown, `[{`, `[null, {"address": "random_id.a", "mode": "managed", "type": "random_id"}, {`, 1), nil},

		"Plan":        {"Should refuse a plan, which holds what may never be", `{"format_version": "1.2", "planned_values": {}, "resource_changes": [], "prior_state": ` + shown + `}`, []string{"it is a plan", show}},
		"PlanFile":    {"Should refuse a saved plan", "PK\x03\x04\x14\x00", []string{"it is a zip file, such as a saved plan", show}},
		"PlanLog":     {"Should refuse the log of a plan", `{"@level":"info","@message":"Terraform 1.11.4"}` + "\n" + `{"@level":"info"}`, []string{"it is the log of a command", show}},
		"Schemas":     {"Should refuse what other commands print", `{"format_version": "1.0", "provider_schemas": {}}`, []string{"not a state but what another command prints", show}},
		"Validate":    {"Should refuse what other commands print", `{"format_version": "1.0", "valid": true, "diagnostics": []}`, []string{"not a state but what another command prints"}},
		"Outputs":     {"Should refuse outputs", `{"vpc_id": {"sensitive": false, "type": "string", "value": "vpc-1"}}`, []string{"it says no format_version", show}},
		"Human":       {"Should refuse what terraform show prints for people", "# aws_vpc.a:\nresource \"aws_vpc\" \"a\" {\n", []string{"it is not JSON", show}},
		"Half":        {"Should refuse half a document", shown[:len(shown)-10], []string{"it is not JSON: unexpected EOF", show}},
		"NoObject":    {"Should refuse what is no object", "[" + shown + "]", []string{"it is JSON, but no object", show}},
		"Null":        {"Should refuse null", "null", []string{"it is JSON, but no object"}},
		"Wrong":       {"Should refuse values of another form", `{"format_version": "1.0", "values": {"root_module": {"resources": {}}}}`, []string{"cannot read Terraform's state", show}},
		"Empty":       {"Should refuse an empty file", " \n", []string{"it is empty", show}},
		"NoValues":    {"Should refuse an empty state", `{"format_version": "1.0"}`, []string{"the state holds no resources", "the workspace"}},
		"NoResources": {"Should refuse a state that holds outputs alone", `{"format_version": "1.0", "values": {"outputs": {"a": {"value": 1}}, "root_module": {}}}`, []string{"the state holds no resources"}},
		"OnlyData":    {"Should refuse a state that only looks things up", strings.Replace(shown, "managed", "data", 1), []string{"the state holds no resources"}},
		"NothingOfAWS": {
			"Should refuse a state that holds nothing of AWS", strings.NewReplacer("aws_vpc.a", "google_compute_network.a", `"aws_vpc"`, `"google_compute_network"`).Replace(shown),
			[]string{"the state holds no resource of AWS, only such as google_compute_network.a"},
		},
		"Trailing":     {"Should refuse a second state after the first", shown + "\n" + shown, []string{"more than one document", "one --terraform each"}},
		"TrailingText": {"Should refuse what follows a state", shown + "\nError: something", []string{"more than one document"}},
		"File":         {"Should refuse a state file", `{"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "a", "resources": []}`, []string{"it is Terraform's state file itself", show, "`terraform show -json FILE`"}},
		"OldFile":      {"Should refuse a state file of Terraform 0.11", `{"version": 3, "serial": 1, "modules": [{"path": ["root"], "resources": {}}]}`, []string{"a state file of version 3", "Terraform 0.11", "apply once with Terraform 1.1"}},
		"OldFormat":    {"Should refuse the format of Terraform 1.0", strings.Replace(shown, `"1.0"`, `"0.2"`, 1), []string{`of format version "0.2"`, "Terraform 1.1 or later"}},
		"NextFormat":   {"Should refuse a format that it does not know", strings.Replace(shown, `"1.0"`, `"2.0"`, 1), []string{`of format version "2.0", not 1.x`}},
		"NoFormat":     {"Should refuse a version that is no text", strings.Replace(shown, `"1.0"`, `1`, 1), []string{`of format version "", not 1.x`}},
		"Encrypted":    {"Should refuse a state that OpenTofu has encrypted", `{"serial": 1, "lineage": "a", "meta": {}, "encrypted_data": "x", "encryption_version": "v0"}`, []string{"it is encrypted", "tofu show -json"}},
		"API":          {"Should refuse what HCP Terraform's API says about a state", `{"data": {"id": "sv-1", "type": "state-versions", "attributes": {"hosted-json-state-download-url": "https://x"}}}`, []string{"HCP Terraform's API", "hosted-json-state-download-url names"}},
		"Wrapped":      {"Should refuse a state in something else, and say where it is", `{"name": "prod", "state": ` + shown + `}`, []string{`wraps a state in its field "state"`, "jq '.state'"}},
		"WrappedFile":  {"Should refuse a state file in something else", `{"ID": 1, "result": {"version": 4, "lineage": "a"}}`, []string{`wraps a state in its field "result"`}},
		"UTF16LE":      {"Should refuse what PowerShell writes", wide(shown, false), []string{"it is UTF-16", `cmd /c "terraform show -json > state.json"`}},
		"UTF16BE":      {"Should refuse UTF-16 in the other order", wide(shown, true), []string{"it is UTF-16"}},
		"UTF16NoMark":  {"Should refuse UTF-16 without a mark", wide(shown, false)[2:], []string{"it is UTF-16"}},
		"UTF8Mark":     {"Should refuse a byte order mark", "\ufeff" + shown, []string{"byte order mark", "cmd /c"}},
		"Latin1":       {"Should refuse what is not UTF-8", strings.Replace(shown, "vpc-1", "Caf\xe9", 1), []string{"it is not UTF-8"}},
		"Gzip":         {"Should refuse what is compressed", "\x1f\x8b\x08\x00\x00", []string{"compressed with gzip"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := adopt.Read(strings.NewReader(tc.in))
			if len(tc.want) == 0 && (err != nil || len(got) == 0 || got[len(got)-1].Address == "") {
				t.Errorf("%s: got %v, %v", tc.reason, got, err)
			}
			for _, want := range tc.want {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("%s: want %q, got %v", tc.reason, want, err)
				}
			}
		})
	}
}

// TestJoin: several states are one, and say which of them something is of.
func TestJoin(t *testing.T) {
	read := func(name string, resources ...string) adopt.State {
		return adopt.State{Name: name, Resources: state(t, resources...)}
	}
	const cdn = `aws_cloudfront_distribution.a {"id": "E1"}`
	cases := map[string]struct {
		reason string
		states []adopt.State
		want   proposal
		found  map[string]string
	}{
		"Relations": {
			"Should follow relations from one state into another",
			[]adopt.State{read("network.json", theVPC, group), read("data.json", store)},
			proposal{Proposed: map[string]string{"vpc": "vpc-1", "aurora": "db"}},
			map[string]string{"vpc": "aws_vpc.main of network.json", "aurora": "aws_rds_cluster.a of data.json"},
		},
		"Roots": {
			"Should not take modules of one name in two states for one",
			[]adopt.State{read("a/state.json", "module.x."+theVPC, "module.x."+group, "module.x."+store), read("b/state.json", "module.x."+tagged(otherVPC, `"Environment": "production"`), "module.x."+cdn)},
			proposal{
				Proposed: map[string]string{"vpc": "vpc-1", "aurora": "db"},
				Elsewhere: []string{
					"module.x.aws_cloudfront_distribution.a of b/state.json: its module root module.x is production's",
					"module.x.aws_vpc.other of b/state.json: its tag Environment says production",
				},
			},
			map[string]string{"vpc": "module.x.aws_vpc.main of a/state.json", "aurora": "module.x.aws_rds_cluster.a of a/state.json"},
		},
		"Twice": {
			"Should take what two states hold once, and say so",
			[]adopt.State{read("network.json", theVPC), read("old.json", theVPC)},
			proposal{Proposed: map[string]string{"vpc": "vpc-1"}},
			map[string]string{"vpc": "aws_vpc.main of network.json, also aws_vpc.main of old.json"},
		},
		"FileSpeaks": {
			"Should leave to people what only the name of a state speaks of",
			[]adopt.State{read("staging.json", theVPC, group), read("prod/state.json", store)},
			proposal{Proposed: map[string]string{"vpc": "vpc-1"}, Doubtful: map[string][]string{"aurora": {"db: its state prod/state.json speaks of production"}}},
			map[string]string{"vpc": "aws_vpc.main of staging.json"},
		},
		"OnlyFileSpeaks": {
			"Should heed the name of the only state too",
			[]adopt.State{read("/home/test/prod.json", theVPC)},
			proposal{Proposed: map[string]string{}, Doubtful: map[string][]string{"vpc": {"vpc-1: its state test/prod.json speaks of production and test"}}},
			map[string]string{},
		},
		"TagSpeaksLouder": {
			"Should believe a tag rather than the name of a file",
			[]adopt.State{read("prod.json", tagged(theVPC, `"Environment": "staging"`))},
			proposal{Proposed: map[string]string{"vpc": "vpc-1"}},
			map[string]string{"vpc": "aws_vpc.main"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			m := adopt.Find(adopt.Join(tc.states...), platformNames, claim)
			if diff := cmp.Diff(tc.want, proposalOf(m)); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
			}
			found := map[string]string{}
			for name, c := range m.Found {
				found[name] = strings.Join(append([]string{c.Address}, c.Also...), ", also ")
			}
			if diff := cmp.Diff(tc.found, found); diff != "" {
				t.Errorf("%s: found: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
