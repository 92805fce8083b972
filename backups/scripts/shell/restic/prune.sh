#!/usr/bin/env bash
# prune.sh POLICY: forgets what no rule of the plan keeps, in each repository that can be changed.
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
rules=()
for rule in ${POLICY[KEEP_$NAME]}; do
  count=${rule##*:}
  case $rule in
    within:*) rules+=(--keep-within "$(((count + 3599) / 3600))h") ;;
    *) rules+=("--keep-${rule%%:*}" "$count") ;;
  esac
done
stage 1
for number in "${!REPOSITORIES[@]}"; do
  if [[ ${POLICY[COPY_${NAME}_$((number + 1))]:-} == *" immutable"* ]]; then
    say "$NAME: repository $((number + 1)) cannot be changed; its storage lets go of it when its lock ends"
  else
    res "${REPOSITORIES[number]}" forget --host "$STORE" --tag "$NAME" --group-by host,tags "${rules[@]}" --prune >&2
  fi
done
succeeded 0
