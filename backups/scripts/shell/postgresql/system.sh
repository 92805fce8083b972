# shellcheck shell=bash
# PostgreSQL by pg_dump: one database with its owners and rights, at one moment, into a file that pg_restore reads.
# It signs in as libpq does: PGHOST, PGPORT, PGUSER of local.conf, the password from ~/.pgpass or PGPASSFILE.
# shellcheck disable=SC2034  # used by restore.sh
CONTENTS_ARE="tables: row counts and hashes"

ready() {
  local key
  need DATABASE
  for key in PGHOST PGPORT PGUSER PGPASSFILE PGSSLMODE PGSERVICE; do
    if [[ -n ${LOCAL[$key]:-} ]]; then export "$key=${LOCAL[$key]}"; fi
  done
  export PGTZ=UTC PGOPTIONS="-c extra_float_digits=1 -c bytea_output=hex -c datestyle=ISO -c intervalstyle=postgres"
}

sql() { psql --no-psqlrc --no-password --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 "$@"; }

# A line a table: its name, rows, and a hash that does not depend on their order.
contents_query() {
  cat <<'SQL'
SELECT format('SELECT %L, count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) FROM ONLY %I.%I AS t',
              n.nspname || '.' || c.relname, n.nspname, c.relname)
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT 1 FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY n.nspname, c.relname \gexec
SQL
}

# The dump and the hashes see the same snapshot, which a session of its own holds open.
take() {
  local folder=$1 snapshot
  if [[ ${LOCAL[COMPARE]:-contents} == none ]]; then
    pg_dump --no-password --format=custom --compress=6 --dbname="${LOCAL[DATABASE]}" | seal "$folder/data.dump"
  else
    coproc SESSION { sql --dbname="${LOCAL[DATABASE]}"; }
    printf '%s\n' 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;' 'SELECT pg_export_snapshot();' >&"${SESSION[1]}"
    IFS= read -r snapshot <&"${SESSION[0]}" || fail "$EXIT_SOURCE" "no connection to ${LOCAL[DATABASE]}"
    pg_dump --no-password --format=custom --compress=6 --snapshot="$snapshot" --dbname="${LOCAL[DATABASE]}" |
      seal "$folder/data.dump"
    { printf '\\o %s\n' "$folder/contents.tsv" && contents_query && printf '%s\n' '\o' '\echo complete' '\q'; } >&"${SESSION[1]}"
    IFS= read -r snapshot <&"${SESSION[0]}" || snapshot=""
    [[ $snapshot == complete ]] || fail "$EXIT_SOURCE" "the contents of ${LOCAL[DATABASE]} could not be read"
  fi
  pg_dumpall --no-password --globals-only --no-role-passwords | seal "$folder/roles.sql"
}

contents() { contents_query | sql --dbname="$1"; }

# Into a new database of this name: nothing that exists is touched. Roles must exist (roles.sql), save in a drill.
restore_into() {
  createdb --no-password --template=template0 "$1"
  if [[ -n ${drill:-} ]]; then
    unseal "$2/data.dump" | pg_restore --no-password --exit-on-error --no-owner --no-privileges --dbname="$1"
  else
    unseal "$2/data.dump" | pg_restore --no-password --exit-on-error --dbname="$1"
  fi
}

scratch_place() { printf 'drill_%s\n' "$(date +%Y%m%d_%H%M%S)"; }
bytes_in() { sql --dbname="$1" --command='SELECT pg_database_size(current_database())'; }
drop_place() { dropdb --no-password "$1"; }
