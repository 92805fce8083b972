# shellcheck shell=bash
# Redis and Valkey: the RDB file that the server sends to a replica, so that it needs no access to the server's disk.
# The password stands in the file REDISCLI_AUTH_FILE (mode 600); redis-cli takes it from the environment.
# shellcheck disable=SC2034  # used by restore.sh
CONTENTS_ARE="count of the keys that never expire:"

ready() {
  need HOST PORT
  if [[ -n ${LOCAL[REDISCLI_AUTH_FILE]:-} ]]; then
    REDISCLI_AUTH=$(<"${LOCAL[REDISCLI_AUTH_FILE]}")
    export REDISCLI_AUTH
  fi
}

cli() { redis-cli -h "${LOCAL[HOST]}" -p "${LOCAL[PORT]}" "$@"; }

# The file is checked as the server would read it. Compared are the keys without a time to live: others may end meanwhile.
take() {
  local folder=$1 raw=$1/raw.rdb
  cli --rdb "$raw" >&2
  redis-check-rdb "$raw" >"$folder/check.txt" || fail "$EXIT_SOURCE" "the server sent a damaged file: $(tail -n 1 "$folder/check.txt")"
  awk '/keys read/ {keys = $(NF - 2)} / expires$/ {expires = $(NF - 1)} END {print "keys\t" keys - expires}' \
    "$folder/check.txt" >"$folder/contents.tsv"
  seal "$folder/data.rdb" <"$raw"
  rm "$raw" "$folder/check.txt"
}

# Into a folder, with a server started on it: nothing that runs is touched. The server stays up only in a drill.
restore_into() {
  mkdir -p "$1"
  [[ -z $(ls -A "$1") ]] || fail "$EXIT_USE" "$1 is not empty: nothing is restored over what is there"
  unseal "$2/data.rdb" >"$1/dump.rdb"
  redis-check-rdb "$1/dump.rdb" >/dev/null || fail "$EXIT_RESTORE" "the restored file is damaged"
  serve "$1"
}

# A server on the folder, on a socket only, until its data are read.
serve() {
  redis-server --port 0 --unixsocket "$1/drill.sock" --dir "$1" --dbfilename dump.rdb --save '' --appendonly no \
    --daemonize yes --pidfile "$1/drill.pid" --logfile "$1/drill.log" >/dev/null
  local waited=0
  until [[ $(there "$1" ping 2>/dev/null) == PONG ]]; do
    if ((waited++ > 36000)) || grep -qs 'Fatal error\|Aborting' "$1/drill.log"; then
      fail "$EXIT_RESTORE" "no server starts on it: $(tail -n 3 "$1/drill.log")"
    fi
    sleep 0.1
  done
}

there() {
  local place=$1
  shift
  env -u REDISCLI_AUTH redis-cli -s "$place/drill.sock" "$@"
}

contents() {
  there "$1" info keyspace | tr -d '\r' |
    awk -F '[=,]' '/^db/ {keys += $2 - $4} END {print "keys\t" keys + 0}'
}

scratch_place() { mktemp -d "${LOCAL[SCRATCH_DIR]:-/tmp}/drill.XXXXXX"; }

# The last question to the server on the restored folder: it is stopped here, and leaves only dump.rdb.
bytes_in() {
  stat --format=%s "$1/dump.rdb"
  there "$1" shutdown nosave >/dev/null 2>&1 || true
  rm -f "$1/drill.sock" "$1/drill.pid" "$1/drill.log"
}

drop_place() { rm -rf "$1"; }
