#!/usr/bin/env bash
# restore.sh POLICY [--backup NAME] --into PREFIX: restores indices under new names, PREFIX before the old ones.
# restore.sh POLICY --drill: the same under a scratch prefix; documents are counted, the time is recorded, all is removed.
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../lib.sh
. "$HERE/lib.sh"
# shellcheck source=common.sh
. "$HERE/common.sh"

begin restore
choose_policy "${1:-}"
shift
place="" drill=""
while (($#)); do
  case $1 in
    --into | --backup) (($# > 1)) || fail "$EXIT_USE" "$1 needs a value" ;;&
    --into) place=$2 && shift 2 ;;
    --backup) BACKUP=$2 && shift 2 ;;
    --drill) drill=yes && shift ;;
    *) fail "$EXIT_USE" "unknown argument $1" ;;
  esac
done
ready
[[ -n $place || -n $drill ]] || fail "$EXIT_USE" "say --into PREFIX, or --drill"
place=${place:-drill-$(date +%Y%m%d%H%M%S)-}
[[ $place =~ ^[a-z0-9][a-z0-9-]*$ ]] || fail "$EXIT_USE" "a prefix has small letters, digits and hyphens"
if [[ -z $BACKUP ]]; then
  names=$(snapshots)
  BACKUP=${names%%$'\n'*}
fi
[[ -n $BACKUP ]] || fail "$EXIT_DAMAGED" "there is no finished snapshot"

stage "$EXIT_RESTORE"
SECONDS=0 STARTED=0
ask POST "_snapshot/${LOCAL[REPOSITORY]}/$(name_of "$BACKUP")/_restore?wait_for_completion=true" \
  "{\"indices\": \"${LOCAL[INDICES]:-*}\", \"include_global_state\": false, \"rename_pattern\": \"(.+)\", \"rename_replacement\": \"$place\$1\"}" >/dev/null
took=$SECONDS
documents=$(ask GET "_cat/count/$place*?h=count" | tr -d ' \n')
bytes=$(ask GET "_cat/indices/$place*?h=pri.store.size&bytes=b" | awk '{sum += $1} END {print sum + 0}')
say "$NAME $BACKUP: restored in $took s under $place, $documents documents"
if [[ -n $drill ]]; then
  ask DELETE "$place*" >/dev/null
  need POLYSTORE_HEADER_FILE
  post_drill "$(awk -v b="$bytes" 'BEGIN {printf "%.6f", b / 2^30}')" "$(awk -v s="$took" 'BEGIN {printf "%.2f", (s > 1 ? s : 1) / 60}')" \
    false "$documents documents counted, not compared with the source"
fi
succeeded "$bytes"
