#!/usr/bin/env bash
# restore.sh POLICY [--backup NAME] [--from FOLDER] [--until TIME] --into PLACE: beside what is there, never over it.
# restore.sh POLICY [--backup NAME] [--from FOLDER] --drill: into a scratch place, compared, measured, recorded, removed.
# The newest backup unless --backup names one; --from is the folder of a copy that was fetched; --until, where the system
# archives its log, replays it up to that moment (UTC).
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lib.sh
. "$HERE/lib.sh"
# shellcheck source=/dev/null
. "$HERE/system.sh"

begin restore
choose_policy "${1:-}"
shift
place="" drill="" until_time=""
while (($#)); do
  case $1 in
    --backup | --from | --into | --until) (($# > 1)) || fail "$EXIT_USE" "$1 needs a value" ;;&
    --backup) BACKUP=$2 && shift 2 ;;
    --from) FOLDER=$2 && shift 2 ;;
    --into) place=$2 && shift 2 ;;
    --until) until_time=$2 && shift 2 ;;
    --drill) drill=yes && shift ;;
    *) fail "$EXIT_USE" "unknown argument $1" ;;
  esac
done
[[ -n $BACKUP ]] || choose_newest
[[ -n $place || -n $drill ]] || fail "$EXIT_USE" "say --into PLACE, or --drill"
[[ -d $FOLDER/$BACKUP ]] || fail "$EXIT_USE" "there is no backup $BACKUP in $FOLDER"
is_whole "$FOLDER/$BACKUP" || fail "$EXIT_DAMAGED" "$NAME $BACKUP is damaged: it is not restored. Take another one."
ready
[[ -n $place ]] || place=$(scratch_place)

stage "$EXIT_RESTORE"
SECONDS=0 STARTED=0
restore_into "$place" "$FOLDER/$BACKUP"
took=$SECONDS
say "$NAME $BACKUP: restored into $place in $took s"
verified=false checks=""
if [[ -s $FOLDER/$BACKUP/contents.tsv && -z $until_time ]]; then
  contents "$place" | diff "$FOLDER/$BACKUP/contents.tsv" - >&2 ||
    fail "$EXIT_DAMAGED" "what was restored into $place differs from what was backed up; < is the backup"
  verified=true
  checks="$(wc -l <"$FOLDER/$BACKUP/contents.tsv") $CONTENTS_ARE equal"
  say "$NAME $BACKUP: $checks"
fi
bytes=$(bytes_in "$place")
if [[ -n $drill ]]; then
  drop_place "$place"
  need POLYSTORE_HEADER_FILE
  post_drill "$(awk -v b="$bytes" 'BEGIN {printf "%.6f", b / 2^30}')" \
    "$(awk -v s="$took" 'BEGIN {printf "%.2f", (s > 1 ? s : 1) / 60}')" "$verified" "$checks"
fi
succeeded "$bytes"
