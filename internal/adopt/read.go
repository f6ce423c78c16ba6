package adopt

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

type module struct {
	Resources    []*Resource `json:"resources"`
	ChildModules []module    `json:"child_modules"`
}

// What people can do instead.
const (
	showJSON   = "give what `terraform show -json` (or `tofu show -json`) prints without a plan file"
	elsewhere  = "run it where the state is: the directory, the backend and the workspace (`terraform workspace list`)"
	inCmd      = "write it as UTF-8 without a byte order mark, in PowerShell by cmd /c \"terraform show -json > state.json\""
	toFormat4  = "apply once with Terraform 1.1 or later, or with OpenTofu, which rewrite the state; then " + showJSON
	oneByOne   = "give each state as a file of its own, with one --terraform each"
	unencrypt  = "OpenTofu encrypts its files, not what it shows: " + showJSON
	fromRemote = "run `terraform show -json` in a directory with the cloud block, or download what hosted-json-state-download-url names"
)

// Read reads what `terraform show -json` prints of a state: its managed resources, by address. What is no such state, or
// holds nothing of AWS, is an error that says what to do.
func Read(r io.Reader) ([]*Resource, error) {
	raw, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("cannot read Terraform's state: %w", err)
	}
	if err := encoded(raw); err != nil {
		return nil, err
	}
	top, err := document(raw)
	if err != nil {
		return nil, err
	}
	if err := stateOf(top); err != nil {
		return nil, err
	}
	var values struct {
		RootModule module `json:"root_module"`
	}
	if v := top["values"]; v != nil {
		if err := json.Unmarshal(v, &values); err != nil {
			return nil, fmt.Errorf("cannot read Terraform's state: %w: %s", err, showJSON)
		}
	}
	out := values.RootModule.managed()
	switch {
	case len(out) == 0:
		return nil, errors.New("the state holds no resources: " + elsewhere)
	case !slices.ContainsFunc(out, func(r *Resource) bool { return strings.HasPrefix(r.Type, "aws") }):
		return nil, fmt.Errorf("the state holds no resource of AWS, only such as %s: %s", out[0].Address, elsewhere)
	}
	slices.SortStableFunc(out, func(a, b *Resource) int {
		return cmp.Or(strings.Compare(a.Address, b.Address), strings.Compare(a.DeposedKey, b.DeposedKey))
	})
	return out, nil
}

// managed lists the resources that Terraform manages in a module and its children.
func (m module) managed() []*Resource {
	var out []*Resource
	for _, r := range m.Resources {
		if r != nil && r.Mode == "managed" {
			out = append(out, r)
		}
	}
	for _, child := range m.ChildModules {
		out = append(out, child.managed()...)
	}
	return out
}

// encoded refuses what is not text in UTF-8.
func encoded(raw []byte) error {
	begins := func(magic string) bool { return bytes.HasPrefix(raw, []byte(magic)) }
	switch {
	case len(bytes.TrimSpace(raw)) == 0:
		return errors.New("it is empty: did the command that should write it fail? " + showJSON)
	case begins("PK\x03\x04"):
		return errors.New("it is a zip file, such as a saved plan: " + showJSON)
	case begins("\x1f\x8b"):
		return errors.New("it is compressed with gzip: decompress it first")
	case begins("\xff\xfe") || begins("\xfe\xff") || bytes.IndexByte(raw[:min(len(raw), 4)], 0) >= 0:
		return errors.New("it is UTF-16 or UTF-32, which PowerShell's > writes: " + inCmd)
	case begins("\xef\xbb\xbf"):
		return errors.New("it begins with a byte order mark: " + inCmd)
	case !utf8.Valid(raw):
		return errors.New("it is not UTF-8: " + inCmd)
	default:
		return nil
	}
}

// document is the one JSON object that a file holds.
func document(raw []byte) (map[string]json.RawMessage, error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	var first json.RawMessage
	if err := decoder.Decode(&first); err != nil {
		return nil, fmt.Errorf("cannot read Terraform's state: it is not JSON: %w: %s", err, showJSON)
	}
	var top map[string]json.RawMessage
	if err := json.Unmarshal(first, &top); err != nil || top == nil {
		return nil, errors.New("cannot read Terraform's state: it is JSON, but no object: " + showJSON)
	}
	if top["@level"] != nil {
		return nil, errors.New("it is the log of a command with -json, such as terraform plan -json: " + showJSON)
	}
	var second json.RawMessage
	if err := decoder.Decode(&second); !errors.Is(err, io.EOF) {
		return nil, errors.New("it holds more than one document: something follows the state: " + oneByOne)
	}
	return top, nil
}

// stateOf refuses what is not a state in the format of `terraform show -json`.
func stateOf(top map[string]json.RawMessage) error {
	has := func(fields ...string) bool {
		return slices.ContainsFunc(fields, func(f string) bool { return top[f] != nil })
	}
	var version string
	_ = json.Unmarshal(top["format_version"], &version) // what is no text is no version
	switch {
	case has("planned_values", "resource_changes", "prior_state"):
		return errors.New("it is a plan, and holds what may never be: " + showJSON)
	case has("encrypted_data", "encrypted_state"):
		return errors.New("it is encrypted: " + unencrypt)
	case has("version", "serial", "lineage"):
		return stateFile(top)
	case !has("format_version"):
		return wrapped(top)
	case strings.HasPrefix(version, "0."):
		return fmt.Errorf("the state is of format version %q, which Terraform 1.0 and earlier print: print it with Terraform 1.1 or later, or with OpenTofu", version)
	case !strings.HasPrefix(version, "1."):
		return fmt.Errorf("the state is of format version %q, not 1.x: %s", version, showJSON)
	case !has("values") && has("provider_schemas", "diagnostics", "function_signatures", "valid", "modules"):
		return errors.New("it is not a state but what another command prints with -json: " + showJSON)
	}
	return nil
}

// stateFile says which of Terraform's own files it is.
func stateFile(top map[string]json.RawMessage) error {
	var version float64
	_ = json.Unmarshal(top["version"], &version) // what is no number is no version
	if version == 4 {
		return errors.New("it is Terraform's state file itself, not terraform.tfstate as JSON output: " + showJSON + "; for a file on its own, `terraform show -json FILE` in a directory that is initialized")
	}
	return fmt.Errorf("it is a state file of version %s, which Terraform 0.11 and earlier wrote: %s", cmp.Or(string(top["version"]), "unknown"), toFormat4)
}

// wrapped says what a state is in, or that there is none.
func wrapped(top map[string]json.RawMessage) error {
	data := string(top["data"])
	if strings.Contains(data, "state-versions") || strings.Contains(data, "state-download-url") || top["hosted-state-download-url"] != nil {
		return errors.New("it is what HCP Terraform's API says about a state, not the state: " + fromRemote)
	}
	for _, field := range slices.Sorted(maps.Keys(top)) {
		if within := string(top[field]); strings.Contains(within, "format_version") || strings.Contains(within, `"lineage"`) {
			return fmt.Errorf("it wraps a state in its field %q: give what is in there, such as with jq '.%s'; or %s", field, field, showJSON)
		}
	}
	return errors.New("it holds no state, for it says no format_version: " + showJSON)
}

// A State is one of Terraform's.
type State struct {
	// Name is the file that it was read from.
	Name      string
	Resources []*Resource
}

// Join joins states into one. A thing in AWS that two of them hold is one.
func Join(states ...State) []*Resource {
	type identity struct{ kind, id, arn, region, deposed string }
	first := map[identity]*Resource{}
	var out []*Resource
	for _, s := range states {
		for _, r := range s.Resources {
			r.state, r.named = s.Name, len(states) > 1
			id := identity{kind(r), r.text("id"), r.text("arn"), r.text("region"), r.DeposedKey}
			if earlier := first[id]; earlier != nil && id.id != "" && earlier.state != r.state {
				earlier.also = append(earlier.also, r.called())
				continue
			}
			first[id] = r
			out = append(out, r)
		}
	}
	return out
}

// called is the address of a resource, with its state if there are several.
func (r *Resource) called() string {
	if !r.named {
		return r.Address
	}
	return r.Address + " of " + r.state
}

// place is the end of the path of the state's file, which may be called after its environment, as in prod/state.json.
func (r *Resource) place() string {
	parts := strings.FieldsFunc(r.state, func(c rune) bool { return c == '/' || c == '\\' })
	return strings.Join(parts[max(0, len(parts)-2):], "/")
}
