// Package claimfile changes claims where they are kept, in Git: one value, and not a byte beside it, so that comments
// and layout stay, and a diff shows what was changed.
package claimfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/morket-io/platform/apis/v1alpha1"
)

// SetTag returns the file with spec.images.tag of its one claim or composite resource set to tag, and what the tag was
// ("" if there was none). The file may hold other objects. An error means that the file is not one that can be changed
// without touching more than the tag; it says what to do instead.
func SetTag(file []byte, tag string) (changed []byte, was string, err error) {
	before, claim, err := parse(file)
	if err != nil {
		return nil, "", err
	}
	spec := value(claim, "spec")
	if spec == nil || spec.Kind != yaml.MappingNode || len(spec.Content) == 0 {
		return nil, "", errors.New("spec is missing")
	}
	// In quotes: a commit's SHA can look like a number.
	scalar := `"` + tag + `"`

	switch images := value(spec, "images"); {
	case images == nil:
		changed, err = insert(file, spec, "images: {tag: "+scalar+"}")
	case images.Kind != yaml.MappingNode:
		return nil, "", fmt.Errorf("spec.images (line %d) is no object", images.Line)
	case value(images, "tag") == nil && len(images.Content) == 0:
		return nil, "", fmt.Errorf("spec.images (line %d) is empty: write `images: {tag: latest}`", images.Line)
	case value(images, "tag") == nil:
		changed, err = insert(file, images, "tag: "+scalar)
	default:
		old := value(images, "tag")
		was = old.Value
		if was == tag {
			return file, was, nil
		}
		changed, err = replace(file, old, scalar)
	}
	if err != nil {
		return nil, "", err
	}

	// What was meant is what has happened: the same objects, but for the tag.
	after, claim, err := parse(changed)
	if err != nil {
		return nil, "", fmt.Errorf("setting spec.images.tag would break the file, set it by hand: %w", err)
	}
	images := value(value(claim, "spec"), "images")
	if images == nil || value(images, "tag") == nil || value(images, "tag").Value != tag || !sameBut(before, after, tag) {
		return nil, "", errors.New("setting spec.images.tag would change more than that, set it by hand")
	}
	return changed, was, nil
}

// parse returns the documents of a file, and the claim or composite resource among them.
func parse(file []byte) (documents []*yaml.Node, claim *yaml.Node, err error) {
	decoder := yaml.NewDecoder(bytes.NewReader(file))
	for {
		document := &yaml.Node{}
		if err := decoder.Decode(document); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, nil, err
		}
		documents = append(documents, document)
		o := document.Content[0]
		kind := value(o, "kind")
		if kind == nil || kind.Value != v1alpha1.KindClaim && kind.Value != v1alpha1.KindComposite {
			continue
		}
		if claim != nil {
			return nil, nil, fmt.Errorf("there is more than one %s or %s: give a file with one", v1alpha1.KindClaim, v1alpha1.KindComposite)
		}
		claim = o
	}
	if claim == nil {
		return nil, nil, fmt.Errorf("there is no %s or %s", v1alpha1.KindClaim, v1alpha1.KindComposite)
	}
	return documents, claim, nil
}

// value is a field's value, or nil.
func value(o *yaml.Node, field string) *yaml.Node {
	if o == nil || o.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(o.Content); i += 2 {
		if o.Content[i].Value == field {
			return o.Content[i+1]
		}
	}
	return nil
}

// offset is where a node begins in its file.
func offset(file []byte, n *yaml.Node) (int, error) {
	at := 0
	for range n.Line - 1 {
		next := bytes.IndexByte(file[at:], '\n')
		if next < 0 {
			return 0, fmt.Errorf("there is no line %d", n.Line)
		}
		at += next + 1
	}
	for range n.Column - 1 { // columns count characters
		_, size := utf8.DecodeRune(file[at:])
		at += size
	}
	return at, nil
}

// replace writes text in a scalar's place.
func replace(file []byte, scalar *yaml.Node, text string) ([]byte, error) {
	at, err := offset(file, scalar)
	if err != nil {
		return nil, err
	}
	for _, written := range []string{`"` + scalar.Value + `"`, "'" + scalar.Value + "'", scalar.Value} {
		if scalar.Kind == yaml.ScalarNode && scalar.Value != "" && bytes.HasPrefix(file[at:], []byte(written)) {
			return splice(file, at, len(written), text), nil
		}
	}
	return nil, fmt.Errorf("line %d: spec.images.tag is written in a way that cannot be changed here: write `tag: %s`", scalar.Line, scalar.Value)
}

// insert writes a field before an object's first one.
func insert(file []byte, o *yaml.Node, field string) ([]byte, error) {
	first := o.Content[0]
	at, err := offset(file, first)
	if err != nil {
		return nil, err
	}
	if o.Style&yaml.FlowStyle != 0 {
		return splice(file, at, 0, field+", "), nil
	}
	return splice(file, at, 0, field+"\n"+strings.Repeat(" ", first.Column-1)), nil
}

func splice(file []byte, at, length int, text string) []byte {
	out := make([]byte, 0, len(file)+len(text))
	out = append(out, file[:at]...)
	out = append(out, text...)
	return append(out, file[at+length:]...)
}

// sameBut says whether documents are the same once all claims have the tag.
func sameBut(before, after []*yaml.Node, tag string) bool {
	if len(before) != len(after) {
		return false
	}
	for i := range before {
		a, errA := plain(before[i], tag)
		b, errB := plain(after[i], tag)
		if errA != nil || errB != nil || !reflect.DeepEqual(a, b) {
			return false
		}
	}
	return true
}

// plain is a document as maps, with the tag if it is a claim.
func plain(document *yaml.Node, tag string) (map[string]any, error) {
	var o map[string]any
	if err := document.Decode(&o); err != nil {
		return nil, err
	}
	if o["kind"] != v1alpha1.KindClaim && o["kind"] != v1alpha1.KindComposite {
		return o, nil
	}
	spec, ok := o["spec"].(map[string]any)
	if !ok {
		return o, nil
	}
	images, ok := spec["images"].(map[string]any)
	if !ok {
		images = map[string]any{}
		spec["images"] = images
	}
	images["tag"] = tag
	return o, nil
}
