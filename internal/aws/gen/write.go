package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// write makes the generated files in a directory exactly these. Files that are the same already are not touched, so
// that a build after it has nothing to do.
func write(dir string, files map[string][]byte) error {
	existing, err := generated(dir)
	if err != nil {
		return err
	}
	for name := range existing {
		if files[name] != nil {
			continue
		}
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.Remove(path); err != nil {
			return err
		}
		_ = os.Remove(filepath.Dir(path)) // The package goes with its last file; this fails if there is another.
	}
	for name, content := range files {
		if bytes.Equal(existing[name], content) {
			continue
		}
		path := filepath.Join(dir, filepath.FromSlash(name))
		//nolint:gosec // Who may read the repository may read these.
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, content, 0o644)); err != nil {
			return err
		}
	}
	return nil
}

// generated returns the generated files that exist.
func generated(dir string) (map[string][]byte, error) {
	fsys := os.DirFS(dir)
	names, err := fs.Glob(fsys, "*/zz_generated.*.go")
	if err != nil {
		return nil, err
	}
	files := make(map[string][]byte, len(names))
	for _, name := range names {
		if files[name], err = fs.ReadFile(fsys, name); err != nil {
			return nil, err
		}
	}
	return files, nil
}
