# shellcheck shell=bash
#
# What the deploy scripts share. They are run with
#
#   CLAIM             namespace/name of the MorketPlatform, such as morket/morket-staging
#   POLL_SECONDS      how long to wait between two looks (10)
#
# and what the AWS CLI and kubectl need. What they have to know of the platform they read from the claim's status.

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

# claim prints the claim as it is in the cluster.
claim() {
  kubectl get morketplatforms.platform.morket.io --namespace "${CLAIM%/*}" "${CLAIM#*/}" --output json
}

# prefix prints what the platform's AWS names begin with; that is the name of the ECS cluster, too.
prefix() {
  claim | jq -er '.status.namePrefix' || fail "$CLAIM has no status.namePrefix yet: is the claim applied, and Crossplane running?"
}

# managed PLURAL NAME prints the AWS name of one of the claim's managed resources, by its name in the composition.
managed() {
  kubectl get "$1" --selector "crossplane.io/claim-namespace=${CLAIM%/*},crossplane.io/claim-name=${CLAIM#*/}" --output json |
    jq -er --arg name "$2" '.items[].metadata.annotations
      | select(.["crossplane.io/composition-resource-name"] == $name) | .["crossplane.io/external-name"]' ||
    fail "$CLAIM has no $2 ($1) yet"
}
