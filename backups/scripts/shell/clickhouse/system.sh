# shellcheck shell=bash
# ClickHouse by its own BACKUP statement: one database into one file, on the server's machine.
# The server must allow the folder: <backups><allowed_path>BACKUP_DIR</allowed_path></backups>. Host, user and password stand in
# CONFIG, the configuration file of clickhouse-client (mode 600).
# shellcheck disable=SC2034,SC2153  # used by restore.sh; POLICY and LOCAL are of lib.sh
CONTENTS_ARE="tables: number of rows"

ready() { need CONFIG DATABASE; }

sql() { clickhouse-client --config-file="${LOCAL[CONFIG]}" --query="$1"; }

# A full backup, whatever the policy's kind: incremental ones need their base at the same place for as long.
take() {
  sql "BACKUP DATABASE \`${LOCAL[DATABASE]}\` TO File('$1/raw.zip') SETTINGS compression_method = 'zstd'" >&2
  contents "${LOCAL[DATABASE]}" >"$1/contents.tsv"
  seal "$1/data.zip" <"$1/raw.zip"
  rm -f "$1/raw.zip"
}

contents() {
  sql "SELECT table, sum(rows) FROM system.parts WHERE active AND database = '$1' GROUP BY table ORDER BY table FORMAT TSV"
}

restore_into() {
  local raw=$2.restore.zip
  unseal "$2/data.zip" >"$raw"
  sql "RESTORE DATABASE \`${LOCAL[DATABASE]}\` AS \`$1\` FROM File('$raw')" >&2
  rm -f "$raw"
}

scratch_place() { printf 'drill_%s\n' "$(date +%Y%m%d_%H%M%S)"; }
bytes_in() { sql "SELECT coalesce(sum(bytes_on_disk), 0) FROM system.parts WHERE active AND database = '$1'"; }
drop_place() { sql "DROP DATABASE \`$1\` SYNC"; }
