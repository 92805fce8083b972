#!/usr/bin/env bash
# backup.sh POLICY: one snapshot of INDICES into REPOSITORY; only segments that are new are copied.
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../lib.sh
. "$HERE/lib.sh"
# shellcheck source=common.sh
. "$HERE/common.sh"

begin backup
choose_policy "${1:-}"
ready
lock
stage "$EXIT_SOURCE"
BACKUP=$(date +%Y%m%dT%H%M%SZ)
said=$(ask PUT "_snapshot/${LOCAL[REPOSITORY]}/$(name_of "$BACKUP")?wait_for_completion=true" \
  "{\"indices\": \"${LOCAL[INDICES]:-*}\", \"include_global_state\": false, \"partial\": false}")
grep -q '"state" *: *"SUCCESS"' <<<"$said" || fail "$EXIT_SOURCE" "the snapshot did not succeed: ${said:0:500}"
say "$NAME $BACKUP: snapshot $(name_of "$BACKUP")"
succeeded 0
