package edge_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"

	"github.com/morket-io/platform/functions/edge"
	"github.com/morket-io/platform/internal/aws"
	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/test/platformtest"
)

// policy reads a bucket's.
func policy(t *testing.T, r *fnv1.Resource) []aws.Statement {
	t.Helper()
	raw, _ := parameters(r)["policy"].(string)
	var p aws.Policy
	if err := json.Unmarshal([]byte(raw), &p); err != nil {
		t.Fatalf("is no policy: %v", err)
	}
	return p.Statement
}

// TestFrontendBucket is R-S3-1.
func TestFrontendBucket(t *testing.T) {
	w := newWorld(t, "staging", inEurope)
	if got := policy(t, w.compose(t)["frontend-bucket-policy"]); len(got) != 1 || got[0].Sid != "OnlyTLS" {
		t.Errorf("should refuse what does not come by TLS from the first, has %v", got)
	}
	got := w.settle(t)
	if fields.In(parameters(got["frontend-bucket-versioning"]), "versioningConfiguration", "status") != "Enabled" {
		t.Error("should keep versions")
	}
	want := aws.Statement{
		Sid: "ReadByCloudFront", Effect: aws.Allow,
		Principal: &aws.Principal{Service: []string{"cloudfront.amazonaws.com"}},
		Action:    []string{"s3:GetObject"},
		Resource:  []string{"arn:aws:s3:::morket-staging-frontend-111122223333-eu-west-1/*"},
		Condition: aws.Condition{"StringEquals": {"aws:SourceArn": {answer(w.observed["cdn"], "arn")}}},
	}
	statements := policy(t, got["frontend-bucket-policy"])
	if diff := cmp.Diff(want, statements[1]); len(statements) != 2 || diff != "" {
		t.Errorf("Should be read by this platform's distribution, and by nobody else: -want, +got:\n%s", diff)
	}

	delete(fields.Below(w.observed["cdn"].GetResource(), "status"), "atProvider")
	if got := policy(t, w.compose(t)["frontend-bucket-policy"]); len(got) != 2 {
		t.Errorf("should not shut CloudFront out for a moment's lack of its id, has %v", got)
	}
}

// TestExportsBucket is R-S3-2.
func TestExportsBucket(t *testing.T) {
	cases := map[string]struct {
		reason          string
		change          func(map[string]any)
		archive, expire float64
	}{
		"Default": {"Should archive after 90 days and delete after 365.", func(map[string]any) {}, 90, 365},
		"Given": {
			"Should do what the claim says.",
			platformtest.Set(map[string]any{"archiveAfterDays": 7.0, "expireAfterDays": 30.0}, "spec", "edge", "exports"), 7, 30,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			rule := fields.In(parameters(newWorld(t, "production", tc.change).settle(t)["exports-bucket-lifecycle"]), "rule", "0")
			if got := fields.In(rule, "transition", "0"); cmp.Diff(map[string]any{"days": tc.archive, "storageClass": "GLACIER"}, got) != "" {
				t.Errorf("%s got %v", tc.reason, got)
			}
			if got := fields.In(rule, "expiration", "0", "days"); got != tc.expire {
				t.Errorf("%s got %v", tc.reason, got)
			}
		})
	}
}

// TestSite is R-CF-1 and R-CF-2: what the distribution over the frontend bucket does.
func TestSite(t *testing.T) {
	w := newWorld(t, "production", inEurope, platformtest.Set(map[string]any{"defaultTTLSeconds": 600.0, "priceClass": "PriceClass_All"}, "spec", "edge", "cdn"))
	got := w.settle(t)
	cdn, cache := parameters(got["cdn"]), parameters(got["cdn-cache"])
	errorPage := func(code float64) map[string]any {
		return map[string]any{"errorCode": code, "responseCode": 200.0, "responsePagePath": "/index.html", "errorCachingMinTtl": 0.0}
	}
	const disabled, headers = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad", "67f7725c-6f97-4210-82d7-5512b31e9d03"
	cases := map[string]struct {
		reason    string
		got, want any
	}{
		"Origin": {"Should read the frontend bucket through the access control.", fields.In(cdn, "origin"), []any{map[string]any{
			"originId": "frontend", "domainName": "morket-production-frontend-111122223333-eu-west-1.s3.eu-west-1.amazonaws.com",
			"originAccessControlId": answer(w.observed["cdn-access"], "id"),
		}}},
		"Signs":        {"Should sign whatever it reads.", []any{fields.In(parameters(got["cdn-access"]), "signingBehavior"), fields.In(parameters(got["cdn-access"]), "signingProtocol"), fields.In(parameters(got["cdn-access"]), "originAccessControlOriginType")}, []any{"always", "sigv4", "s3"}},
		"Root":         {"Should have a way in.", fields.In(cdn, "defaultRootObject"), "index.html"},
		"HTTPS":        {"Should serve nothing without TLS.", fields.In(cdn, "defaultCacheBehavior", "viewerProtocolPolicy"), "redirect-to-https"},
		"HTTPSIndex":   {"Should serve the index page by TLS only too.", fields.In(cdn, "orderedCacheBehavior", "0", "viewerProtocolPolicy"), "redirect-to-https"},
		"TLS":          {"Should speak TLS 1.2 at least.", fields.In(cdn, "viewerCertificate", "minimumProtocolVersion"), "TLSv1.2_2021"},
		"Name":         {"Should answer for the domain.", fields.In(cdn, "aliases"), []any{"morket.io"}},
		"HTTP":         {"Should speak HTTP/2 and HTTP/3.", fields.In(cdn, "httpVersion"), "http2and3"},
		"IPv6":         {"Should speak IPv6.", fields.In(cdn, "isIpv6Enabled"), true},
		"Price":        {"Should be where the claim says.", fields.In(cdn, "priceClass"), "PriceClass_All"},
		"Errors":       {"Should answer 403 and 404 with the index page and 200.", fields.In(cdn, "customErrorResponse"), []any{errorPage(403), errorPage(404)}},
		"Cached":       {"Should cache by its own policy.", fields.In(cdn, "defaultCacheBehavior", "cachePolicyId"), answer(w.observed["cdn-cache"], "id")},
		"TTL":          {"Should cache as long as the claim says.", fields.In(cache, "defaultTtl"), 600.0},
		"Compressed":   {"Should compress as the browser likes it.", []any{fields.In(cdn, "defaultCacheBehavior", "compress"), fields.In(cache, "parametersInCacheKeyAndForwardedToOrigin", "enableAcceptEncodingBrotli"), fields.In(cache, "parametersInCacheKeyAndForwardedToOrigin", "enableAcceptEncodingGzip")}, []any{true, true, true}},
		"Index":        {"Should never cache the index page.", []any{fields.In(cdn, "orderedCacheBehavior", "0", "pathPattern"), fields.In(cdn, "orderedCacheBehavior", "0", "cachePolicyId")}, []any{"/index.html", disabled}},
		"IndexAsRoot":  {"Should never cache the index page under its other name.", []any{fields.In(cdn, "orderedCacheBehavior", "1", "pathPattern"), fields.In(cdn, "orderedCacheBehavior", "1", "cachePolicyId")}, []any{"/", disabled}},
		"Headers":      {"Should add security headers to everything.", []any{fields.In(cdn, "defaultCacheBehavior", "responseHeadersPolicyId"), fields.In(cdn, "orderedCacheBehavior", "0", "responseHeadersPolicyId"), fields.In(cdn, "orderedCacheBehavior", "1", "responseHeadersPolicyId")}, []any{headers, headers, headers}},
		"NoWaiting":    {"Should not wait while AWS spreads it, since its id could be lost.", fields.In(cdn, "waitForDeployment"), false},
		"GlobalRegion": {"Should be named after its region, since an account has such names once.", []any{fields.In(cache, "name"), fields.In(parameters(got["cdn-access"]), "name")}, []any{"morket-production-frontend-eu-west-1", "morket-production-frontend-eu-west-1"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, tc.got); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
	if got := w.condition(); got != "TRUE Available" {
		t.Errorf("should be ready, is %s", got)
	}
}

// TestDefaultTTL is the rest of R-CF-2.
func TestDefaultTTL(t *testing.T) {
	if got := parameters(newWorld(t, "staging").compose(t)["cdn-cache"])["defaultTtl"]; got != 86400.0 {
		t.Errorf("should cache for a day unless told otherwise, got %v", got)
	}
}

// TestCertificate is R-CF-1: which certificate the distribution has.
func TestCertificate(t *testing.T) {
	const here, there = "arn:aws:acm:eu-west-1:111122223333:certificate/here", "arn:aws:acm:us-east-1:111122223333:certificate/there"
	cases := map[string]struct {
		reason  string
		changes []func(map[string]any)
		want    string // the ARN, or "issued"
	}{
		"Issued":         {"Should issue one in us-east-1, whatever the platform's region.", []func(map[string]any){inEurope}, "issued"},
		"Given":          {"Should use the one that is given, zone or not.", []func(map[string]any){inEurope, platformtest.Set(there, "spec", "domain", "cloudFrontCertificateArn")}, there},
		"GivenNoZone":    {"Should use the one that is given.", []func(map[string]any){inEurope, domain(map[string]any{"name": "a.example.org", "certificateArn": here, "cloudFrontCertificateArn": there})}, there},
		"GivenForBoth":   {"Should use the load balancer's in us-east-1, where one serves both.", []func(map[string]any){domain(map[string]any{"name": "a.example.org", "certificateArn": there})}, there},
		"GivenElsewhere": {"Should not use the load balancer's anywhere else.", []func(map[string]any){inEurope, platformtest.Set(here, "spec", "domain", "certificateArn")}, "issued"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, "staging", tc.changes...)
			got := w.settle(t)
			issued := slices.DeleteFunc(withPrefix(got, "certificate-cdn-"), func(n string) bool { return strings.HasSuffix(n, "-validation") })
			want := tc.want
			if want == "issued" {
				if len(issued) != 1 || parameters(got[issued[0]])["region"] != "us-east-1" {
					t.Fatalf("%s issued %v", tc.reason, issued)
				}
				want = answer(w.observed[issued[0]], "arn")
			} else if len(issued) != 0 {
				t.Errorf("%s should issue none, issues %v", tc.reason, issued)
			}
			if got := fields.In(parameters(got["cdn"]), "viewerCertificate", "acmCertificateArn"); got != want {
				t.Errorf("%s want %s, got %v", tc.reason, want, got)
			}
		})
	}
}

// record is what a record says, in a line.
func record(r *fnv1.Resource) string {
	p := parameters(r)
	line := []string{}
	for _, v := range []any{p["zoneId"], p["type"], p["name"], fields.In(p, "alias", "zoneId"), fields.In(p, "alias", "name")} {
		s, _ := v.(string)
		line = append(line, s)
	}
	return strings.Join(line, " ")
}

// TestRecords is R-CF-3.
func TestRecords(t *testing.T) {
	const elb = "Z32O12XQLNTSW2 alb-1.eu-west-1.elb.amazonaws.com"
	cases := map[string]struct {
		reason string
		domain map[string]any
		want   []string
	}{
		"Zone": {
			"Should lead the site to CloudFront and the API to the load balancer.", map[string]any{"name": "a.example.org", "hostedZoneId": "Z1"},
			[]string{"Z1 A a.example.org Z2FDTNDATAQYW2 CDN", "Z1 A api.a.example.org " + elb, "Z1 AAAA a.example.org Z2FDTNDATAQYW2 CDN"},
		},
		"APIName": {
			"Should use the API's own name.", map[string]any{"name": "a.example.org", "hostedZoneId": "Z1", "apiName": "b.example.org"},
			[]string{"Z1 A a.example.org Z2FDTNDATAQYW2 CDN", "Z1 A b.example.org " + elb, "Z1 AAAA a.example.org Z2FDTNDATAQYW2 CDN"},
		},
		"NoZone": {"Should leave names alone whose zone it is not given.", map[string]any{
			"name": "a.example.org", "certificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/a",
		}, nil},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, "staging", domain(tc.domain))
			resources := w.settle(t)
			var got []string
			for _, n := range withPrefix(resources, "record-") {
				got = append(got, strings.Replace(record(resources[n]), answer(w.observed["cdn"], "domainName"), "CDN", 1))
			}
			slices.Sort(got)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestDomainTaken: a claim that names another platform's domain does not take its names away, because CloudFront refuses
// a name that it knows already.
func TestDomainTaken(t *testing.T) {
	w := newWorld(t, "staging")
	for range 12 {
		w.round(t)
		if cdn := w.observed["cdn"].GetResource(); cdn != nil { // AWS refused to create it
			delete(cdn.GetFields(), "status")
		}
	}
	if got := withPrefix(w.compose(t), "record-"); len(got) != 0 {
		t.Errorf("should leave the names alone, composes %v", got)
	}
}

// TestDomainMoves walks from one domain to another: the old one's certificate and names stay until CloudFront answers for
// the new one, and nothing of them remains.
func TestDomainMoves(t *testing.T) {
	old := map[string]any{"name": "old.example.org", "hostedZoneId": "Z1"}
	cases := map[string]struct {
		reason string
		to     func(map[string]any)
		want   []string // records in the end
	}{
		"Other":  {"Should move to the other name.", domain(map[string]any{"name": "new.example.org", "hostedZoneId": "Z1"}), []string{"A api.new.example.org", "A new.example.org", "AAAA new.example.org"}},
		"None":   {"Should move to CloudFront's own name.", noDomain, nil},
		"NoZone": {"Should leave names to others.", domain(map[string]any{"name": "new.example.org", "certificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/a"}), nil},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, "staging", domain(old))
			w.settle(t)
			before := w.observed
			w.xr = claim(t, "staging", tc.to)
			for range 12 {
				checkStays(t, w, before)
				if !w.round(t) {
					break
				}
			}
			var got []string
			for _, n := range withPrefix(w.observed, "record-") {
				p := parameters(w.observed[n])
				got = append(got, p["type"].(string)+" "+p["name"].(string))
			}
			slices.Sort(got)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
			if got := w.condition(); got != "TRUE Available" {
				t.Errorf("%s should be ready in the end, is %s", tc.reason, got)
			}
			for n := range before {
				if strings.HasPrefix(n, "certificate-cdn-") && w.observed[n] != nil {
					t.Errorf("%s: %s should be gone in the end", tc.reason, n)
				}
			}
		})
	}
}

// checkStays holds what a world composes to what was there before its domain moved: as long as CloudFront answers for the
// old one, its names and its certificate stay, and the distribution always does.
func checkStays(t *testing.T, w *world, before map[string]*fnv1.Resource) {
	t.Helper()
	moved := fields.In(parameters(w.observed["cdn"]), "aliases", "0") != "old.example.org"
	desired := w.compose(t)
	if desired["cdn"] == nil {
		t.Fatal("the distribution would be deleted")
	}
	for n := range before {
		used := strings.HasPrefix(n, "record-") || strings.HasPrefix(n, "certificate-cdn-") && !strings.HasSuffix(n, "-validation")
		if used && desired[n] == nil && !moved {
			t.Errorf("%s should stay until CloudFront has moved", n)
		}
	}
}

// TestWithoutDomain: site and API are both found by HTTPS, and each answers with its own errors.
func TestWithoutDomain(t *testing.T) {
	w := newWorld(t, "staging", noDomain)
	got := w.settle(t)
	site, api := parameters(got["cdn"]), parameters(got["cdn-api"])
	for name, d := range map[string]map[string]any{"site": site, "API": api} {
		if diff := cmp.Diff(map[string]any{"cloudfrontDefaultCertificate": true}, d["viewerCertificate"]); diff != "" || d["aliases"] != nil {
			t.Errorf("the %s should have CloudFront's own name and certificate: -want, +got:\n%s", name, diff)
		}
	}
	if fields.In(site, "customErrorResponse", "0") == nil || api["customErrorResponse"] != nil {
		t.Error("only the site should answer errors with its index page")
	}
	want := map[string]any{
		"targetOriginId": "alb", "viewerProtocolPolicy": "https-only", "compress": true,
		"allowedMethods": []any{"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}, "cachedMethods": []any{"GET", "HEAD"},
		"cachePolicyId": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad", "originRequestPolicyId": "216adef6-5c7f-47e4-b989-5492eafa07d3",
		"responseHeadersPolicyId": "67f7725c-6f97-4210-82d7-5512b31e9d03",
	}
	if diff := cmp.Diff(want, api["defaultCacheBehavior"]); diff != "" {
		t.Errorf("the API should get every request as it is, and nothing of it be cached: -want, +got:\n%s", diff)
	}
	if o := fields.In(api, "origin", "0"); fields.In(o, "domainName") != "alb-1.eu-west-1.elb.amazonaws.com" || fields.In(o, "customOriginConfig", "originProtocolPolicy") != "http-only" {
		t.Errorf("the API should be what the load balancer says on port 80: %v", o)
	}
	wantEndpoints := map[string]any{
		"site":       "https://" + answer(w.observed["cdn"], "domainName"),
		"api":        "https://" + answer(w.observed["cdn-api"], "domainName"),
		"cloudFront": answer(w.observed["cdn"], "domainName"), "cloudFrontDistributionId": answer(w.observed["cdn"], "id"),
	}
	if diff := cmp.Diff(wantEndpoints, w.endpoints()); diff != "" {
		t.Errorf("should say where both are found: -want, +got:\n%s", diff)
	}
	if n := withPrefix(got, "record-"); len(n) != 0 {
		t.Errorf("should write no records, writes %v", n)
	}
	if got := w.condition(); got != "TRUE Available" {
		t.Errorf("should be ready, is %s", got)
	}
}

// TestWithoutCompute: in a Composition without the compute layer everything comes to be but what leads to the load
// balancer, and the condition says so.
func TestWithoutCompute(t *testing.T) {
	with := newWorld(t, "staging")
	all := with.settle(t)
	w := newWorld(t, "staging")
	w.layers = []layer.Layer{edge.Layer()}
	got := w.settle(t)
	for name := range all {
		if missing, may := got[name] == nil, name == "alb" || strings.HasPrefix(name, "record-api-"); missing != may {
			t.Errorf("%s: missing %v, want %v", name, missing, may)
		}
	}
	if got := w.condition(); got != "FALSE WaitingForTheLoadBalancer" {
		t.Errorf("should wait for the load balancer, is %s", got)
	}
}

// TestPublished is R-API-4 and R-API-5.
func TestPublished(t *testing.T) {
	w := newWorld(t, "production")
	w.settle(t)
	want := map[string]any{"site": "https://morket.io", "api": "https://api.morket.io", "cloudFront": answer(w.observed["cdn"], "domainName"), "cloudFrontDistributionId": answer(w.observed["cdn"], "id")}
	if diff := cmp.Diff(want, w.endpoints()); diff != "" {
		t.Errorf("endpoints: -want, +got:\n%s", diff)
	}
	buckets := fields.In(w.rsp.GetDesired().GetComposite().GetResource().AsMap(), "status", "buckets")
	wantBuckets := map[string]any{}
	for _, b := range []string{"frontend", "exports"} {
		name := "morket-production-" + b + "-111122223333-us-east-1"
		wantBuckets[b] = map[string]any{"name": name, "arn": "arn:aws:s3:::" + name}
	}
	if diff := cmp.Diff(any(wantBuckets), buckets); diff != "" {
		t.Errorf("buckets: -want, +got:\n%s", diff)
	}
	details := map[string]string{}
	for k, v := range w.rsp.GetDesired().GetComposite().GetConnectionDetails() {
		details[k] = string(v)
	}
	wantDetails := map[string]string{
		"siteUrl": "https://morket.io", "apiUrl": "https://api.morket.io",
		"cloudFrontDistributionId": answer(w.observed["cdn"], "id"),
		"frontendBucket":           "morket-production-frontend-111122223333-us-east-1",
		"exportsBucket":            "morket-production-exports-111122223333-us-east-1",
	}
	if diff := cmp.Diff(wantDetails, details); diff != "" {
		t.Errorf("connection details: -want, +got:\n%s", diff)
	}
}

// TestNothingDropped takes each resource away, and its status, from platforms with a domain and without. What leads to the
// load balancer is among them. (design rule 1)
func TestNothingDropped(t *testing.T) {
	for name, changes := range map[string][]func(map[string]any){"Domain": nil, "NoDomain": {noDomain}} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, "staging", changes...)
			w.settle(t)
			whole := w.observed
			for victim := range whole {
				for _, damage := range []string{"gone", "no status"} {
					w.observed = maps.Clone(whole)
					if damage == "gone" {
						delete(w.observed, victim)
					} else {
						w.observed[victim] = proto.CloneOf(whole[victim])
						delete(w.observed[victim].GetResource().GetFields(), "status")
					}
					desired := w.compose(t)
					for name := range w.observed {
						if desired[name] == nil {
							t.Errorf("%s %s: %s would be deleted", victim, damage, name)
						}
					}
				}
			}
		})
	}
}
