package data

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/morket-io/platform/internal/layer"
)

// What Secrets Manager answers to CreateSecret where the name is taken: by a secret that was deleted and is kept for its recovery
// window (an InvalidRequestException), and by one that exists.
const (
	scheduledForDeletion = "scheduled for deletion"
	alreadyExists        = "ResourceExistsException"
)

// tellTaken has the condition say which secrets' names are taken in Secrets Manager, with the command that ends it. A platform that
// was deleted and returns meets the names of its former secrets. The provider can do nothing about them.
func tellTaken(s *layer.Scope) {
	p := s.Platform
	var deleted, existing []string
	for _, c := range p.Credentials() {
		if c.MadeByAWS() || s.Adopted(c.Resource()) {
			continue
		}
		switch says := s.Observe(c.Resource()).Problem(); {
		case strings.Contains(says, scheduledForDeletion):
			deleted = append(deleted, p.SecretName(c.Name))
		case strings.Contains(says, alreadyExists):
			arn := "$(aws secretsmanager describe-secret --region " + p.Region + " --secret-id " + p.SecretName(c.Name) + " --query ARN --output text)"
			existing = append(existing, strconv.Quote(c.Resource())+`:"'"`+arn+`"'"`)
		}
	}
	if deleted != nil {
		s.Problem("SecretNameTaken", fmt.Sprintf("AWS keeps former secrets of these names until their recovery windows end. To delete them now, with their values: "+
			"`for s in %s; do aws secretsmanager delete-secret --region %s --force-delete-without-recovery --secret-id $s; done`", strings.Join(deleted, " "), p.Region))
	}
	if existing != nil {
		s.Problem("SecretExists", fmt.Sprintf("Secrets Manager has secrets of these names, and the platform makes no value where one may be in use. To take them over: "+
			"`kubectl patch mp %s -n %s --type merge -p '{\"spec\":{\"adopt\":{\"externalNames\":{%s}}}}'`; if AWS made them for this platform a moment ago: docs/tasks/unready.md#lost-while-creating", p.ClaimName, p.ClaimNamespace, strings.Join(existing, ",")))
	}
}
