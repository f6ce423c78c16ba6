#!/usr/bin/env bash
#
# Runs the migrations of a version as a task of its own, before anything of that version is rolled out, and fails if
# they fail. The task is the backend's as it runs now, in its network and with its secrets, but with the new image and
# another command, which takes an advisory lock in the database first (docker/backend/migrate.mjs). (R-CD-2)
#
#   migrate.sh TAG
#
# Environment: that of lib.sh; MIGRATION_SECONDS is how long migrations may take (1800); RUN tells runs apart, so that a
# request that is repeated after a broken connection starts nothing twice.

set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"
if [[ $# -ne 1 ]]; then
  echo "usage: migrate.sh TAG" >&2
  exit 2
fi
tag=$1
seconds=${MIGRATION_SECONDS:-1800}
cluster=$(prefix)
command='["node", "migrate.mjs", "node", "dist/migrate.js"]'

service=$(aws ecs describe-services --cluster "$cluster" --services "$cluster-backend" --output json |
  jq -ce '.services[] | select(.status == "ACTIVE")') ||
  fail "there is no service $cluster-backend yet: docs/pipelines.md says how a platform gets its first version"

# As AWS describes a task definition it has fields that AWS does not take back. The container's health check, ports and
# dependencies are the API's.
definition=$(aws ecs describe-task-definition --task-definition "$(jq -r .taskDefinition <<<"$service")" --output json |
  jq -ce --arg family "$cluster-migrate" --arg tag "$tag" --argjson command "$command" '.taskDefinition
    | {cpu, memory, networkMode, requiresCompatibilities, executionRoleArn, taskRoleArn, runtimePlatform, volumes}
      + {family: $family, containerDefinitions: [.containerDefinitions[] | select(.name == "backend")
        | del(.healthCheck, .portMappings, .dependsOn)
        | .image |= sub(":[^:/]*$"; "") + ":" + $tag
        | .command = $command | .essential = true]}
    | with_entries(select(.value != null))
    | select(.containerDefinitions | length == 1)') ||
  fail "the task definition of $cluster-backend has no container named backend"

arn=$(aws ecs register-task-definition --cli-input-json "$definition" --query taskDefinition.taskDefinitionArn --output text)
# Nobody is to start it once more.
trap 'aws ecs deregister-task-definition --task-definition "$arn" >/dev/null || true' EXIT

run=$(aws ecs run-task --cluster "$cluster" --task-definition "$arn" --launch-type FARGATE --count 1 \
  --started-by "migrate-${tag:0:12}" --client-token "${RUN:-$tag-$$}" \
  --network-configuration "$(jq -c .networkConfiguration <<<"$service")" --output json)
task=$(jq -er '.tasks[0].taskArn' <<<"$run") ||
  fail "the migrations could not be started: $(jq -c .failures <<<"$run")"
say "migrating to $tag in ${task##*/}"

# tell prints the end of what the migrations said.
tell() {
  local group stream
  group=$(jq -r '.containerDefinitions[0].logConfiguration.options["awslogs-group"] // empty' <<<"$definition")
  stream=$(jq -r '.containerDefinitions[0].logConfiguration.options["awslogs-stream-prefix"] // empty' <<<"$definition")/backend/${task##*/}
  if [[ -z $group ]]; then return; fi
  aws logs get-log-events --log-group-name "$group" --log-stream-name "$stream" --limit 100 --query 'events[].message' --output json |
    jq -r '.[]' || echo "(its log $group $stream cannot be read)"
}

deadline=$((SECONDS + seconds))
until described=$(aws ecs describe-tasks --cluster "$cluster" --tasks "$task" --output json) &&
  jq -e '.tasks[0].lastStatus == "STOPPED"' <<<"$described" >/dev/null; do
  if ((SECONDS >= deadline)); then
    aws ecs stop-task --cluster "$cluster" --task "$task" --reason "longer than $seconds s" >/dev/null
    tell >&2
    fail "the migrations to $tag did not end within $seconds s and were stopped: nothing is rolled out"
  fi
  sleep "$POLL_SECONDS"
done

tell
# A container that never started has no exit code.
code=$(jq -r '.tasks[0].containers[] | select(.name == "backend") | .exitCode // "none"' <<<"$described")
if [[ $code != 0 ]]; then
  fail "the migrations to $tag failed (exit code ${code:-none}; $(jq -r '.tasks[0] | [.stoppedReason, .containers[].reason] | map(select(. != null)) | join("; ")' <<<"$described")): nothing is rolled out"
fi
say "migrated to $tag"
