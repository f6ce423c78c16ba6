#!/usr/bin/env bash
#
# Keeps one issue for something that is found again and again: opens it with a file for its text, or updates the text of
# the one that is open under that title. Without a file, or with an empty one, closes it.
#
#   issue.sh TITLE [FILE]
#
# Environment: GITHUB_TOKEN, with issues: write; GITHUB_REPOSITORY and GITHUB_API_URL, as GitHub Actions sets them.

set -euo pipefail
if [[ $# -ne 1 && $# -ne 2 ]]; then
  echo "usage: issue.sh TITLE [FILE]" >&2
  exit 2
fi
title=$1 file=${2:-}
api=$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues

# call METHOD URL [BODY]
call() {
  local data=()
  if [[ $# -gt 2 ]]; then data=(--data-binary "@$3"); fi
  curl -sS --fail-with-body --retry 3 -X "$1" "$2" "${data[@]}" \
    -H "Authorization: Bearer $GITHUB_TOKEN" -H 'Accept: application/vnd.github+json' -H 'X-GitHub-Api-Version: 2022-11-28'
}

number=
for ((page = 1; ; page++)); do
  issues=$(call GET "$api?state=open&creator=github-actions%5Bbot%5D&per_page=100&page=$page")
  number=$(jq -r --arg title "$title" 'map(select(.title == $title and .pull_request == null)) | first | .number // empty' <<<"$issues")
  if [[ -n $number || $(jq length <<<"$issues") -lt 100 ]]; then break; fi
done

body=$(mktemp)
trap 'rm -f "$body"' EXIT
if [[ -n $file && ! -f $file ]]; then
  echo "issue.sh: $file is not there" >&2
  exit 1
fi
if [[ -z $file || ! -s $file ]]; then
  if [[ -z $number ]]; then exit 0; fi
  echo '{"state": "closed"}' >"$body"
  call PATCH "$api/$number" "$body" >/dev/null
  echo "closed issue $number"
  exit 0
fi
# GitHub takes 65,536 characters.
jq -Rs --arg title "$title" '{$title, body: (if length > 65000 then .[:65000] + "\n\n… cut off: GitHub accepts no longer text\n" else . end)}' "$file" >"$body"
if [[ -n $number ]]; then
  call PATCH "$api/$number" "$body" >/dev/null
  echo "updated issue $number"
else
  call POST "$api" "$body" >/dev/null
  echo "opened an issue"
fi
