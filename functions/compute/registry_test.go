package compute_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/render"
	"github.com/morket-io/platform/test/platformtest"
)

// TestRepositories is R-ECR-1 and R-ECR-2.
func TestRepositories(t *testing.T) {
	shared := set([]any{"morket-production"}, "spec", "compute", "registry", "sharedWith")
	cases := map[string]struct {
		reason      string
		environment string
		changes     []func(map[string]any)
		names       []string
		stays       bool
	}{
		"Staging":    {"Should own the three repositories, and take them along when the claim goes.", "staging", []func(map[string]any){set(map[string]any{}, "spec", "compute")}, []string{"morket-backend", "morket-frontend", "morket-scraper"}, false},
		"Shared":     {"Should leave images behind that others run.", "staging", []func(map[string]any){shared}, []string{"morket-backend", "morket-frontend", "morket-scraper"}, true},
		"Use":        {"Should compose none where another claim owns them.", "production", nil, nil, false},
		"Production": {"Should leave images of a protected platform behind.", "production", []func(map[string]any){set("Own", "spec", "compute", "registry", "mode")}, []string{"morket-backend", "morket-frontend", "morket-scraper"}, true},
		"Prefix":     {"Should name them as the claim says.", "staging", []func(map[string]any){set(map[string]any{"registry": map[string]any{"repositoryPrefix": "acme/morket"}}, "spec", "compute")}, []string{"acme/morket-backend", "acme/morket-frontend", "acme/morket-scraper"}, false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			r := eventual(t, tc.environment, tc.changes...)
			var names []string
			for name, o := range ofKind(r, "Repository") {
				names = append(names, external(o).(string))
				p := parameters(o)
				got := []any{p["imageTagMutability"], p["imageTagMutabilityExclusionFilter"], p["imageScanningConfiguration"], p["encryptionConfiguration"], p["forceDelete"], field(o, "spec.deletionPolicy")}
				want := []any{"IMMUTABLE_WITH_EXCLUSION", []any{map[string]any{"filter": "latest", "filterType": "WILDCARD"}}, map[string]any{"scanOnPush": true}, []any{map[string]any{"encryptionType": "KMS"}}, !tc.stays, map[bool]string{true: "Orphan", false: "Delete"}[tc.stays]}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("\n%s\n%s: -want, +got:\n%s", tc.reason, name, diff)
				}
				rules := parameters(r.Resources[name+"-lifecycle"])["policy"]
				const wantRules = `{"rules":[` +
					`{"rulePriority":1,"description":"keep the last images of production","selection":{"tagStatus":"tagged","tagPatternList":["production-*"],"countType":"imageCountMoreThan","countNumber":20},"action":{"type":"expire"}},` +
					`{"rulePriority":2,"description":"keep the last images of staging","selection":{"tagStatus":"tagged","tagPatternList":["staging-*"],"countType":"imageCountMoreThan","countNumber":20},"action":{"type":"expire"}},` +
					`{"rulePriority":3,"description":"expire untagged images","selection":{"tagStatus":"untagged","countType":"sinceImagePushed","countUnit":"days","countNumber":7},"action":{"type":"expire"}},` +
					`{"rulePriority":4,"description":"keep the last of the other tagged images","selection":{"tagStatus":"tagged","tagPatternList":["*"],"countType":"imageCountMoreThan","countNumber":20},"action":{"type":"expire"}}]}`
				if diff := cmp.Diff(wantRules, rules); diff != "" {
					t.Errorf("%s: -want, +got:\n%s", name, diff)
				}
			}
			slices.Sort(names)
			if diff := cmp.Diff(tc.names, names); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

type image struct{ tags []string }

// play notes which images a rule matches, and which of them expire by it. An image that matches the tags of a rule cannot be expired by a rule
// of a lower priority: https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
func play(pushed []image, prefix string, count int, matched, expired map[int]bool) {
	kept, mine := 0, []int{}
	for i, v := range slices.Backward(pushed) {
		if !slices.ContainsFunc(v.tags, func(tag string) bool { return strings.HasPrefix(tag, prefix) }) {
			continue
		}
		mine = append(mine, i)
		kept++
		if kept > count && !matched[i] {
			expired[i] = true
		}
	}
	for _, i := range mine {
		matched[i] = true
	}
}

// TestKeptImages plays the lifecycle policy: what production runs is there however often staging is pushed to. (R-ECR-4)
func TestKeptImages(t *testing.T) {
	push := func(n int, tag string) []image {
		var out []image
		for i := range n {
			out = append(out, image{tags: []string{fmt.Sprintf(tag, i)}})
		}
		return out
	}
	cases := map[string]struct {
		reason string
		pushed []image // the oldest first
		want   []string
	}{
		"Another": {"Should keep the image of production while staging is pushed to.", append([]image{{tags: []string{"production-a"}}}, push(4, "staging-%d")...), []string{"production-a", "staging-2", "staging-3"}},
		"Other":   {"Should keep it while other tags are pushed.", append([]image{{tags: []string{"production-a"}}}, push(4, "%d")...), []string{"production-a", "2", "3"}},
		"Both":    {"Should keep an image that two environments have, for the first of them.", append([]image{{tags: []string{"production-a", "staging-a"}}}, push(4, "staging-%d")...), []string{"production-a", "staging-2", "staging-3"}},
		"Latest":  {"Should keep an image of production that is no longer the latest.", append([]image{{tags: []string{"production-a"}}, {tags: []string{"staging-a"}}}, image{tags: []string{"staging-b", "latest"}}), []string{"production-a", "staging-a", "staging-b"}},
		"Own":     {"Should keep as many of an environment's own images as the claim says.", push(4, "production-%d"), []string{"production-2", "production-3"}},
	}
	r := eventual(t, "staging", set(2.0, "spec", "compute", "registry", "keepImages"))
	var policy struct {
		Rules []struct {
			Selection struct {
				TagStatus      string
				TagPatternList []string
				CountNumber    int
			}
		}
	}
	if err := json.Unmarshal([]byte(parameters(r.Resources["repository-backend-lifecycle"])["policy"].(string)), &policy); err != nil {
		t.Fatal(err)
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			expired, matched := map[int]bool{}, map[int]bool{}
			for _, rule := range policy.Rules {
				if rule.Selection.TagStatus == "tagged" {
					play(tc.pushed, strings.TrimSuffix(rule.Selection.TagPatternList[0], "*"), rule.Selection.CountNumber, matched, expired)
				}
			}
			var got []string
			for i, image := range tc.pushed {
				if !expired[i] {
					got = append(got, image.tags[0])
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestMovableTags: a claim can allow tags to be moved.
func TestMovableTags(t *testing.T) {
	p := parameters(eventual(t, "staging", set(false, "spec", "compute", "registry", "immutableTags")).Resources["repository-backend"])
	if p["imageTagMutability"] != "MUTABLE" || p["imageTagMutabilityExclusionFilter"] != nil {
		t.Errorf("Should allow all tags to be moved, got %v %v", p["imageTagMutability"], p["imageTagMutabilityExclusionFilter"])
	}
}

// TestPullThrough: ECR fetches an image of a pull-through cache for a service whose role may have it do so, and for no other.
func TestPullThrough(t *testing.T) {
	const cached = "111122223333.dkr.ecr.us-east-1.amazonaws.com/docker-hub/temporalio/auto-setup"
	cases := map[string]struct {
		reason, repository, prefix string
		want                       []string
	}{
		"Cached":  {"Should allow ECR to fetch the image.", cached, "docker-hub", []string{"arn:aws:ecr:us-east-1:111122223333:repository/docker-hub/temporalio/auto-setup"}},
		"Mirror":  {"Should allow no more than to pull from a repository that somebody fills.", cached, "quay", nil},
		"Account": {"Should not fetch in another account, whose cache rules this one may not use.", "444455556666" + cached[12:], "docker-hub", nil},
		"Half":    {"Should not take the beginning of another name for the prefix.", cached, "docker", nil},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			r := eventual(t, "staging", set(map[string]any{"repository": tc.repository, "tag": "1.29.3"}, "spec", "images", "temporalServer"), set([]any{tc.prefix}, "spec", "compute", "registry", "pullThroughPrefixes"))
			allowed := func(service, action string) []string {
				for _, s := range document(t, r.Resources["role-"+service+"-execution-policy"]).Statement {
					if slices.Contains(s.Action, action) {
						return s.Resource
					}
				}
				return nil
			}
			for _, action := range []string{"ecr:BatchImportUpstreamImage", "ecr:CreateRepository"} {
				if diff := cmp.Diff(tc.want, allowed("temporal-server", action)); diff != "" {
					t.Errorf("%s\n%s: -want, +got:\n%s", tc.reason, action, diff)
				}
				if got := allowed("backend", action); got != nil {
					t.Errorf("%s should not be allowed to the backend: %v", action, got)
				}
			}
			if allowed("temporal-server", "ecr:BatchGetImage") == nil {
				t.Errorf("%s\nThe image should be pulled.", tc.reason)
			}
		})
	}
}

// TestPull is R-ECR-3: who may pull from a repository is who runs its images, here and in the platforms that it is shared
// with; and the roles that are named are the ones that those platforms have.
func TestPull(t *testing.T) {
	r := eventual(t, "staging", set([]any{"morket-production"}, "spec", "compute", "registry", "sharedWith"))
	other := eventual(t, "production")
	role := func(r *render.Result, service string) string {
		return "arn:aws:iam::111122223333:role/" + external(r.Resources["role-"+service+"-execution"]).(string)
	}
	want := map[string][]string{
		"repository-backend-policy":  {role(other, "backend"), role(other, "temporal-worker"), role(r, "backend"), role(r, "temporal-worker")},
		"repository-frontend-policy": {role(other, "frontend"), role(r, "frontend")},
		"repository-scraper-policy":  {role(other, "scraper"), role(r, "scraper")},
	}
	got := map[string][]string{}
	for name, o := range ofKind(r, "RepositoryPolicy") {
		s := document(t, o).Statement[0]
		got[name] = s.Condition["ArnEquals"]["aws:PrincipalArn"]
		if diff := cmp.Diff([]string{"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}, s.Action); diff != "" {
			t.Errorf("%s should allow to pull and nothing else: -want, +got:\n%s", name, diff)
		}
		if diff := cmp.Diff(map[string][]string{"AWS": {"arn:aws:iam::111122223333:root"}}, s.Principal); diff != "" {
			t.Errorf("%s should name nobody who may not exist yet: -want, +got:\n%s", name, diff)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
}

// TestFormerLifecyclePolicy keeps the rules that a repository has, because the provider could not change them, and tells. When the managed
// resource was deleted, the new rules are composed. (R-LIFE-7)
func TestFormerLifecyclePolicy(t *testing.T) {
	const name, former = "repository-backend-lifecycle", `{"rules":[]}`
	xr := platformtest.XR(t, "staging", nil)
	r := platformtest.Eventually(t, xr)
	wanted := parameters(r.Resources[name])["policy"]
	observed := platformtest.Observed(r)
	fields.Child(observed[name].GetResource(), "spec", "forProvider").Fields["policy"] = structpb.NewStringValue(former)

	after := platformtest.Once(t, xr, observed)
	if got := parameters(after.Resources[name])["policy"]; got != former {
		t.Errorf("Should keep the rules that the provider cannot change, got %v", got)
	}
	if got := condition(after).GetMessage(); !strings.Contains(got, "images of morket-backend still expire by previous rules") {
		t.Errorf("Should say which repository has other rules: %s", got)
	}
	delete(observed, name)
	after = platformtest.Once(t, xr, observed)
	if diff := cmp.Diff(wanted, parameters(after.Resources[name])["policy"]); diff != "" {
		t.Errorf("Should compose the new rules once the former are deleted: -want, +got:\n%s", diff)
	}
	if got := condition(after).GetMessage(); strings.Contains(got, "previous rules") {
		t.Errorf("Should say nothing of rules that are replaced: %s", got)
	}
}
