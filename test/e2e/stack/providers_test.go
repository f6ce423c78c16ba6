package stack

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/morket-io/platform/internal/aws/crds"
)

func TestDefinition(t *testing.T) {
	t.Parallel()
	source, err := crds.Built() // It stores another version than we use. v2.7.0 stores the one that we use.
	if err != nil {
		t.Fatal(err)
	}
	for reason, tc := range map[string]struct {
		file, version string
		versions      []string
		converted     bool
	}{
		"Should have what the provider works at beside what we use, and who converts": {"elbv2.aws.upbound.io_lblisteners.yaml", "v1beta2", []string{"v1beta1", "v1beta2"}, true},
		"Should convert nothing where there is one version":                           {"ec2.aws.upbound.io_vpcs.yaml", "v1beta1", []string{"v1beta1"}, false},
	} {
		out, err := definition(filepath.Join(source.Dir, tc.file), "x/"+tc.version, true)
		if err != nil {
			t.Fatal(err)
		}
		var d struct {
			Spec struct {
				Conversion struct{ Strategy string }
				Versions   []struct {
					Name            string
					Storage, Served bool
				}
			}
		}
		if err := yaml.Unmarshal(out, &d); err != nil {
			t.Fatal(err)
		}
		var versions []string
		for _, v := range d.Spec.Versions {
			versions = append(versions, v.Name)
			if !v.Served || v.Storage != (v.Name == "v1beta1") {
				t.Errorf("%s: %s served %v, stored %v", reason, v.Name, v.Served, v.Storage)
			}
		}
		if diff := cmp.Diff(tc.versions, versions); diff != "" || (d.Spec.Conversion.Strategy == "Webhook") != tc.converted {
			t.Errorf("%s: conversion %q, -want, +got:\n%s", reason, d.Spec.Conversion.Strategy, diff)
		}
		if strings.Contains(string(out), "description: ") {
			t.Errorf("%s: descriptions are left", reason)
		}
	}
	if _, err := definition(filepath.Join(source.Dir, "ec2.aws.upbound.io_vpcs.yaml"), "x/v1beta2", true); err == nil {
		t.Error("Should not do without the version that we use")
	}
}
