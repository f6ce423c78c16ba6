#!/usr/bin/env bash
#
# Compares a live claim with what runs: writes the plan from the cluster to the claim in Git into FILE, which is empty
# where there is nothing to change.
#
#   drift.sh CLAIM_FILE FILE
#
# Fails if the plan cannot be made. MORKET is the tool (bin/morket).

set -euo pipefail
if [[ $# -ne 2 ]]; then
  echo "usage: drift.sh CLAIM_FILE FILE" >&2
  exit 2
fi
claim=$1 report=$2
code=0
"${MORKET:-bin/morket}" plan "$claim" --live --output=markdown >"$report" || code=$?
# 2: something would change. 1 with a plan: that change would be refused, which is drift, too.
if [[ $code -eq 0 ]]; then
  : >"$report"
  echo "$claim: nothing differs"
elif [[ -s $report ]]; then
  echo "$claim: see $report"
else
  exit "$code"
fi
