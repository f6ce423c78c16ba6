package simulated

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"

	"github.com/morket-io/platform/internal/kinds"
)

// An Account is what there is in AWS, as far as the provider made it.
type Account struct {
	mu        sync.Mutex
	things    map[string]thing // by kind and external name
	created   map[string]int   // times, by kind and external name
	conflicts map[string]bool
	recovery  map[string]bool // names of deleted secrets, in their recovery windows
}

type thing struct {
	kind, name string
	owner      types.UID // of the managed resource; empty if it was left behind
	fixed      string    // parameters that AWS takes at creation only
	secret     string    // that it is a version of, by the name of its resource
	awsName    string    // of a secret, whose external name ends as AWS likes
	has        any       // what AWS says it is: status.atProvider
}

func newAccount() *Account {
	return &Account{things: map[string]thing{}, created: map[string]int{}, conflicts: map[string]bool{}, recovery: map[string]bool{}}
}

// replaced are the kinds of which AWS changes nothing but tags: a change in place would do nothing, silently.
var replaced = map[string]bool{"TaskDefinition": true, "SecretVersion": true, "Certificate": true}

// kept are fields that AWS does not change of a thing that exists. The provider refuses to.
var kept = map[string]string{"Vault": "kmsKeyArn", "LifecyclePolicy": "policy"}

// id is what AWS knows a thing by: kind, region and external name, or the ARN where that is the external name. The simulation, which
// makes names up before AWS has answered, has others at first.
func id(u *unstructured.Unstructured) string {
	region, _, _ := unstructured.NestedString(u.Object, "spec", "forProvider", "region")
	external, kind := u.GetAnnotations()[externalName], kinds.Parse(u.GetAPIVersion(), u.GetKind())
	if adopt := kinds.Of(kind).Adopt; adopt != nil && strings.HasPrefix(adopt.Prefix, "arn:") && external != "" && !strings.HasPrefix(external, "arn:") {
		name, _, _ := unstructured.NestedString(u.Object, "spec", "forProvider", "name")
		domain, _, _ := unstructured.NestedString(u.Object, "spec", "forProvider", "domainName")
		name = cmp.Or(name, domain)
		external = kind.ARN("", external, region, name)
	}
	return u.GroupVersionKind().Group + " " + u.GetKind() + " " + region + " " + external
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
	t.awsName = secretName(u)
	t.has, _, _ = unstructured.NestedFieldCopy(u.Object, "status", "atProvider")
	key := id(u)
	old, ok := a.things[key]
	if ok && !may(u, "Update") && !may(u, "Create") {
		t.has = old.has
	}
	if was, _ := old.has.(map[string]any); ok && kept[t.kind] != "" && was != nil {
		if has, _ := t.has.(map[string]any); has != nil {
			has[kept[t.kind]] = was[kept[t.kind]]
		}
	}
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

// secretName is the name of a secret; empty if a resource is none.
func secretName(u *unstructured.Unstructured) string {
	if u.GetKind() != "Secret" {
		return ""
	}
	name, _, _ := unstructured.NestedString(u.Object, "spec", "forProvider", "name")
	return name
}

// taken is what Secrets Manager answers where a secret's name is taken; empty if it makes the secret, or has the resource's.
func (a *Account) taken(u *unstructured.Unstructured) string {
	name := secretName(u)
	if name == "" || u.GetAnnotations()[externalName] != "" {
		return ""
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.recovery[name] {
		return "create failed: InvalidRequestException: You can't create this secret because a secret with this name is already scheduled for deletion."
	}
	for _, t := range a.things {
		if t.awsName == name && t.owner != u.GetUID() {
			return "create failed: ResourceExistsException: The operation failed because the secret " + name + " already exists."
		}
	}
	return ""
}

// EndRecovery is `aws secretsmanager delete-secret --force-delete-without-recovery` of a secret that is deleted already.
func (a *Account) EndRecovery(name string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.recovery[name] {
		return fmt.Errorf("no secret %s is deleted", name)
	}
	delete(a.recovery, name)
	return nil
}

// Secrets lists the names of the secrets that there are.
func (a *Account) Secrets() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	var out []string
	for _, t := range a.things {
		if t.awsName != "" {
			out = append(out, t.awsName)
		}
	}
	slices.Sort(out)
	return out
}

// SecretARN is the ARN of the secret of a name; empty if there is none.
func (a *Account) SecretARN(name string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	for key, t := range a.things {
		if t.awsName == name {
			return key[strings.LastIndexByte(key, ' ')+1:]
		}
	}
	return ""
}

// observed is what AWS says of a resource's thing; nil if there is none.
func (a *Account) observed(u *unstructured.Unstructured) any {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.things[id(u)].has
}

// has reports whether a resource's thing is in AWS, made by that resource.
func (a *Account) has(u *unstructured.Unstructured) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	t, ok := a.things[id(u)]
	return ok && t.owner == u.GetUID()
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
		if days, _, _ := unstructured.NestedFieldNoCopy(u.Object, "spec", "forProvider", "recoveryWindowInDays"); t.awsName != "" && fmt.Sprint(days) != "0" {
			a.recovery[t.awsName] = true
		}
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

// Forget has nobody own the things of resources whose names begin with a prefix, as when their control plane is lost.
func (a *Account) Forget(prefix string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for key, t := range a.things {
		if strings.HasPrefix(t.name, prefix) {
			t.owner = ""
			a.things[key] = t
		}
	}
}

// Created says how many times each thing was created.
func (a *Account) Created() map[string]int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return maps.Clone(a.created)
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
