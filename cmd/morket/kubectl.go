package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strings"
	"time"

	"github.com/morket-io/platform/apis/v1alpha1"
	"github.com/morket-io/platform/internal/fields"
	"github.com/morket-io/platform/internal/plan"
	"github.com/morket-io/platform/internal/render"
)

// kubectl reads a platform out of a cluster. It is kubectl that does it, and not a client in this program: it is there where
// there is a cluster, it knows every way to log in to one, and client-go would double what this program takes to build.
type kubectl struct{ kubeconfig, context, timeout string }

// secretsTemplate prints Secrets without their values, which are never read: a plan needs to know which keys there are.
//
//nolint:gosec // The one value in it is <redacted>, encoded.
const secretsTemplate = `{{range .items}}---
apiVersion: v1
kind: Secret
type: {{.type}}
immutable: {{if .immutable}}true{{else}}false{{end}}
metadata:
  name: {{.metadata.name}}
  namespace: {{.metadata.namespace}}
  labels:{{range $k, $v := .metadata.labels}}
    {{$k}}: {{printf "%q" $v}}{{end}}
  annotations:
    crossplane.io/composition-resource-name: {{index .metadata.annotations "crossplane.io/composition-resource-name"}}
data:{{range $k, $v := .data}}
  {{$k}}: PHJlZGFjdGVkPg=={{end}}
{{end}}`

// read reads the platform of a claim: the claim as it is, and what is composed of it. There may be none yet.
func (k kubectl) read(claim map[string]any) (*plan.Input, error) {
	in := &plan.Input{Name: "the cluster", Found: true}
	found, namespace, err := k.find(claim)
	if err != nil || found == nil {
		return in, err
	}
	name := fields.TextIn(found, "spec", "resourceRef", "name")
	if name == "" {
		return nil, fmt.Errorf("the claim %s has no composite resource yet: wait until Crossplane has made one", fields.TextIn(found, "metadata", "name"))
	}
	composites, err := k.get("xmorketplatforms.v1alpha1.platform.morket.io", name, "-o=json")
	if err != nil {
		return nil, err
	}
	in.Platform = composites[0]

	selector := "--selector=crossplane.io/composite=" + name
	// Namespaced are the guards alone; what is not is found whatever the namespace.
	objects, err := k.get("managed,clusterusages.protection.crossplane.io,usages.protection.crossplane.io", "--namespace="+namespace, selector, "--show-managed-fields", "-o=json")
	if err != nil {
		return nil, err
	}
	secrets, err := k.get("secrets", "--namespace="+secretsNamespace(in.Platform), selector, "-o=go-template="+secretsTemplate)
	if err != nil {
		return nil, err
	}
	in.Resources, err = render.Composed(append(objects, secrets...))
	return in, err
}

// find returns the claim as the cluster has it, nil if it has none, and its namespace.
func (k kubectl) find(claim map[string]any) (found map[string]any, namespace string, err error) {
	if claim == nil || claim["kind"] != v1alpha1.KindClaim {
		return nil, "", errors.New("give a claim, to find the one in the cluster")
	}
	if namespace = fields.TextIn(claim, "metadata", "namespace"); namespace == "" {
		namespace = "default"
	}
	objects, err := k.get("morketplatforms.v1alpha1.platform.morket.io", fields.TextIn(claim, "metadata", "name"), "--namespace="+namespace, "--ignore-not-found", "-o=json")
	if err != nil || len(objects) == 0 {
		return nil, namespace, err
	}
	return objects[0], namespace, nil
}

// secretsNamespace is where the platform's Secrets live.
func secretsNamespace(xr map[string]any) string {
	spec, _ := xr["spec"].(map[string]any)
	secrets, _ := spec["secrets"].(map[string]any)
	if namespace, ok := secrets["namespace"].(string); ok {
		return namespace
	}
	return "crossplane-system"
}

// logLine is one of kubectl's log, where it tries several times what it then says in a sentence.
var logLine = regexp.MustCompile(`(?m)^[EWI]\d{4} .*\n`)

// kubectlLimit is how long one call may take, with the login that a kubeconfig may have it run.
const kubectlLimit = 10 * time.Minute

// get runs kubectl get, and reads the objects that it prints.
func (k kubectl) get(args ...string) ([]map[string]any, error) {
	args = append([]string{"get"}, args...)
	if k.kubeconfig != "" {
		args = append(args, "--kubeconfig="+k.kubeconfig)
	}
	if k.timeout != "" {
		args = append(args, "--request-timeout="+k.timeout)
	}
	if k.context != "" {
		args = append(args, "--context="+k.context)
	}
	ctx, cancel := context.WithTimeout(context.Background(), kubectlLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "kubectl", args...) //nolint:gosec // What it is for; the arguments are names.
	var out, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = &out, &stderr, 10*time.Second
	if err := cmd.Run(); errors.Is(err, exec.ErrNotFound) {
		return nil, errors.New("kubectl is not on the PATH: install it. For --live, what it prints elsewhere can be written into a directory and given as --observed")
	} else if ctx.Err() != nil {
		return nil, fmt.Errorf("kubectl %s did not end within %s", strings.Join(args[:2], " "), kubectlLimit)
	} else if err != nil {
		return nil, fmt.Errorf("kubectl %s: %w: %s", strings.Join(args[:2], " "), err, strings.TrimSpace(logLine.ReplaceAllString(stderr.String(), "")))
	}
	objects, err := decode(out.Bytes())
	if err != nil {
		return nil, fmt.Errorf("kubectl %s: %w", strings.Join(args[:2], " "), err)
	}
	return render.Items(objects), nil
}

// decode reads what kubectl prints: JSON, which takes it and us a small part of the time that YAML does, or what a template
// makes, which is YAML. There is nothing where nothing was found.
func decode(out []byte) ([]map[string]any, error) {
	if !bytes.HasPrefix(out, []byte("{")) {
		return render.ReadYAML(bytes.NewReader(out))
	}
	var o map[string]any
	if err := json.Unmarshal(out, &o); err != nil {
		return nil, err
	}
	return []map[string]any{o}, nil
}
