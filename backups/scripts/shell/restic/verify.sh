#!/usr/bin/env bash
# verify.sh POLICY: reads every file of each repository back and compares it with its hash (READ=10% for a part of them).
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../lib.sh
. "$HERE/lib.sh"
# shellcheck source=common.sh
. "$HERE/common.sh"

begin verify
choose_policy "${1:-}"
ready
lock
stage "$EXIT_DAMAGED"
for repository in "${REPOSITORIES[@]}"; do
  res "$repository" check --read-data-subset="${LOCAL[READ]:-100%}" >&2
  [[ $(res "$repository" snapshots --json --host "$STORE" --tag "$NAME") == \[\{* ]] || fail "$EXIT_DAMAGED" "$repository holds no backup of $NAME"
done
succeeded 0
