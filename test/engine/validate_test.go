package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFindCRDs(t *testing.T) {
	dir := t.TempDir()
	for name, kind := range map[string]string{
		"ec2.aws.upbound.io_vpcs.yaml":       "VPC",
		"ec2.aws.upbound.io_subnets.yaml":    "Subnet",
		"ec2.aws.m.upbound.io_vpcs.yaml":     "VPC",
		"s3.aws.upbound.io_buckets.yaml":     "Bucket",
		"rds.aws.upbound.io_clusters.yaml":   "Cluster",
		"ecs.aws.upbound.io_clusters.yaml":   "Cluster",
		"ecs.aws.upbound.io_services.yaml":   "Service",
		"ecs.aws.upbound.io_not-a-crd.yaml":  "",
		"ec2.aws.upbound.io_vpcendpoints.md": "VPCEndpoint",
	} {
		text := "spec:\n  group: g\n  names:\n    categories:\n    - aws\n    kind: " + kind + "\n    listKind: " + kind + "List\n"
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	docs := parse(t, vpc+`---
apiVersion: ecs.aws.upbound.io/v1beta1
kind: Cluster
metadata: {name: a}
---
apiVersion: v1
kind: Secret
metadata: {name: a}
`)
	got, err := findCRDs(dir, docs)
	if err != nil {
		t.Fatal(err)
	}
	for i := range got {
		got[i] = filepath.Base(got[i])
	}
	want := []string{"ec2.aws.upbound.io_vpcs.yaml", "ecs.aws.upbound.io_clusters.yaml"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("\nShould find the definitions of these kinds in their own groups only.\nfindCRDs(...): -want, +got:\n%s", diff)
	}
}
