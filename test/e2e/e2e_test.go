// Package e2e applies claims to a real control plane and watches what becomes of them.
package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/morket-io/platform/test/e2e/mockaws"
	"github.com/morket-io/platform/test/e2e/stack"
)

const (
	readyLimit = 4 * time.Minute // for a platform on a machine that has something else to do
	goneLimit  = 4 * time.Minute
)

// settleLimit() is how long a change of a platform may take.
func settleLimit() time.Duration {
	if realProvider != "" {
		return 10 * time.Minute
	}
	return 2 * time.Minute
}

// TestPlatform takes two platforms through their lives. The steps build on each other.
func TestPlatform(t *testing.T) {
	if baseline != "" {
		t.Skip("the packages are those of the baseline: TestUpgrade")
	}
	if realProvider != "" {
		t.Skip("the provider is the real one: TestAWS")
	}
	stagingClaim := example(t, "staging", `spec: {writeConnectionSecretToRef: {name: morket-staging}}`)
	production := example(t, "production")
	both := []*unstructured.Unstructured{stagingClaim, production}

	step(t, "Ready", func(t *testing.T) {
		began := time.Now()
		mustCreate(t, both...)
		for _, u := range both {
			waitReady(t, readyLimit, u)
			reportPlatform(t, u, time.Since(began))
		}
		for _, u := range both {
			checkReady(t, u)
		}
	})
	values := map[string]map[string]map[string]string{}
	for _, u := range both {
		values[u.GetName()] = secrets(t, u)
	}
	step(t, "Secrets", func(t *testing.T) { checkSecrets(t, stagingClaim) })
	step(t, "Columns", checkColumns)
	step(t, "Install", checkInstall)

	// While others are worked at, these two must be quiet.
	before := map[string]map[string]int64{}
	for _, u := range both {
		before[u.GetName()] = generations(mustComposed(t, u))
	}
	since := time.Now()
	step(t, "BadClaims", checkBadClaims)
	twins := twins(t)
	step(t, "Faults", func(t *testing.T) {
		checkFaults(t, readyLimit, faults(), nil, twins...)
		if again := provider.Account.Again(); len(again) > 0 {
			t.Errorf("Should create nothing again: %v", again)
		}
		checkYounger(t, twins[0])
	})
	step(t, "Resize", func(t *testing.T) { checkResize(t, twins[0]) })
	step(t, "Rotation", func(t *testing.T) { checkRotation(t, twins[1]) })
	var going []string // their composite resources
	step(t, "DeleteTwins", func(t *testing.T) { going = mustDelete(t, twins...) })
	if v := os.Getenv("MANY"); v != "" {
		step(t, "Many", func(t *testing.T) {
			many, err := strconv.Atoi(v)
			if err != nil || many < 1 {
				t.Fatalf("MANY is %q: say how many platforms to make, such as 20", v)
			}
			checkMany(t, many)
		})
	}
	step(t, "QuietPlan", func(t *testing.T) {
		for _, u := range both {
			checkQuietPlan(t, u)
		}
	})
	step(t, "LateBadChanges", func(t *testing.T) { checkLateChanges(t, stagingClaim) })
	step(t, "TwinsGone", func(t *testing.T) { waitGone(t, goneLimit, going, twins...) })
	step(t, "Quiet", func(t *testing.T) {
		time.Sleep(time.Until(since.Add(quiet())))
		for _, u := range both {
			if diff := cmp.Diff(before[u.GetName()], generations(mustComposed(t, u))); diff != "" {
				t.Errorf("Should change nothing in %s of %s once it is Ready: -before, +after:\n%s", time.Since(since).Round(time.Second), u.GetName(), diff)
			}
		}
	})

	step(t, "Rollout", func(t *testing.T) { checkRollout(t, production) })
	step(t, "SecretsStay", func(t *testing.T) {
		for _, u := range both {
			if !maps.EqualFunc(values[u.GetName()], secrets(t, u), maps.Equal) {
				t.Errorf("Should keep every generated value of %s over everything that was done to it", u.GetName())
			}
		}
	})
	step(t, "Delete", func(t *testing.T) { checkDelete(t, goneLimit, both, leftSimulated, wantSimulated) })

	if conflicts := provider.Account.Conflicts(); len(conflicts) > 0 {
		t.Errorf("Should ask AWS for nothing that it would not bear:\n%s", strings.Join(conflicts, "\n"))
	}
}

// step runs a step that those after it build on, and takes its time.
func step(t *testing.T, name string, f func(t *testing.T)) {
	t.Helper()
	began := time.Now()
	ran := false
	passed := t.Run(name, func(t *testing.T) {
		ran = true
		f(t)
	})
	if !ran { // -run asked for others
		return
	}
	passed = allAlive(t, name) && passed
	if realProvider != "" {
		passed = noPanics(t, name) && passed
	}
	report.Steps = append(report.Steps, Step{name, time.Since(began).Seconds(), passed})
	if err := saveReport(); err != nil {
		t.Error(err)
	}
	if !passed && name == "Ready" {
		t.FailNow()
	}
}

// seen is what the steps so far have looked at, so that each thing is told once, and none is missed between two of them.
var seen struct {
	ends   int      // of processes
	panics []string // of the provider, each with how often
}

// allAlive says whether no process has ended in a step, but for those that may in Faults.
func allAlive(t *testing.T, step string) bool {
	t.Helper()
	alive := true
	ends := control.Ends()
	for _, e := range ends[seen.ends:] {
		if step == "Faults" && bears[e.Process] && !e.Panicked() {
			t.Logf("%s, and was started again", e)
			continue
		}
		alive = false
		t.Errorf("Should leave every process alive in %s, and before it: %s", step, e)
	}
	seen.ends = len(ends)
	return alive
}

// noPanics says whether the real provider has not panicked in a step; in Faults it may, since it was Ready afterwards.
func noPanics(t *testing.T, step string) bool {
	t.Helper()
	panics, err := mockaws.Panics(t.Context())
	if err != nil {
		t.Errorf("Should tell whether the provider panicked: %v", err)
		return false
	}
	since := slices.DeleteFunc(slices.Clone(panics), func(p string) bool { return slices.Contains(seen.panics, p) })
	seen.panics = panics
	switch {
	case len(since) == 0:
		return true
	case step == "Faults": // what AWS' errors make of it
		t.Logf("The provider panicked: %v", since)
		return true
	}
	t.Errorf("Should not have the provider panic in %s: %v", step, since)
	return false
}

// quiet is how long nothing may move.
func quiet() time.Duration {
	if d, err := time.ParseDuration(os.Getenv("QUIET")); err == nil {
		return d
	}
	return 2 * time.Minute
}

func generations(all map[string]*unstructured.Unstructured) map[string]int64 {
	out := make(map[string]int64, len(all))
	for name, u := range all {
		out[name] = u.GetGeneration()
	}
	return out
}

// checkReady checks what Ready does not say by itself.
func checkReady(t *testing.T, claim *unstructured.Unstructured) {
	t.Helper()
	for name, u := range mustComposed(t, claim) {
		if !strings.Contains(u.GetAPIVersion(), ".aws.upbound.io/") {
			continue
		}
		for _, typ := range []string{"Ready", "Synced"} {
			if typ == "Synced" && u.GetAnnotations()["crossplane.io/paused"] != "" { // from the real provider, by us
				continue
			}
			if status, message := stack.Condition(u, typ); status != "True" {
				t.Errorf("Should have all resources %s: %s is %q: %s", typ, name, status, message)
			}
		}
	}
	xr, err := composite(t.Context(), claim)
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range []*unstructured.Unstructured{claim, xr} {
		for _, typ := range layers(t) {
			if status, message := stack.Condition(u, typ); status != "True" {
				t.Errorf("Should say of each layer that it is ready, on %s: %s is %q: %s", u.GetKind(), typ, status, message)
			}
		}
		for _, path := range []string{"network.vpcId", "endpoints.auroraWriter", "sizing.data"} {
			if _, ok, _ := unstructured.NestedFieldNoCopy(u.Object, append([]string{"status"}, strings.Split(path, ".")...)...); !ok {
				t.Errorf("Should say status.%s on %s", path, u.GetKind())
			}
		}
	}
	name, _, _ := unstructured.NestedString(claim.Object, "spec", "writeConnectionSecretToRef", "name")
	secret := &corev1.Secret{}
	if err := control.Client.Get(t.Context(), client.ObjectKey{Namespace: claim.GetNamespace(), Name: name}, secret); err != nil {
		t.Fatalf("Should write the connection secret: %v", err)
	}
	xrd := stack.Object("apiextensions.crossplane.io/v1", "CompositeResourceDefinition", "", "xmorketplatforms.platform.morket.io")
	if err := refresh(t.Context(), xrd); err != nil {
		t.Fatal(err)
	}
	keys, _, _ := unstructured.NestedStringSlice(xrd.Object, "spec", "connectionSecretKeys")
	for _, key := range keys {
		if len(secret.Data[key]) == 0 {
			t.Errorf("Should write %s into the connection secret of %s", key, claim.GetName())
		}
	}
	generated := secrets(t, claim)
	for key, value := range secret.Data {
		for _, values := range generated {
			for what, v := range values {
				if what != "uid" && v == string(value) {
					t.Errorf("Should not write a generated value into the connection secret: %s", key)
				}
			}
		}
	}
}

// checkSecrets checks the Secrets that keep generated values.
func checkSecrets(t *testing.T, claim *unstructured.Unstructured) {
	found := 0
	for name, u := range mustComposed(t, claim) {
		if u.GetKind() != "Secret" || u.GetAPIVersion() != "v1" {
			continue
		}
		found++
		data, _, _ := unstructured.NestedMap(u.Object, "data")
		if len(data) == 0 {
			t.Errorf("Should keep a value in Secret %s", name)
		}
		if immutable, _, _ := unstructured.NestedBool(u.Object, "immutable"); !immutable {
			t.Errorf("Should make Secret %s immutable", name)
		}
		if err := change(t.Context(), u.DeepCopy(), `data: {secretString: aHVudGVyMg==}`); err == nil {
			t.Errorf("Should have the API server refuse another value in Secret %s", name)
		}
	}
	if found == 0 {
		t.Error("Should compose Secrets")
	}
}

// checkColumns checks what `kubectl get morketplatforms` prints, by what kubectl asks for.
func checkColumns(t *testing.T) {
	header, rows, err := table(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"Name", "Environment", "Region", "Network", "Data", "Compute", "Edge", "Ready", "Age"}
	for i := range header {
		header[i] = strings.ToUpper(header[i])
	}
	for _, w := range want {
		i := slices.Index(header, strings.ToUpper(w))
		if i < 0 {
			t.Errorf("Should print the column %s: %v", w, header)
			continue
		}
		for _, r := range rows {
			if r[i] == "" || r[i] == "<nil>" {
				t.Errorf("Should print something in column %s: %v", w, r)
			}
		}
	}
	t.Log(header, rows)
}

// A resize is a knob of a layer, and what is to become of it.
type resize struct {
	patch    string
	resource string
	path     string // in spec.forProvider and status.atProvider
	want     string
}

var resizes = map[string]resize{
	"network":       {`spec: {network: {flowLogs: {retentionDays: 90}}}`, "flow-log-group", "retentionInDays", "90"},
	"data":          {`spec: {data: {clickHouse: {volume: {iops: 4000}}}}`, "clickhouse-volume", "iops", "4000"},
	"compute":       {`spec: {compute: {loadBalancer: {idleTimeoutSeconds: 180}}}`, "alb", "idleTimeout", "180"},
	"edge":          {`spec: {edge: {cdn: {priceClass: PriceClass_All}}}`, "cdn", "priceClass", "PriceClass_All"},
	"observability": {`spec: {monitoring: {alarms: {auroraCPUPercent: 75}}}`, "alarm-aurora-0-cpu", "threshold", "75"},
}

// checkResize turns a knob of each layer, all at once.
func checkResize(t *testing.T, claim *unstructured.Unstructured) {
	deletions, values := newAudit(t), secrets(t, claim)
	xr, err := composite(t.Context(), claim)
	if err != nil {
		t.Fatal(err)
	}
	patch := map[string]any{}
	var wanted []resize
	for _, condition := range layers(t) {
		layer := strings.ToLower(strings.TrimSuffix(condition, "Ready"))
		r, ok := resizes[layer]
		if !ok {
			t.Errorf("Should resize a knob of the layer %s", layer)
			continue
		}
		var knob map[string]any
		if err := yaml.Unmarshal([]byte(r.patch), &knob); err != nil {
			t.Fatal(err)
		}
		patch, _ = merge(patch, knob).(map[string]any)
		wanted = append(wanted, r)
	}
	raw, err := json.Marshal(patch)
	if err != nil {
		t.Fatal(err)
	}
	checkPlanned(t, claim, string(raw), func(all map[string]*unstructured.Unstructured) error {
		for _, r := range wanted {
			u := all[r.resource]
			if u == nil {
				return fmt.Errorf("there is no %s", r.resource)
			}
			parameters, _, _ := unstructured.NestedMap(u.Object, "spec", "forProvider")
			at, _, _ := unstructured.NestedMap(u.Object, "status", "atProvider")
			if got := []string{fmt.Sprint(parameters[r.path]), fmt.Sprint(at[r.path])}; got[0] != r.want || got[1] != r.want {
				return fmt.Errorf("%s of %s should become %s, in the resource and at the provider, got %v", r.path, r.resource, r.want, got)
			}
		}
		return nil
	})
	if gone := deletions.Deleted(t, xr.GetName()); len(gone) > 0 {
		t.Errorf("Should delete nothing for another size: %v", gone)
	}
	if !maps.EqualFunc(values, secrets(t, claim), maps.Equal) {
		t.Errorf("Should keep every generated value of %s at another size", claim.GetName())
	}
	if err := change(t.Context(), claim, `spec: {network: {cidr: 10.9.0.0/16}}`); err == nil || !strings.Contains(err.Error(), "network.cidr cannot be changed after creation") {
		t.Errorf("Should refuse another range, and say why: %v", err)
	}
}

// checkRollout rolls out another image and back again.
func checkRollout(t *testing.T, claim *unstructured.Unstructured) {
	tasks := func(all map[string]*unstructured.Unstructured) map[string]string {
		out := map[string]string{}
		for name, u := range all {
			if u.GetKind() == "TaskDefinition" {
				definitions, _, _ := unstructured.NestedString(u.Object, "spec", "forProvider", "containerDefinitions")
				out[name] = definitions
			}
		}
		return out
	}
	old := tasks(mustComposed(t, claim))
	before := generations(mustComposed(t, claim))
	tag, _, _ := unstructured.NestedString(claim.Object, "spec", "images", "tag")
	for _, next := range []string{"0ddba11", tag} {
		checkPlanned(t, claim, fmt.Sprintf(`spec: {images: {tag: %q}}`, next), func(all map[string]*unstructured.Unstructured) error {
			now := tasks(all)
			if len(now) != len(old) {
				return fmt.Errorf("%d task definitions should remain, there are %d", len(old), len(now))
			}
			moved := 0
			for _, definitions := range now {
				if strings.Contains(definitions, ":"+next+`"`) {
					moved++
				}
			}
			if moved < 4 {
				return fmt.Errorf("%d task definitions run %s", moved, next)
			}
			return nil
		})
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(old)), slices.Sorted(maps.Keys(tasks(mustComposed(t, claim))))); diff != "" {
		t.Errorf("Should be back at the task definitions that there were: -before, +after:\n%s", diff)
	}
	after := mustComposed(t, claim)
	for name, generation := range before {
		u := after[name]
		if u == nil {
			t.Errorf("Should leave %s alone: it is gone", name)
			continue
		}
		if u.GetKind() != "TaskDefinition" && !strings.HasPrefix(name, "service-") && !strings.HasPrefix(name, "role-") && u.GetGeneration() != generation {
			t.Errorf("Should touch nothing but task definitions and services: %s changed", name)
		}
	}
}

// checkMany makes many platforms at once.
func checkMany(t *testing.T, many int) {
	claims := make([]*unstructured.Unstructured, many)
	for i := range claims {
		claims[i] = staging(t, fmt.Sprintf("many-%d", i))
	}
	began := time.Now()
	mustCreate(t, claims...)
	waitReady(t, time.Duration(many+1)*readyLimit/2, claims...)
	report.Many, report.ManySeconds = many, time.Since(began).Seconds()
	report.ManyUsage = control.Usage()
	deleteAndWait(t, time.Duration(many+1)*goneLimit/2, claims...)
}

// twins are two claims of one name in two namespaces, with prefixes of their own.
func twins(t *testing.T) []*unstructured.Unstructured {
	t.Helper()
	for _, ns := range []string{"blue", "green", "yellow"} {
		mustNamespace(t, ns)
	}
	return []*unstructured.Unstructured{
		staging(t, "shop", `{metadata: {namespace: blue}, spec: {namePrefix: shop-blue}}`),
		staging(t, "shop", `{metadata: {namespace: green}, spec: {namePrefix: shop-green, domain: {name: green.morket.io}}}`),
	}
}

// checkYounger makes a third claim of the twins' name, that wants the AWS names of the blue one, which is Ready.
func checkYounger(t *testing.T, blue *unstructured.Unstructured) {
	t.Helper()
	before := generations(mustComposed(t, blue))
	younger := staging(t, "shop", `{metadata: {namespace: yellow}, spec: {namePrefix: shop-blue, domain: {name: yellow.morket.io}}}`)
	mustCreate(t, younger)
	told(t, younger, "claim blue/shop has the AWS names that begin with it")
	if all := mustComposed(t, younger); len(all) > 0 {
		t.Errorf("Should compose nothing for the younger: %v", slices.Sorted(maps.Keys(all)))
	}
	if diff := cmp.Diff(before, generations(mustComposed(t, blue))); diff != "" {
		t.Errorf("Should leave the older alone: -before, +after:\n%s", diff)
	}
	deleteAndWait(t, goneLimit, younger)
}

// told waits until a claim says something in one of its conditions.
func told(t testing.TB, claim *unstructured.Unstructured, want string) {
	t.Helper()
	if err := stack.Until(t.Context(), settleLimit(), func() error {
		if err := refresh(t.Context(), claim); err != nil {
			return err
		}
		conditions, _, _ := unstructured.NestedSlice(claim.Object, "status", "conditions")
		for _, c := range conditions {
			if m, ok := c.(map[string]any); ok && strings.Contains(fmt.Sprint(m["message"]), want) && m["status"] == "False" {
				return nil
			}
		}
		return fmt.Errorf("the claim should say %q, it says %v", want, conditions)
	}); err != nil {
		t.Error(err)
	}
}
