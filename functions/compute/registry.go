package compute

import (
	"slices"
	"strings"

	"github.com/morket-io/platform/internal/aws"
	"github.com/morket-io/platform/internal/aws/ecr"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

// untaggedDays is how long a repository keeps an image without a tag.
const untaggedDays = 7

// addRepositories composes the image repositories, unless another claim has them. Those that the claim no longer owns stay in AWS.
// (R-ECR-1, R-ECR-5)
//
// They are encrypted with AWS's key for ECR and not with the platform's: images are promoted between environments, and
// must stay readable when the claim that owns the repositories, and with it its key, is gone.
func addRepositories(s *layer.Scope) {
	p := s.Platform
	if *p.Compute.Registry.Mode == use {
		s.LeaveBehind(s.Reported(statusMode) == use, repositoryResources(p)...)
		return
	}
	over, owned := takenOver(s), own(s)
	if !owned.compose {
		return
	}
	// Images that other environments run are not this claim's to delete, nor are those of production.
	stays := p.KeepsData() || len(p.Compute.Registry.SharedWith) > 0 || over || owned.shared
	for i, r := range p.Repositories() {
		name := repository(r)
		var labels []layer.Option
		if i == 0 {
			for key, value := range repositoryLabels(p) {
				labels = append(labels, layer.Label(key, value))
			}
		}
		if over {
			labels = append(labels, layer.Label(labelTakenOver, "true"))
		}
		mutability, exclusions := mutability(p)
		s.Add(name, &ecr.Repository{ForProvider: ecr.RepositoryParameters{
			ImageTagMutability:                &mutability,
			ImageTagMutabilityExclusionFilter: exclusions,
			ImageScanningConfiguration:        &ecr.RepositoryImageScanningConfiguration{ScanOnPush: new(true)},
			EncryptionConfiguration:           []ecr.RepositoryEncryptionConfiguration{{EncryptionType: new("KMS")}},
			ForceDelete:                       new(!stays),
		}}, append(labels, layer.ExternalName(p.RepositoryName(r)), layer.OrphanIf(stays))...)

		s.Add(lifecycle(r), &ecr.LifecyclePolicy{ForProvider: ecr.LifecyclePolicyParameters{
			RepositoryRef: s.Ref(name),
			Policy:        new(keptPolicy(s, lifecycle(r))),
		}}, layer.OrphanIf(stays))

		s.Add(name+"-policy", &ecr.RepositoryPolicy{ForProvider: ecr.RepositoryPolicyParameters{
			RepositoryRef: s.Ref(name),
			Policy:        pullPolicy(p, r).JSON(),
		}}, layer.OrphanIf(stays))
	}
	warnOldPolicies(s)
}

// lifecycle is the name of a repository's lifecycle policy.
func lifecycle(r string) string { return repository(r) + "-lifecycle" }

// keptPolicy returns the lifecycle policy that a repository has, or the wanted one if it has none: to the provider another policy is another
// resource, and it would refuse every update of this one.
func keptPolicy(s *layer.Scope, name string) string {
	if has, ok := s.Observe(name).Parameter("policy"); ok {
		return has
	}
	return lifecyclePolicy(s.Platform)
}

// reasonLifecycle is of a warning that images expire by former rules.
const reasonLifecycle = "LifecyclePolicyOutdated"

// warnOldPolicies tells which repositories have another lifecycle policy than a new platform would get.
func warnOldPolicies(s *layer.Scope) {
	var outdated []string
	for _, r := range s.Platform.Repositories() {
		if keptPolicy(s, lifecycle(r)) != lifecyclePolicy(s.Platform) {
			outdated = append(outdated, s.Platform.RepositoryName(r))
		}
	}
	if outdated != nil {
		s.Warn(reasonLifecycle, "images of "+strings.Join(outdated, ", ")+" still expire by previous rules, which may delete one that an environment runs. The provider cannot change the rules in place; "+
			"two commands replace them: docs/tasks/registry.md#lifecycle-policy")
	}
}

// pullPolicy lets the execution roles pull of the services that run a repository's images, in this platform and in those
// it is shared with. (R-ECR-3)
//
// The roles stand in a condition and not in the principal: ECR refuses a policy whose principal does not exist yet, as
// the roles of a claim that is still to come, and one whose role was made anew would no longer match.
func pullPolicy(p *platform.Platform, repository string) aws.Policy {
	var roles []string
	for _, prefix := range append([]string{p.Prefix}, p.Compute.Registry.SharedWith...) {
		for _, svc := range p.Services() {
			if svc.Repository == repository {
				roles = append(roles, p.GlobalARN("iam", "role/"+p.GlobalNameOf(prefix, executionRole(svc.Name), platform.MaxRole)))
			}
		}
	}
	slices.Sort(roles) // a set in the claim: its order means nothing
	return aws.NewPolicy(aws.Statement{
		Sid:       "PullByExecutionRoles",
		Effect:    aws.Allow,
		Principal: &aws.Principal{AWS: []string{p.RootARN()}},
		Action:    pull(),
		Condition: aws.Condition{"ArnEquals": {"aws:PrincipalArn": slices.Compact(roles)}},
	})
}

// pull are the actions of pulling an image.
func pull() []string {
	return []string{"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}
}

// A lifecycleRule says which images expire, in ECR's own words.
type lifecycleRule struct {
	RulePriority int                `json:"rulePriority"`
	Description  string             `json:"description"`
	Selection    lifecycleSelection `json:"selection"`
	Action       struct {
		Type string `json:"type"`
	} `json:"action"`
}

type lifecycleSelection struct {
	TagStatus      string   `json:"tagStatus"`
	TagPatternList []string `json:"tagPatternList,omitempty"`
	CountType      string   `json:"countType"`
	CountUnit      string   `json:"countUnit,omitempty"`
	CountNumber    int      `json:"countNumber"`
}

// mutability says which tags can be moved to another image: latest, which the pipelines move, and all others only if the claim
// says so. (R-ECR-4)
func mutability(p *platform.Platform) (string, []ecr.RepositoryImageTagMutabilityExclusionFilter) {
	if !*p.Compute.Registry.ImmutableTags {
		return "MUTABLE", nil
	}
	return "IMMUTABLE_WITH_EXCLUSION", []ecr.RepositoryImageTagMutabilityExclusionFilter{{Filter: new("latest"), FilterType: new("WILDCARD")}}
}

// lifecyclePolicy is the same for all repositories. An image that a rule selects by its tag is left alone by all later rules: what an
// environment runs is kept however many images are pushed for another one. (R-ECR-2, R-ECR-4)
func lifecyclePolicy(p *platform.Platform) string {
	var rules []lifecycleRule
	add := func(description string, selection lifecycleSelection) {
		r := lifecycleRule{RulePriority: len(rules) + 1, Description: description, Selection: selection}
		r.Action.Type = "expire"
		rules = append(rules, r)
	}
	newest := func(tags string) lifecycleSelection {
		return lifecycleSelection{TagStatus: "tagged", TagPatternList: []string{tags}, CountType: "imageCountMoreThan", CountNumber: int(*p.Compute.Registry.KeepImages)}
	}
	for _, environment := range platform.Environments() {
		add("keep the last images of "+environment, newest(environment+"-*"))
	}
	add("expire untagged images", lifecycleSelection{TagStatus: "untagged", CountType: "sinceImagePushed", CountUnit: "days", CountNumber: untaggedDays})
	add("keep the last of the other tagged images", newest("*"))
	return toJSON(map[string]any{"rules": rules})
}
