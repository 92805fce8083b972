#!/usr/bin/env bash
# prune.sh POLICY: deletes the backups that no rule of the plan keeps, here and at the copies that can be changed.
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lib.sh
. "$HERE/lib.sh"

begin prune
choose_policy "${1:-}"
lock
prune_folder "$FOLDER" "${POLICY[KEEP_$NAME]}"
for ((number = 1; number <= ${POLICY[COPIES_$NAME]:-0}; number++)); do
  target=${LOCAL[TARGET_${NAME}_$number]:-}
  if [[ ${POLICY[COPY_${NAME}_$number]} == *" immutable"* ]]; then
    say "$NAME: copy $number cannot be changed; its storage lets go of it when its lock ends"
  elif [[ $target == /* ]]; then
    prune_folder "$target/$STORE/$NAME" "${POLICY[KEEP_$NAME]}"
  elif [[ -n $target ]]; then
    prune_remote "$target/$STORE/$NAME" "${POLICY[KEEP_$NAME]}"
  fi
done
succeeded "$(size_of "$FOLDER")"
