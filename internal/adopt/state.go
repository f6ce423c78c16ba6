// Package adopt finds in Terraform's state what a claim can take over. It matches by what resources are to each other (the
// subnet of a NAT gateway, the table of an association) and, where that does not tell, by the words in their names. What
// could be two things is left to people.
package adopt

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// A Resource is one that Terraform manages.
type Resource struct {
	// Address is Terraform's, such as module.db.aws_rds_cluster.main[0].
	Address string `json:"address"`
	Type    string `json:"type"`
	Mode    string `json:"mode"`
	// Values are its attributes. Some may be sensitive.
	Values map[string]any `json:"values"`
}

type module struct {
	Resources    []*Resource `json:"resources"`
	ChildModules []module    `json:"child_modules"`
}

// Read reads what `terraform show -json` prints of a state: its managed resources, by address.
func Read(r io.Reader) ([]*Resource, error) {
	var state struct {
		FormatVersion string `json:"format_version"`
		Values        struct {
			RootModule module `json:"root_module"`
		} `json:"values"`
	}
	if err := json.NewDecoder(r).Decode(&state); err != nil {
		return nil, fmt.Errorf("cannot read Terraform's state: %w: give what `terraform show -json` prints", err)
	}
	if !strings.HasPrefix(state.FormatVersion, "1.") {
		return nil, fmt.Errorf("the state is of format version %q, not 1.x: give what `terraform show -json` prints, not terraform.tfstate itself", state.FormatVersion)
	}
	var out []*Resource
	var add func(m module)
	add = func(m module) {
		for _, r := range m.Resources {
			if r != nil && r.Mode == "managed" {
				out = append(out, r)
			}
		}
		for _, child := range m.ChildModules {
			add(child)
		}
	}
	add(state.Values.RootModule)
	slices.SortFunc(out, func(a, b *Resource) int { return strings.Compare(a.Address, b.Address) })
	return out, nil
}

// text is an attribute that is a string.
func (r *Resource) text(attribute string) string {
	s, _ := r.Values[attribute].(string)
	return s
}

// words are what a resource is called by, in its address, its name and its tag.
func (r *Resource) words() []string {
	tags, _ := r.Values["tags"].(map[string]any)
	name, _ := tags["Name"].(string)
	all := strings.Join([]string{r.Address[strings.LastIndexByte("."+r.Address, '.'):], r.moduleName(), r.text("name"), r.text("bucket"), name}, " ")
	return strings.FieldsFunc(strings.ToLower(all), func(c rune) bool { return (c < 'a' || c > 'z') && (c < '0' || c > '9') })
}

// moduleName is the innermost module that a resource is in.
func (r *Resource) moduleName() string {
	parts := strings.Split(r.Address, ".")
	if len(parts) >= 4 && parts[len(parts)-4] == "module" {
		return parts[len(parts)-3]
	}
	return ""
}
