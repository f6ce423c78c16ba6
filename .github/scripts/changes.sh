#!/usr/bin/env bash
#
# Says which jobs of CI a change needs, for $GITHUB_OUTPUT: one line `job=true` or `job=false` each, and the list of
# images to build as JSON. .github/paths says which paths concern whom.
#
#   changes.sh BASE HEAD

set -euo pipefail
if [[ $# -ne 2 ]]; then
  echo "usage: changes.sh BASE HEAD" >&2
  exit 2
fi
applications=(backend scraper frontend)

who=() globs=()
while read -r name glob; do
  if [[ -z $name || $name == \#* ]]; then continue; fi
  who+=("$name") globs+=("$glob")
done <"$(dirname "$0")/../paths"

declare -A needed=([backend]=false [scraper]=false [frontend]=false [platform]=false)
while IFS= read -r -d '' file; do
  if [[ $file != packages/* ]]; then needed[platform]=true; fi
  for i in "${!globs[@]}"; do
    # shellcheck disable=SC2053 # it is a pattern
    if [[ $file != ${globs[$i]} ]]; then continue; fi
    case ${who[$i]} in
      applications | pipelines) for job in "${applications[@]}"; do needed[$job]=true; done ;;
      deploy) ;;
      *) needed[${who[$i]}]=true ;;
    esac
    break
  done
done < <(git diff --name-only --no-renames -z "$1" "$2")

images=
for job in "${applications[@]}"; do
  # A package that is not in this repository has nothing to check.
  if [[ ! -d packages/$job ]]; then needed[$job]=false; fi
  if [[ ${needed[$job]} == true ]]; then images+=${images:+,}\"$job\"; fi
done
for job in "${applications[@]}" platform; do
  echo "$job=${needed[$job]}"
done
echo "images=[$images]"
