package certificate_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/functions/internal/certificate"
	"github.com/morket-io/platform/internal/aws/elbv2"
	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/simulate"
	"github.com/morket-io/platform/test/platformtest"
)

type resources map[string]*fnv1.Resource

// platform is staging in eu-west-1, with changes.
func platform(t *testing.T, changes ...func(map[string]any)) *structpb.Struct {
	t.Helper()
	return platformtest.XR(t, "staging", func(o map[string]any) {
		platformtest.Set("eu-west-1", "spec", "region")(o)
		for _, c := range changes {
			c(o)
		}
	})
}

// compose runs a layer of a certificate and a listener that uses it.
func compose(t *testing.T, xr *structpb.Struct, observed resources, names []string) resources {
	t.Helper()
	only := layer.Layer{Name: "test", Condition: "TestReady", Compose: func(s *layer.Scope) {
		arn, ok := certificate.Add(s, certificate.Certificate{Resource: "certificate", Names: names, UsedBy: "listener", Field: "certificateArn"})
		if names == nil {
			arn, ok = "arn:given", true
		}
		if s.Gate("listener", ok, "the certificate") {
			s.Add("listener", &elbv2.LBListener{ForProvider: elbv2.LBListenerParameters{CertificateARN: &arn}})
		}
	}}
	rsp := layer.Run(&fnv1.RunFunctionRequest{
		Observed: &fnv1.State{Composite: &fnv1.Resource{Resource: xr}, Resources: observed},
		Input:    &structpb.Struct{Fields: map[string]*structpb.Value{"layers": structpb.NewListValue(&structpb.ListValue{Values: []*structpb.Value{structpb.NewStringValue("test")}})}},
	}, []layer.Layer{only})
	for _, r := range rsp.GetResults() {
		if r.GetSeverity() == fnv1.Severity_SEVERITY_FATAL {
			t.Fatal(r.GetMessage())
		}
	}
	return rsp.GetDesired().GetResources()
}

// settle composes and lets the simulated provider answer until nothing changes.
func settle(t *testing.T, xr *structpb.Struct, observed resources, names []string) (desired, after resources) {
	t.Helper()
	for range 10 {
		desired = compose(t, xr, observed, names)
		next := simulate.Provider(desired, observed)
		if proto.Equal(&fnv1.State{Resources: observed}, &fnv1.State{Resources: next}) {
			return desired, observed
		}
		observed = next
	}
	t.Fatal("should settle")
	return nil, nil
}

// summary counts the resources of each kind.
func summary(r resources) map[string]int {
	out := map[string]int{}
	for _, o := range r {
		out[fields.Text(o.GetResource(), "kind")]++
	}
	return out
}

func ofKind(r resources, kind string) map[string]map[string]any {
	out := map[string]map[string]any{}
	for name, o := range r {
		if fields.Text(o.GetResource(), "kind") == kind {
			out[name] = fields.Object(o.GetResource(), "spec", "forProvider").AsMap()
		}
	}
	return out
}

func TestIssue(t *testing.T) {
	xr := platform(t)
	cases := map[string]struct {
		reason string
		names  []string
		want   map[string]int
	}{
		"One":      {"Should prove one name by one record.", []string{"a.example.org"}, map[string]int{"Certificate": 1, "CertificateValidation": 1, "Record": 1, "LBListener": 1}},
		"Two":      {"Should prove two names by a record each.", []string{"a.example.org", "b.example.org"}, map[string]int{"Certificate": 1, "CertificateValidation": 1, "Record": 2, "LBListener": 1}},
		"Wildcard": {"Should prove a name and its wildcard by one record, because ACM asks for the same.", []string{"a.example.org", "*.a.example.org"}, map[string]int{"Certificate": 1, "CertificateValidation": 1, "Record": 1, "LBListener": 1}},
		"Given":    {"Should issue nothing where no names are given.", nil, map[string]int{"LBListener": 1}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, _ := settle(t, xr, nil, tc.names)
			if diff := cmp.Diff(tc.want, summary(got)); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestParameters looks at what the provider is told.
func TestParameters(t *testing.T) {
	xr := platform(t)
	names := []string{"a.example.org", "*.a.example.org"}
	got, observed := settle(t, xr, nil, names)

	for _, c := range ofKind(got, "Certificate") {
		delete(c, "tags")
		want := map[string]any{"region": "eu-west-1", "domainName": names[0], "subjectAlternativeNames": []any{names[0], names[1]}, "validationMethod": "DNS", "keyAlgorithm": "RSA_2048"}
		if diff := cmp.Diff(want, c); diff != "" {
			t.Errorf("The certificate should be for all names, in the platform's region: -want, +got:\n%s", diff)
		}
	}
	var fqdn string
	for _, r := range ofKind(got, "Record") {
		fqdn, _ = r["name"].(string)
		if !strings.HasPrefix(fqdn, "_") || !strings.HasSuffix(fqdn, ".a.example.org.") {
			t.Errorf("the record should have the name that ACM says, has %q", fqdn)
		}
		if r["zoneId"] != "Z0123456789ABCDEFGHIJ" || r["type"] != "CNAME" || r["allowOverwrite"] != true {
			t.Errorf("the record should be a CNAME in the claim's zone that replaces an equal one: %v", r)
		}
	}
	for name, v := range ofKind(got, "CertificateValidation") {
		if diff := cmp.Diff([]any{fqdn}, v["validationRecordFqdns"]); diff != "" {
			t.Errorf("Should wait for the one record that both names share: -want, +got:\n%s", diff)
		}
		if want := strings.TrimSuffix(name, "-validation"); v["certificateArnRef"].(map[string]any)["name"] != "morket-staging-"+want {
			t.Errorf("should wait for %s, waits for %v", want, v["certificateArnRef"])
		}
	}
	for name, o := range observed {
		if fields.Text(o.GetResource(), "kind") == "Certificate" {
			want := fields.Text(o.GetResource(), "status", "atProvider", "arn")
			if got := ofKind(got, "LBListener")["listener"]["certificateArn"]; got != want || want == "" {
				t.Errorf("the listener should use %s, %q, uses %q", name, want, got)
			}
		}
	}
}

// TestUserWaits: nobody uses a certificate that ACM has not issued yet.
func TestUserWaits(t *testing.T) {
	xr := platform(t)
	names := []string{"a.example.org"}
	_, observed := settle(t, xr, nil, names)
	delete(observed, "listener")
	for name, o := range observed {
		if strings.HasSuffix(name, "-validation") {
			delete(fields.Below(o.GetResource(), "status"), "atProvider")
		}
	}
	if got := ofKind(compose(t, xr, observed, names), "LBListener"); len(got) != 0 {
		t.Errorf("should wait until the certificate is issued, composes %v", got)
	}
}

// TestOtherNames walks through a change of names: the old certificate stays until its user has moved.
func TestOtherNames(t *testing.T) {
	xr := platform(t)
	_, observed := settle(t, xr, nil, []string{"old.example.org"})
	old := slices.Collect(maps.Keys(ofKind(observed, "Certificate")))[0]
	oldARN := ofKind(observed, "LBListener")["listener"]["certificateArn"]

	for round := range 10 {
		desired := compose(t, xr, observed, []string{"new.example.org"})
		moved := ofKind(observed, "LBListener")["listener"]["certificateArn"] != oldARN
		if _, kept := desired[old]; !kept && !moved {
			t.Fatalf("round %d: the certificate that the listener uses would be deleted", round)
		}
		if _, ok := desired["listener"]; !ok {
			t.Fatalf("round %d: the listener would be deleted", round)
		}
		observed = simulate.Provider(desired, observed)
	}
	want := map[string]int{"Certificate": 1, "CertificateValidation": 1, "Record": 1, "LBListener": 1}
	if diff := cmp.Diff(want, summary(observed)); diff != "" {
		t.Errorf("Should leave nothing of the old certificate in the end: -want, +got:\n%s", diff)
	}
	if _, ok := observed[old]; ok {
		t.Error("the old certificate should be gone in the end")
	}
	if got := ofKind(observed, "LBListener")["listener"]["certificateArn"]; got == oldARN {
		t.Error("the listener should use the new certificate in the end")
	}
}

// TestGivenInstead: what the platform issued goes when its user has moved to a certificate that is given.
func TestGivenInstead(t *testing.T) {
	xr := platform(t)
	_, observed := settle(t, xr, nil, []string{"a.example.org"})
	if _, kept := compose(t, xr, observed, nil)[slices.Collect(maps.Keys(ofKind(observed, "Certificate")))[0]]; !kept {
		t.Error("the certificate should stay until the listener has moved")
	}
	got, _ := settle(t, xr, observed, nil)
	if diff := cmp.Diff(map[string]int{"LBListener": 1}, summary(got)); diff != "" {
		t.Errorf("Should leave nothing behind: -want, +got:\n%s", diff)
	}
}

// TestZone: another zone moves the records, and nothing else.
func TestZone(t *testing.T) {
	xr := platform(t)
	names := []string{"a.example.org"}
	before, observed := settle(t, xr, nil, names)
	after, _ := settle(t, platform(t, platformtest.Set("ZOTHER", "spec", "domain", "hostedZoneId")), observed, names)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(ofKind(before, "Certificate"))), slices.Sorted(maps.Keys(ofKind(after, "Certificate")))); diff != "" {
		t.Errorf("Should keep the certificate: -before, +after:\n%s", diff)
	}
	for name, r := range ofKind(after, "Record") {
		if r["zoneId"] != "ZOTHER" || before[name] != nil {
			t.Errorf("%s should be a new record in the new zone, because a record cannot move: %v", name, r["zoneId"])
		}
	}
}

// TestNothingDropped damages what ACM said: no record and no certificate goes, and nothing is composed twice.
func TestNothingDropped(t *testing.T) {
	xr := platform(t)
	names := []string{"a.example.org", "b.example.org"}
	_, observed := settle(t, xr, nil, names)
	damage := map[string]func(at *structpb.Struct){
		"NoStatus":  func(at *structpb.Struct) { clear(at.Fields) },
		"NoOptions": func(at *structpb.Struct) { delete(at.Fields, "domainValidationOptions") },
		"OneOption": func(at *structpb.Struct) {
			l := at.GetFields()["domainValidationOptions"].GetListValue()
			l.Values = l.GetValues()[:1]
		},
		"HalfAnOption": func(at *structpb.Struct) {
			delete(at.GetFields()["domainValidationOptions"].GetListValue().GetValues()[0].GetStructValue().GetFields(), "resourceRecordValue")
		},
		"Nonsense": func(at *structpb.Struct) { at.Fields["domainValidationOptions"] = structpb.NewStringValue("x") },
		"NoARN":    func(at *structpb.Struct) { delete(at.Fields, "arn") },
	}
	for what, change := range damage {
		for _, kind := range []string{"Certificate", "CertificateValidation"} {
			damaged := resources{}
			for name, o := range observed {
				damaged[name] = proto.CloneOf(o)
				at := fields.Object(damaged[name].GetResource(), "status", "atProvider")
				if fields.Text(o.GetResource(), "kind") == kind && (at.GetFields()["domainValidationOptions"] != nil || what == "NoStatus") {
					change(at)
				}
			}
			desired := compose(t, xr, damaged, names)
			if diff := cmp.Diff(slices.Sorted(maps.Keys(observed)), slices.Sorted(maps.Keys(desired))); diff != "" {
				t.Errorf("%s of the %s: should keep what exists, and nothing else: -before, +after:\n%s", what, kind, diff)
			}
		}
	}
}

// TestSharedRecord: certificates of two layers or regions for one name share its record, which ACM wants to be so.
func TestSharedRecord(t *testing.T) {
	two := layer.Layer{Name: "test", Condition: "TestReady", Compose: func(s *layer.Scope) {
		certificate.Add(s, certificate.Certificate{Resource: "here", Names: []string{"a.example.org"}, UsedBy: "x", Field: "y"})
		certificate.Add(s, certificate.Certificate{Resource: "there", Region: "us-east-1", Names: []string{"a.example.org"}, UsedBy: "x", Field: "y"})
	}}
	observed := resources{}
	xr := platform(t)
	for range 5 {
		rsp := layer.Run(&fnv1.RunFunctionRequest{
			Observed: &fnv1.State{Composite: &fnv1.Resource{Resource: xr}, Resources: observed},
			Input:    &structpb.Struct{Fields: map[string]*structpb.Value{"layers": structpb.NewListValue(&structpb.ListValue{Values: []*structpb.Value{structpb.NewStringValue("test")}})}},
		}, []layer.Layer{two})
		observed = simulate.Provider(rsp.GetDesired().GetResources(), observed)
	}
	if diff := cmp.Diff(map[string]int{"Certificate": 2, "CertificateValidation": 2, "Record": 1}, summary(observed)); diff != "" {
		t.Errorf("Should compose the record once: -want, +got:\n%s", diff)
	}
	regions := map[any]bool{}
	for _, c := range ofKind(observed, "Certificate") {
		regions[c["region"]] = true
	}
	if !regions["us-east-1"] || !regions["eu-west-1"] {
		t.Errorf("should issue each certificate in its own region, got %v", regions)
	}
}
