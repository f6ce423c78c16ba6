package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// A pkg is a parsed package of terraform-provider-aws.
type pkg struct {
	funcs   map[string]*fn       // functions, and methods by Type.Method
	values  map[string]ast.Expr  // constants and variables of the package
	structs map[string][]string  // types that a struct embeds
	files   map[ast.Node]*source // by function and by value
}

type source struct {
	pkg     *pkg
	imports map[string]string // import paths by name
}

// A fn is a function and where it is written.
type fn struct {
	*ast.FuncDecl
	in *source
}

// A loader parses packages once.
type loader struct {
	dir  string // of the module
	pkgs map[string]*pkg
}

// load parses the package at an import path of the module.
func (l *loader) load(path string) (*pkg, error) {
	if p, ok := l.pkgs[path]; ok {
		return p, nil
	}
	dir := filepath.Join(l.dir, filepath.FromSlash(strings.TrimPrefix(path, terraform)))
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	p := &pkg{funcs: map[string]*fn{}, values: map[string]ast.Expr{}, structs: map[string][]string{}, files: map[ast.Node]*source{}}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, e.Name()), nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		p.add(file)
	}
	l.pkgs[path] = p
	return p, nil
}

// add takes in the declarations of a file.
func (p *pkg) add(file *ast.File) {
	src := &source{pkg: p, imports: map[string]string{}}
	for _, i := range file.Imports {
		path, _ := strconv.Unquote(i.Path.Value)
		name := filepath.Base(path)
		if i.Name != nil {
			name = i.Name.Name
		}
		src.imports[name] = path
	}
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			name := d.Name.Name
			if d.Recv != nil {
				name = typeName(d.Recv.List[0].Type) + "." + name
			}
			p.funcs[name] = &fn{FuncDecl: d, in: src}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				p.addSpec(s, src)
			}
		}
	}
}

func (p *pkg) addSpec(s ast.Spec, src *source) {
	switch s := s.(type) {
	case *ast.ValueSpec:
		for i, name := range s.Names {
			if i < len(s.Values) {
				p.values[name.Name] = s.Values[i]
				p.files[s.Values[i]] = src
			}
		}
	case *ast.TypeSpec:
		if t, ok := s.Type.(*ast.StructType); ok {
			for _, f := range t.Fields.List {
				if len(f.Names) == 0 {
					p.structs[s.Name.Name] = append(p.structs[s.Name.Name], typeName(f.Type))
				}
			}
		}
	}
}

// method finds a method of a type, or of what it embeds.
func (p *pkg) method(typ, name string) *fn {
	if f := p.funcs[typ+"."+name]; f != nil {
		return f
	}
	for _, embedded := range p.structs[typ] {
		if f := p.method(embedded, name); f != nil {
			return f
		}
	}
	return nil
}

// typeName is the name of a type without package, pointer and type arguments.
func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.StarExpr:
		return typeName(e.X)
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.IndexExpr:
		return typeName(e.X)
	default:
		return fmt.Sprintf("%T", e)
	}
}
