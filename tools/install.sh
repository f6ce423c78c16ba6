#!/usr/bin/env bash
#
# Installs, from Debian's or Ubuntu's packages, the programs that `make test` and `make lint` run beside Go: what is
# there already stays. Needs root.

set -euo pipefail
declare -A packages=(
  [shellcheck]=shellcheck [nginx]=nginx-light [setcap]=libcap2-bin [node]=nodejs [jq]=jq [curl]=curl [aws]=awscli
)
missing=()
for program in "${!packages[@]}"; do
  if ! PATH=$PATH:/usr/sbin:/sbin command -v "$program" >/dev/null; then missing+=("${packages[$program]}"); fi
done
if [[ ${#missing[@]} -gt 0 ]]; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
