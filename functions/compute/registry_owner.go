package compute

import (
	"fmt"
	"strings"

	"github.com/morket-io/platform/internal/aws/ecr"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

const (
	// use is the mode in which another claim owns the repositories.
	use = "Use"

	// requireRepositories is the name of the question who else owns the repositories.
	requireRepositories = "owners-of-these-repositories"
	// reasonRepositories is that of what is said when somebody else does.
	reasonRepositories = "RepositoriesTaken"

	// statusMode is what the status says the mode was; statusTakenOver and labelTakenOver that it changed from Use to Own once. The
	// label is for a control plane that was restored without status.
	statusMode      = "sizing.compute.registry.mode"
	labelTakenOver  = platform.LabelTakenOver
	statusTakenOver = "repositoriesTakenOver"

	// maxLabel is the longest value of a label.
	maxLabel = 63
)

// repository is the name in the composition of one of the repositories.
func repository(of string) string { return "repository-" + of }

// repositoryResources are the names in the composition of all that a platform composes of its repositories.
func repositoryResources(p *platform.Platform) []string {
	var out []string
	for _, r := range p.Repositories() {
		name := repository(r)
		out = append(out, name, lifecycle(r), name+"-policy")
	}
	return out
}

// repositoryLabels are those of the repository by which other platforms find that the repositories are taken. No label may hold a
// slash: two prefixes may have one label, and the repository's name tells them apart.
func repositoryLabels(p *platform.Platform) map[string]string {
	prefix := strings.ReplaceAll(*p.Compute.Registry.RepositoryPrefix, "/", "_")
	return map[string]string{layer.LabelRepositoryPrefix: platform.Shorten(prefix, maxLabel), layer.LabelAccountID: p.AccountID}
}

// An ownership says how a platform stands to the repositories that its claim wants to own.
type ownership struct {
	// compose reports whether the platform may compose them.
	compose bool
	// shared reports whether another platform owns them, too.
	shared bool
}

// own finds out whether another platform owns the repositories, and says so. A new platform is refused. One that runs goes on: without
// repositories if it has none, and with a warning if it has some and the other's are older. (R-ECR-5)
func own(s *layer.Scope) ownership {
	p := s.Platform
	first := p.Repositories()[0]
	others := s.Holders(requireRepositories, (*ecr.Repository)(nil).Kind(), p.RepositoryName(first), repositoryLabels(p))
	if len(others) == 0 {
		return ownership{compose: true}
	}
	other := others[0]
	if s.New() {
		s.Refuse(reasonRepositories, taken(p, other)+" (nothing of either platform was touched)")
		return ownership{}
	}
	var mine layer.Observed // the repository that the other's is compared with: the same one, if it exists
	exists := false
	for _, name := range repositoryResources(p) {
		o := s.Observe(name)
		exists = exists || o.Exists()
		if !mine.Exists() {
			mine = o
		}
	}
	if !exists {
		s.Problem(reasonRepositories, taken(p, other)+" (this platform goes on without repositories of its own)")
		return ownership{}
	}
	for _, o := range others {
		if o.Before(mine) {
			s.Warn(reasonRepositories, taken(p, o)+". Both claims fight over the policies of the repositories; neither deletes an image: see docs/tasks/registry.md#two-owners")
			break
		}
	}
	return ownership{compose: true, shared: true}
}

// taken says that another platform owns the repositories, and what to do.
func taken(p *platform.Platform, other layer.Holder) string {
	if other.Deleting() {
		return fmt.Sprintf("spec.compute.registry.mode: Invalid value: \"Own\": %s is still being deleted, and owns the image repositories %s-* in account %s, region %s: this claim waits, and continues by itself when they are deleted or left behind",
			other.Owner(), *p.Compute.Registry.RepositoryPrefix, p.AccountID, p.Region)
	}
	return fmt.Sprintf(`spec.compute.registry.mode: Invalid value: "Own": %s owns the image repositories %s-* in account %s, region %s: set mode to Use and add %q to the owner's spec.compute.registry.sharedWith, or create this claim with another spec.compute.registry.repositoryPrefix`,
		other.Owner(), *p.Compute.Registry.RepositoryPrefix, p.AccountID, p.Region, p.Prefix)
}

// takenOver reports whether the platform took its repositories over from another one, or once left them to one: then their images are
// not its own to delete. Mode and flag are written into the status together, and no repository is dropped before the status says Use.
func takenOver(s *layer.Scope) bool {
	over := s.ReportedTrue(statusTakenOver) || s.Reported(statusMode) == use
	for _, r := range s.Platform.Repositories() {
		o := s.Observe(repository(r))
		over = over || o.Label(labelTakenOver) != "" || o.LeftBehind()
	}
	if over {
		s.SetStatusTrue(statusTakenOver)
	}
	return over
}
