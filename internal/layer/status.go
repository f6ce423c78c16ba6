package layer

import (
	"strings"

	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/fields"
)

// SetStatus shows a value in the platform's status, at a path such as network.vpcId. An empty value is left out.
func (s *Scope) SetStatus(path, value string) {
	if value != "" {
		setStatus(s.status, path, structpb.NewStringValue(valid(value)))
	}
}

// SetStatusTrue shows a flag in the platform's status.
func (s *Scope) SetStatusTrue(path string) { setStatus(s.status, path, structpb.NewBoolValue(true)) }

// SetStatusList shows a list in the platform's status. An empty list is left out.
func (s *Scope) SetStatusList(path string, values []string) {
	if len(values) == 0 {
		return
	}
	clean := make([]string, len(values))
	for i, v := range values {
		clean[i] = valid(v)
	}
	setStatus(s.status, path, stringList(clean))
}

// setStatus writes below a status, making the objects on the way. What is in the way of an object gives way.
func setStatus(status *structpb.Struct, path string, v *structpb.Value) {
	steps := strings.Split(path, ".")
	last := len(steps) - 1
	fields.Child(status, steps[:last]...).Fields[steps[last]] = v
}
