#!/usr/bin/env bash
# prune.sh: expires what the plan no longer keeps, in each repository; refuses where policy.conf is damaged.
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../lib.sh
. "$HERE/lib.sh"
# shellcheck source=common.sh
. "$HERE/common.sh"

begin prune
choose_policy "${1:-full}"
lock
stage 1
for repo in ${POLICY[REPOS]}; do
  retention_of "$repo"
  pgbr --repo="$repo" "${RULES[@]}" expire
  say "repository $repo: expired by ${RULES[*]}"
done
succeeded 0
