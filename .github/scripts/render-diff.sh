#!/usr/bin/env bash
#
# Writes, as Markdown, what a change does to each environment: what the base revision's code makes of its claim is what
# there is, and the plan from there is this revision's. The first line marks the comment that comment.sh keeps up to date.
#
#   render-diff.sh BASE_REVISION FILE
#
# Fails, after FILE is written, if an environment cannot be planned, or if the API server or AWS would refuse the change.
# CLAIMS is the directory with a claim for each platform (claims). Before the first is there, the examples stand in.

set -euo pipefail
if [[ $# -ne 2 ]]; then
  echo "usage: render-diff.sh BASE_REVISION FILE" >&2
  exit 2
fi
base=$1 report=$2 claims=${CLAIMS:-claims}

work=$(mktemp -d)
trap 'git worktree remove --force "$work/base" 2>/dev/null || true; rm -rf "$work"' EXIT
git worktree add --quiet --detach "$work/base" "$base"

# render DIRECTORY CLAIM OUTPUT renders with the code of a directory, everything that there is in the end; a claim that
# is not there renders to nothing. What goes wrong is in OUTPUT.err.
render() {
  if [[ ! -f $1/$2 ]]; then
    : >"$3"
    return
  fi
  make -s -C "$1" render CLAIM="$2" EVENTUAL=1 >"$3" 2>"$3.err"
}

# quoted FILE quotes what a program said, in a block that it cannot end.
quoted() {
  printf '\n~~~text\n'
  grep -vE '^(building |make: |make\[|settled )' "$1" | sed 's/~~~/---/g' | head -n 30 || true
  printf '~~~\n'
}

# has DIRECTORY reports whether a claim is there.
has() { compgen -G "$1/*.yaml" >/dev/null; }
if [[ -z ${CLAIMS:-} ]] && ! has claims && ! has "$work/base/claims"; then claims=examples/claims; fi

make -s bin/morket
failed=0
{
  echo '<!-- morket-render-diff -->'
  echo '## What this does to the platforms'
  # A claim that is new, or removed, is in one of the two.
  for claim in "$work/base/$claims"/*.yaml "$claims"/*.yaml; do
    if [[ -f $claim ]]; then basename "$claim"; fi
  done | sort -u >"$work/claims"
  while read -r claim; do
    name=${claim%.yaml}
    echo
    if ! render "$work/base" "$claims/$claim" "$work/$name.base"; then
      printf '### %s: could not be rendered before\n' "$name"
      quoted "$work/$name.base.err"
      continue
    fi
    head=$claims/$claim
    if [[ ! -f $head ]]; then head=/dev/null; fi
    code=0
    bin/morket plan "$work/$name.base" "$head" --output=markdown 2>"$work/$name.err" || code=$?
    if [[ $code -eq 1 ]]; then failed=1; fi
    if [[ -s $work/$name.err ]]; then
      printf '### %s: cannot be planned\n' "$name"
      quoted "$work/$name.err"
    fi
  done <"$work/claims"
} >"$report"
exit "$failed"
