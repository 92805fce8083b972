#!/usr/bin/env bash
# backup.sh POLICY: one backup by pgBackRest into each repository of the policy. For a log: is it archived in time?
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../lib.sh
. "$HERE/lib.sh"
# shellcheck source=common.sh
. "$HERE/common.sh"

begin backup
choose_policy "${1:-}"
need DATABASE
lock
stage "$EXIT_SOURCE"
if [[ ${POLICY[KIND_$NAME]} == log ]]; then
  # A segment is sent after archive_timeout at the latest, unless nothing was written since.
  late=$(sql "SELECT coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false)
                     OR (SELECT count(*) FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'
                         AND modification < now() - 2 * interval '${POLICY[EVERY_$NAME]} s') > 0 FROM pg_stat_archiver")
  [[ $late == f ]] || fail "$EXIT_SOURCE" "the log is not archived: see the server's log for what archive_command says"
  succeeded 0
  exit 0
fi
case ${POLICY[KIND_$NAME]} in
  full) kind='full' ;;
  incremental) kind='incr' ;;
  differential) kind='diff' ;;
  *) fail "$EXIT_USE" "pgBackRest makes no ${POLICY[KIND_$NAME]} backup" ;;
esac
pgbr stanza-create
for repo in ${POLICY[REPOS_$NAME]}; do
  pgbr --repo="$repo" --type="$kind" --no-expire-auto backup
  say "$NAME: $kind backup in repository $repo"
done
bytes=$(pgbr --output=json info | sed -n 's/.*"delta":\([0-9]*\).*/\1/p')
succeeded "${bytes:-0}"
