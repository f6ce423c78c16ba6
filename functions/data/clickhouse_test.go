package data_test

import (
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/test/platformtest"
)

func (c *controlPlane) spec(name string) any {
	return c.last.GetDesired().GetResources()[name].GetResource().AsMap()["spec"]
}

// TestInstanceStays gives the launch template a new version: the instance was launched from the old one and stays on it.
func TestInstanceStays(t *testing.T) {
	c := platform(t)
	c.settle()
	fields.Object(c.observed["clickhouse-template"].GetResource(), "status", "atProvider").Fields["latestVersion"] = structpb.NewNumberValue(2)
	c.next()
	if diff := cmp.Diff("1", fields.In(c.spec("clickhouse"), "forProvider", "launchTemplate", "version")); diff != "" {
		t.Errorf("Should stay on its version, which cannot be changed: -want, +got:\n%s", diff)
	}
	delete(c.observed, "clickhouse")
	fields.Object(c.observed["clickhouse-template"].GetResource(), "status", "atProvider").Fields["latestVersion"] = structpb.NewNumberValue(2)
	c.next()
	if diff := cmp.Diff("2", fields.In(c.spec("clickhouse"), "forProvider", "launchTemplate", "version")); diff != "" {
		t.Errorf("Should launch the next instance from the newest version: -want, +got:\n%s", diff)
	}
}

// TestInstanceIsLetAlone stops the provider from writing the attached volume into the instance once it has noted its id, and
// names the volume to it, or it panics: both before a volume is attached, since Crossplane may apply one of two changes and
// fail at the other.
func TestInstanceIsLetAlone(t *testing.T) {
	const attachment = "clickhouse-attachment-"
	c := platform(t)
	let, alone, attached := false, false, false
	for range 9 {
		before := fields.In(c.observed["clickhouse"].GetResource().AsMap(), "spec", "managementPolicies")
		named := fields.In(c.observed["clickhouse"].GetResource().AsMap(), "spec", "initProvider", "ebsBlockDevice")
		c.next()
		if c.last.GetDesired().GetResources()["clickhouse"] == nil {
			continue
		}
		if len(c.desires(attachment)) > 0 {
			attached = true
			if before == nil || named == nil {
				t.Fatal("Should not attach a volume before the provider is known to leave the instance alone")
			}
		}
		policies := fields.In(c.spec("clickhouse"), "managementPolicies")
		devices := fields.In(c.spec("clickhouse"), "initProvider", "ebsBlockDevice")
		if policies == nil {
			let = true
			if devices != nil {
				t.Errorf("Should launch an instance without a volume that is another's, got %v", devices)
			}
			continue
		}
		alone = true
		if diff := cmp.Diff([]any{map[string]any{"deviceName": "/dev/sdf"}}, devices); diff != "" {
			t.Errorf("Should name the device to a provider that panics without it: -want, +got:\n%s", diff)
		}
		if diff := cmp.Diff([]any{"Create", "Observe", "Update"}, policies); diff != "" {
			t.Errorf("-want, +got:\n%s", diff)
		}
	}
	if !let || !alone || !attached {
		t.Errorf("Should let the provider note the id (%v), then leave it nothing to fill in (%v), then attach the volume (%v)", let, alone, attached)
	}

	// One that is attached stays, whatever becomes of the policies.
	delete(fields.Below(c.observed["clickhouse"].GetResource(), "spec"), "managementPolicies")
	before := c.desires(attachment)
	c.next()
	if diff := cmp.Diff(before, c.desires(attachment)); diff != "" {
		t.Errorf("Should keep what is attached: -want, +got:\n%s", diff)
	}
}

// TestUserDataIsTheTemplates keeps the provider from taking away what it does not find in the instance's own parameters.
func TestUserDataIsTheTemplates(t *testing.T) {
	c := platform(t)
	c.settle()
	if diff := cmp.Diff("", fields.In(c.spec("clickhouse"), "initProvider", "userData")); diff != "" {
		t.Errorf("Should have the provider ignore user data, and launch with the template's: -want, +got:\n%s", diff)
	}
	if got := fields.In(c.spec("clickhouse"), "forProvider", "userData"); got != nil {
		t.Errorf("Should give the instance no user data of its own, got %v", got)
	}
	if got, _ := fields.In(c.spec("clickhouse-template"), "forProvider", "userData").(string); got == "" {
		t.Error("Should give the template user data")
	}
}

// TestTemplateOutlivesInstance has Crossplane delete the template after the instance, in both environments.
func TestTemplateOutlivesInstance(t *testing.T) {
	for _, env := range platformtest.Environments {
		r := platformtest.Eventually(t, platformtest.XR(t, env, nil))
		usage := r.Resources["clickhouse-template-usage"].AsMap()
		of, by := r.Resources["clickhouse-template"].AsMap(), r.Resources["clickhouse"].AsMap()
		ref := func(o map[string]any) map[string]any {
			return map[string]any{"apiVersion": o["apiVersion"], "kind": o["kind"], "resourceRef": map[string]any{"name": fields.In(o, "metadata", "name")}}
		}
		got, _ := usage["spec"].(map[string]any)
		delete(got, "reason")
		if diff := cmp.Diff(map[string]any{"of": ref(of), "by": ref(by), "replayDeletion": true}, got); diff != "" {
			t.Errorf("%s: -want, +got:\n%s", env, diff)
		}
	}
	c := platform(t)
	for range 8 {
		instance := c.observed["clickhouse"] != nil
		c.next()
		if c.last.GetDesired().GetResources()["clickhouse-template-usage"] != nil && !instance {
			t.Error("Should not use the template before the instance exists: a usage of or by nothing fails")
		}
	}
}

// notReady is what the provider says of an instance that it creates again.
func notReady(r *fnv1.Resource) {
	fields.Object(r.GetResource(), "status").Fields["conditions"] = structpb.NewListValue(&structpb.ListValue{Values: []*structpb.Value{
		structpb.NewStructValue(&structpb.Struct{Fields: map[string]*structpb.Value{
			"type": structpb.NewStringValue("Ready"), "status": structpb.NewStringValue("False"), "reason": structpb.NewStringValue("Creating"),
		}}),
	}})
}

// TestLostInstance has the provider make another instance in the place of one that AWS has no more, and note its id.
func TestLostInstance(t *testing.T) {
	c := platform(t)
	c.settle()
	notReady(c.observed["clickhouse"])
	c.next()
	if got := fields.In(c.spec("clickhouse"), "managementPolicies"); got != nil {
		t.Errorf("Should let the provider note the new id, which it does only where it may fill in, got %v", got)
	}
	if got := fields.In(c.spec("clickhouse"), "initProvider", "ebsBlockDevice"); got != nil {
		t.Errorf("Should launch it without a device, for which AWS would want a size, got %v", got)
	}
}

// TestReplacedInstance attaches the volume to the instance that takes another's place.
func TestReplacedInstance(t *testing.T) {
	c := platform(t)
	c.settle()
	before := c.desires("clickhouse-attachment-")
	instance := c.observed["clickhouse"].GetResource().GetFields()
	instance["status"].GetStructValue().GetFields()["atProvider"].GetStructValue().Fields["id"] = structpb.NewStringValue("i-new")
	c.next()
	after := c.desires("clickhouse-attachment-")
	if len(before) != 1 || len(after) != 1 || before[0] == after[0] {
		t.Fatalf("Should be another attachment, got %v after %v", after, before)
	}
	if got := fields.In(c.spec(after[0]), "forProvider", "instanceId"); got != "i-new" {
		t.Errorf("Should attach to the new instance, got %v", got)
	}
}

// TestAdoptedInstance names the attached volume to the provider from the first reconcile on, or the provider panics at each later one. Once
// the instance is managed and AWS has lost it, another is launched without that device.
func TestAdoptedInstance(t *testing.T) {
	for _, policy := range []string{"Observe", "Manage"} {
		t.Run(policy, func(t *testing.T) {
			c := platform(t)
			c.settle()
			id := c.observed["clickhouse"].GetResource().AsMap()
			c.observed = map[string]*fnv1.Resource{}
			c.xr = platformtest.XR(t, "production", func(claim map[string]any) {
				claim["spec"].(map[string]any)["adopt"] = map[string]any{"policy": policy, "externalNames": map[string]any{
					"clickhouse": fields.TextIn(id, "metadata", "annotations", "crossplane.io/external-name"),
				}}
			})
			c.next()
			if diff := cmp.Diff([]any{"Observe"}, fields.In(c.spec("clickhouse"), "managementPolicies")); diff != "" {
				t.Fatalf("Should only observe what AWS has not shown yet: -want, +got:\n%s", diff)
			}
			if got := fields.In(c.spec("clickhouse"), "initProvider", "ebsBlockDevice"); got == nil {
				t.Error("Should name the attached volume before the provider has looked")
			}
			if policy == "Observe" {
				return
			}
			c.settle()
			if got := fields.In(c.spec("clickhouse"), "initProvider", "ebsBlockDevice"); got == nil {
				t.Error("Should name the attached volume when the instance is managed")
			}
			notReady(c.observed["clickhouse"])
			c.next()
			if got := fields.In(c.spec("clickhouse"), "initProvider", "ebsBlockDevice"); got != nil {
				t.Errorf("Should launch another without a device, for which AWS would want a size, got %v", got)
			}
		})
	}
}
