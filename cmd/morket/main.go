// Command morket is the platform team's tool. It renders a claim into everything the platform would compose, and says what a
// change of it does, in process: no cluster, no Docker, no AWS account.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"github.com/alecthomas/kong"
)

// CLI is the command line.
type CLI struct {
	Adopt   AdoptCommand   `cmd:"" help:"Find in Terraform's state what a claim can take over, and print spec.adopt for it."`
	Export  ExportCommand  `cmd:"" help:"Write a live platform into one file, to find it again after its control plane is lost."`
	Migrate MigrateCommand `cmd:"" help:"Run the migrations of a version as a task of its own, under a lock."`
	Plan    PlanCommand    `cmd:"" help:"Print what a change of a claim does: to resources, to data, to availability and to the bill."`
	Render  RenderCommand  `cmd:"" help:"Print what the platform composes of a claim."`
	Rollout RolloutCommand `cmd:"" help:"Roll a version out through Git, watch it, and roll it back where it fails."`
	Tag     TagCommand     `cmd:"" help:"Set the images' tag of a claim in its file, which rolls that version out."`
	XR      XRCommand      `cmd:"" name:"xr" help:"Print the composite resource that Crossplane makes of a claim, with defaults, for tools that take no claims."`
}

// streams are where a command reads from and writes to.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// A command ends before garbage matters: collecting less of it takes a quarter off the CPU time of a render, for 6 MB.
const gcPercent = 400

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	os.Exit(run(os.Args[1:], streams{in: os.Stdin, out: os.Stdout, err: os.Stderr}))
}

// Exit codes.
const (
	exitOK      = 0
	exitRefused = 1 // the claim is wrong, or cannot be rendered
	exitUsage   = 2 // the command line is wrong
)

// run parses and runs a command line, and returns the exit code.
func run(args []string, s streams) int {
	code := -1
	parser, err := kong.New(&CLI{},
		kong.Name("morket"),
		kong.Description("Renders Morket platforms. Exit codes: 0 done, 1 the claim is refused, 2 the command line is wrong; those of plan are its own."),
		kong.Writers(s.out, s.err),
		kong.Exit(func(c int) { code = c }),
		kong.Bind(s),
	)
	if err != nil {
		fmt.Fprintln(s.err, "morket:", err) //nolint:errcheck // nowhere else to say it
		return exitUsage
	}
	ctx, err := parser.Parse(args)
	if code >= 0 { // --help ends here
		return code
	}
	if err != nil {
		fmt.Fprintln(s.err, "morket:", err) //nolint:errcheck // nowhere else to say it
		if len(args) > 0 && args[0] == "plan" {
			return exitRefused // 2 says that something changes
		}
		return exitUsage
	}
	if err := ctx.Run(); err != nil {
		var code exitError
		if errors.As(err, &code) {
			return int(code)
		}
		var refused *refusedError
		if errors.As(err, &refused) {
			fmt.Fprint(s.err, refused.Error()) //nolint:errcheck // nowhere else to say it
		} else {
			fmt.Fprintln(s.err, "morket:", err) //nolint:errcheck // nowhere else to say it
		}
		return exitRefused
	}
	return exitOK
}
