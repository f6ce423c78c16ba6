package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// A field of a managed resource's parameters, and the argument of the Terraform resource that it becomes.
type field struct {
	json, tf string
	nested   []field // of objects and lists of objects
}

// types are the struct types of the provider's packages, by directory.
type types map[string]map[string]*ast.StructType

// parameters returns the fields of a kind's spec.forProvider.
func (t types) parameters(provider string, k kind) ([]field, error) {
	dir := typesDir(provider, k.group, k.version)
	if t[dir] == nil {
		structs, err := parseTypes(dir)
		if err != nil {
			return nil, err
		}
		t[dir] = structs
	}
	structs := t[dir]
	spec, err := fieldType(structs, k.name, "Spec")
	if err != nil {
		return nil, err
	}
	root, err := fieldType(structs, spec, "ForProvider")
	if err != nil {
		return nil, err
	}
	return fieldsOf(structs, root)
}

// fieldType is the type of a field of a struct. A kind's types are not always called after it: LaunchTemplateParameters is
// what an instance says of its template.
func fieldType(structs map[string]*ast.StructType, name, field string) (string, error) {
	if st := structs[name]; st != nil {
		for _, f := range st.Fields.List {
			if len(f.Names) == 1 && f.Names[0].Name == field {
				return elementType(f.Type), nil
			}
		}
	}
	return "", fmt.Errorf("provider-aws has no type %s with a field %s", name, field)
}

func parseTypes(dir string) (map[string]*ast.StructType, error) {
	files, err := filepath.Glob(filepath.Join(dir, "zz_*_types.go"))
	if err != nil {
		return nil, err
	}
	out := map[string]*ast.StructType{}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, d := range file.Decls {
			decl, ok := d.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, s := range decl.Specs {
				if spec, ok := s.(*ast.TypeSpec); ok {
					if st, ok := spec.Type.(*ast.StructType); ok {
						out[spec.Name.Name] = st
					}
				}
			}
		}
	}
	return out, nil
}

func fieldsOf(structs map[string]*ast.StructType, name string) ([]field, error) {
	st := structs[name]
	if st == nil {
		return nil, fmt.Errorf("provider-aws has no type %s", name)
	}
	var out []field
	references := map[string]string{} // to the field that they fill in
	for _, f := range st.Fields.List {
		if f.Tag == nil {
			continue
		}
		raw, err := strconv.Unquote(f.Tag.Value)
		if err != nil {
			return nil, err
		}
		tag := reflect.StructTag(raw)
		json, _, _ := strings.Cut(tag.Get("json"), ",")
		tf, _, _ := strings.Cut(tag.Get("tf"), ",")
		if m := populates.FindStringSubmatch(strings.Join(strings.Fields(f.Doc.Text()), " ")); m != nil && tf == "-" && !strings.HasSuffix(json, "Selector") {
			references[json] = m[1]
			continue
		}
		if argument, ok := strings.CutSuffix(json, "SecretRef"); ok && tf == "-" {
			tf = snake(argument) // an argument whose value comes from a Kubernetes Secret
		}
		if tf == "" || tf == "-" { // what selects references
			continue
		}
		next := field{json: json, tf: tf}
		if typ := elementType(f.Type); strings.Contains(typ, "Parameters") {
			if next.nested, err = fieldsOf(structs, typ); err != nil {
				return nil, err
			}
		}
		out = append(out, next)
	}
	for _, name := range slices.Sorted(maps.Keys(references)) {
		i := slices.IndexFunc(out, func(f field) bool { return f.json == references[name] })
		if i < 0 {
			return nil, fmt.Errorf("%s refers to %s, which is not there", name, references[name])
		}
		out = append(out, field{json: name, tf: out[i].tf})
	}
	return out, nil
}

// populates is how the provider documents which field a reference fills in.
var populates = regexp.MustCompile(`^References? to .* to populate (\w+)\.`)

// elementType is the name of the type below pointers, lists and maps; empty if it is of another package.
func elementType(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.StarExpr:
		return elementType(x.X)
	case *ast.ArrayType:
		return elementType(x.Elt)
	case *ast.MapType:
		return elementType(x.Value)
	default:
		return ""
	}
}

// snake writes camelCase as Terraform does.
func snake(s string) string {
	var b strings.Builder
	for _, r := range s {
		if unicode.IsUpper(r) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
