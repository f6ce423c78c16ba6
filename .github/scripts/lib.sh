# shellcheck shell=bash
#
# What the deploy scripts share. They are run with
#
#   CLAIM             namespace/name of the MorketPlatform, such as morket/morket-staging
#   POLL_SECONDS      seconds between two looks (10)
#
# and what the AWS CLI and kubectl need.

POLL_SECONDS=${POLL_SECONDS:-10}

# say TEXT prints to the log, and to the job's summary.
say() {
  echo "$1"
  if [[ -n ${GITHUB_STEP_SUMMARY:-} ]]; then echo "- $1" >>"$GITHUB_STEP_SUMMARY"; fi
}

# fail TEXT ends the script.
fail() {
  say "$1" >&2
  exit 1
}

# managed PLURAL NAME prints the AWS name of one of the claim's managed resources, by its name in the composition.
managed() {
  kubectl get "$1" --selector "crossplane.io/claim-namespace=${CLAIM%/*},crossplane.io/claim-name=${CLAIM#*/}" --output json |
    jq -er --arg name "$2" '.items[].metadata.annotations
      | select(.["crossplane.io/composition-resource-name"] == $name) | .["crossplane.io/external-name"]' ||
    fail "$CLAIM has no $2 ($1) yet"
}
