// Package simulated is a provider for AWS without AWS: it does to managed resources in a cluster what the provider's
// controllers do, as far as Crossplane and our function can tell. What AWS would answer is package simulate's.
//
// As the real one it gives external names, holds resources by a finalizer, resolves references and waits while it
// cannot, reads the Secrets that a resource refers to, and deletes nothing that something else still refers to.
package simulated

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	toolscache "k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/cache"

	"github.com/morket-io/platform/internal/aws"
	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/simulate"
)

const (
	finalizer    = "finalizer.managedresource.crossplane.io"
	externalName = "crossplane.io/external-name"
)

// terminates is how long an instance takes to go, in which the provider looks at it: long enough for all that does not wait for it to
// be gone by then, and for the reconcile to end that ran when the platform was deleted, because that may create the instance once more.
// AWS takes about a minute.
const terminates = 15 * time.Second

// A Provider works at all managed resources of some kinds.
type Provider struct {
	Account *Account

	client dynamic.Interface
	queue  workqueue.TypedRateLimitingInterface[key]
	paused []string // kinds, of which it has the paused resources; all resources that are not paused if it is empty

	mu       sync.RWMutex
	managed  map[string]*unstructured.Unstructured // by name, which is unique over kinds because ours are
	refuses  map[string]string                     // what AWS answers to the deletion of a resource, by its name
	denies   map[string]string                     // what AWS answers to the creation of a resource, by its kind
	refers   map[string][]string                   // names that a resource refers to, by its own
	referred map[string]map[string]bool            // names of those that refer to a resource, by its own
}

type key struct {
	resource schema.GroupVersionResource
	name     string
}

// Start starts a provider, which works until the context ends. It sees resources by a cache, which must have been started.
func Start(ctx context.Context, config *rest.Config, seen cache.Cache, kinds []*aws.Kind) (*Provider, error) {
	return start(ctx, config, seen, kinds, nil)
}

// Beside starts a provider beside the real one, which works at the paused resources of some kinds, and at nothing else.
func Beside(ctx context.Context, config *rest.Config, seen cache.Cache, kinds []*aws.Kind, paused []string) (*Provider, error) {
	return start(ctx, config, seen, kinds, paused)
}

func start(ctx context.Context, config *rest.Config, seen cache.Cache, kinds []*aws.Kind, paused []string) (*Provider, error) {
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	p := &Provider{
		Account: newAccount(), client: client, paused: paused,
		queue:    workqueue.NewTypedRateLimitingQueue(workqueue.NewTypedItemExponentialFailureRateLimiter[key](100*time.Millisecond, 2*time.Second)),
		managed:  map[string]*unstructured.Unstructured{},
		refuses:  map[string]string{},
		denies:   map[string]string{},
		refers:   map[string][]string{},
		referred: map[string]map[string]bool{},
	}
	for _, k := range kinds {
		gv, err := schema.ParseGroupVersion(k.APIVersion)
		if err != nil {
			return nil, err
		}
		u := &unstructured.Unstructured{}
		u.SetGroupVersionKind(gv.WithKind(k.Kind))
		informer, err := seen.GetInformer(ctx, u, cache.BlockUntilSynced(false))
		if err != nil {
			return nil, err
		}
		gvr := gv.WithResource(k.Plural)
		if _, err := informer.AddEventHandler(toolscache.ResourceEventHandlerFuncs{
			AddFunc:    func(o any) { p.seen(gvr, o) },
			UpdateFunc: func(_, o any) { p.seen(gvr, o) },
			DeleteFunc: func(o any) { p.gone(o) },
		}); err != nil {
			return nil, err
		}
	}
	seen.WaitForCacheSync(ctx)
	for range 8 {
		go p.work(ctx)
	}
	context.AfterFunc(ctx, p.queue.ShutDown)
	return p, ctx.Err()
}

// seen takes note of a resource as it is now.
func (p *Provider) seen(gvr schema.GroupVersionResource, o any) {
	u, ok := o.(*unstructured.Unstructured)
	if !ok {
		return
	}
	name := u.GetName()
	names := references(u)
	p.mu.Lock()
	p.managed[name] = u
	p.forgetReferences(name)
	p.refers[name] = names
	for _, n := range names {
		if p.referred[n] == nil {
			p.referred[n] = map[string]bool{}
		}
		p.referred[n][name] = true
	}
	p.mu.Unlock()
	if p.works(u) {
		p.queue.Add(key{gvr, name})
	}
}

// works says whether a resource is one of those that the provider works at.
func (p *Provider) works(u *unstructured.Unstructured) bool {
	if paused := u.GetAnnotations()["crossplane.io/paused"] == "true"; len(p.paused) == 0 || !paused {
		return len(p.paused) == 0 && !paused
	}
	return slices.Contains(p.paused, u.GetKind())
}

// gone forgets a resource.
func (p *Provider) gone(o any) {
	if d, ok := o.(toolscache.DeletedFinalStateUnknown); ok {
		o = d.Obj
	}
	u, ok := o.(*unstructured.Unstructured)
	if !ok {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.managed, u.GetName())
	p.forgetReferences(u.GetName())
}

func (p *Provider) forgetReferences(name string) {
	for _, n := range p.refers[name] {
		delete(p.referred[n], name)
	}
	delete(p.refers, name)
}

func (p *Provider) work(ctx context.Context) {
	for {
		k, shutdown := p.queue.Get()
		if shutdown {
			return
		}
		if err := p.reconcile(ctx, k); err != nil {
			p.queue.AddRateLimited(k)
		} else {
			p.queue.Forget(k)
		}
		p.queue.Done(k)
	}
}

// reconcile does one thing to a resource. The event that follows brings it back for the next. An error has it tried again.
func (p *Provider) reconcile(ctx context.Context, k key) error {
	p.mu.RLock()
	u := p.managed[k.name]
	referrers := len(p.referred[k.name])
	blind := u != nil && p.Account.has(u) && p.withoutTemplate(u)
	p.mu.RUnlock()
	if u == nil || !p.works(u) {
		return nil
	}
	client := p.client.Resource(k.resource)

	if u.GetDeletionTimestamp() != nil {
		return p.remove(ctx, client, u, referrers, blind)
	}
	if answer := p.denied(u); answer != "" {
		return p.unsynced(ctx, client, u, "create failed: "+answer)
	}

	before, err := structpb.NewStruct(u.Object)
	if err != nil {
		return err
	}
	after, _ := proto.Clone(before).(*structpb.Struct)
	missing := cmp.Or(p.missing(ctx, u), p.Account.taken(u))
	if missing == "" || u.GetAnnotations()[externalName] != "" {
		simulate.Name(after)
		simulate.Resource(after, p.find)
	} else {
		unsynced(after, missing)
	}
	if len(p.paused) > 0 {
		keepSynced(before, after)
	}
	status := after.GetFields()["status"]
	delete(after.Fields, "status")
	delete(before.Fields, "status")

	o := &unstructured.Unstructured{Object: after.AsMap()}
	// As the real provider, it makes nothing in AWS before the resource has its finalizer: a resource that is deleted before that would
	// leave it behind.
	if missing == "" && slices.Contains(u.GetFinalizers(), finalizer) {
		if missing, err = p.put(u, o, after, status); err != nil {
			return err
		}
	}
	if !slices.Contains(u.GetFinalizers(), finalizer) || !proto.Equal(before, after) {
		if !slices.Contains(u.GetFinalizers(), finalizer) {
			o.SetFinalizers(append(u.GetFinalizers(), finalizer))
		}
		_, err := client.Update(ctx, o, metav1.UpdateOptions{})
		return err
	}
	if err := report(ctx, client, u, o, status); err != nil {
		return err
	}
	if missing != "" {
		return fmt.Errorf("%s: %s", k.name, missing)
	}
	return nil
}

// report writes a resource's status, unless it has that.
func report(ctx context.Context, client dynamic.ResourceInterface, u, o *unstructured.Unstructured, status *structpb.Value) error {
	was, err := structpb.NewValue(u.Object["status"])
	if err != nil || proto.Equal(was, status) {
		return err
	}
	o.Object["status"] = status.AsInterface()
	_, err = client.UpdateStatus(ctx, o, metav1.UpdateOptions{})
	return err
}

// put puts a resource's thing into the account. Where the provider may not change what AWS has, the status says that, and not what the
// resource asks for. It returns what the provider refuses to change.
func (p *Provider) put(u, o *unstructured.Unstructured, after *structpb.Struct, status *structpb.Value) (refused string, err error) {
	o.Object["status"] = status.AsInterface()
	p.Account.put(o)
	delete(o.Object, "status")
	field := kept[u.GetKind()]
	if field == "" && (may(u, "Create") || may(u, "Update")) {
		return "", nil
	}
	has, err := structpb.NewValue(p.Account.observed(o))
	if err != nil || has.GetStructValue() == nil {
		return "", err
	}
	status.GetStructValue().Fields["atProvider"] = has
	if want := fields.Text(after, "spec", "forProvider", field); field != "" && want != has.GetStructValue().GetFields()[field].GetStringValue() {
		refused = fmt.Sprintf("update failed: refuse to update %s: %s cannot be changed, which requires replacing", u.GetName(), field)
		o := &structpb.Struct{Fields: map[string]*structpb.Value{}}
		unsynced(o, refused)
		status.GetStructValue().Fields["conditions"] = fields.At(o, "status", "conditions")
	}
	return refused, nil
}

// Refuse has AWS answer so to the deletion of a resource. With no answer AWS deletes it.
func (p *Provider) Refuse(name, answer string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if answer == "" {
		delete(p.refuses, name)
	} else {
		p.refuses[name] = answer
	}
}

// Deny has AWS answer so to the creation of any resource of a kind, as where the provider's role lacks a right. With no answer AWS creates it.
func (p *Provider) Deny(kind, answer string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if answer == "" {
		delete(p.denies, kind)
	} else {
		p.denies[kind] = answer
	}
}

// denied is what AWS answers to creating a resource; empty if it creates it, or has it.
func (p *Provider) denied(u *unstructured.Unstructured) string {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if answer := p.denies[u.GetKind()]; answer != "" && !p.Account.has(u) {
		return answer
	}
	return ""
}

// refused is what AWS answers to deleting a resource; empty if it deletes it.
func (p *Provider) refused(u *unstructured.Unstructured) string {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if !deletes(u) {
		return ""
	}
	return p.refuses[u.GetName()]
}

// remove deletes a resource in AWS, unless AWS or the provider would refuse that, and then in the cluster.
func (p *Provider) remove(ctx context.Context, client dynamic.ResourceInterface, u *unstructured.Unstructured, referrers int, blind bool) error {
	answer := p.refused(u)
	switch {
	case answer != "":
		return p.unsynced(ctx, client, u, "delete failed: "+answer)
	case !slices.Contains(u.GetFinalizers(), finalizer):
		return nil
	case referrers > 0:
		return fmt.Errorf("%s: DependencyViolation", u.GetName())
	case u.GetKind() == "Instance" && p.Account.has(u) && time.Since(u.GetDeletionTimestamp().Time) < terminates:
		return fmt.Errorf("%s: shutting-down", u.GetName())
	case blind:
		return fmt.Errorf("%s: cannot compute the instance diff: empty result", u.GetName())
	}
	p.Account.remove(u)
	u = u.DeepCopy()
	u.SetFinalizers(slices.DeleteFunc(u.GetFinalizers(), func(f string) bool { return f == finalizer }))
	_, err := client.Update(ctx, u, metav1.UpdateOptions{})
	return err
}

// withoutTemplate says whether an instance's launch template is gone: the provider cannot look at such an instance, once AWS has it
// (CustomizeDiff in internal/service/ec2/ec2_instance.go of terraform-provider-aws asks for the template of an instance with an id only).
func (p *Provider) withoutTemplate(u *unstructured.Unstructured) bool {
	template, _, _ := unstructured.NestedString(u.Object, "spec", "forProvider", "launchTemplate", "name")
	if template == "" {
		return false
	}
	for _, o := range p.managed {
		if name, _, _ := unstructured.NestedString(o.Object, "spec", "forProvider", "name"); o.GetKind() == "LaunchTemplate" && name == template {
			return false
		}
	}
	return true
}

// keepSynced leaves the condition Synced of a paused resource to the real provider, which writes that it is paused.
func keepSynced(before, after *structpb.Struct) {
	conditions := func(o *structpb.Struct) []*structpb.Value {
		return o.GetFields()["status"].GetStructValue().GetFields()["conditions"].GetListValue().GetValues()
	}
	synced := func(v *structpb.Value) bool {
		return v.GetStructValue().GetFields()["type"].GetStringValue() == "Synced"
	}
	kept := slices.DeleteFunc(conditions(after), synced)
	for _, c := range conditions(before) {
		if synced(c) {
			kept = append(kept, c)
		}
	}
	if status := after.GetFields()["status"].GetStructValue(); status != nil {
		status.Fields["conditions"] = structpb.NewListValue(&structpb.ListValue{Values: kept})
	}
}

// find returns a managed resource that has an external name.
func (p *Provider) find(name string) *structpb.Struct {
	p.mu.RLock()
	u := p.managed[name]
	p.mu.RUnlock()
	if u == nil || u.GetAnnotations()[externalName] == "" {
		return nil
	}
	s, err := structpb.NewStruct(u.Object)
	if err != nil {
		return nil
	}
	return s
}

// missing names what a resource refers to and cannot be used yet.
func (p *Provider) missing(ctx context.Context, u *unstructured.Unstructured) string {
	p.mu.RLock()
	for _, n := range p.refers[u.GetName()] {
		if to := p.managed[n]; to == nil || to.GetAnnotations()[externalName] == "" {
			p.mu.RUnlock()
			return "cannot resolve references: " + n
		}
	}
	p.mu.RUnlock()
	for _, ref := range secrets(u.Object["spec"]) {
		secret, err := p.client.Resource(schema.GroupVersionResource{Version: "v1", Resource: "secrets"}).Namespace(ref.namespace).Get(ctx, ref.name, metav1.GetOptions{})
		if err != nil {
			return err.Error()
		}
		if v, _, _ := unstructured.NestedString(secret.Object, "data", ref.key); v == "" {
			return fmt.Sprintf("Secret %s/%s has no %s", ref.namespace, ref.name, ref.key)
		}
	}
	return ""
}

// unsynced says in the cluster why AWS refused something, and returns that.
func (p *Provider) unsynced(ctx context.Context, client dynamic.ResourceInterface, u *unstructured.Unstructured, why string) error {
	o, err := structpb.NewStruct(u.Object)
	if err != nil {
		return err
	}
	at := fields.At(o, "status", "atProvider")
	unsynced(o, why)
	if at != nil {
		fields.Child(o, "status").Fields["atProvider"] = at
	}
	if was, err := structpb.NewStruct(u.Object); err == nil && proto.Equal(was, o) {
		return errors.New(why)
	}
	if _, err := client.UpdateStatus(ctx, &unstructured.Unstructured{Object: o.AsMap()}, metav1.UpdateOptions{}); err != nil {
		return err
	}
	return errors.New(why)
}

// unsynced writes the status of a resource that the provider cannot create yet.
func unsynced(o *structpb.Struct, why string) {
	condition, _ := structpb.NewValue(map[string]any{"conditions": []any{map[string]any{
		"type": "Synced", "status": "False", "reason": "ReconcileError", "message": why, "lastTransitionTime": "2024-01-01T00:00:00Z",
	}}})
	o.Fields["status"] = condition
}

// references are the names of the resources that a resource refers to.
func references(u *unstructured.Unstructured) []string {
	parameters, _, _ := unstructured.NestedMap(u.Object, "spec", "forProvider")
	var names []string
	var walk func(field string, v any)
	walk = func(field string, v any) {
		switch v := v.(type) {
		case map[string]any:
			if name, ok := v["name"].(string); ok && v["key"] == nil && (strings.HasSuffix(field, "Ref") || strings.HasSuffix(field, "Refs")) {
				names = append(names, name)
				return
			}
			for f, x := range v {
				if f != "tags" {
					walk(f, x)
				}
			}
		case []any:
			for _, x := range v {
				walk(field, x)
			}
		}
	}
	walk("", parameters)
	slices.Sort(names)
	return slices.Compact(names)
}

// A secretRef refers to a value in a Secret.
type secretRef struct{ namespace, name, key string }

// secrets are the values that a resource refers to.
func secrets(v any) []secretRef {
	var out []secretRef
	switch v := v.(type) {
	case map[string]any:
		for f, x := range v {
			if m, ok := x.(map[string]any); ok && strings.HasSuffix(f, "SecretRef") && m["key"] != nil {
				ref := secretRef{}
				ref.namespace, _ = m["namespace"].(string)
				ref.name, _ = m["name"].(string)
				ref.key, _ = m["key"].(string)
				out = append(out, ref)
				continue
			}
			out = append(out, secrets(x)...)
		}
	case []any:
		for _, x := range v {
			out = append(out, secrets(x)...)
		}
	}
	return out
}
