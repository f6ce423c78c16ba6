package kinds

import (
	"fmt"
	"slices"
	"strings"
)

var s3BucketLifecycleConfiguration = Facts{
	ID: named, ARN: noARN, Import: "{bucket}", Price: free, OnDelete: onlyItself, DataAfterDelete: noData,
	Adopt:    &Adoption{Form: "the bucket's name", Attribute: "bucket"},
	OnChange: map[string]func(was, will any) []Consequence{"rule": lifecycleChange},
}

const lifecycleSource = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-expire-general-considerations.html"

// A lifecycleAction is what a rule of a bucket does to objects of an age.
type lifecycleAction struct {
	field, days, unless string // the field of the rule, the one in it that says when, and its value that is no such action
	effect              string // with the days
	loss, outage        bool
	source              string
}

var lifecycleActions = []lifecycleAction{
	{"expiration", "days", "", "objects that are older than %v days are deleted", true, false, lifecycleSource},
	{"expiration", "date", "", "objects are deleted on %v", true, false, lifecycleSource},
	{"noncurrentVersionExpiration", "noncurrentDays", "", "versions that were overwritten or deleted more than %v days ago are deleted", true, false, lifecycleSource},
	{"transition", "days", "STANDARD_IA ONEZONE_IA INTELLIGENT_TIERING GLACIER_IR", "objects that are older than %v days move to an archive: before anyone can read them, they have to be restored", false, true, "https://docs.aws.amazon.com/AmazonS3/latest/userguide/archived-objects.html"},
}

// lifecycleChange is what rules of a bucket do to objects that its former rules did not do.
func lifecycleChange(was, will any) []Consequence {
	var out []Consequence
	for _, a := range lifecycleActions {
		for _, rule := range rulesOf(will) {
			when := a.when(rule)
			if when == nil || slices.ContainsFunc(rulesOf(was), func(old Parameters) bool { return a.covers(old, rule) }) {
				continue
			}
			effect := fmt.Sprintf(a.effect, when)
			if prefix := prefixOf(rule); prefix != "" {
				effect = "under " + prefix + ", " + effect
			}
			out = append(out, Consequence{Impact{effect, a.outage, AtOnce, a.source}, a.loss})
		}
	}
	return out
}

// rulesOf are the rules that are not switched off.
func rulesOf(v any) []Parameters {
	return slices.DeleteFunc(objectsIn(v), func(rule Parameters) bool { return rule["status"] == "Disabled" })
}

// objectsIn are the objects of a list, or the one object that there is instead.
func objectsIn(v any) []Parameters {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	var out []Parameters
	for _, entry := range list {
		if o, ok := entry.(map[string]any); ok {
			out = append(out, o)
		}
	}
	return out
}

// when is the age at which a rule acts, nil if it does not.
func (a lifecycleAction) when(rule Parameters) any {
	for _, action := range objectsIn(rule[a.field]) {
		class := action.Text("storageClass")
		if set(action[a.days]) && (class == "" || !slices.Contains(strings.Fields(a.unless), class)) {
			return action[a.days]
		}
	}
	return nil
}

// covers reports whether a former rule acted on all objects that a rule acts on, and not later.
func (a lifecycleAction) covers(old, rule Parameters) bool {
	before, after := a.when(old), a.when(rule)
	if before == nil || !strings.HasPrefix(prefixOf(rule), prefixOf(old)) || narrow(old) {
		return false
	}
	if days, ok := after.(float64); ok {
		return number(before) <= days
	}
	return before == after
}

// prefixOf is what the names of a rule's objects begin with.
func prefixOf(rule Parameters) string {
	for _, at := range [][]string{{"filter", "prefix"}, {"filter", "and", "prefix"}, {"prefix"}} {
		if prefix, _ := rule.At(at...).(string); prefix != "" {
			return prefix
		}
	}
	return ""
}

// narrow reports whether a rule is about some of the objects under its prefix only: of a size or with a tag.
func narrow(rule Parameters) bool {
	for _, field := range []string{"tag", "tags", "objectSizeGreaterThan", "objectSizeLessThan"} {
		if set(rule.At("filter", field)) && !empty(rule.At("filter", field)) || set(rule.At("filter", "and", field)) && !empty(rule.At("filter", "and", field)) {
			return true
		}
	}
	return false
}

// empty reports whether a list or an object has nothing in it.
func empty(v any) bool {
	switch v := v.(type) {
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	default:
		return false
	}
}
