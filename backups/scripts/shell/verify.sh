#!/usr/bin/env bash
# verify.sh POLICY [NAME|all]: compares each file of a backup with its checksum; the newest one unless told otherwise.
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lib.sh
. "$HERE/lib.sh"

begin verify
choose_policy "${1:-}"
choose_newest
wanted=${2:-$BACKUP}
if [[ $wanted == all ]]; then wanted=$(backups_in "$FOLDER"); fi
damaged=0
while IFS= read -r BACKUP; do
  if is_whole "$FOLDER/$BACKUP"; then
    say "$NAME $BACKUP: whole"
  else
    say "$NAME $BACKUP: DAMAGED"
    damaged=$((damaged + 1))
  fi
done <<<"$wanted"
((damaged == 0)) || fail "$EXIT_DAMAGED" "$damaged of $(wc -l <<<"$wanted") backups are damaged"
succeeded "$(size_of "$FOLDER")"
