package compute

import (
	"slices"

	"github.com/morket-io/platform/internal/aws"
	"github.com/morket-io/platform/internal/aws/ecr"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

// What a repository keeps.
const (
	taggedImages = 20 // the last so many
	untaggedDays = 7
)

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
		s.Add(name, &ecr.Repository{ForProvider: ecr.RepositoryParameters{
			ImageTagMutability:         new("MUTABLE"), // the pipelines move the tag latest
			ImageScanningConfiguration: &ecr.RepositoryImageScanningConfiguration{ScanOnPush: new(true)},
			EncryptionConfiguration:    []ecr.RepositoryEncryptionConfiguration{{EncryptionType: new("KMS")}},
			ForceDelete:                new(!stays),
		}}, append(labels, layer.ExternalName(p.RepositoryName(r)), layer.OrphanIf(stays))...)

		s.Add(name+"-lifecycle", &ecr.LifecyclePolicy{ForProvider: ecr.LifecyclePolicyParameters{
			RepositoryRef: s.Ref(name),
			Policy:        lifecycle(),
		}}, layer.OrphanIf(stays))

		s.Add(name+"-policy", &ecr.RepositoryPolicy{ForProvider: ecr.RepositoryPolicyParameters{
			RepositoryRef: s.Ref(name),
			Policy:        pullPolicy(p, r).JSON(),
		}}, layer.OrphanIf(stays))
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

// lifecyclePolicy is the same for all repositories. (R-ECR-2)
var lifecyclePolicy = func() string {
	rules := []lifecycleRule{
		{RulePriority: 1, Description: "expire untagged images", Selection: lifecycleSelection{TagStatus: "untagged", CountType: "sinceImagePushed", CountUnit: "days", CountNumber: untaggedDays}},
		{RulePriority: 2, Description: "keep the last tagged images", Selection: lifecycleSelection{TagStatus: "tagged", TagPatternList: []string{"*"}, CountType: "imageCountMoreThan", CountNumber: taggedImages}},
	}
	for i := range rules {
		rules[i].Action.Type = "expire"
	}
	return toJSON(map[string]any{"rules": rules})
}()

func lifecycle() *string { return &lifecyclePolicy }
