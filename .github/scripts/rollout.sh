#!/usr/bin/env bash
#
# Rolls a version out the way everything here changes, through Git: writes the tag into the claim's file, commits,
# pushes, and waits until the claim is Ready and every ECS service runs that version steadily. If that does not come
# about in time, or ECS gives a deployment up, the commit is reverted, which brings the former version back. (R-CD-3)
#
#   rollout.sh TAG CLAIM_FILE BRANCH
#
# A second run with the same tag commits nothing and waits for the same. Environment: that of lib.sh; ROLLOUT_SECONDS is
# how long a version may take (600); MORKET is the tool (bin/morket).

set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"
if [[ $# -ne 3 ]]; then
  echo "usage: rollout.sh TAG CLAIM_FILE BRANCH" >&2
  exit 2
fi
tag=$1 file=$2 branch=$3
seconds=${ROLLOUT_SECONDS:-600}

# push publishes what is committed here. Others may push at the same time; they do not touch the same line.
push() {
  local try
  for try in 1 2 3 4 5; do
    if git push --quiet origin "HEAD:refs/heads/$branch"; then return; fi
    sleep $((try - 1))
    git fetch --quiet origin "$branch"
    git rebase --quiet FETCH_HEAD || {
      git rebase --abort
      fail "somebody else has changed $file on $branch: run the deploy again"
    }
  done
  fail "cannot push to $branch: may the workflow write to it? (docs/pipelines.md)"
}

# expected prints the tag that each ECS service should run, by the claim as it is in the cluster: a service may have its
# own. The Temporal server is no part of a version.
expected() {
  jq -c '.spec.images as $i | $i.tag as $all | {
      backend: ($i.backend.tag // $all), scraper: ($i.scraper.tag // $all), frontend: ($i.frontend.tag // $all),
      "temporal-worker": ($i.temporalWorker.tag // $i.backend.tag // $all)}' <<<"$1"
}

# What a task definition's image is never changes, so each is asked for once.
declare -A images

# describe prints the platform's ECS services.
describe() {
  aws ecs describe-services --cluster "$cluster" --services "$cluster"-{backend,scraper,frontend,temporal-worker,temporal-server} --output json
}

# look sets verdict to ready, waiting or failed, and why. What cannot be seen for the moment is waited for.
look() {
  local platform wanted services definition ready
  verdict=waiting why="the cluster and AWS do not answer"
  platform=$(claim) || return 0
  if [[ $(jq -r .spec.images.tag <<<"$platform") != "$tag" ]]; then
    why="the cluster has not been given the claim with $tag"
    return
  fi
  wanted=$(expected "$platform")
  services=$(describe) || return 0
  for definition in $(jq -r '.services[].deployments[].taskDefinition' <<<"$services"); do
    if [[ -z ${images[$definition]:-} ]]; then
      images[$definition]=$(aws ecs describe-task-definition --task-definition "$definition" --query 'taskDefinition.containerDefinitions[0].image' --output text)
    fi
  done
  ready=$(for definition in "${!images[@]}"; do jq -n --arg k "$definition" --arg v "${images[$definition]}" '{($k): $v}'; done |
    jq -s add | jq -r --argjson services "$services" --argjson platform "$platform" --argjson wanted "$wanted" --argjson before "$before" --arg cluster "$cluster" '
      . as $images
      # A service that is gone or on its way is not steady, and neither is one that still has two deployments.
      | def name: .serviceName | ltrimstr($cluster + "-");
        def runs($tag): $images[.taskDefinition] | endswith(":" + $tag);
      ($services.services | map(name as $n | . + {short: $n, wanted: $wanted[$n]})) as $all
      | [$all[] | select(.wanted != null) | . as $s | .deployments[] | select(.rolloutState == "FAILED" and runs($s.wanted) and (.id | IN($before[]) | not))
          | "failed \($s.short): ECS gave the deployment up: \(.rolloutStateReason // "no reason given")"] as $failed
      | ([$services.failures[]? | "waiting \(.arn | split("/") | last) is \(.reason)"]
        + [$all[] | . as $s | (.deployments | map(select(.status == "PRIMARY")) | first) as $primary
            | if $s.wanted != null and ($primary | runs($s.wanted) | not) then "waiting \(.short) still runs \($images[$primary.taskDefinition] | split(":") | last)"
              elif (.deployments | length) != 1 or $primary.rolloutState != "COMPLETED" then "waiting \(.short) is being rolled out (\(.runningCount) of \(.desiredCount) tasks run)"
              elif .runningCount != .desiredCount then "waiting \(.short) has \(.runningCount) of \(.desiredCount) tasks"
              else empty end]
        + ([$platform.status.conditions[]? | select(.type == "Ready" and .status == "True")] | if length == 1 then []
            else ["waiting the claim is not Ready"] end)) as $waiting
      | ($failed + $waiting + ["ready every service runs its version"]) | first') || return 0
  verdict=${ready%% *} why=${ready#* }
}

# steady waits until the version runs.
steady() {
  local deadline=$((SECONDS + seconds)) last=
  while true; do
    look
    if [[ $why != "$last" ]]; then echo "$verdict: $why"; fi
    last=$why
    case $verdict in
      ready) return 0 ;;
      failed) return 1 ;;
    esac
    if ((SECONDS >= deadline)); then
      why="not steady after $seconds s: $why"
      return 1
    fi
    sleep "$POLL_SECONDS"
  done
}

cluster=$(prefix)
# What ECS gave up before, it may still show.
before=$(describe | jq -c '[.services[].deployments[] | select(.rolloutState == "FAILED") | .id]')

commit=
"${MORKET:-bin/morket}" tag "$file" "$tag"
if git diff --quiet -- "$file"; then
  say "$file has $tag already"
else
  git commit --quiet --message "Roll out $tag to $CLAIM" -- "$file"
  push
  commit=$(git rev-parse HEAD)
  say "rolling $tag out to $CLAIM"
fi

if steady; then
  say "$CLAIM runs $tag"
  exit 0
fi
if [[ -z $commit ]]; then
  fail "$CLAIM does not run $tag: $why. The claim had this version before, so there is nothing to go back to"
fi
git revert --no-edit "$commit" >/dev/null
push
fail "$CLAIM does not run $tag: $why. Rolled back: the claim has its former version again"
