#!/usr/bin/env bash
# verify.sh POLICY: can every node reach the repository, and is the newest snapshot whole by its own report?
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../lib.sh
. "$HERE/lib.sh"
# shellcheck source=common.sh
. "$HERE/common.sh"

begin verify
choose_policy "${1:-}"
ready
stage "$EXIT_DAMAGED"
ask POST "_snapshot/${LOCAL[REPOSITORY]}/_verify" >/dev/null
names=$(snapshots)
[[ -n $names ]] || fail "$EXIT_DAMAGED" "there is no finished snapshot"
say "$NAME ${names%%$'\n'*}: the newest finished snapshot; a restore is the only full check"
succeeded 0
