#!/usr/bin/env bash
#
# Puts a file on a pull request as a comment, and keeps it at one: the comment that has the file's first line, a marker
# that nobody sees, is updated.
#
#   comment.sh PULL_REQUEST FILE
#
# Environment: GITHUB_TOKEN, with pull-requests: write; GITHUB_REPOSITORY and GITHUB_API_URL, as GitHub Actions sets them.

set -euo pipefail
if [[ $# -ne 2 ]]; then
  echo "usage: comment.sh PULL_REQUEST FILE" >&2
  exit 2
fi
number=$1 file=$2
marker=$(head -n 1 "$file")
case $marker in
  '<!-- '*' -->') ;;
  *)
    echo "comment.sh: the first line of $file should be a marker: <!-- name -->" >&2
    exit 2
    ;;
esac
api=$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues

# call METHOD URL [BODY]
call() {
  local data=()
  if [[ $# -gt 2 ]]; then data=(--data-binary "@$3"); fi
  curl -sS --fail-with-body --retry 3 -X "$1" "$2" "${data[@]}" \
    -H "Authorization: Bearer $GITHUB_TOKEN" -H 'Accept: application/vnd.github+json' -H 'X-GitHub-Api-Version: 2022-11-28'
}

body=$(mktemp)
trap 'rm -f "$body"' EXIT
# GitHub takes 65,536 characters.
jq -Rs '{body: (if length > 65000 then .[:65000] + "\n\n… cut off: GitHub accepts no longer text\n" else . end)}' "$file" >"$body"

id=
for ((page = 1; ; page++)); do
  comments=$(call GET "$api/$number/comments?per_page=100&page=$page")
  # Only a bot's: somebody may quote the comment, marker and all.
  id=$(jq -r --arg marker "$marker" 'map(select(.user.type == "Bot" and (.body | startswith($marker)))) | first | .id // empty' <<<"$comments")
  if [[ -n $id || $(jq length <<<"$comments") -lt 100 ]]; then break; fi
done

if [[ -n $id ]]; then
  call PATCH "$api/comments/$id" "$body" >/dev/null
  echo "updated comment $id"
else
  call POST "$api/$number/comments" "$body" >/dev/null
  echo "commented"
fi
