package plan

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/types/known/structpb"

	fieldpath "github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/kinds"
)

// What the claim takes over was never told what the claim says: until it is managed, its managed resource only looks. So it is
// compared with what AWS has, and not with what was asked for last.

// looking says whether a managed resource may do nothing but look at what AWS has.
func (o resource) looking() bool {
	policies, _ := o.rest["managementPolicies"].([]any)
	return len(policies) == 1 && policies[0] == "Observe"
}

// labelAdopted marks what was taken over.
const labelAdopted = "platform.morket.io/adopted"

// unsettled says whether a resource was taken over, and the provider has not made of it yet what it was told.
func unsettled(s *structpb.Struct) bool {
	o := s.AsMap()
	metadata, _ := o["metadata"].(map[string]any)
	labels, _ := metadata["labels"].(map[string]any)
	return labels[labelAdopted] != nil && condition(o, "Synced") != "True"
}

// condition is the status of one of an object's conditions, empty if it has none.
func condition(o map[string]any, typ string) string {
	status, _ := o["status"].(map[string]any)
	conditions, _ := status["conditions"].([]any)
	for _, v := range conditions {
		if c, ok := v.(map[string]any); ok && c["type"] == typ {
			return fieldpath.TextIn(c, "status")
		}
	}
	return ""
}

// takeOver is what happens to a resource that the claim takes over, or stops managing. It returns nil if nothing does, and
// whether it is such a resource.
func takeOver(name string, was, next resource, before, after *State) (c *ResourceChange, is bool) {
	switch {
	case was.looking() && len(was.observed) == 0 && was.rest["externalName"] != next.rest["externalName"]: // put right
		return &ResourceChange{Action: Adopt, Name: name, Kind: next.kind.String(), Fields: []Field{{Path: "externalName", Old: value(was.rest["externalName"]), New: value(next.rest["externalName"])}}}, true
	case was.looking() && len(was.observed) == 0:
		return &ResourceChange{
			Action: Refuse, Name: name, Kind: next.kind.String(),
			Fields: []Field{{Path: "externalName", New: value(next.rest["externalName"]), Refused: "AWS has nothing under this name, or was not asked yet"}},
			WayOut: "put spec.adopt.externalNames[" + name + "] right; the managed resource's Synced condition has the provider's words. Nothing is made under this name",
		}, true
	case was.looking() && next.looking():
		return nil, true
	case next.looking():
		return &ResourceChange{
			Action: Ignore, Name: name, Kind: next.kind.String(),
			Fields: []Field{{Path: "managementPolicies", Old: value(was.rest["managementPolicies"]), New: `["Observe"]`, Ignored: "it is only looked at from then on"}},
		}, true
	case !was.looking() && !unsettled(before.Observed[name]):
		return nil, false
	}
	resolved := next
	if o := after.Observed[name]; o != nil {
		resolved = object(o)
	}
	fields, impacts := compareWithAWS(next.kind, was.observed, resolved.parameters)
	if len(fields) == 0 {
		return nil, true
	}
	resolved.kind = next.kind
	change := resolved.update(name, was.observed, fields)
	change.Impacts = append(change.Impacts, impacts...)
	if change.Action == Refuse {
		var paths []string
		for _, f := range fields {
			if f.Refused != "" {
				paths = append(paths, withoutIndices(f.Path))
			}
		}
		change.WayOut = fmt.Sprintf("give the claim the value that AWS has; or leave it as it is, by spec.adopt.keep: {%s: [%s]}; until then the provider changes nothing about this resource, and its Synced condition says why", name, strings.Join(slices.Compact(paths), ", "))
	}
	return &change, true
}

// adopted are the resources that a claim takes over, by the names that AWS knows them by.
func (s *State) adopted() map[string]any {
	spec, _ := s.Composite.AsMap()["spec"].(map[string]any)
	adopt, _ := spec["adopt"].(map[string]any)
	names, _ := adopt["externalNames"].(map[string]any)
	return names
}

// empty says whether a resource is a Kubernetes Secret that somebody has to fill.
func empty(o *structpb.Struct) bool {
	return object(o).kind == kinds.Secret && o.GetFields()["data"] == nil
}

// waiting says what a claim that manages still needs somebody for, before what it takes over is managed.
func waiting(after *State) []string {
	spec, _ := after.Composite.AsMap()["spec"].(map[string]any)
	adopt, _ := spec["adopt"].(map[string]any)
	if adopt == nil || adopt["policy"] == "Observe" {
		return nil
	}
	var out []string
	for name, o := range after.Desired {
		if object(o).looking() || empty(o) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// local are parameters that tell the provider what to do, and that AWS knows nothing of. Those of a resource that is looked at
// are in its status as it was told them, or not at all.
var local = []string{
	"applyImmediately", "authTokenUpdateStrategy", "deletionWindowInDays", "finalSnapshot", "finalSnapshotIdentifier",
	"forceDelete", "forceDestroy", "recoveryWindowInDays", "skipFinalSnapshot",
}

// compareWithAWS lists what a resource is to have and AWS has otherwise. What AWS has beside it is nobody's business: the
// provider leaves it alone.
func compareWithAWS(kind kinds.Key, has, will map[string]any) ([]Field, []Impact) {
	a := &takenOver{kind: kind, has: has, will: will}
	a.objects(has, will, "")
	return a.fields, a.impacts
}

type takenOver struct {
	kind      kinds.Key
	has, will map[string]any
	fields    []Field
	impacts   []Impact
}

func (a *takenOver) objects(has, will map[string]any, path string) {
	for _, name := range slices.Sorted(maps.Keys(will)) {
		if path == "" && slices.Contains(local, name) || kinds.IsReference(name) || name == "region" {
			continue
		}
		a.values(has[name], will[name], join(path, name))
	}
}

func (a *takenOver) values(has, will any, path string) {
	if same(has, will) {
		return
	}
	switch w := will.(type) {
	case map[string]any:
		if h, ok := has.(map[string]any); ok {
			a.objects(h, w, path)
			return
		}
	case []any:
		if h, ok := has.([]any); ok && len(h) == len(w) && objectsOnly(w) {
			for i := range w {
				a.values(h[i], w[i], fmt.Sprintf("%s[%d]", path, i))
			}
			return
		}
	case string:
		c := &comparison{kind: a.kind, before: a.has, after: a.will}
		h, ok := has.(string)
		if old, updated := statementsOf(document(h)), statementsOf(document(w)); old != nil && updated != nil {
			a.policies(old, updated, path)
			return
		}
		if ok && c.documents(h, w, path, c.parameter) {
			a.fields = append(a.fields, c.fields...)
			return
		}
	}
	f := Field{Path: path, Old: value(has), New: value(will), parameter: true}
	f.Refused, _ = kinds.Refused(a.kind, withoutIndices(path), kinds.Change{Old: has, New: will, Before: a.has, After: a.will})
	a.fields = append(a.fields, f)
}

// policies compares two policies by what they mean.
func (a *takenOver) policies(has, will []map[string]any, path string) {
	fields, impacts := policyChange(path, has, will)
	for i := range fields {
		fields[i].parameter = true
		fields[i].Refused, _ = kinds.Refused(a.kind, withoutIndices(path), kinds.Change{Before: a.has, After: a.will})
	}
	a.fields, a.impacts = append(a.fields, fields...), append(a.impacts, impacts...)
}

// same says whether AWS has what a resource is to have, however either writes it: what AWS does not mention is empty or false,
// lists of it are in no order, and a name may stand for an ARN that ends with it.
func same(has, will any) bool {
	switch w := will.(type) {
	case nil:
		return true
	case map[string]any:
		h, ok := has.(map[string]any)
		if !ok && has != nil {
			return false
		}
		for name, v := range w {
			if !kinds.IsReference(name) && !same(h[name], v) {
				return false
			}
		}
		return true
	case []any:
		h, ok := has.([]any)
		return (ok || has == nil) && sameList(h, w)
	case string:
		h, ok := has.(string)
		return has == nil && w == "" || ok && (h == w || alike(h, w)) || !ok && has != nil && fmt.Sprint(has) == w
	case bool:
		return has == will || has == nil && !w || has == strconv.FormatBool(w)
	default:
		return reflect.DeepEqual(has, will) || fmt.Sprint(has) == fmt.Sprint(will)
	}
}

// alike says whether two strings mean the same to AWS.
func alike(has, will string) bool {
	if strings.HasPrefix(has, "arn:") && (strings.HasSuffix(has, "/"+will) || strings.HasSuffix(has, ":"+will)) {
		return true
	}
	a, b := document(has), document(will)
	return a != nil && reflect.DeepEqual(a, b)
}

// sameList says whether each entry has its own among those that AWS has, and none of those is left.
func sameList(has, will []any) bool {
	if len(has) != len(will) {
		return false
	}
	left := slices.Clone(has)
	for _, w := range will {
		i := slices.IndexFunc(left, func(h any) bool { return same(h, w) })
		if i < 0 {
			return false
		}
		left = slices.Delete(left, i, i+1)
	}
	return true
}

// bucketSettings are the requests that put a bucket's settings, whatever it had before.
var bucketSettings = map[string]string{
	"encryption": "BucketEncryption", "lifecycle": "BucketLifecycleConfiguration", "ownership": "BucketOwnershipControls",
	"policy": "BucketPolicy", "public-access": "PublicAccessBlock", "versioning": "BucketVersioning",
}

// overwrites is what the creation of a resource does to what the claim has taken over, empty if it does nothing. What AWS has
// in its place is not known: nobody has looked.
func overwrites(name string, o resource, adopted map[string]any) []Impact {
	bucket, setting, ofBucket := strings.Cut(name, "-bucket-")
	side, ofSubnet := strings.CutPrefix(name, "association-")
	listener := ""
	for of := range adopted {
		if rest, ok := strings.CutPrefix(of, "listener-"); ok && strings.HasPrefix(name, "rule-"+rest+"-") {
			listener = of
		}
	}
	switch {
	case name == "sg-default" && adopted["vpc"] != nil:
		return []Impact{{Effect: "every rule of the default security group of the VPC goes: what is in that group and in no other cannot be reached any more", Outage: true, Source: "https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html"}}
	case ofBucket && adopted[bucket+"-bucket"] != nil:
		return overwritesSetting(bucket, setting, o, adopted)
	case name == "opensearch-policy" && adopted["opensearch"] != nil:
		return []Impact{{Effect: "it takes the place of the access policy that the domain has", Outage: true, Source: "https://docs.aws.amazon.com/opensearch-service/latest/developerguide/ac.html"}}
	case ofSubnet && adopted["subnet-"+side] != nil:
		return []Impact{{Effect: fmt.Sprintf("AWS refuses it if %s has a route table of its own: adopt that association too. Otherwise the subnet leaves the main route table, and connections by routes that the other lacks break", "subnet-"+side), Outage: true, Source: "https://docs.aws.amazon.com/vpc/latest/userguide/WorkWithRouteTables.html"}}
	case listener != "":
		return []Impact{{Effect: fmt.Sprintf("AWS refuses it if another rule of %s has the priority %v: adopt that rule, or give it another priority; requests that both match go by the lower one", listener, o.parameters["priority"]), Outage: true, Source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-update-rules.html"}}
	default:
		return nil
	}
}

// closing are the settings of a bucket that may end somebody's access to it.
var closing = []string{"ownership", "policy", "public-access"}

func overwritesSetting(bucket, setting string, o resource, adopted map[string]any) []Impact {
	out := []Impact{{
		Effect: fmt.Sprintf("it takes the place of what the bucket has; to see what differs first, adopt it too, as %s: %v", bucket+"-bucket-"+setting, adopted[bucket+"-bucket"]),
		Outage: slices.Contains(closing, setting),
		Source: "https://docs.aws.amazon.com/AmazonS3/latest/API/API_Put" + bucketSettings[setting] + ".html",
	}}
	var fields []Field
	for name := range o.parameters {
		fields = append(fields, Field{Path: name, parameter: true})
	}
	for _, i := range consequences(o, nil, fields) {
		if i.Loss || setting == "lifecycle" {
			out = append(out, i)
		}
	}
	return out
}

// taken says which rules AWS refuses because another rule of their listener has the same priority.
func (p *Plan) taken(before, after *State) {
	type place struct{ listener, priority string }
	has := map[place][]string{}
	for name, r := range before.Observed {
		if o := before.object(r); o.kind == listenerRule && o.observed["priority"] != nil {
			at := place{fmt.Sprint(o.observed["listenerArn"]), fmt.Sprint(o.observed["priority"])}
			has[at] = append(has[at], name)
		}
	}
	for i := range p.Changes {
		c := &p.Changes[i]
		r := after.Observed[c.Name]
		if r == nil || c.Action == Delete || c.Action == Adopt {
			continue
		}
		o := after.object(r)
		if o.kind != listenerRule {
			continue
		}
		at := place{fmt.Sprint(o.parameters["listenerArn"]), fmt.Sprint(o.parameters["priority"])}
		for _, other := range slices.Sorted(slices.Values(has[at])) {
			if other != c.Name {
				c.Impacts = append(c.Impacts, Impact{Field: "priority", Effect: fmt.Sprintf("AWS refuses it while %s has the priority %s of the same listener: give one of them another priority first", other, at.priority), Outage: true, Source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetRulePriorities.html"})
			}
		}
	}
}

var listenerRule = kinds.Key{Group: "elbv2.aws.upbound.io", Kind: "LBListenerRule"}
