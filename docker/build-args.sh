#!/usr/bin/env bash
#
# Prints the build arguments of docker/versions.env, NAME=value a line, as docker/build-push-action takes them; with
# --docker as arguments of `docker build`.
#
#   docker build $(docker/build-args.sh --docker) -f docker/backend.Dockerfile .

set -euo pipefail
prefix=
if [[ ${1:-} == --docker ]]; then prefix='--build-arg '; fi
grep -E '^[A-Z_]+=' "$(dirname "$0")/versions.env" | sed "s|^|$prefix|"
