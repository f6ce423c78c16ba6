package platformtest

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"slices"

	"github.com/google/go-cmp/cmp"
)

// Files are what a generator writes: contents by path from the root of the repository.
type Files map[string]string

// UpToDate fails for each file that is not what its generator writes.
func UpToDate(t T, files Files) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if diff := cmp.Diff(Read(t, name), files[name]); diff != "" {
			t.Errorf("%s is out of date: run `make update` and look at what changes. -file, +generated:\n%s", name, diff)
		}
	}
}

// Read returns a file of the repository, empty if there is none.
func Read(t T, name string) string {
	t.Helper()
	raw, err := os.ReadFile(Path(t, name))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return string(raw)
}
