package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/plan"
	"github.com/morket-io/platform/internal/render"
)

// defaultComposition is what a claim gets that selects none: the definition's defaultCompositionRef.
const defaultComposition = "morket-platform"

const compositionKind = "compositions.apiextensions.crossplane.io"

// steps returns the pipeline of the Composition that the cluster uses for a claim, and what there is to say about it. The Composition may
// be that of another channel: docs/tasks/channels.md.
func (k kubectl) steps(next, was *plan.Input) (steps []render.Step, notes []string, err error) {
	name, err := k.compositionName(next.Platform, was.Platform)
	if err != nil {
		return nil, nil, err
	}
	found, err := k.get(compositionKind, name, "--ignore-not-found", "-o=json")
	if err != nil {
		return nil, nil, err
	}
	if len(found) == 0 {
		return nil, nil, fmt.Errorf("the claim selects the Composition %q, which the cluster does not have: install the Configuration first, or change spec.compositionRef.name", name)
	}
	steps, notes, err = render.OwnSteps(found[0])
	if err != nil {
		return nil, nil, fmt.Errorf("the Composition %q of the cluster: %w", name, err)
	}
	if name == defaultComposition {
		return steps, notes, nil
	}
	note := fmt.Sprintf("The claim selects the Composition %s.", name)
	function := steps[0].Function
	if functions, err := k.get("functions.pkg.crossplane.io", function, "--ignore-not-found", "-o=json"); err == nil && len(functions) > 0 {
		note += fmt.Sprintf(" It calls %s; this plan is true of the same version of morket.", fields.TextIn(functions[0], "spec", "package"))
	} else {
		note += fmt.Sprintf(" It calls the Function %s, which is not installed as far as we can see.", function)
	}
	return steps, append(notes, note), nil
}

// compositionName returns the name of the Composition that Crossplane would use for a claim. As Crossplane does, it prefers the one that
// the claim names, then the one that the platform has, then the one that the claim's labels select.
func (k kubectl) compositionName(next, was map[string]any) (string, error) {
	for _, o := range []map[string]any{next, was} {
		if name := fields.TextIn(o, "spec", "compositionRef", "name"); name != "" {
			return name, nil
		}
	}
	labels, _ := fields.In(next, "spec", "compositionSelector", "matchLabels").(map[string]any)
	if len(labels) == 0 {
		return defaultComposition, nil
	}
	var selector []string
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		selector = append(selector, fmt.Sprintf("%s=%v", key, labels[key]))
	}
	by := strings.Join(selector, ",")
	found, err := k.get(compositionKind, "--selector="+by, "-o=json")
	switch {
	case err != nil:
		return "", err
	case len(found) == 1:
		return fields.TextIn(found[0], "metadata", "name"), nil
	case len(found) == 0:
		return "", fmt.Errorf("spec.compositionSelector: no Composition of the cluster has the labels %s: a channel's label is platform.morket.io/channel=stable or =next", by)
	}
	return "", errors.New("spec.compositionSelector: several Compositions of the cluster have the labels " + by + ", and Crossplane would choose one at random: select by platform.morket.io/channel")
}
