package main

import (
	"strings"
	"testing"
)

const vpc = `---
apiVersion: ec2.aws.upbound.io/v1beta1
kind: VPC
metadata:
  name: shop-vpc
spec:
  forProvider:
    region: eu-central-1
`

func TestCompare(t *testing.T) {
	cases := map[string]struct {
		reason     string
		crossplane string
		morket     string
		want       []string // in the differences; none if empty
	}{
		"Equal": {
			reason:     "Should find no difference in the same resources in another order.",
			crossplane: vpc + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
			morket:     "apiVersion: v1\nmetadata:\n  name: a\nkind: ConfigMap\n" + vpc,
		},
		"Field": {
			reason:     "Should name the resource and the field that differs.",
			crossplane: vpc,
			morket:     strings.ReplaceAll(vpc, "eu-central-1", "us-east-1"),
			want:       []string{"ec2.aws.upbound.io/v1beta1 VPC shop-vpc: -crossplane, +morket:", `"region"`, `"us-east-1"`},
		},
		"Missing": {
			reason:     "Should name a resource that only one of them renders.",
			crossplane: vpc,
			morket:     strings.ReplaceAll(vpc, "shop-vpc", "shop-vpc2"),
			want:       []string{"VPC shop-vpc: rendered by Crossplane only", "VPC shop-vpc2: rendered by morket only"},
		},
		"Twice": {
			reason:     "Should not let a resource that is rendered twice hide behind its twin.",
			crossplane: vpc,
			morket:     vpc + vpc,
			want:       []string{"VPC shop-vpc: rendered 1 times by Crossplane, 2 times by morket"},
		},
		"Namespace": {
			reason:     "Should tell resources of the same name in two namespaces apart.",
			crossplane: "apiVersion: v1\nkind: Secret\nmetadata: {name: a, namespace: blue}\n",
			morket:     "apiVersion: v1\nkind: Secret\nmetadata: {name: a, namespace: green}\n",
			want:       []string{"v1 Secret blue/a: rendered by Crossplane only", "v1 Secret green/a: rendered by morket only"},
		},
		"SecretValue": {
			reason:     "Should not compare values in Secrets, which are random and redacted.",
			crossplane: "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {password: aHVudGVyMg==}\n",
			morket:     "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {password: <redacted>}\n",
		},
		"SecretKey": {
			reason:     "Should compare the keys in Secrets, and never print a value.",
			crossplane: "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {password: aHVudGVyMg==}\n",
			morket:     "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {passwort: <redacted>}\n",
			want:       []string{`"password"`, `"passwort"`},
		},
		"ConditionTime": {
			reason:     "Should not compare the time of conditions.",
			crossplane: "apiVersion: v1\nkind: X\nmetadata: {name: a}\nstatus: {conditions: [{type: Ready, lastTransitionTime: '2024-01-01T00:00:00Z'}]}\n",
			morket:     "apiVersion: v1\nkind: X\nmetadata: {name: a}\nstatus: {conditions: [{type: Ready}]}\n",
		},
		"Condition": {
			reason:     "Should compare everything else of conditions.",
			crossplane: "apiVersion: v1\nkind: X\nmetadata: {name: a}\nstatus: {conditions: [{type: Ready, reason: Available}]}\n",
			morket:     "apiVersion: v1\nkind: X\nmetadata: {name: a}\nstatus: {conditions: [{type: Ready, reason: Creating}]}\n",
			want:       []string{`"Creating"`},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := compare(parse(t, tc.crossplane), parse(t, tc.morket))
			if len(tc.want) == 0 && got != "" {
				t.Errorf("\n%s\ncompare(...): %s", tc.reason, got)
			}
			for _, want := range tc.want {
				if !strings.Contains(normalizeSpace(got), want) {
					t.Errorf("\n%s\ncompare(...): want %q in:\n%s", tc.reason, want, got)
				}
			}
			if strings.Contains(got, "aHVudGVyMg") {
				t.Errorf("\n%s\ncompare(...) prints a secret:\n%s", tc.reason, got)
			}
		})
	}
}

func parse(t *testing.T, stream string) []document {
	t.Helper()
	docs, err := parseStream([]byte(stream))
	if err != nil {
		t.Fatal(err)
	}
	return docs
}

// normalizeSpace undoes cmp.Diff's random choice of spaces.
func normalizeSpace(s string) string { return strings.ReplaceAll(s, "\u00a0", " ") }
