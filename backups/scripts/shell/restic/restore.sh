#!/usr/bin/env bash
# restore.sh POLICY [--backup SNAPSHOT] [--copy NUMBER] --into FOLDER: restores beside what is there, never over it.
# restore.sh POLICY [--backup SNAPSHOT] [--copy NUMBER] --drill: into a scratch folder, verified, measured, recorded, removed.
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../lib.sh
. "$HERE/lib.sh"
# shellcheck source=common.sh
. "$HERE/common.sh"

begin restore
choose_policy "${1:-}"
shift
place="" drill="" copy=1 snapshot=latest
while (($#)); do
  case $1 in
    --into | --backup | --copy) (($# > 1)) || fail "$EXIT_USE" "$1 needs a value" ;;&
    --into) place=$2 && shift 2 ;;
    --backup) snapshot=$2 && shift 2 ;;
    --copy) copy=$2 && shift 2 ;;
    --drill) drill=yes && shift ;;
    *) fail "$EXIT_USE" "unknown argument $1" ;;
  esac
done
ready
[[ -n $place || -n $drill ]] || fail "$EXIT_USE" "say --into FOLDER, or --drill"
[[ $copy =~ ^[1-9]$ && -n ${REPOSITORIES[copy - 1]:-} ]] || fail "$EXIT_USE" "there is no repository $copy"
[[ -n $place ]] || place=$(mktemp -d "${LOCAL[SCRATCH_DIR]:-/tmp}/drill.XXXXXX")
[[ ! -e $place || -z $(ls -A "$place") ]] || fail "$EXIT_USE" "$place is not empty: nothing is restored over what is there"
stage "$EXIT_RESTORE"
SECONDS=0 STARTED=0
res "${REPOSITORIES[copy - 1]}" restore "$snapshot" --host "$STORE" --tag "$NAME" --target "$place" --verify >&2
took=$SECONDS
bytes=$(size_of "$place")
say "$NAME $snapshot: restored into $place in $took s and compared with the hashes in the repository"
if [[ -n $drill ]]; then
  rm -rf "$place"
  need POLYSTORE_HEADER_FILE
  BACKUP=$(date +%Y%m%dT%H%M%SZ)
  post_drill "$(awk -v b="$bytes" 'BEGIN {printf "%.6f", b / 2^30}')" "$(awk -v s="$took" 'BEGIN {printf "%.2f", (s > 1 ? s : 1) / 60}')" \
    true "every file by the hash that was taken at the source"
fi
succeeded "$bytes"
