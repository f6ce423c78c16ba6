#!/usr/bin/env bash
#
# Builds Crossplane's CLI and Crossplane itself, as pinned by the go.mod files beside this script, into a cache
# directory, unless they are there already. Prints the paths of the two binaries, the CLI first.
#
#   tools/build.sh CACHE_DIR
#
# A binary's name carries the version and a hash of its go.mod and go.sum, so another pin, of a dependency too, is
# another binary and checkouts with different pins can share a cache.

set -euo pipefail

if [[ $# -ne 1 ]]; then
  echo "usage: tools/build.sh CACHE_DIR" >&2
  exit 2
fi
tools=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
cache=$(cd "$1" && pwd)

tmp=
trap 'rm -rf "$tmp"' EXIT

# build NAME DIR MODULE COST builds MODULE/cmd/crossplane with the go.mod in tools/DIR.
build() {
  local name=$1 dir=$tools/$2 module=$3 cost=$4 version hash binary
  version=$(awk -v module="$module" '$1 == module { print $2; exit }' "$dir/go.mod")
  hash=$(cat "$dir/go.mod" "$dir/go.sum" | sha256sum | cut -c1-12)
  binary=$cache/$2-$version-$hash

  if [[ ! -x $binary ]]; then
    echo "building $name $version (about $cost CPU-minutes, once) …" >&2
    # Built beside its place and renamed, so that an interrupted or a concurrent build never leaves half a binary.
    tmp=$(mktemp -d "$cache/.$2.XXXXXX")
    GOWORK=off GOFLAGS=-trimpath go -C "$dir" build -o "$tmp/crossplane" \
      -ldflags "-s -w -X github.com/crossplane/crossplane-runtime/v2/pkg/version.version=$version" \
      "$module/cmd/crossplane" >&2
    mv "$tmp/crossplane" "$binary"
    rmdir "$tmp"
  fi
  echo "$binary"
}

build "the Crossplane CLI" crossplane-cli github.com/crossplane/cli/v2 4–8
build "Crossplane" crossplane github.com/crossplane/crossplane/v2 4–7
