#!/usr/bin/env bash
# restore.sh --into FOLDER [--time "2026-11-23 14:06:00+00"] [--set BACKUP] [--repo N]: a data directory as of that
#   moment, or as late as the log goes. Start a server on it: it replays the log, stops there and takes writes.
# restore.sh --drill [--repo N]: the same into a scratch folder; a server is started on it, every table is read, the time
#   is measured and recorded, and all is removed.
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../lib.sh
. "$HERE/lib.sh"
# shellcheck source=common.sh
. "$HERE/common.sh"

begin restore
choose_policy full
place="" drill="" scratch=""
more=()
while (($#)); do
  case $1 in
    --into | --time | --set | --repo) (($# > 1)) || fail "$EXIT_USE" "$1 needs a value" ;;&
    --into) place=$2 && shift 2 ;;
    --time) more+=(--type=time "--target=$2" --target-action=promote) && shift 2 ;;
    --set) more+=("--set=$2") && shift 2 ;;
    --repo) more+=("--repo=$2") && shift 2 ;;
    --drill) drill=yes && shift ;;
    *) fail "$EXIT_USE" "unknown argument $1" ;;
  esac
done
[[ -n $place || -n $drill ]] || fail "$EXIT_USE" "say --into FOLDER, or --drill"
if [[ -n $drill ]]; then
  scratch=$(mktemp -d "${LOCAL[SCRATCH_DIR]:-/tmp}/drill.XXXXXX")
  place=$scratch/data
fi
[[ ! -e $place || -z $(ls -A "$place") ]] || fail "$EXIT_USE" "$place is not empty: nothing is restored over what is there"
mkdir -p "$place"
chmod 700 "$place"

# shellcheck disable=SC2329  # called by the trap
clean() {
  local code=$?
  if [[ -n $scratch ]]; then
    "${bin}pg_ctl" --pgdata="$place" --mode=immediate stop >/dev/null 2>&1 || true
    rm -rf "$scratch"
  fi
  leave "$code"
}
trap clean EXIT
asked() { psql --no-psqlrc -Atq --host="$scratch" --port=54329 --dbname=postgres --command="$1"; }
bin=${LOCAL[PG_BIN]:+${LOCAL[PG_BIN]}/}

stage "$EXIT_RESTORE"
SECONDS=0 STARTED=0
pgbr --pg1-path="$place" --archive-mode=off "${more[@]}" restore
say "restored into $place in $SECONDS s; the log is replayed when a server starts on it"
if [[ -n $drill ]]; then
  "${bin}pg_ctl" --pgdata="$place" --wait --timeout=86400 --log="$scratch/log" \
    --options="-k $scratch -p 54329 -c listen_addresses= -c archive_mode=off" start >&2 || { cat "$scratch/log" >&2; exit 1; }
  while [[ $(asked 'SELECT pg_is_in_recovery()') != f ]]; do sleep 1; done
  took=$SECONDS
  "${bin}pg_dumpall" --no-password --host="$scratch" --port=54329 >/dev/null
  bytes=$(asked 'SELECT sum(pg_database_size(oid)) FROM pg_database')
  say "a server started on it after $took s and gave every table"
  need POLYSTORE_HEADER_FILE
  BACKUP=$(date +%Y%m%dT%H%M%SZ)
  post_drill "$(awk -v b="$bytes" 'BEGIN {printf "%.6f", b / 2^30}')" "$(awk -v s="$took" 'BEGIN {printf "%.2f", (s > 1 ? s : 1) / 60}')" \
    true "files by the checksums taken at the source, every table read by pg_dumpall"
  succeeded "$bytes"
else
  succeeded "$(size_of "$place")"
fi
