#!/usr/bin/env bash
# backup.sh POLICY: the files of PATHS into each repository of the policy; only what changed is sent.
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../lib.sh
. "$HERE/lib.sh"
# shellcheck source=common.sh
. "$HERE/common.sh"

begin backup
choose_policy "${1:-}"
ready
lock
read -r -a paths <<<"${LOCAL[PATHS]}"
for path in "${paths[@]}"; do
  [[ -e $path ]] || fail "$EXIT_SOURCE" "$path of PATHS does not exist: nothing is backed up, so that no empty backup ages the others away"
done
stage "$EXIT_SOURCE"
bytes=0
for repository in "${REPOSITORIES[@]}"; do
  [[ -e $repository/config ]] || res "$repository" cat config >/dev/null 2>&1 || res "$repository" init >&2
  said=$(res "$repository" backup --json --host "$STORE" --tag "$NAME" "${paths[@]}")
  bytes=$(sed -nE 's/.*"total_bytes_processed":([0-9]+).*/\1/p' <<<"$said" | tail -n 1)
  say "$NAME: ${bytes:-0} bytes looked at, repository $repository"
done
succeeded "${bytes:-0}"
