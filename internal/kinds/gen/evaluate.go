package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// An attribute of a Terraform resource's schema.
type attribute struct {
	optional, required, computed bool
	forceNew                     bool
	nested                       map[string]*attribute // of a block
}

// An env is what names mean where an expression is written.
type env struct {
	in     *source
	locals map[string]ast.Expr // what a function's variables are first set to
	args   map[string]bound    // what it was called with
	body   *ast.BlockStmt
}

// bound is an argument, to be evaluated where the call is.
type bound struct {
	expr ast.Expr
	env  *env
}

// An evaluator reads schemas out of the source of terraform-provider-aws. It knows the forms in which they are written there;
// whatever else it meets is an error.
type evaluator struct {
	loader *loader
}

// function makes the environment of a function that is called.
func (v *evaluator) function(f *ast.FuncType, body *ast.BlockStmt, in *source, outer *env, args []ast.Expr) *env {
	e := &env{in: in, locals: map[string]ast.Expr{}, args: map[string]bound{}, body: body}
	i := 0
	for _, p := range f.Params.List {
		for _, name := range p.Names {
			if i < len(args) {
				e.args[name.Name] = bound{expr: args[i], env: outer}
			}
			i++
		}
	}
	ast.Inspect(body, func(n ast.Node) bool {
		switch s := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.AssignStmt:
			for i, l := range s.Lhs {
				if name, ok := l.(*ast.Ident); ok && i < len(s.Rhs) && e.locals[name.Name] == nil {
					e.locals[name.Name] = s.Rhs[i]
				}
			}
		}
		return true
	})
	return e
}

// result is what a function returns: the first result of its last return statement.
func result(body *ast.BlockStmt) ast.Expr {
	for _, s := range slices.Backward(body.List) {
		if r, ok := s.(*ast.ReturnStmt); ok && len(r.Results) > 0 {
			return r.Results[0]
		}
	}
	return nil
}

// callee finds the function that a call is of, and where its body is evaluated.
func (v *evaluator) callee(call *ast.CallExpr, e *env) (ast.Expr, *env, error) {
	switch f := call.Fun.(type) {
	case *ast.FuncLit:
		return result(f.Body), v.closure(f, e, call.Args), nil
	case *ast.Ident:
		if b, ok := e.args[f.Name]; ok {
			return v.callee(&ast.CallExpr{Fun: b.expr, Args: call.Args}, b.env)
		}
		if x := e.locals[f.Name]; x != nil {
			return v.callee(&ast.CallExpr{Fun: x, Args: call.Args}, e)
		}
		return v.declared(e.in.pkg, f, call, e)
	case *ast.CallExpr: // of what returns a function
		if s, ok := f.Fun.(*ast.SelectorExpr); ok && strings.HasPrefix(s.Sel.Name, "OnceValue") {
			return v.callee(&ast.CallExpr{Fun: f.Args[0], Args: call.Args}, e)
		}
		made, inner, err := v.callee(f, e)
		if err != nil {
			return nil, nil, err
		}
		return v.callee(&ast.CallExpr{Fun: made, Args: call.Args}, inner)
	case *ast.IndexExpr: // with type arguments
		return v.callee(&ast.CallExpr{Fun: f.X, Args: call.Args}, e)
	case *ast.SelectorExpr:
		if p, err := v.imported(f, e); p != nil || err != nil {
			if err != nil {
				return nil, nil, err
			}
			return v.declared(p, f.Sel, call, e)
		}
	}
	return nil, nil, fmt.Errorf("cannot find the function %s", show(call.Fun))
}

// declared finds a function by the name that a package declares it, or a variable that holds it, under.
func (v *evaluator) declared(p *pkg, name *ast.Ident, call *ast.CallExpr, e *env) (ast.Expr, *env, error) {
	if d := p.funcs[name.Name]; d != nil {
		return result(d.Body), v.function(d.Type, d.Body, d.in, e, call.Args), nil
	}
	if x := p.values[name.Name]; x != nil {
		return v.callee(&ast.CallExpr{Fun: x, Args: call.Args}, &env{in: p.files[x]})
	}
	return nil, nil, fmt.Errorf("cannot find the function %s", show(call.Fun))
}

// closure makes the environment of a function literal, which sees the names of the function it is in.
func (v *evaluator) closure(f *ast.FuncLit, e *env, args []ast.Expr) *env {
	inner := v.function(f.Type, f.Body, e.in, e, args)
	for name, b := range e.args {
		if _, ok := inner.args[name]; !ok {
			inner.args[name] = b
		}
	}
	for name, x := range e.locals {
		if inner.locals[name] == nil {
			inner.args[name] = bound{expr: x, env: e}
		}
	}
	return inner
}

// imported is the package of this module that a selector looks into; nil if it is none.
func (v *evaluator) imported(s *ast.SelectorExpr, e *env) (*pkg, error) {
	name, ok := s.X.(*ast.Ident)
	if !ok {
		return nil, nil //nolint:nilnil // It is none.
	}
	path := e.in.imports[name.Name]
	if !strings.HasPrefix(path, terraform) {
		return nil, nil //nolint:nilnil // It is none.
	}
	return v.loader.load(path)
}

// text evaluates a string.
func (v *evaluator) text(x ast.Expr, e *env) (string, error) {
	switch x := x.(type) {
	case *ast.BasicLit:
		return strconv.Unquote(x.Value)
	case *ast.Ident:
		if b, ok := e.args[x.Name]; ok {
			return v.text(b.expr, b.env)
		}
		if l := e.locals[x.Name]; l != nil {
			return v.text(l, e)
		}
		if c := e.in.pkg.values[x.Name]; c != nil {
			return v.text(c, &env{in: e.in.pkg.files[c]})
		}
	case *ast.SelectorExpr:
		p, err := v.imported(x, e)
		if err != nil {
			return "", err
		}
		if p != nil && p.values[x.Sel.Name] != nil {
			c := p.values[x.Sel.Name]
			return v.text(c, &env{in: p.files[c]})
		}
	case *ast.BinaryExpr:
		a, err := v.text(x.X, e)
		if err != nil || x.Op != token.ADD {
			return "", fmt.Errorf("cannot evaluate %s: %w", show(x), err)
		}
		b, err := v.text(x.Y, e)
		return a + b, err
	}
	return "", fmt.Errorf("cannot evaluate the string %s", show(x))
}

// truth evaluates a bool.
func (v *evaluator) truth(x ast.Expr, e *env) (bool, error) {
	switch x := x.(type) {
	case *ast.Ident:
		if x.Name == "true" || x.Name == "false" {
			return x.Name == "true", nil
		}
		if b, ok := e.args[x.Name]; ok {
			return v.truth(b.expr, b.env)
		}
		if l := e.locals[x.Name]; l != nil {
			return v.truth(l, e)
		}
	case *ast.UnaryExpr:
		b, err := v.truth(x.X, e)
		return !b, err
	}
	return false, fmt.Errorf("cannot evaluate the bool %s", show(x))
}

// follow evaluates names and calls until it comes to a literal.
func (v *evaluator) follow(x ast.Expr, e *env) (*ast.CompositeLit, *env, error) {
	switch x := x.(type) {
	case *ast.CompositeLit:
		return x, e, nil
	case *ast.UnaryExpr:
		return v.follow(x.X, e)
	case *ast.StarExpr: // a copy, whose flags stay as they were
		return v.follow(x.X, e)
	case *ast.ParenExpr:
		return v.follow(x.X, e)
	case *ast.Ident:
		if b, ok := e.args[x.Name]; ok {
			return v.follow(b.expr, b.env)
		}
		if l := e.locals[x.Name]; l != nil {
			return v.follow(l, e)
		}
		if p := e.in.pkg.values[x.Name]; p != nil {
			return v.follow(p, &env{in: e.in.pkg.files[p]})
		}
	case *ast.CallExpr:
		r, inner, err := v.callee(x, e)
		if err != nil {
			return nil, nil, err
		}
		if r == nil {
			return nil, nil, fmt.Errorf("%s returns nothing", show(x.Fun))
		}
		return v.follow(r, inner)
	case *ast.SelectorExpr:
		p, err := v.imported(x, e)
		if err != nil {
			return nil, nil, err
		}
		if p != nil && p.values[x.Sel.Name] != nil {
			c := p.values[x.Sel.Name]
			return v.follow(c, &env{in: p.files[c]})
		}
	}
	return nil, nil, fmt.Errorf("cannot evaluate %s", show(x))
}

// member is a field of a struct literal; nil if it is not set.
func member(lit *ast.CompositeLit, name string) ast.Expr {
	for _, el := range lit.Elts {
		if kv, ok := el.(*ast.KeyValueExpr); ok {
			if k, ok := kv.Key.(*ast.Ident); ok && k.Name == name {
				return kv.Value
			}
		}
	}
	return nil
}

// attributes evaluates a map of attributes.
func (v *evaluator) attributes(x ast.Expr, e *env) (map[string]*attribute, error) {
	lit, in, err := v.follow(x, e)
	if err != nil {
		return nil, err
	}
	out := map[string]*attribute{}
	set := func(key, value ast.Expr) error {
		name, err := v.text(key, in)
		if err != nil || name == "timeouts" {
			return err
		}
		if out[name], err = v.attribute(value, in); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return nil
	}
	for _, el := range lit.Elts {
		kv, ok := el.(*ast.KeyValueExpr)
		if !ok {
			return nil, fmt.Errorf("%s is no map of attributes", show(x))
		}
		if err := set(kv.Key, kv.Value); err != nil {
			return nil, err
		}
	}
	for _, a := range later(lit, in) {
		if err := set(a.key, a.value); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// An entry of a map.
type entry struct{ key, value ast.Expr }

// later are the entries that a function puts into a map before it returns it.
func later(lit *ast.CompositeLit, e *env) []entry {
	if e.body == nil {
		return nil
	}
	var out []entry
	for _, s := range e.body.List {
		a, ok := s.(*ast.AssignStmt)
		if !ok || len(a.Lhs) != 1 {
			continue
		}
		i, ok := a.Lhs[0].(*ast.IndexExpr)
		if !ok {
			continue
		}
		if name, ok := i.X.(*ast.Ident); ok && e.locals[name.Name] == ast.Expr(lit) {
			out = append(out, entry{key: i.Index, value: a.Rhs[0]})
		}
	}
	return out
}

// attribute evaluates an attribute or a block, of either of Terraform's two ways to write them.
func (v *evaluator) attribute(x ast.Expr, e *env) (*attribute, error) {
	lit, in, err := v.follow(x, e)
	if err != nil {
		return nil, err
	}
	a := &attribute{}
	for name, flag := range map[string]*bool{"Optional": &a.optional, "Required": &a.required, "Computed": &a.computed, "ForceNew": &a.forceNew} {
		if m := member(lit, name); m != nil {
			if *flag, err = v.truth(m, in); err != nil {
				return nil, err
			}
		}
	}
	if m := member(lit, "PlanModifiers"); m != nil {
		if err := v.planModifiers(a, m, in); err != nil {
			return nil, err
		}
	}
	if m := member(lit, "Elem"); m != nil {
		return a, v.element(a, m, in)
	}
	if m := member(lit, "NestedObject"); m != nil {
		nested, inner, err := v.follow(m, in)
		if err != nil {
			return nil, err
		}
		a.nested, err = v.object(nested, inner)
		return a, err
	}
	if member(lit, "Attributes") != nil || member(lit, "Blocks") != nil {
		a.nested, err = v.object(lit, in)
	}
	return a, err
}

// element evaluates what the entries of a list, set or map are.
func (v *evaluator) element(a *attribute, x ast.Expr, e *env) error {
	lit, in, err := v.follow(x, e)
	if err != nil {
		return err
	}
	switch typeName(lit.Type) {
	case "Resource":
		for _, name := range []string{"Schema", "SchemaFunc"} {
			if m := member(lit, name); m != nil {
				if name == "SchemaFunc" {
					m = &ast.CallExpr{Fun: m}
				}
				a.nested, err = v.attributes(m, in)
				return err
			}
		}
		return fmt.Errorf("%s has no schema", show(x))
	case "Schema":
		return nil
	default:
		return fmt.Errorf("cannot tell what the elements %s are", show(x))
	}
}

// planModifiers looks for the ones that mean replacement.
func (v *evaluator) planModifiers(a *attribute, x ast.Expr, e *env) error {
	lit, _, err := v.follow(x, e)
	if err != nil {
		return err
	}
	for _, el := range lit.Elts {
		call, ok := el.(*ast.CallExpr)
		if !ok {
			continue
		}
		s, ok := call.Fun.(*ast.SelectorExpr)
		switch {
		case !ok:
		case s.Sel.Name == "RequiresReplace":
			a.forceNew = true
		case strings.HasPrefix(s.Sel.Name, "RequiresReplace"):
			return fmt.Errorf("%s replaces on a condition that this cannot read", show(s))
		}
	}
	return nil
}

// object evaluates attributes and blocks of the newer way.
func (v *evaluator) object(lit *ast.CompositeLit, e *env) (map[string]*attribute, error) {
	out := map[string]*attribute{}
	for _, name := range []string{"Attributes", "Blocks"} {
		m := member(lit, name)
		if m == nil {
			continue
		}
		found, err := v.attributes(m, e)
		if err != nil {
			return nil, err
		}
		maps.Copy(out, found)
	}
	return out, nil
}

// show is an expression as an error message names it.
func show(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.SelectorExpr:
		return show(x.X) + "." + x.Sel.Name
	case *ast.CallExpr:
		return show(x.Fun) + "(…)"
	case *ast.BasicLit:
		return x.Value
	default:
		return fmt.Sprintf("%T", x)
	}
}
