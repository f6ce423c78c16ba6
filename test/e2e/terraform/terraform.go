// Package terraform goes the way of a team that comes from Terraform and leaves for it again, with the real terraform and its
// provider for AWS, against the mock of AWS: apply, adopt, export, import. `make test-terraform` runs its test.
package terraform

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A Directory is one that terraform runs in.
type Directory struct {
	Path     string
	Provider string // directory of terraform-provider-aws
	Endpoint string // of AWS
	Env      []string
}

// override leads the provider to the mock, and has it send what the mock understands.
const override = `provider "aws" {
  skip_metadata_api_check = true
  skip_region_validation  = true
  s3_use_path_style       = true
}
`

// Write writes the configuration.
func (d *Directory) Write(configuration []byte) error {
	rc := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"hashicorp/aws\" = %q\n  }\n  direct {}\n}\n", d.Provider)
	for name, text := range map[string][]byte{"platform.tf": configuration, "mock_override.tf": []byte(override), "terraform.rc": []byte(rc)} {
		if err := os.WriteFile(filepath.Join(d.Path, name), text, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// Run runs terraform, and returns what it printed.
func (d *Directory) Run(ctx context.Context, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "terraform", args...) //nolint:gosec // the test's own
	cmd.Dir = d.Path
	cmd.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+filepath.Join(d.Path, "terraform.rc"), "TF_IN_AUTOMATION=1", "TF_CLI_ARGS=-no-color", "CHECKPOINT_DISABLE=1",
		"AWS_ENDPOINT_URL="+d.Endpoint, "HTTP_PROXY="+d.Endpoint, "NO_PROXY=127.0.0.1", "AWS_EC2_METADATA_DISABLED=true",
		"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_MAX_ATTEMPTS=3")
	cmd.Env = append(cmd.Env, d.Env...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return stdout.Bytes(), fmt.Errorf("terraform %s: %w\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return stdout.Bytes(), nil
}

// A Plan is what terraform show -json prints of a plan, as far as it is looked at.
type Plan struct {
	ResourceChanges []Change `json:"resource_changes"`
}

// A Change is that of a resource.
type Change struct {
	Address string
	Type    string
	Change  struct {
		Actions       []string
		Before, After map[string]any
		Importing     *struct{ ID string }
	}
}

// Plan plans into a file, and returns the plan.
func (d *Directory) Plan(ctx context.Context, file string) (*Plan, error) {
	if _, err := d.Run(ctx, "plan", "-input=false", "-out="+file); err != nil {
		return nil, err
	}
	out, err := d.Run(ctx, "show", "-json", file)
	if err != nil {
		return nil, err
	}
	p := &Plan{}
	return p, json.Unmarshal(out, p)
}

// Is reports whether a change does one thing only, such as no-op.
func (c *Change) Is(action string) bool { return slices.Equal(c.Change.Actions, []string{action}) }

// Arguments are those that an update changes, with both values.
func (c *Change) Arguments() map[string]string {
	out := map[string]string{}
	for name, after := range c.Change.After {
		before, _ := json.Marshal(c.Change.Before[name]) //nolint:errchkjson // as it was decoded
		now, _ := json.Marshal(after)                    //nolint:errchkjson // as it was decoded
		if !bytes.Equal(before, now) {
			out[name] = string(before) + " → " + string(now)
		}
	}
	return out
}

// took is how long something took, for a report.
func took(since time.Time) time.Duration { return time.Since(since).Round(time.Second) }
