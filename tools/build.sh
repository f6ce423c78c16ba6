#!/usr/bin/env bash
#
# Builds the heavy tools, as pinned by the go.mod files beside this script, into a cache directory, unless they are there
# already. Prints the paths of the binaries, in the order of their names on the command line.
#
#   tools/build.sh CACHE_DIR [NAME…]
#
# Names: crossplane-cli crossplane (both of these if none is given) etcd kube-apiserver kube-controller-manager kubectl
# provider-aws terraform-provider-aws.
#
# JOBS=1 in the environment keeps a core free.
#
# A binary's name carries the version and a hash of its go.mod, go.sum and mends, so another pin, of a dependency too, is
# another binary and checkouts with different pins can share a cache.
#
# The files in a tool's directory mend/ are added to its module as it is built, in the directory of the module that they have
# in mend/; each says what it mends, and why. What mend/removed lists goes before.

set -euo pipefail

if [[ $# -lt 1 ]]; then
  echo "usage: tools/build.sh CACHE_DIR [NAME…]" >&2
  exit 2
fi
tools=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
cache=$(cd "$1" && pwd)
shift
if [[ $# -eq 0 ]]; then
  set -- crossplane-cli crossplane
fi

tmp=
trap 'rm -rf "$tmp"' EXIT

# mended DIR MODULE WORK copies MODULE into WORK, mends it by the files of DIR/mend, and writes a go.mod there that uses it.
# (go build -overlay takes no file that would be in the module cache.)
mended() {
  local dir=$1 module=$2 work=$3 removed
  GOWORK=off go -C "$dir" mod download "$module" >&2
  mkdir "$work/module"
  cp -r "$(GOWORK=off go -C "$dir" list -m -f '{{.Dir}}' "$module")/." "$work/module"
  chmod -R u+w "$work/module"
  while read -r removed; do
    # shellcheck disable=SC2086 # a pattern
    (cd "$work/module" && rm $removed)
  done <"$dir/mend/removed"
  cp -r "$dir/mend/." "$work/module"
  cp "$dir/go.mod" "$dir/go.sum" "$work"
  go mod edit -replace="$module=$work/module" "$work/go.mod"
}

# build NAME DIR MODULE PACKAGE VERSION_VARIABLE COST builds a package with the go.mod in tools/DIR, at MODULE's version.
build() {
  local name=$1 dir=$tools/$2 module=$3 package=$4 variable=$5 cost=$6 version hash binary mends=() flags=()
  version=$(awk -v module="$module" '$1 == "require" { $1 = $2; $2 = $3 } $1 == module && $2 ~ /^v/ { print $2; exit }' "$dir/go.mod")
  if [[ -d $dir/mend ]]; then mapfile -t mends < <(find "$dir/mend" -type f | sort); fi
  hash=$(cat "$dir/go.mod" "$dir/go.sum" "${mends[@]}" | sha256sum | cut -c1-12)
  binary=$cache/$name-$version-$hash

  if [[ ! -x $binary ]]; then
    echo "building $name $version (about $cost CPU-minutes, once) …" >&2
    # Built beside its place and renamed, so that an interrupted or a concurrent build never leaves half a binary.
    tmp=$(mktemp -d "$cache/.$name.XXXXXX")
    if [[ ${#mends[@]} -gt 0 ]]; then
      mended "$dir" "$module" "$tmp"
      flags=(-modfile="$tmp/go.mod")
    fi
    GOWORK=off GOFLAGS="-trimpath${JOBS:+ -p=$JOBS}" nice go -C "$dir" build "${flags[@]}" -o "$tmp/$name" -ldflags "-s -w -X $variable=$version" "$package" >&2
    mv "$tmp/$name" "$binary"
    rm -rf "$tmp"
  fi
  echo "$binary"
}

for name; do
  case $name in
    crossplane-cli)
      build "$name" crossplane-cli github.com/crossplane/cli/v2 github.com/crossplane/cli/v2/cmd/crossplane \
        github.com/crossplane/crossplane-runtime/v2/pkg/version.version 4–8 ;;
    crossplane)
      build "$name" crossplane github.com/crossplane/crossplane/v2 github.com/crossplane/crossplane/v2/cmd/crossplane \
        github.com/crossplane/crossplane-runtime/v2/pkg/version.version 4–7 ;;
    etcd)
      CGO_ENABLED=0 build "$name" kubernetes go.etcd.io/etcd/server/v3 go.etcd.io/etcd/server/v3 \
        go.etcd.io/etcd/api/v3/version.GitSHA 1–2 ;;
    kubectl)
      CGO_ENABLED=0 build "$name" kubernetes k8s.io/kubernetes k8s.io/kubernetes/cmd/kubectl \
        k8s.io/component-base/version.gitVersion 1–2 ;;
    kube-apiserver | kube-controller-manager)
      CGO_ENABLED=0 build "$name" kubernetes k8s.io/kubernetes "k8s.io/kubernetes/cmd/$name" \
        k8s.io/component-base/version.gitVersion 4–7 ;;
    provider-aws)
      # The provider's own build of the Terraform provider is in no checksum database: its sums come from provider-aws' go.sum.
      CGO_ENABLED=0 GOSUMDB=off build "$name" provider-aws github.com/upbound/provider-aws/v2 \
        github.com/upbound/provider-aws/v2/cmd/provider/monolith github.com/upbound/provider-aws/v2/internal/version.Version 60 ;;
    terraform-provider-aws)
      GOSUMDB=off build "$name" terraform-provider-aws github.com/hashicorp/terraform-provider-aws \
        github.com/hashicorp/terraform-provider-aws github.com/hashicorp/terraform-provider-aws/version.none 15 ;;
    *)
      echo "tools/build.sh: no tool is named $name" >&2
      exit 2 ;;
  esac
done
