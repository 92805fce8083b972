# shellcheck shell=bash
# SQLite by its own online backup: a whole file at one moment, while programs go on writing to the original.
# shellcheck disable=SC2034  # used by restore.sh
CONTENTS_ARE="tables: row counts and hashes"

ready() {
  need DATABASE
  [[ -r ${LOCAL[DATABASE]} || $ACTION == restore ]] || fail "$EXIT_USE" "DATABASE ${LOCAL[DATABASE]} cannot be read"
}

take() {
  local folder=$1
  sqlite3 -bail -cmd '.timeout 60000' "${LOCAL[DATABASE]}" ".backup '$folder/raw.db'"
  [[ $(sqlite3 -bail "$folder/raw.db" 'PRAGMA integrity_check') == ok ]] || fail "$EXIT_SOURCE" "the database is damaged: PRAGMA integrity_check"
  contents "$folder/raw.db" >"$folder/contents.tsv"
  gzip <"$folder/raw.db" | seal "$folder/data.db.gz"
  rm "$folder/raw.db"
}

# A line a table: its name, rows, and the SHA-256 of its sorted rows.
contents() {
  local table quoted
  while IFS= read -r table; do
    quoted=${table//\"/\"\"}
    printf '%s\t%s\t%s\n' "$table" "$(sqlite3 -bail "$1" "SELECT count(*) FROM \"$quoted\"")" \
      "$(sqlite3 -bail -cmd '.mode quote' "$1" "SELECT * FROM \"$quoted\"" | sort | sha256sum | cut -d ' ' -f 1)"
  done < <(sqlite3 -bail "$1" "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name")
}

restore_into() {
  [[ ! -e $1 ]] || fail "$EXIT_USE" "$1 exists: nothing is restored over what is there"
  unseal "$2/data.db.gz" | gunzip >"$1"
  [[ $(sqlite3 -bail "$1" 'PRAGMA integrity_check') == ok ]] || fail "$EXIT_RESTORE" "the restored file is damaged"
}

scratch_place() { printf '%s\n' "${LOCAL[SCRATCH_DIR]:-/tmp}/drill-$$-$(date +%s).db"; }
bytes_in() { stat --format=%s "$1"; }
drop_place() { rm -f "$1"; }
