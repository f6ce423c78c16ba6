package layer

import (
	"fmt"
	"slices"
	"strings"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/fields"
)

// Reasons of a layer's condition, beside WaitingFor… and CannotSync….
const (
	reasonAvailable     = "Available"
	reasonInvalidSpec   = "InvalidSpec"
	reasonNamePrefix    = "NamePrefixTaken"
	reasonWrongAccount  = "WrongAccount"
	reasonInvalidInput  = "InvalidInput"
	reasonInternalError = "InternalError"
)

// maxListed is how many resources a condition's message names.
const maxListed = 5

// summarise turns what a layer composed and what it waits for into its condition.
func summarise(l Layer, s *Scope) *fnv1.Condition {
	c := &fnv1.Condition{
		Type:   l.Condition,
		Status: fnv1.Status_STATUS_CONDITION_FALSE,
		Target: fnv1.Target_TARGET_COMPOSITE_AND_CLAIM.Enum(),
	}
	reason, failing, unready, paused := s.judge()
	c.Reason = reason
	var gated []string
	for _, g := range s.waiting {
		gated = append(gated, fmt.Sprintf("%s waits for %s", g.resource, g.waitingFor))
	}

	var problems []string
	for _, p := range s.problems {
		problems = append(problems, p.message)
	}

	var message string
	switch {
	case problems != nil:
		c.Reason = s.problems[0].reason
		message = list("", problems, "; ")
	case failing != nil:
		message = list("AWS or its provider refused ", failing, "; ")
	case unready != nil:
		message = fmt.Sprintf("%d of %d resources are ready; waiting for ", len(s.added)-len(unready), len(s.added)+len(gated)) + list("", unready, ", ")
	case gated != nil:
		c.Reason = "WaitingFor" + camel(s.waiting[0].waitingFor)
		message = list("", gated, "; ")
	case s.Platform.ObserveOnly():
		c.Reason = reasonObserveOnly
		message = fmt.Sprintf("%d resources are only observed, and nothing is changed in AWS", len(s.added))
	default:
		c.Status = fnv1.Status_STATUS_CONDITION_TRUE
		c.Reason = reasonAvailable
		message = fmt.Sprintf("%d resources are ready", len(s.added))
	}
	if paused != nil {
		message += "; paused, so that nothing of it reaches AWS: " + list("", paused, ", ")
	}
	if s.skipped != nil {
		message += fmt.Sprintf("; %d more are not made before spec.adopt.policy is Manage: ", len(s.skipped)) + list("", s.skipped, ", ")
	}
	parts := []string{message}
	for _, w := range s.warnings {
		parts = append(parts, w.message)
	}
	message = valid(strings.Join(parts, "; "))
	c.Message = &message
	return c
}

// judge returns which of the layer's resources have failed, are not ready or are paused, and a reason for the first.
func (s *Scope) judge() (reason string, failing, unready, paused []string) {
	for _, name := range s.added {
		o := s.Observe(name)
		kind := fields.Text(s.desired[name].GetResource(), "kind")
		if o.paused() {
			paused = append(paused, name)
		}
		if problem := o.Problem(); problem != "" {
			if made := (Observed{object: s.desired[name].GetResource()}); !made.may(create) && strings.Contains(problem, replaced) && strings.Contains(problem, fromNothing) {
				problem += lostStore
			}
			if o.lostWhileCreating(problem) {
				problem += lostCreation
			}
			if failing == nil {
				reason = "CannotSync" + kind
			}
			failing = append(failing, fmt.Sprintf("%s (%s): %s", name, kind, problem))
		}
		if s.desired[name].GetReady() != fnv1.Ready_READY_TRUE {
			if unready == nil && failing == nil {
				reason = "WaitingFor" + kind
			}
			unready = append(unready, fmt.Sprintf("%s (%s)", name, kind))
		}
	}
	return reason, failing, unready, paused
}

// unresolved begins what a provider says of a resource whose references lead to what does not exist yet. That is how a
// platform comes up, and nothing that went wrong.
const unresolved = "cannot resolve references"

// panicked is in what a provider says of an operation that ended in its own panic. Whether AWS did what it was asked is not
// said: the next look tells, and makes Synced True or asks again.
const panicked = "recovered from panic"

// What the provider says that would have to make a resource, and may not: it takes the difference to nothing for a change, and
// names any one argument of it that cannot be changed. It says the same of one that is there and has no value of an argument.
const (
	replaced    = "requires replacing"
	fromNothing = ` from "" to `
	lostStore   = " (what is protected is not made anew, since it would be empty; if AWS does not have it any more: docs/tasks/unready.md#lost-stores)"
)

// creationUnknown are what the provider and AWS say of a resource that AWS may have made without the provider having heard of
// it: the provider was killed, or AWS's answer lost. It never gets over some of them by itself.
var creationUnknown = []string{"cannot determine creation result", "already exists", "InvalidSubnet.Conflict", "Resource.AlreadyAssociated"}

const lostCreation = " (AWS may have made it without the provider having heard of it: docs/tasks/unready.md#lost-while-creating)"

// lostWhileCreating says whether a problem is one of a resource that AWS may have and the provider does not know.
func (o Observed) lostWhileCreating(problem string) bool {
	return !o.known() && slices.ContainsFunc(creationUnknown, func(says string) bool { return strings.Contains(problem, says) })
}

// Problem is what the provider says went wrong, empty when nothing did. Creation and update are asynchronous, so the
// reason is often in LastAsyncOperation while Synced is still True.
func (o Observed) Problem() string {
	for _, typ := range []string{"Synced", "LastAsyncOperation"} {
		c := o.condition(typ)
		switch {
		case c.status != "False", strings.HasPrefix(c.message, unresolved), c.reason == reconcilePaused:
		case typ == "LastAsyncOperation" && strings.Contains(c.message, panicked) && o.condition("Synced").status == "True":
		case c.message != "":
			return c.message
		default:
			return c.reason
		}
	}
	return ""
}

// reconcilePaused is the reason of Synced while somebody keeps the provider from a resource.
const reconcilePaused = "ReconcilePaused"

// paused says whether somebody keeps the provider from the resource, by annotation.
func (o Observed) paused() bool { return o.condition("Synced").reason == reconcilePaused }

// list joins the first few items and says how many more there are.
func list(prefix string, items []string, sep string) string {
	if len(items) > maxListed {
		return prefix + strings.Join(items[:maxListed], sep) + fmt.Sprintf("%sand %d more", sep, len(items)-maxListed)
	}
	return prefix + strings.Join(items, sep)
}

// camel turns words into the CamelCase of a condition's reason: "Aurora's master secret" is AurorasMasterSecret.
func camel(words string) string {
	var b strings.Builder
	for w := range strings.FieldsSeq(words) {
		first := true
		for _, r := range w {
			switch {
			case r >= 'a' && r <= 'z' && first:
				r -= 'a' - 'A'
			case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			default:
				continue
			}
			first = false
			b.WriteRune(r)
		}
	}
	return b.String()
}

// warn returns a result, which becomes an event, for each warning that the layer's condition did not have at the last call.
func (s *Scope) warn(l Layer, xr *structpb.Struct) []*fnv1.Result {
	var out []*fnv1.Result
	for _, w := range s.warnings {
		message := valid(w.message)
		if strings.Contains(findCondition(xr, l.Condition).message, message) {
			continue
		}
		out = append(out, &fnv1.Result{
			Severity: fnv1.Severity_SEVERITY_WARNING,
			Message:  message,
			Reason:   new(w.reason),
			Target:   fnv1.Target_TARGET_COMPOSITE_AND_CLAIM.Enum(),
		})
	}
	return out
}

// announce makes a result, which becomes an event, of a condition that changed since the last call. A state that lasts
// is told once.
func announce(l Layer, now *fnv1.Condition, xr *structpb.Struct) *fnv1.Result {
	before := findCondition(xr, l.Condition)
	result := &fnv1.Result{
		Severity: fnv1.Severity_SEVERITY_NORMAL,
		Reason:   new(now.GetReason()),
		Target:   fnv1.Target_TARGET_COMPOSITE_AND_CLAIM.Enum(),
	}
	reason := now.GetReason()
	failing := now.GetStatus() != fnv1.Status_STATUS_CONDITION_TRUE && !strings.HasPrefix(reason, "WaitingFor") && reason != reasonObserveOnly
	switch {
	case now.GetStatus() == fnv1.Status_STATUS_CONDITION_TRUE && before.status != "True":
		result.Message = fmt.Sprintf("The %s layer is ready: %s", l.Name, now.GetMessage())
	case failing && before.reason != reason:
		result.Severity = fnv1.Severity_SEVERITY_WARNING
		result.Message = fmt.Sprintf("The %s layer has a problem: %s", l.Name, now.GetMessage())
	case now.GetStatus() != fnv1.Status_STATUS_CONDITION_TRUE && before.status == "True":
		result.Message = fmt.Sprintf("The %s layer is no longer ready: %s", l.Name, now.GetMessage())
	default:
		return nil
	}
	return result
}
