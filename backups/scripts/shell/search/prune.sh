#!/usr/bin/env bash
# prune.sh POLICY: deletes the snapshots that no rule of the plan keeps; refuses where policy.conf is damaged.
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../lib.sh
. "$HERE/lib.sh"
# shellcheck source=common.sh
. "$HERE/common.sh"

begin prune
choose_policy "${1:-}"
ready
lock
check_rules "${POLICY[KEEP_$NAME]}"
stage 1
names=$(snapshots)
[[ -n $names ]] || fail "$EXIT_DAMAGED" "there is no finished snapshot: nothing is deleted"
kept=$(keep_list "${POLICY[KEEP_$NAME]}" <<<"$names")
while IFS= read -r one; do
  if ! grep -qx "$one" <<<"$kept"; then
    ask DELETE "_snapshot/${LOCAL[REPOSITORY]}/$(name_of "$one")" >/dev/null
    say "$NAME $one: deleted"
  fi
done <<<"$names"
succeeded 0
