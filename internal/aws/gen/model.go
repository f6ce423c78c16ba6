package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/morket-io/platform/internal/aws/crds"
)

// A model is what is generated for one kind.
type model struct {
	*crds.Definition

	Package  string // the first label of the API group
	Regional bool
	Taggable bool

	Structs []*structType // the parameters first, then nested types in depth-first order
}

// A structType is a Go struct for an object of the schema.
type structType struct {
	Name string
	Path string // in the resource, such as spec.forProvider.rule[].filter

	Fields          []field // that exist in forProvider and initProvider
	ForProviderOnly []field
}

// A field is a Go field for a property of the schema.
type field struct {
	Name   string
	Type   string
	Doc    string
	Encode string // the statement that encodes the field of p into o
}

// newModel returns the model of a kind.
func newModel(d *crds.Definition) (*model, error) {
	label, _, _ := strings.Cut(d.Group, ".")
	params := d.ForProvider()
	m := &model{Definition: d, Package: label}
	_, m.Regional = params.Properties["region"]
	m.Taggable = params.Properties["tags"].AdditionalProperties != nil

	// Parameters that must be in either of forProvider and initProvider are marked by a validation of the spec.
	for _, v := range d.Spec.Validations {
		if name, ok := strings.CutSuffix(v.Message, " is a required parameter"); ok {
			params.Required = append(params.Required, strings.TrimPrefix(name, "spec.forProvider."))
		}
	}
	init := d.InitProvider()
	if err := m.addStruct(d.Kind+"Parameters", d.Kind, "spec.forProvider", params, &init); err != nil {
		return nil, fmt.Errorf("%s %s: %w", d.APIVersion, d.Kind, err)
	}
	return m, nil
}

// addStruct adds the struct of an object, and those of the objects in it, whose names start with the prefix. The
// schema of the same object in initProvider is nil when the object does not exist there.
func (m *model) addStruct(name, prefix, path string, s crds.Schema, init *crds.Schema) error {
	t := &structType{Name: name, Path: path}
	m.Structs = append(m.Structs, t)

	if init != nil {
		for json := range init.Properties {
			if _, ok := s.Properties[json]; !ok {
				return fmt.Errorf("%s.%s is in initProvider only", path, json)
			}
		}
	}
	owner := map[string]string{"Encode": "the method"}
	for _, json := range slices.Sorted(maps.Keys(s.Properties)) {
		p := s.Properties[json]
		f := field{Name: goName(json), Doc: doc(p.Description, slices.Contains(s.Required, json))}
		if owner[f.Name] != "" {
			return fmt.Errorf("%s: %s and %s have the same Go name %s", path, owner[f.Name], json, f.Name)
		}
		owner[f.Name] = json

		var initField *crds.Schema
		if init != nil {
			if q, ok := init.Properties[json]; ok {
				initField = &q
			}
		}
		sh, err := shapeOf(json, p, prefix+f.Name)
		if err != nil {
			return fmt.Errorf("%s.%s: %w", path, json, err)
		}
		f.Type = sh.goType
		f.Encode = fmt.Sprintf(sh.encode, json, "p."+f.Name)
		if init != nil && initField == nil {
			t.ForProviderOnly = append(t.ForProviderOnly, f)
		} else {
			t.Fields = append(t.Fields, f)
		}

		switch {
		case sh.object != nil:
			err = m.addStruct(prefix+f.Name, prefix+f.Name, path+"."+json, *sh.object, initField)
		case sh.element != nil:
			if initField != nil {
				initField = initField.Items
			}
			err = m.addStruct(prefix+f.Name, prefix+f.Name, path+"."+json+"[]", *sh.element, initField)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// checkConflicts returns an error if two types of a package have the same name.
func checkConflicts(models []*model) error {
	owner := map[string]string{}
	claim := func(pkg, name, path string) error {
		key := pkg + "." + name
		if other := owner[key]; other != "" {
			return fmt.Errorf("both %s and %s need the Go type %s", other, path, key)
		}
		owner[key] = path
		return nil
	}
	for _, m := range models {
		if err := claim(m.Package, m.Kind, "kind "+m.Kind); err != nil {
			return err
		}
		for _, t := range m.Structs {
			if err := claim(m.Package, t.Name, m.Kind+" "+t.Path); err != nil {
				return err
			}
		}
	}
	return nil
}
