#!/usr/bin/env bash
# verify.sh: compares each file of all backups and all archived log with its checksum, in each repository.
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../lib.sh
. "$HERE/lib.sh"
# shellcheck source=common.sh
. "$HERE/common.sh"

begin verify
choose_policy "${1:-full}"
stage "$EXIT_DAMAGED"
for repo in ${POLICY[REPOS]}; do
  found=$(pgbr --repo="$repo" --output=text --verbose verify)
  say "repository $repo: $found"
  if grep -Eq 'status: error|(missing|checksum invalid|size invalid|other): *[1-9]|invalid checksum|invalid size' <<<"$found"; then
    fail "$EXIT_DAMAGED" "repository $repo holds damaged files"
  fi
done
succeeded 0
