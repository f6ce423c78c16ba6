package main

import (
	"fmt"
	"go/ast"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// A resource is what is read of a Terraform resource.
type resource struct {
	attributes map[string]*attribute
	// conditional are the arguments that force replacement under a condition only, by a function of the resource's.
	conditional []string
}

var annotation = regexp.MustCompile(`(?m)^// @(SDKResource|FrameworkResource)\("(\w+)"`)

// A declaration is where a resource is declared.
type declaration struct {
	pkg       string // import path
	framework bool
}

// declarations finds the resources by the annotations that terraform-provider-aws generates its registry from.
func declarations(dir string) (map[string]declaration, error) {
	files, err := filepath.Glob(filepath.Join(dir, "internal", "service", "*", "*.go"))
	if err != nil {
		return nil, err
	}
	out := map[string]declaration{}
	for _, file := range files {
		raw, err := os.ReadFile(file) //nolint:gosec // A file of the module cache.
		if err != nil {
			return nil, err
		}
		for _, m := range annotation.FindAllStringSubmatch(string(raw), -1) {
			path := terraform + "/internal/service/" + filepath.Base(filepath.Dir(file))
			out[m[2]] = declaration{pkg: path, framework: m[1] == "FrameworkResource"}
		}
	}
	return out, nil
}

// resource evaluates a resource.
func (v *evaluator) resource(name string, d declaration) (*resource, error) {
	p, err := v.loader.load(d.pkg)
	if err != nil {
		return nil, err
	}
	constructor := annotated(p, name)
	if constructor == nil {
		return nil, fmt.Errorf("%s has no function annotated with %s", d.pkg, name)
	}
	if d.framework {
		return v.framework(p, constructor)
	}
	lit, in, err := v.follow(result(constructor.Body), v.function(constructor.Type, constructor.Body, constructor.in, nil, nil))
	if err != nil {
		return nil, err
	}
	r := &resource{}
	a := &attribute{}
	if err := v.element(a, lit, in); err != nil {
		return nil, err
	}
	r.attributes = a.nested
	if m := member(lit, "CustomizeDiff"); m != nil {
		if r.conditional, err = v.conditions(m, in); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func annotated(p *pkg, name string) *fn {
	for _, f := range p.funcs {
		if f.Doc == nil {
			continue
		}
		for _, c := range f.Doc.List {
			if m := annotation.FindStringSubmatch(c.Text); len(m) > 0 && m[2] == name {
				return f
			}
		}
	}
	return nil
}

// framework evaluates a resource of the newer framework: what the method Schema of its type puts into the response.
func (v *evaluator) framework(p *pkg, constructor *fn) (*resource, error) {
	e := v.function(constructor.Type, constructor.Body, constructor.in, nil, nil)
	lit, _, err := v.follow(result(constructor.Body), e)
	if err != nil {
		return nil, err
	}
	schema := p.method(typeName(lit.Type), "Schema")
	if schema == nil {
		return nil, fmt.Errorf("%s has no schema", typeName(lit.Type))
	}
	conditional, err := planned(p, typeName(lit.Type))
	if err != nil {
		return nil, err
	}
	in := v.function(schema.Type, schema.Body, schema.in, nil, nil)
	for _, s := range schema.Body.List {
		a, ok := s.(*ast.AssignStmt)
		if !ok {
			continue
		}
		left, ok := a.Lhs[0].(*ast.SelectorExpr)
		if !ok || left.Sel.Name != "Schema" {
			continue
		}
		lit, inner, err := v.follow(a.Rhs[0], in)
		if err != nil {
			return nil, err
		}
		attributes, err := v.object(lit, inner)
		return &resource{attributes: attributes, conditional: conditional}, err
	}
	return nil, fmt.Errorf("%s.Schema sets no schema", typeName(lit.Type))
}

// plans are the arguments that the ModifyPlan of a type may force replacement of, as read by a person: this code finds paths in
// variables.
var plans = map[string][]string{
	// Another way to name the other side of a rule: a range in place of a security group.
	"securityGroupRuleResource": {"cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id"},
}

// planned are the arguments that a type's ModifyPlan may force replacement of.
func planned(p *pkg, typ string) ([]string, error) {
	plan := p.method(typ, "ModifyPlan")
	if plan == nil {
		return nil, nil
	}
	forces := false
	ast.Inspect(plan.Body, func(n ast.Node) bool {
		s, ok := n.(*ast.SelectorExpr)
		forces = forces || ok && strings.HasPrefix(s.Sel.Name, "RequiresReplace")
		return true
	})
	owner := typeName(plan.Recv.List[0].Type)
	if forces && plans[owner] == nil {
		return nil, fmt.Errorf("%s.ModifyPlan forces replacement: read it and say of what in plans", owner)
	}
	return plans[owner], nil
}

// conditions finds the arguments that a CustomizeDiff may force replacement of, in it and in the functions of its package that
// it names.
func (v *evaluator) conditions(x ast.Expr, e *env) ([]string, error) {
	found := map[string]bool{}
	seen := map[string]bool{}
	var problem error
	var inspect func(n ast.Node, in *env)
	inspect = func(n ast.Node, in *env) {
		ast.Inspect(n, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if s, ok := n.Fun.(*ast.SelectorExpr); ok && strings.HasPrefix(s.Sel.Name, "ForceNew") && len(n.Args) > 0 {
					path, err := v.text(n.Args[0], in)
					if err != nil {
						problem = err
						return false
					}
					found[strings.ReplaceAll(path, ".0", "")] = true
				}
			case *ast.Ident:
				if f := in.in.pkg.funcs[n.Name]; f != nil && !seen[n.Name] {
					seen[n.Name] = true
					inspect(f.Body, v.function(f.Type, f.Body, f.in, nil, nil))
				}
			}
			return true
		})
	}
	inspect(x, e)
	return slices.Sorted(maps.Keys(found)), problem
}
