# shellcheck shell=bash
# shellcheck disable=SC2153  # POLICY and FOLDER are of lib.sh
# MariaDB and MySQL by their dump program: one database at one moment, and the binary log for what came after it.
# Host, user and password stand in the file DEFAULTS_FILE (mode 600, group [client]), so that no process list shows them.
# shellcheck disable=SC2034  # used by restore.sh
CONTENTS_ARE="tables: row counts and checksums"

ready() {
  need DATABASE DEFAULTS_FILE
  programs
  [[ -r ${LOCAL[DEFAULTS_FILE]} ]] || fail "$EXIT_USE" "DEFAULTS_FILE ${LOCAL[DEFAULTS_FILE]} cannot be read"
}

# with PROGRAM ARGUMENTS...: --defaults-file must be the first of them.
with() {
  local program=$1
  shift
  "$program" --defaults-file="${LOCAL[DEFAULTS_FILE]}" "$@"
}

# The programs and words of MariaDB, or of MySQL 8.4 and newer.
programs() {
  if [[ ${POLICY[FLAVOUR]:-mariadb} == mysql ]]; then
    CLIENT=mysql DUMP=mysqldump BINLOG=mysqlbinlog POSITION=--source-data=2
  else
    CLIENT=mariadb DUMP=mariadb-dump BINLOG=mariadb-binlog POSITION=--master-data=2
  fi
}

sql() { with "$CLIENT" --batch --skip-column-names "$@"; }

take() {
  if [[ ${POLICY[KIND_$NAME]} == log ]]; then take_log "$1"; else take_dump "$1"; fi
}

dump() {
  with "$DUMP" --single-transaction "$POSITION" --quick --hex-blob --routines --events --triggers \
    --default-character-set=utf8mb4 "${LOCAL[DATABASE]}"
}

# The dump and the checksums see the same moment: writes wait while both begin, for the time of two statements.
take_dump() {
  local folder=$1 said begun=$1/begun waited=0
  if [[ ${LOCAL[COMPARE]:-contents} == none ]]; then
    dump | gzip | seal "$folder/data.sql.gz"
    return
  fi
  coproc LOCKER { sql --unbuffered; }
  local to=${LOCKER[1]} from=${LOCKER[0]}
  printf '%s\n' 'FLUSH TABLES WITH READ LOCK;' 'SELECT 1;' >&"$to"
  IFS= read -r said <&"$from" || fail "$EXIT_SOURCE" "no connection to MariaDB, or no right to RELOAD"
  contents_of_snapshot "${LOCAL[DATABASE]}" "$folder" &
  local reader=$!
  dump | tee >(grep --max-count=1 --text --extended-regexp 'CHANGE (MASTER|REPLICATION SOURCE) TO' >"$begun"; cat >/dev/null) | gzip | seal "$folder/data.sql.gz" &
  local dumper=$!
  until [[ -s $begun && -e $folder/contents.begun ]]; do
    if ! kill -0 "$dumper" 2>/dev/null || ! kill -0 "$reader" 2>/dev/null || ((waited++ > 600)); then break; fi
    sleep 0.1
  done
  printf '%s\n' 'UNLOCK TABLES;' 'quit' >&"$to"
  wait "$dumper"
  wait "$reader"
  rm -f "$folder/contents.begun"
  mv "$begun" "$folder/position.txt"
}

tables_of() {
  sql --execute="SELECT table_name FROM information_schema.tables
    WHERE table_schema = '$1' AND table_type = 'BASE TABLE' ORDER BY table_name"
}

# One session with one snapshot reads every table; the file `contents.begun` says that its snapshot is taken.
contents_of_snapshot() {
  local folder=$2
  {
    printf '%s\n' 'START TRANSACTION WITH CONSISTENT SNAPSHOT;' "SELECT 'begun';"
    checks_of "$1"
  } | sql --unbuffered "$1" | {
    IFS= read -r _ && : >"$folder/contents.begun"
    joined >"$folder/contents.tsv"
  }
}

checks_of() {
  local table
  while IFS= read -r table; do
    table=${table//\`/\`\`}
    # shellcheck disable=SC2016  # backticks of SQL
    printf 'SELECT count(*) FROM `%s`;\nCHECKSUM TABLE `%s` EXTENDED;\n' "$table" "$table"
  done < <(tables_of "$1")
}

# Two answers a table, the count and `database.table checksum`, become one line without the database's name.
joined() { paste -d '\t' - - | awk -F '\t' '{sub(/^[^.]*\./, "", $2); print $2 "\t" $1 "\t" $3}'; }

contents() { checks_of "$1" | sql "$1" | joined; }

# The parts of the binary log that were closed since the last run. FLUSH closes the open one. A part is known by its name and
# size: after RESET MASTER the server begins at the first name again.
take_log() {
  local folder=$1 line log
  local -a logs
  sql --execute='FLUSH BINARY LOGS'
  mapfile -t logs < <(sql --execute='SHOW BINARY LOGS' | cut -f 1,2)
  ((${#logs[@]} > 1)) || fail "$EXIT_SOURCE" "the server writes no binary log: set log_bin"
  for line in "${logs[@]:0:${#logs[@]}-1}"; do
    log=${line%%$'\t'*}
    if grep --quiet --line-regexp --fixed-strings --no-messages "$line" "$FOLDER"/*Z/parts.tsv; then continue; fi
    printf '%s\n' "$line" >>"$folder/parts.tsv"
    with "$BINLOG" --read-from-remote-server --raw --result-file="$folder/raw-" "$log"
    seal "$folder/$log" <"$folder/raw-$log"
    rm "$folder/raw-$log"
  done
}

# Into a new database of this name; with --until, the log from the dump's position to that moment follows (UTC).
restore_into() {
  sql --execute="CREATE DATABASE \`$1\` CHARACTER SET utf8mb4"
  unseal "$2/data.sql.gz" | gunzip | with "$CLIENT" "$1"
  if [[ -n ${until_time:-} ]]; then replay_log "$1" "$2"; fi
}

replay_log() {
  local place=$1 scratch policy log part file position filter=${LOCAL[DATABASE]}
  # MariaDB's program filters by the name in the log, MySQL's by the name after the rewrite.
  if [[ $BINLOG == mysqlbinlog ]]; then filter=$place; fi
  local -a logs=()
  read -r file position < <(sed -E "s/.*_LOG_FILE='([^']+)', [A-Z]+_LOG_POS=([0-9]+).*/\1 \2/" "$2/position.txt")
  scratch=$(mktemp -d)
  PARTIAL=$scratch  # removed however this ends: it holds the log in the clear
  for policy in ${POLICY[POLICIES]}; do
    [[ ${POLICY[KIND_$policy]} == log ]] || continue
    while IFS= read -r log; do
      is_whole "$(dirname "$log")" || fail "$EXIT_DAMAGED" "the log in $(dirname "$log") is damaged"
      part=$scratch/$(basename "${log%.age}")
      [[ ! -e $part ]] || fail "$EXIT_RESTORE" "two parts of the log are named $(basename "$part"): the server's log was reset in between. Choose by hand."
      unseal "${log%.age}" >"$part"
    done < <(find "${LOCAL[BACKUP_DIR]}/$STORE/$policy" -path '*Z/*' -type f ! -name SHA256SUMS ! -name parts.tsv)
  done
  while IFS= read -r log; do
    [[ $(basename "$log") < $file ]] || logs+=("$log")
  done < <(find "$scratch" -type f | sort)
  [[ ${#logs[@]} -gt 0 && $(basename "${logs[0]}") == "$file" ]] || fail "$EXIT_RESTORE" "the log of the dump, $file, is not there"
  "$BINLOG" --no-defaults --start-position="$position" --stop-datetime="$until_time" \
    --rewrite-db="${LOCAL[DATABASE]}->$place" --database="$filter" "${logs[@]}" | with "$CLIENT" "$place"
  rm -rf "$scratch"
  PARTIAL=""
  say "the log was replayed from $file $position until $until_time UTC"
}

scratch_place() { printf 'drill_%s\n' "$(date +%Y%m%d_%H%M%S)"; }
bytes_in() {
  sql --execute="SELECT coalesce(sum(data_length + index_length), 0) FROM information_schema.tables WHERE table_schema = '$1'"
}
drop_place() { sql --execute="DROP DATABASE \`$1\`"; }
