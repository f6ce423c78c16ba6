#!/usr/bin/env bash
#
# Puts the site into its bucket and has CloudFront forget what it kept of the former one. (R-CD-3)
#
#   site.sh DIRECTORY
#
# What carries a hash in its name goes first and index.html last, so that no page ever names a file that is not there
# yet; and files of former versions stay, for the pages that are still open somewhere. Environment: that of lib.sh.

set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"
if [[ $# -ne 1 ]]; then
  echo "usage: site.sh DIRECTORY" >&2
  exit 2
fi
site=$1
if [[ ! -f $site/index.html ]]; then fail "$site has no index.html: is that the site?"; fi
bucket=$(managed buckets.s3.aws.upbound.io frontend-bucket)
distribution=$(managed distributions.cloudfront.aws.upbound.io cdn)

if [[ -d $site/assets ]]; then
  aws s3 sync "$site/assets" "s3://$bucket/assets" --no-progress --cache-control 'public, max-age=31536000, immutable'
fi
aws s3 sync "$site" "s3://$bucket" --no-progress --exclude 'assets/*' --exclude index.html --cache-control no-cache
aws s3 cp "$site/index.html" "s3://$bucket/index.html" --no-progress --cache-control no-cache --content-type 'text/html; charset=utf-8'

id=$(aws cloudfront create-invalidation --distribution-id "$distribution" --paths '/*' --query Invalidation.Id --output text)
deadline=$((SECONDS + ${INVALIDATION_SECONDS:-900}))
until status=$(aws cloudfront get-invalidation --distribution-id "$distribution" --id "$id" --query Invalidation.Status --output text) &&
  [[ ${status,,} == completed ]]; do # AWS says Completed, moto COMPLETED
  if ((SECONDS >= deadline)); then fail "CloudFront has not finished the invalidation $id: the site is there, but may be seen late"; fi
  sleep "$POLL_SECONDS"
done
say "the site is in $bucket, and CloudFront $distribution serves it"
