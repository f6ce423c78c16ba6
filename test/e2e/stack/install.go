package stack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// rewrites send Crossplane to our registry for packages of these. A package keeps its name in the world.
var rewrites = []string{"ghcr.io/", "xpkg.upbound.io/"}

// install installs our Configuration, as the README says, and waits until it and all that it depends on are healthy.
func (s *Stack) install(ctx context.Context) error { //nolint:funlen // the steps of a start, from top to bottom
	go s.runtime(ctx)
	for i, prefix := range rewrites {
		if err := s.Apply(ctx, fmt.Sprintf(`apiVersion: pkg.crossplane.io/v1beta1
kind: ImageConfig
metadata: {name: e2e-%d}
spec: {matchImages: [{type: Prefix, prefix: %s}], rewriteImage: {prefix: "%s/"}}
`, i, prefix, registry)); err != nil {
			return err
		}
	}
	if s.Baseline != "" { // v0.1.0 had the activation policy among its examples
		raw, err := os.ReadFile(filepath.Join(s.Baseline, "examples", "install", "activation.yaml"))
		if err != nil {
			return err
		}
		if err := s.Apply(ctx, string(raw)); err != nil {
			return err
		}
	}
	if s.Real {
		if err := s.convert(ctx); err != nil {
			return err
		}
		if err := s.pause(ctx); err != nil {
			return err
		}
	}
	const limit = 6 * time.Minute
	// Crossplane installs what is missing one by one, and looks again at all others each time: a minute and a half for all
	// providers. So most are there before, and one is left for it to find: the one first that all others ask for, then the largest,
	// alone, because Crossplane puts a package off, for up to a minute, that it meets conflicts in again and again.
	rest := slices.DeleteFunc(slices.Clone(s.providers[1:]), func(p string) bool { return p == largest })
	for _, group := range [][]string{{family}, {largest}, rest} {
		for _, p := range group {
			if err := s.Apply(ctx, fmt.Sprintf(`apiVersion: pkg.crossplane.io/v1
kind: Provider
metadata: {name: %s}
spec: {package: "%s:%s"}
`, installedAs(p), p, providerVersion)); err != nil {
				return err
			}
		}
		if err := s.healthy(ctx, limit, "Provider"); err != nil {
			return err
		}
	}
	if err := s.Apply(ctx, configuration(Version)); err != nil {
		return err
	}
	if err := s.wait(ctx, limit, Object("pkg.crossplane.io/v1", "Configuration", "", "morket-platform"), "Installed", "Healthy"); err != nil {
		return err
	}
	for _, kind := range []string{"Function", "Provider"} {
		if err := s.healthy(ctx, limit, kind); err != nil {
			return err
		}
	}
	if err := s.wait(ctx, limit, Object("apiextensions.crossplane.io/v1", "CompositeResourceDefinition", "", "xmorketplatforms.platform.morket.io"), "Established", "Offered"); err != nil {
		return err
	}
	for _, k := range s.Kinds {
		if err := s.wait(ctx, limit, Object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "", k.Definition()), "Established"); err != nil {
			return err
		}
	}
	if err := Every(ctx, time.Second, limit, func() error { return s.permitted(ctx) }); err != nil {
		return err
	}
	if err := s.Apply(ctx, "apiVersion: v1\nkind: Namespace\nmetadata: {name: morket}"); err != nil {
		return err
	}
	if err := s.ApplyFile(ctx, "examples/install/admission.yaml"); err != nil {
		return err
	}
	return Until(ctx, limit, func() error { return s.ApplyFile(ctx, "examples/providerconfig.yaml") })
}

// permitted says whether Crossplane may work at all kinds: its RBAC manager lets it a moment after a package is healthy, and what was
// refused before then is tried again a minute later only.
func (s *Stack) permitted(ctx context.Context) error {
	for _, k := range s.Kinds {
		for _, verb := range []string{"list", "watch", "patch"} {
			review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
				User:               "system:serviceaccount:" + Namespace + ":crossplane",
				Groups:             []string{"system:serviceaccounts", "system:serviceaccounts:" + Namespace},
				ResourceAttributes: &authorizationv1.ResourceAttributes{Verb: verb, Group: k.Group, Resource: k.Plural},
			}}
			if err := s.Client.Create(ctx, review); err != nil {
				return err
			}
			if !review.Status.Allowed {
				return fmt.Errorf("Crossplane may not %s %s.%s", verb, k.Plural, k.Group)
			}
		}
	}
	return nil
}

// packages lists the packages of a kind.
func (s *Stack) packages(ctx context.Context, kind string) ([]unstructured.Unstructured, error) {
	l := &unstructured.UnstructuredList{}
	l.SetGroupVersionKind(schema.GroupVersionKind{Group: "pkg.crossplane.io", Version: "v1", Kind: kind + "List"})
	err := s.Client.List(ctx, l)
	return l.Items, err
}

// healthy waits until all packages of a kind are.
func (s *Stack) healthy(ctx context.Context, limit time.Duration, kind string) error {
	return Every(ctx, 500*time.Millisecond, limit, func() error {
		items, err := s.packages(ctx, kind)
		if err != nil {
			return err
		}
		if len(items) == 0 {
			return errors.New("there is no " + kind)
		}
		for i := range items {
			for _, typ := range []string{"Installed", "Healthy"} {
				if status, message := Condition(&items[i], typ); status != "True" {
					return fmt.Errorf("%s %s: %s is %q: %s", kind, items[i].GetName(), typ, status, message)
				}
			}
		}
		return nil
	})
}

// UpgradeFunction publishes the function of the tree under its next version, serves it beside the present one, and installs it.
func (s *Stack) UpgradeFunction(ctx context.Context) error {
	return s.upgradeFunction(ctx, NextVersion)
}

// upgradeLimit is how long a package may take until it is healthy.
const upgradeLimit = 3 * time.Minute

// UpgradeStable upgrades the function of the channel stable from the baseline to the tree.
func (s *Stack) UpgradeStable(ctx context.Context) error {
	if err := s.upgradeFunction(ctx, UpgradeVersion); err != nil {
		return err
	}
	return s.healthy(ctx, upgradeLimit, "Function")
}

// InstallNext installs the function of the tree in the channel next, beside that of the channel stable.
func (s *Stack) InstallNext(ctx context.Context) error {
	pkg := nextPackage + ":" + UpgradeVersion
	if err := s.publishFunction(ctx, s.tree(), pkg); err != nil {
		return err
	}
	if err := s.startFunction("function-channel", s.tree(), pkg, "127.0.0.1:9463"); err != nil {
		return err
	}
	raw, err := os.ReadFile(filepath.Join(s.Root, "examples", "channels", "next.yaml"))
	if err != nil {
		return err
	}
	if err := s.Apply(ctx, nextVersion.ReplaceAllString(string(raw), "package: "+pkg)); err != nil {
		return err
	}
	return s.healthy(ctx, upgradeLimit, "Function")
}

var nextVersion = regexp.MustCompile(`package: \S+`)

// UpgradeConfiguration upgrades the Configuration from the baseline to the tree. The providers have the version that both work with.
func (s *Stack) UpgradeConfiguration(ctx context.Context) error {
	if err := s.Apply(ctx, configuration(UpgradeVersion)); err != nil {
		return err
	}
	return Until(ctx, upgradeLimit, func() error {
		c := Object("pkg.crossplane.io/v1", "Configuration", "", "morket-platform")
		if err := s.Client.Get(ctx, client.ObjectKeyFromObject(c), c); err != nil {
			return err
		}
		if has, _, _ := unstructured.NestedString(c.Object, "status", "currentIdentifier"); has != configurationPackage+":"+UpgradeVersion {
			return fmt.Errorf("the Configuration is still %s", has)
		}
		if status, message := Condition(c, "Healthy"); status != "True" {
			return fmt.Errorf("the Configuration's Healthy is %q: %s", status, message)
		}
		return nil
	})
}

// configuration is our Configuration at a version.
func configuration(version string) string {
	return fmt.Sprintf(`apiVersion: pkg.crossplane.io/v1
kind: Configuration
metadata: {name: morket-platform}
spec: {package: "%s:%s"}
`, configurationPackage, version)
}

func (s *Stack) upgradeFunction(ctx context.Context, version string) error {
	pkg := functionPackage + ":" + version
	if err := s.publishFunction(ctx, s.tree(), pkg); err != nil {
		return err
	}
	if err := s.startFunction("function-next", s.tree(), pkg, "127.0.0.1:9462"); err != nil {
		return err
	}
	items, err := s.packages(ctx, "Function")
	if err != nil {
		return err
	}
	for i := range items {
		if has, _, _ := unstructured.NestedString(items[i].Object, "spec", "package"); !strings.HasPrefix(has, functionPackage+":") {
			continue
		}
		return s.Client.Patch(ctx, &items[i], client.RawPatch(types.MergePatchType, fmt.Appendf(nil, `{"spec":{"package":"%s"}}`, pkg)))
	}
	return errors.New("the function is not installed")
}

// runtime stands in for what runs packages: it tells Crossplane where a function is served, and that a provider is well.
func (s *Stack) runtime(ctx context.Context) {
	known := map[string]bool{}
	for ctx.Err() == nil {
		for _, kind := range []string{"FunctionRevision", "ProviderRevision"} {
			// Twice a second for the whole run: what a revision says is read once.
			l := &metav1.PartialObjectMetadataList{}
			l.SetGroupVersionKind(schema.GroupVersionKind{Group: "pkg.crossplane.io", Version: "v1", Kind: kind + "List"})
			if err := s.Client.List(ctx, l); err != nil {
				continue
			}
			for _, m := range l.Items {
				r := Object("pkg.crossplane.io/v1", kind, "", m.Name)
				if known[string(m.UID)] || s.Client.Get(ctx, client.ObjectKeyFromObject(r), r) != nil {
					continue
				}
				status := map[string]any{
					"tlsServerSecretName": "crossplane-tls-server", "tlsClientSecretName": "crossplane-tls-client",
					"conditions": []any{map[string]any{"type": "RuntimeHealthy", "status": "True", "reason": "HealthyPackageRevision", "lastTransitionTime": time.Now().UTC().Format(time.RFC3339)}},
				}
				if kind == "ProviderRevision" && s.Real {
					status["tlsServerSecretName"] = conversionSecret
				}
				if kind == "FunctionRevision" {
					image, _, _ := unstructured.NestedString(r.Object, "spec", "image")
					s.mu.Lock()
					endpoint, ok := s.endpoints[image]
					s.mu.Unlock()
					if !ok {
						continue
					}
					status["endpoint"] = endpoint
				}
				u := &unstructured.Unstructured{Object: map[string]any{"apiVersion": "pkg.crossplane.io/v1", "kind": kind, "metadata": map[string]any{"name": r.GetName()}, "status": status}}
				if err := s.Client.Status().Apply(ctx, client.ApplyConfigurationFromUnstructured(u), client.FieldOwner("e2e-runtime"), client.ForceOwnership); err == nil {
					known[string(r.GetUID())] = true
				}
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(500 * time.Millisecond):
		}
	}
}
