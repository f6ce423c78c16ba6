package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ecs"

	"github.com/morket-io/platform/internal/rollout"
)

// RolloutCommand rolls a version out through Git, and back where it fails.
type RolloutCommand struct {
	File       string        `arg:"" type:"existingfile" help:"File with the claim, in a clone of the repository that Argo CD follows."`
	Tag        string        `arg:"" help:"The images' new tag, such as a commit's SHA. The images must be in their repositories."`
	Branch     string        `required:"" placeholder:"NAME" help:"Branch that Argo CD follows. The commit goes on top of it, without touching the working tree."`
	Remote     string        `default:"origin" placeholder:"NAME" help:"Git remote of that branch."`
	Kubeconfig string        `type:"path" placeholder:"FILE" help:"kubectl's."`
	Context    string        `placeholder:"NAME" help:"kubectl's."`
	Apply      time.Duration `default:"10m" help:"How long the cluster may take to get the claim."`
	Steady     time.Duration `default:"10m" help:"How long the services may take from then on, beside the time in which replaced tasks finish their requests (compute.loadBalancer.idleTimeoutSeconds). A rollback may take the same time."`
	Poll       time.Duration `default:"10s" env:"MORKET_POLL" help:"Time between two polls."`
}

// Help is shown by --help.
func (c *RolloutCommand) Help() string {
	return `Commits the tag, pushes, and waits until ECS says that every service whose image changes runs it, and ComputeReady is True. ` +
		`If ECS gives a deployment up (circuit breaker, alarm) or it takes too long, the previous tag is committed, and the services are ` +
		`watched until they are steady again. A second run changes nothing; after an interruption it goes on. ` +
		`Needs git, kubectl, and AWS credentials as the AWS CLI takes them. Exit codes: 0 the version runs, 1 it does not.`
}

// Run rolls out.
func (c *RolloutCommand) Run(s streams) error {
	ctx, stop := interruptible()
	defer stop()
	r := &rollout.Rollout{
		Repository: &rollout.Repository{Dir: filepath.Dir(c.File), File: filepath.Base(c.File), Remote: c.Remote, Branch: c.Branch},
		Cluster:    clusterReader{kubectl{kubeconfig: c.Kubeconfig, context: c.Context, timeout: "30s"}},
		ECS:        ecsClient,
		Log:        s.say, Progress: s.print,
		Poll: c.Poll, Apply: c.Apply, Steady: c.Steady,
	}
	return s.summarized(r.Run(ctx, c.Tag))
}

// MigrateCommand runs the migrations of a version.
type MigrateCommand struct {
	File  string        `arg:"" type:"existingfile" help:"File with the claim."`
	Tag   string        `arg:"" help:"Tag of the backend's image whose migrations run."`
	Limit time.Duration `default:"30m" help:"How long migrations may take until they are stopped."`
	Poll  time.Duration `default:"10s" env:"MORKET_POLL" help:"Time between two polls."`
}

// Help is shown by --help.
func (c *MigrateCommand) Help() string {
	return `Runs the backend's image with the tag as a task of its own: in the network and with the roles, variables and secrets of the ` +
		`backend that runs, and with "node migrate.mjs node dist/migrate.js" as its command, which takes an advisory lock in PostgreSQL. ` +
		`Rolls nothing out. Needs AWS credentials as the AWS CLI takes them. Exit codes: 0 migrated, 1 not.`
}

// Run migrates.
func (c *MigrateCommand) Run(s streams) error {
	file, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	ctx, stop := interruptible()
	defer stop()
	m := &rollout.Migration{ECS: ecsClient, Logs: logsClient, Log: s.say, Output: s.print, Poll: c.Poll, Limit: c.Limit}
	if err := m.Run(ctx, file, c.Tag); err != nil {
		return s.summarized(fmt.Errorf("%s: %w", c.File, err))
	}
	return nil
}

// interruptible ends with the first SIGINT or SIGTERM, which a cancelled workflow gets; the second one kills.
func interruptible() (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}

// clusterReader finds the claim with kubectl.
type clusterReader struct{ kubectl kubectl }

func (c clusterReader) Find(claim map[string]any) (map[string]any, error) {
	found, _, err := c.kubectl.find(claim)
	return found, err
}

// print prints a line.
func (s streams) print(line string) { fmt.Fprintln(s.out, line) } //nolint:errcheck // nowhere else to say it

// say prints a line, to the summary of a GitHub job, too.
func (s streams) say(line string) {
	s.print(line)
	summarize(line)
}

// summarized adds an error, which main prints, to the summary of a GitHub job.
func (s streams) summarized(err error) error {
	if err != nil {
		summarize(err.Error())
	}
	return err
}

func summarize(line string) {
	file := os.Getenv("GITHUB_STEP_SUMMARY")
	if file == "" {
		return
	}
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600) //nolint:gosec // GitHub's runner says which
	if err != nil {
		return // it is printed anyway
	}
	fmt.Fprintf(f, "- %s\n", line) //nolint:errcheck // it is printed anyway
	f.Close()                      //nolint:errcheck,gosec // it is printed anyway
}

func ecsClient(ctx context.Context, region string) (*ecs.Client, error) {
	c, err := config.LoadDefaultConfig(ctx, config.WithRegion(region))
	return ecs.NewFromConfig(c), err
}

func logsClient(ctx context.Context, region string) (*cloudwatchlogs.Client, error) {
	c, err := config.LoadDefaultConfig(ctx, config.WithRegion(region))
	return cloudwatchlogs.NewFromConfig(c), err
}
