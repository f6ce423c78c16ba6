package simulated

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
)

// An Account is what there is in AWS, as far as the provider made it.
type Account struct {
	mu        sync.Mutex
	things    map[string]thing // by kind and external name
	created   map[string]int   // times, by kind and external name
	conflicts map[string]bool
}

type thing struct {
	kind, name string
	owner      types.UID // of the managed resource; empty if it was left behind
	fixed      string    // parameters that AWS takes at creation only
	secret     string    // that it is a version of, by the name of its resource
}

func newAccount() *Account {
	return &Account{things: map[string]thing{}, created: map[string]int{}, conflicts: map[string]bool{}}
}

// replaced are the kinds of which AWS changes nothing but tags: a change in place would do nothing, silently.
var replaced = map[string]bool{"TaskDefinition": true, "SecretVersion": true, "Certificate": true}

func id(u *unstructured.Unstructured) string {
	region, _, _ := unstructured.NestedString(u.Object, "spec", "forProvider", "region")
	return u.GroupVersionKind().Group + " " + u.GetKind() + " " + region + " " + u.GetAnnotations()[externalName]
}

// put creates what a resource stands for, or takes it over if it was left behind.
func (a *Account) put(u *unstructured.Unstructured) {
	a.mu.Lock()
	defer a.mu.Unlock()
	t := thing{kind: u.GetKind(), name: u.GetName(), owner: u.GetUID()}
	if replaced[u.GetKind()] {
		parameters, _, _ := unstructured.NestedMap(u.Object, "spec", "forProvider")
		delete(parameters, "tags")
		maps.DeleteFunc(parameters, func(f string, _ any) bool {
			return strings.HasSuffix(f, "Ref") || strings.HasSuffix(f, "Refs") || strings.HasSuffix(f, "Selector")
		})
		t.fixed = fmt.Sprint(parameters)
	}
	t.secret, _, _ = unstructured.NestedString(u.Object, "spec", "forProvider", "secretIdRef", "name")
	key := id(u)
	old, ok := a.things[key]
	switch {
	case !ok && !may(u, "Create"):
		a.conflicts[fmt.Sprintf("%s (%s) is not there, and may not be made", key, t.name)] = true
		return
	case !ok:
		a.created[key]++
	case old.owner != "" && old.owner != t.owner:
		a.conflicts[fmt.Sprintf("%s is wanted by both %s and %s", key, old.name, t.name)] = true
	case old.owner != "" && old.fixed != t.fixed:
		a.conflicts[fmt.Sprintf("%s (%s) cannot be changed in place: %s -> %s", key, t.name, old.fixed, t.fixed)] = true
	}
	a.things[key] = t
}

// remove deletes what a resource stands for, or leaves it behind if the resource says so.
func (a *Account) remove(u *unstructured.Unstructured) {
	a.mu.Lock()
	defer a.mu.Unlock()
	key := id(u)
	t, ok := a.things[key]
	if !ok || t.owner != u.GetUID() {
		return
	}
	if deletes(u) {
		delete(a.things, key)
	} else {
		t.owner = ""
		a.things[key] = t
	}
	a.dropVersions()
}

// dropVersions has the versions of secrets that are gone, and that nobody manages, go with them.
func (a *Account) dropVersions() {
	secrets := map[string]bool{}
	for _, t := range a.things {
		secrets[t.name] = secrets[t.name] || t.kind == "Secret"
	}
	maps.DeleteFunc(a.things, func(_ string, t thing) bool {
		return t.kind == "SecretVersion" && t.owner == "" && !secrets[t.secret]
	})
}

// deletes says whether deleting a resource deletes what is in AWS: management policies that are not the default are what
// counts, and deletionPolicy otherwise (crossplane-runtime, LegacyManagementPoliciesResolver.ShouldDelete).
func deletes(u *unstructured.Unstructured) bool {
	policy, _, _ := unstructured.NestedString(u.Object, "spec", "deletionPolicy")
	return may(u, "Delete") && (!may(u, "*") || policy != "Orphan")
}

// may says whether a management policy is among a resource's, or all are.
func may(u *unstructured.Unstructured, policy string) bool {
	policies, _, _ := unstructured.NestedStringSlice(u.Object, "spec", "managementPolicies")
	return len(policies) == 0 || slices.Contains(policies, "*") || slices.Contains(policies, policy)
}

// Conflicts lists what AWS would not have borne: one thing that two resources stand for, and changes of what cannot be
// changed.
func (a *Account) Conflicts() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Sorted(maps.Keys(a.conflicts))
}

// Things lists what there is, as "Kind name-of-its-resource", of resources whose names begin with a prefix.
func (a *Account) Things(prefix string) []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	var out []string
	for _, t := range a.things {
		if strings.HasPrefix(t.name, prefix) {
			out = append(out, t.kind+" "+t.name)
		}
	}
	slices.Sort(out)
	return out
}

// Again lists what was created more than once.
func (a *Account) Again() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	var out []string
	for key, times := range a.created {
		if times > 1 {
			out = append(out, key)
		}
	}
	slices.Sort(out)
	return out
}
