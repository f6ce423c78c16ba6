package kinds

import (
	"fmt"
	"regexp"
	"strings"
)

// Terraform returns the type of the Terraform resource behind a kind, such as aws_rds_cluster.
func Terraform(k Key) string { return schemas[k].terraform }

// TerraformName returns the argument of the Terraform resource that the external name becomes, such as cluster_identifier. It
// is empty for a kind whose name is a parameter, and for one that AWS names by an id.
func TerraformName(k Key) string { return schemas[k].name }

// Fields are the fields of a kind's forProvider, by their paths without indices.
func Fields(k Key) map[string]Field { return schemas[k].fields }

var placeholder = regexp.MustCompile(`\{[^}]+\}`)

// ImportID returns the id by which Terraform imports a resource. value returns what a placeholder stands for: external-name, id,
// arn, or a parameter.
func (f *Facts) ImportID(value func(placeholder string) string) (string, error) {
	var missing []string
	id := placeholder.ReplaceAllStringFunc(f.Import, func(m string) string {
		name := strings.Trim(m, "{}")
		v := value(name)
		if v == "" {
			missing = append(missing, name)
		}
		if name == "cluster" && strings.HasPrefix(v, "arn:") { // ECS takes either, and Terraform only imports by the name
			v = v[strings.LastIndexByte(v, '/')+1:]
		}
		return v
	})
	if len(missing) > 0 {
		return "", fmt.Errorf("its %s is not known yet", strings.Join(missing, " and "))
	}
	return id, nil
}
