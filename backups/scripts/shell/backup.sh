#!/usr/bin/env bash
# backup.sh POLICY: takes one backup, makes the copies that the plan names, and says so in a metric.
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lib.sh
. "$HERE/lib.sh"
# shellcheck source=/dev/null
. "$HERE/system.sh"

begin backup
choose_policy "${1:-}"
if encrypts; then need AGE_RECIPIENTS; fi
ready
lock
stage "$EXIT_SOURCE"
new_backup
take "$PARTIAL"
finish_backup
stage "$EXIT_COPY"
copy_out
succeeded "$(size_of "$FOLDER/$BACKUP")"
