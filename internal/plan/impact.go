package plan

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	fieldpath "github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/kinds"
)

// An Impact is what a change costs while it is made.
type Impact struct {
	// Field is the field whose change it is of, empty if it is of the resource as a whole.
	Field string `json:"field,omitempty"`
	// Effect says what happens, and when.
	Effect string `json:"effect"`
	// Outage says that something does not answer for a while.
	Outage bool `json:"outage"`
	// Loss says that data is deleted.
	Loss bool `json:"loss,omitempty"`
	// Source is where AWS says so.
	Source string `json:"source"`
}

// injectedValues is where ECS says that a container reads secrets when it starts, and never again.
const injectedValues = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html"

// secretVersion is the kind of what holds the values of secrets.
var secretVersion = kinds.Key{Group: "secretsmanager.aws.upbound.io", Kind: "SecretVersion"}

// rotations are the impacts of another value of a secret, beside those of what it is the password of.
var rotations = map[string]kinds.Impact{
	"clickhouse":      {Effect: "ClickHouse takes the new password within five minutes, and refuses the former from then on: until both it and a task have the new one, that task is shut out", Outage: true, Source: injectedValues},
	"jwt":             {Effect: "everybody is signed out", Source: injectedValues},
	"service-api-key": {Effect: "while tasks are replaced, those with the new key and those with the former refuse each other", Outage: true, Source: injectedValues},
	"webhook-hmac":    {Effect: "whoever checks signatures needs the new value", Source: injectedValues},
}

// updateImpacts are those of changed fields, one of each effect.
func updateImpacts(o resource, was map[string]any, fields []Field) []Impact {
	out := consequences(o, was, fields)
	seen, old := map[string]bool{}, make(map[string]string, len(fields))
	for _, f := range fields {
		old[f.Path] = f.Old
	}
	for _, f := range fields {
		if f.Ignored != "" || !f.parameter || strings.HasPrefix(f.Path, "tags") {
			continue
		}
		field, i, lower, ok := o.impact(f, old)
		if !ok || seen[i.Effect] {
			continue
		}
		seen[i.Effect] = true
		if i.When == kinds.InWindow && o.parameters["applyImmediately"] != true {
			i.Effect = "in the next maintenance window" + o.window() + ": " + i.Effect
		}
		at := impactOf(field, i)
		at.Loss = lower
		out = append(out, at)
	}
	return out
}

// consequences are the impacts of changed fields that depend on what they lose or gain.
func consequences(o resource, was map[string]any, fields []Field) []Impact {
	var out []Impact
	on := kinds.Of(o.kind).OnChange
	for _, field := range slices.Sorted(maps.Keys(on)) {
		if !slices.ContainsFunc(fields, func(f Field) bool {
			top, _, _ := strings.Cut(withoutIndices(f.Path), ".")
			return f.parameter && f.Ignored == "" && referent(top) == referent(field)
		}) {
			continue
		}
		will, given := o.parameters[field]
		if !given && slices.ContainsFunc(slices.Collect(maps.Keys(o.parameters)), func(name string) bool { return kinds.IsReference(name) && referent(name) == field }) {
			continue // what it refers to is not known
		}
		for _, c := range on[field](was[field], will) {
			i := impactOf(field, c.Impact)
			i.Loss = c.Loss
			out = append(out, i)
		}
	}
	return out
}

// referent is the field that a reference fills in: subnetIds of subnetIdRefs. It is the field itself of all others.
func referent(path string) string {
	if field, ok := strings.CutSuffix(path, "Refs"); ok {
		return field + "s"
	}
	return strings.TrimSuffix(path, "Ref")
}

func impactOf(field string, i kinds.Impact) Impact {
	return Impact{Field: field, Effect: i.Effect, Outage: i.Outage, Source: i.Source}
}

// impact is that of one of the changed fields. old are the former values of all of them. lower reports whether the value becomes
// smaller, which deletes what is older.
func (o resource) impact(f Field, old map[string]string) (field string, i kinds.Impact, lower, ok bool) {
	facts := kinds.Of(o.kind)
	if facts.OnAnyUpdate != nil {
		if i := facts.OnAnyUpdate(o.parameters, old); i != nil {
			return "", *i, false, true
		}
		return "", i, false, false
	}
	path := withoutIndices(f.Path)
	if field, i, ok = find(facts.OnUpdate, path); ok {
		return field, i, false, true
	}
	was, err := strconv.ParseFloat(f.Old, 64)
	will, err2 := strconv.ParseFloat(f.New, 64)
	if err != nil || err2 != nil || will >= was {
		return "", i, false, false
	}
	field, i, ok = find(facts.OnLower, path)
	return field, i, true, ok
}

// find is the impact of a path, or of what it is in.
func find(impacts map[string]kinds.Impact, path string) (field string, i kinds.Impact, ok bool) {
	for field = path; ; {
		for _, of := range []string{field, referent(field)} {
			if i, ok = impacts[of]; ok {
				return of, i, true
			}
		}
		if field == "" {
			return field, i, false
		}
		field = field[:max(0, strings.LastIndexByte(field, '.'))]
	}
}

// window is when a resource's maintenance window is, as far as the resource says.
func (o resource) window() string {
	for _, name := range []string{"preferredMaintenanceWindow", "maintenanceWindow"} {
		if w := fieldpath.TextIn(o.parameters[name]); w != "" {
			return " (" + w + " UTC)"
		}
	}
	if w, ok := o.parameters["maintenanceWindowStartTime"].(map[string]any); ok {
		return fmt.Sprintf(" (%v %v %v)", w["dayOfWeek"], w["timeOfDay"], w["timeZone"])
	}
	return ""
}

func deleteImpacts(o resource) []Impact {
	d := kinds.Of(o.kind).OnDelete
	if d == nil || d.Effect == "" || o.orphaned() || d.If != "" && o.parameters[d.If] == nil {
		return nil
	}
	i := d.Impact
	if d.Of != "" {
		i.Effect = fmt.Sprintf(i.Effect, o.parameters[d.Of])
	}
	return []Impact{impactOf("", i)}
}

// replaceImpacts are those of a resource, by its name in the composition, that is replaced.
func replaceImpacts(name string, old, updated resource) []Impact {
	var out []Impact
	if d := kinds.Of(old.kind).OnDelete; d == nil || d.Of == "" || old.parameters[d.Of] != updated.parameters[d.Of] {
		out = deleteImpacts(old)
	}
	secret, _, _ := strings.Cut(strings.TrimPrefix(name, "secret-"), "-version-")
	if i, ok := rotations[secret]; ok && old.kind == secretVersion {
		out = append(out, impactOf("", i))
	}
	return out
}
