package compute_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/internal/render"
)

// TestListeners is R-ALB-1 and R-ALB-2.
func TestListeners(t *testing.T) {
	noDomain := func(o map[string]any) { delete(o["spec"].(map[string]any), "domain") }
	given := set(map[string]any{"name": "staging.morket.io", "certificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/given"}, "spec", "domain")
	https := map[string]string{
		"http 80":    "redirect to HTTPS 443",
		"https 443":  "target-frontend",
		"https rule": "/api/v1/scrape* → target-scraper, /api/v1/* → target-backend",
	}
	cases := map[string]struct {
		reason      string
		changes     []func(map[string]any)
		want        map[string]string
		certificate string
	}{
		"Issued":   {"Should lead HTTPS to the services with a certificate of its own, and redirect HTTP.", nil, https, "issued for api.staging.morket.io"},
		"APIName":  {"Should have the certificate issued for the API's name.", []func(map[string]any){set("backend.morket.io", "spec", "domain", "apiName")}, https, "issued for backend.morket.io"},
		"Given":    {"Should use the certificate that is given.", []func(map[string]any){given}, https, "arn:aws:acm:us-east-1:111122223333:certificate/given"},
		"NoDomain": {"Should lead HTTP to the services where there is no name for a certificate.", []func(map[string]any){noDomain}, map[string]string{"http 80": "target-frontend", "http rule": "/api/v1/scrape* → target-scraper, /api/v1/* → target-backend"}, ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			r := eventual(t, "staging", tc.changes...)
			got, certificate := entrances(t, r)
			maps.Copy(got, routes(t, r))
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.certificate, certificate); diff != "" {
				t.Errorf("\n%s\ncertificate: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// entrances says where each listener leads without its rules, and which certificate it shows.
func entrances(t *testing.T, r *render.Result) (got map[string]string, certificate string) {
	t.Helper()
	got = map[string]string{}
	for name, o := range ofKind(r, "LBListener") {
		p := parameters(o)
		key := fmt.Sprintf("%s %v", strings.TrimPrefix(name, "listener-"), p["port"])
		action := listed(p["defaultAction"])
		switch action["type"] {
		case "redirect":
			to := action["redirect"].(map[string]any)
			got[key] = fmt.Sprintf("redirect to %s %s", to["protocol"], to["port"])
		case "forward":
			got[key] = owner(r, "LBTargetGroup", action["targetGroupArn"])
		}
		if p["protocol"] == "HTTPS" {
			certificate = fmt.Sprint(p["certificateArn"])
			if p["sslPolicy"] != "ELBSecurityPolicy-TLS13-1-2-2021-06" {
				t.Errorf("unexpected TLS policy %v", p["sslPolicy"])
			}
		}
	}
	if issued := owner(r, "Certificate", certificate); issued != "" {
		certificate = "issued for " + parameters(r.Resources[issued])["domainName"].(string)
	}
	return got, certificate
}

// routes says where each listener's rules lead, in their order.
func routes(t *testing.T, r *render.Result) map[string]string {
	t.Helper()
	got := map[string]string{}
	rules := map[string]map[float64]string{}
	for _, o := range ofKind(r, "LBListenerRule") {
		p := parameters(o)
		listener := strings.TrimPrefix(ref(p["listenerArnRef"]), "listener-") + " rule"
		if rules[listener] == nil {
			rules[listener] = map[float64]string{}
		}
		action := listed(p["action"])
		forward := action["forward"].(map[string]any)
		if diff := cmp.Diff(map[string]any{"enabled": false}, forward["stickiness"]); diff != "" || action["targetGroupArn"] != nil || action["order"] != 1.0 {
			t.Errorf("a rule should say where it leads once, with its order and stickiness, as the provider reads it back: %v", action)
		}
		initially, _ := o.AsMap()["spec"].(map[string]any)["initProvider"].(map[string]any)
		want := map[string]any{"action": []any{map[string]any{"targetGroupArn": listed(forward["targetGroup"])["arn"]}}}
		if diff := cmp.Diff(want, initially); diff != "" {
			t.Errorf("a rule should say the other way where it leads for the beginning only: -want, +got:\n%s", diff)
		}
		paths := listed(p["condition"])["pathPattern"].(map[string]any)["values"].([]any)
		rules[listener][p["priority"].(float64)] = fmt.Sprintf("%s → %s", paths[0], owner(r, "LBTargetGroup", listed(forward["targetGroup"])["arn"]))
	}
	for listener, byPriority := range rules {
		var list []string
		for _, p := range slices.Sorted(maps.Keys(byPriority)) {
			list = append(list, byPriority[p])
		}
		got[listener] = strings.Join(list, ", ")
	}
	return got
}

// TestTargets is R-ALB-3.
func TestTargets(t *testing.T) {
	r := eventual(t, "staging")
	for service, want := range map[string]string{"backend": "3000 /api/v1/health", "scraper": "8001 /health", "frontend": "80 /"} {
		p := parameters(r.Resources["target-"+service])
		h := p["healthCheck"].(map[string]any)
		if diff := cmp.Diff(want, fmt.Sprintf("%v %v", p["port"], h["path"])); diff != "" {
			t.Errorf("%s: -want, +got:\n%s", service, diff)
		}
		if diff := cmp.Diff([]any{30.0, 2.0, 3.0, "200", "ip"}, []any{h["interval"], h["healthyThreshold"], h["unhealthyThreshold"], h["matcher"], p["targetType"]}); diff != "" {
			t.Errorf("%s: -want, +got:\n%s", service, diff)
		}
	}
	if got := len(ofKind(r, "LBTargetGroup")); got != 3 {
		t.Errorf("Should have a target group for each service that the load balancer leads to, got %d", got)
	}
}
