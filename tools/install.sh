#!/usr/bin/env bash
#
# Installs, from Debian's or Ubuntu's packages, the programs that `make test` and `make lint` run beside Go: what is
# there already stays. Needs root.

set -euo pipefail
declare -A packages=(
  [shellcheck]=shellcheck [nginx]=nginx-light [setcap]=libcap2-bin [node]=nodejs [jq]=jq [curl]=curl [aws]=awscli
  [redis-server]=redis-server [rabbitmq-server]=rabbitmq-server [psql]=postgresql-client
)
missing=()
for program in "${!packages[@]}"; do
  if ! PATH=$PATH:/usr/sbin:/sbin command -v "$program" >/dev/null; then missing+=("${packages[$program]}"); fi
done
# Debian keeps the server out of the PATH. Any version serves for the migrations' lock.
if ! compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null; then missing+=(postgresql); fi
# pg, the driver of the migrations: of npm where there is one, as Debian's package needs Debian's own Node.js.
driver=/usr/local/share/morket/node_modules/pg
if [[ ! -d $driver && ! -d /usr/share/nodejs/pg ]] && ! command -v npm >/dev/null; then missing+=(node-pg); fi
if [[ ${#missing[@]} -gt 0 ]]; then
  # No server starts here by itself: tests start their own, on other ports.
  if [[ ! -e /usr/sbin/policy-rc.d ]]; then
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
    chmod +x /usr/sbin/policy-rc.d
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
  fi
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
if [[ ! -d $driver && ! -d /usr/share/nodejs/pg ]]; then
  npm install --silent --no-audit --no-fund --ignore-scripts --prefix "${driver%/node_modules/pg}" pg@8.16.3
fi
