#!/usr/bin/env bash
#
# Says which jobs of CI a change needs: one line `job=true` or `job=false` each, for $GITHUB_OUTPUT.
#
#   changes.sh BASE HEAD
#
# An application's job is needed by a change of its package or its image; the platform's by every change outside the
# packages, because nothing else is sure to be without effect on it; all of them by a change of the pipelines.

set -euo pipefail
if [[ $# -ne 2 ]]; then
  echo "usage: changes.sh BASE HEAD" >&2
  exit 2
fi

declare -A needed=([backend]=false [scraper]=false [frontend]=false [platform]=false)
while IFS= read -r -d '' file; do
  case $file in
    packages/backend/*) needed[backend]=true ;;
    packages/scraper/*) needed[scraper]=true ;;
    packages/frontend/*) needed[frontend]=true ;;
    packages/*) ;;
    .github/*) needed=([backend]=true [scraper]=true [frontend]=true [platform]=true) ;;
    *) needed[platform]=true ;;
  esac
  # An image may break without its package being touched.
  case $file in
    docker/backend*) needed[backend]=true ;;
    docker/scraper*) needed[scraper]=true ;;
    docker/frontend* | docker/nginx/*) needed[frontend]=true ;;
  esac
done < <(git diff --name-only --no-renames -z "$1" "$2")

# A package that is not in this repository has nothing to check.
for job in backend scraper frontend; do
  if [[ ! -d packages/$job ]]; then needed[$job]=false; fi
done
for job in backend scraper frontend platform; do
  echo "$job=${needed[$job]}"
done
