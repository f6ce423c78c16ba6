package compute_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/internal/render"
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
				got := []any{p["imageScanningConfiguration"], p["encryptionConfiguration"], p["forceDelete"], field(o, "spec.deletionPolicy")}
				want := []any{map[string]any{"scanOnPush": true}, []any{map[string]any{"encryptionType": "KMS"}}, !tc.stays, map[bool]string{true: "Orphan", false: "Delete"}[tc.stays]}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("\n%s\n%s: -want, +got:\n%s", tc.reason, name, diff)
				}
				rules := parameters(r.Resources[name+"-lifecycle"])["policy"]
				const wantRules = `{"rules":[{"rulePriority":1,"description":"expire untagged images","selection":{"tagStatus":"untagged","countType":"sinceImagePushed","countUnit":"days","countNumber":7},"action":{"type":"expire"}},{"rulePriority":2,"description":"keep the last tagged images","selection":{"tagStatus":"tagged","tagPatternList":["*"],"countType":"imageCountMoreThan","countNumber":20},"action":{"type":"expire"}}]}`
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
