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
	fields := compareWithAWS(next.kind, was.observed, resolved.parameters)
	if len(fields) == 0 {
		return nil, true
	}
	change := next.update(name, fields)
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
func compareWithAWS(kind kinds.Key, has, will map[string]any) []Field {
	a := &takenOver{kind: kind, has: has, will: will}
	a.objects(has, will, "")
	return a.fields
}

type takenOver struct {
	kind      kinds.Key
	has, will map[string]any
	fields    []Field
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
		if h, ok := has.(string); ok && c.documents(h, w, path, c.parameter) {
			a.fields = append(a.fields, c.fields...)
			return
		}
	}
	f := Field{Path: path, Old: value(has), New: value(will), parameter: true}
	f.Refused, _ = kinds.Refused(a.kind, withoutIndices(path), kinds.Change{Old: has, New: will, Before: a.has, After: a.will})
	a.fields = append(a.fields, f)
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

// overwrites is what the creation of a resource does to what the claim has taken over, empty if it does nothing.
func overwrites(name string, adopted map[string]any) []Impact {
	bucket, setting, ofBucket := strings.Cut(name, "-bucket-")
	switch {
	case name == "sg-default" && adopted["vpc"] != nil:
		return []Impact{{Effect: "every rule of the default security group of the VPC goes: what is in that group and in no other cannot be reached any more", Outage: true, Source: "https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html"}}
	case ofBucket && adopted[bucket+"-bucket"] != nil:
		return []Impact{{Effect: fmt.Sprintf("it takes the place of what the bucket has; to see what differs first, adopt it too, as %s: %v", bucket+"-bucket-"+setting, adopted[bucket+"-bucket"]), Source: "https://docs.aws.amazon.com/AmazonS3/latest/API/API_Put" + bucketSettings[setting] + ".html"}}
	case name == "opensearch-policy" && adopted["opensearch"] != nil:
		return []Impact{{Effect: "it takes the place of the access policy that the domain has", Outage: true, Source: "https://docs.aws.amazon.com/opensearch-service/latest/developerguide/ac.html"}}
	default:
		return nil
	}
}
