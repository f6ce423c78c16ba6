#!/usr/bin/env bash
#
# Signs packages and attests their SBOMs, with cosign and the identity of the workflow that runs it: there is no key.
#
#   sign.sh FILE
#
# FILE has a line for each package: REGISTRY/NAME@sha256:DIGEST SBOM_FILE. A package is named by its digest alone: a tag
# can be moved between its push and its signature. (R-CD-4)

set -euo pipefail
if [[ $# -ne 1 ]]; then
  echo "usage: sign.sh FILE" >&2
  exit 2
fi

signed=0
while read -r package sbom; do
  if [[ ! $package =~ ^[^[:space:]@]+@sha256:[0-9a-f]{64}$ ]]; then
    echo "sign.sh: $package is not named by its digest" >&2
    exit 1
  fi
  if [[ ! -s $sbom ]]; then
    echo "sign.sh: $package has no SBOM: ${sbom:-none given}" >&2
    exit 1
  fi
  # The platforms' own images below an index, too.
  cosign sign --yes --recursive "$package"
  cosign attest --yes --type cyclonedx --predicate "$sbom" "$package"
  signed=$((signed + 1))
done <"$1"
if ((signed == 0)); then
  echo "sign.sh: $1 names no package" >&2
  exit 1
fi
