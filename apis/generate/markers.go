package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// connectionSecretKeysMarker lists keys of the connection secret, separated by semicolons. It may be repeated.
const connectionSecretKeysMarker = "morket:connectionSecretKeys" //nolint:gosec // It names a secret's keys and is none.

// markers is what the generator takes from the sources themselves, because controller-gen does not pass it on.
type markers struct {
	connectionSecretKeys []string
}

// readMarkers reads the marker comments of a directory of Go files. A marker that means nothing to anyone is an error:
// controller-gen ignores those, so that a misspelt MaxLength would be no limit at all.
func readMarkers(dir fs.FS) (markers, error) {
	files, err := fs.Glob(dir, "*.go")
	if err != nil {
		return markers{}, err
	}
	if len(files) == 0 {
		return markers{}, errors.New("no Go files in the directory of the types")
	}

	var m markers
	var errs []error
	for _, name := range files {
		src, err := fs.ReadFile(dir, name)
		if err != nil {
			return markers{}, err
		}
		lines := bufio.NewScanner(bytes.NewReader(src))
		lines.Buffer(nil, len(src)+1)
		for n := 1; lines.Scan(); n++ {
			marker, value, ok := marker(lines.Text())
			if !ok {
				continue
			}
			if marker == connectionSecretKeysMarker {
				m.connectionSecretKeys = append(m.connectionSecretKeys, strings.Split(value, ";")...)
				continue
			}
			if !known[marker] {
				errs = append(errs, fmt.Errorf("%s:%d: unknown marker +%s: controller-gen would ignore it", path.Base(name), n, marker))
			}
		}
	}
	return m, errors.Join(errs...)
}

// marker splits a line such as "// +kubebuilder:validation:XValidation:rule=…,message=…" into the marker's name,
// without the arguments that have names of their own, and the rest.
func marker(line string) (name, value string, ok bool) {
	s, ok := strings.CutPrefix(strings.TrimSpace(line), "//")
	if !ok {
		return "", "", false
	}
	s, ok = strings.CutPrefix(strings.TrimSpace(s), "+")
	if !ok || s == "" || s[0] < 'a' || s[0] > 'z' {
		return "", "", false
	}
	name, value, _ = strings.Cut(s, "=")
	if known[name] || name == connectionSecretKeysMarker {
		return name, value, true
	}
	if i := strings.LastIndexByte(name, ':'); i > 0 && known[name[:i]] {
		return name[:i], name[i+1:] + "=" + value, true
	}
	return name, value, true
}

// known are the markers that controller-gen v0.20 acts on and that our types may use.
var known = func() map[string]bool {
	m := map[string]bool{}
	for s := range strings.FieldsSeq(`
		groupName versionName optional required nullable default
		listType listMapKey mapType structType
		kubebuilder:default kubebuilder:example kubebuilder:title kubebuilder:validation:Optional kubebuilder:validation:Required
		kubebuilder:object:generate kubebuilder:object:root
		kubebuilder:printcolumn kubebuilder:resource kubebuilder:subresource:status kubebuilder:storageversion
		kubebuilder:pruning:PreserveUnknownFields
	`) {
		m[s] = true
	}
	for s := range strings.FieldsSeq(`
		AtLeastOneOf AtMostOneOf ExactlyOneOf Enum ExclusiveMaximum ExclusiveMinimum Format MaxItems MaxLength MaxProperties Maximum
		MinItems MinLength MinProperties Minimum MultipleOf Pattern Schemaless Type XIntOrString XValidation
	`) {
		m["kubebuilder:validation:"+s] = true
		m["kubebuilder:validation:items:"+s] = true
	}
	return m
}()
