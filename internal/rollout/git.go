package rollout

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"strings"
	"time"

	"github.com/morket-io/platform/internal/claimfile"
)

// A Repository is a branch in Git that holds a claim. Commits are made on top of the remote's branch without touching the
// working tree or the index: an interrupted run leaves nothing behind, and nothing that lies around is committed.
type Repository struct {
	// Dir is a directory of the clone, File the claim's path from there.
	Dir, File string
	// Remote and Branch are where the claim is read from and written to.
	Remote, Branch string
}

// A version is a state of the claim's file on the remote's branch.
type version struct {
	commit  string // the branch's
	content []byte
	time    time.Time // of the commit that brought this content
}

// errSuperseded says that somebody else has changed the tag.
var errSuperseded = errors.New("another version was written meanwhile")

// gitLimit is how long one call of git may take, gitDelay what its helpers, such as ssh, may take to end after it.
const (
	gitLimit = 5 * time.Minute
	gitDelay = 10 * time.Second
)

func (r *Repository) git(ctx context.Context, stdin []byte, env []string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, gitLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "git", append([]string{"-C", r.Dir}, args...)...) //nolint:gosec // it is what this is for
	cmd.Stdin, cmd.Env = bytes.NewReader(stdin), append(os.Environ(), env...)
	var stderr bytes.Buffer
	cmd.Stderr, cmd.WaitDelay = &stderr, gitDelay
	out, err := cmd.Output()
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return "", fmt.Errorf("git %s did not end within %s: %w", args[0], gitLimit, ctx.Err())
	}
	if err != nil {
		return "", fmt.Errorf("git %s: %w: %s", args[0], err, strings.TrimSpace(stderr.String()))
	}
	return string(out), nil
}

// path is the file's path from the root of the repository.
func (r *Repository) path(ctx context.Context) (string, error) {
	prefix, err := r.git(ctx, nil, nil, "rev-parse", "--show-prefix")
	return path.Clean(strings.TrimSpace(prefix) + r.File), err
}

// fetch returns the newest version of the claim on the remote's branch.
func (r *Repository) fetch(ctx context.Context) (*version, error) {
	if _, err := r.git(ctx, nil, nil, "fetch", "--quiet", r.Remote, "refs/heads/"+r.Branch); err != nil {
		return nil, err
	}
	tip, err := r.git(ctx, nil, nil, "rev-parse", "FETCH_HEAD")
	if err != nil {
		return nil, err
	}
	v := &version{commit: strings.TrimSpace(tip)}
	if v.content, err = r.show(ctx, v.commit); err != nil {
		return nil, err
	}
	return v, nil
}

// show returns the file in a commit.
func (r *Repository) show(ctx context.Context, commit string) ([]byte, error) {
	file, err := r.path(ctx)
	if err != nil {
		return nil, err
	}
	out, err := r.git(ctx, nil, nil, "show", commit+":"+file)
	return []byte(out), err
}

// before returns the newest version of the file, at a commit or before it, that has another tag than this one, and sets
// the time of the commit that followed it. It is nil where the clone knows of none.
func (r *Repository) before(ctx context.Context, v *version, tag string) (*version, error) {
	out, err := r.git(ctx, nil, nil, "log", "--format=%H %ct", "--max-count=100", v.commit, "--", r.File)
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(out) {
		var commit string
		var seconds int64
		if _, err := fmt.Sscan(line, &commit, &seconds); err != nil {
			return nil, fmt.Errorf("git log: %q: %w", line, err)
		}
		content, err := r.show(ctx, commit)
		if err != nil {
			return nil, nil
		}
		was, err := tagOf(content)
		if err != nil || was != tag {
			return &version{commit: commit, content: content}, nil
		}
		v.time = time.Unix(seconds, 0)
	}
	return nil, nil
}

// tagOf returns the tag that is written in a file, "" if none is.
func tagOf(content []byte) (string, error) {
	_, was, err := claimfile.SetTag(content, "latest") // any tag that the API accepts
	return was, err
}

// commit puts content in the file's place on top of a version and pushes that. It returns nil and no error if somebody
// else has pushed first.
func (r *Repository) commit(ctx context.Context, on *version, content []byte, message string) (*version, error) {
	file, err := r.path(ctx)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "morket-rollout-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // best effort
	index := []string{"GIT_INDEX_FILE=" + path.Join(dir, "index")}
	blob, err := r.git(ctx, content, nil, "hash-object", "-w", "--stdin")
	if err != nil {
		return nil, err
	}
	mode, err := r.git(ctx, nil, nil, "ls-tree", "--full-tree", "--format=%(objectmode)", on.commit, file)
	if err != nil {
		return nil, err
	}
	if _, err := r.git(ctx, nil, index, "read-tree", on.commit); err != nil {
		return nil, err
	}
	if _, err := r.git(ctx, nil, index, "update-index", "--cacheinfo", strings.TrimSpace(mode)+","+strings.TrimSpace(blob)+","+file); err != nil {
		return nil, err
	}
	tree, err := r.git(ctx, nil, index, "write-tree")
	if err != nil {
		return nil, err
	}
	commit, err := r.git(ctx, []byte(message), nil, "commit-tree", strings.TrimSpace(tree), "-p", on.commit)
	if err != nil {
		return nil, err
	}
	commit = strings.TrimSpace(commit)
	seconds, err := r.git(ctx, nil, nil, "show", "--no-patch", "--format=%ct", commit)
	if err != nil {
		return nil, err
	}
	var unix int64
	if _, err := fmt.Sscan(seconds, &unix); err != nil {
		return nil, err
	}
	if err := r.push(ctx, commit); err != nil {
		if now, fetchErr := r.fetch(ctx); fetchErr == nil && now.commit != on.commit && now.commit != commit {
			return nil, nil
		}
		return nil, err
	}
	return &version{commit: commit, content: content, time: time.Unix(unix, 0)}, nil
}

func (r *Repository) push(ctx context.Context, commit string) error {
	_, err := r.git(ctx, nil, nil, "push", "--quiet", r.Remote, commit+":refs/heads/"+r.Branch)
	if err != nil {
		return fmt.Errorf("cannot push to %s: may this account write to it? (docs/pipelines.md): %w", r.Branch, err)
	}
	return nil
}

// maxPushes is how often others may be quicker.
const maxPushes = 10

// write changes the file on the remote's branch as edit says, on top of whatever is there by then. It returns nil
// if edit changes nothing.
func (r *Repository) write(ctx context.Context, message string, edit func(content []byte) ([]byte, error)) (*version, error) {
	for range maxPushes {
		on, err := r.fetch(ctx)
		if err != nil {
			return nil, err
		}
		content, err := edit(on.content)
		if err != nil || bytes.Equal(content, on.content) {
			return nil, err
		}
		if v, err := r.commit(ctx, on, content, message); v != nil || err != nil {
			return v, err
		}
	}
	return nil, fmt.Errorf("others pushed to %s %d times in a row: run this again", r.Branch, maxPushes)
}
