# shellcheck shell=bash
# What the scripts around pgBackRest share: which program to call with which file, and the log's age.
pgbr() {
  local -a config=()
  if [[ -n ${LOCAL[PGBACKREST_CONFIG]:-} ]]; then config=(--config="${LOCAL[PGBACKREST_CONFIG]}"); fi
  pgbackrest --stanza="$STORE" --log-level-console=warn "${config[@]}" "$@"
}

sql() {
  psql --no-psqlrc --no-password --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 \
    ${LOCAL[PGHOST]:+--host="${LOCAL[PGHOST]}"} ${LOCAL[PGPORT]:+--port="${LOCAL[PGPORT]}"} \
    --dbname="${LOCAL[DATABASE]}" --command="$1"
}

# Retention from policy.conf for one repository; nothing is expired where it is missing.
retention_of() {
  RULES=()
  local repo=$1 rule=${POLICY[RETENTION_FULL]:-}
  [[ $rule =~ ^(count|time):[1-9][0-9]{0,5}$ ]] || fail "$EXIT_USE" "policy.conf has no retention: nothing is expired"
  RULES+=("--repo$repo-retention-full-type=${rule%%:*}" "--repo$repo-retention-full=${rule##*:}")
  if [[ -n ${POLICY[RETENTION_DIFF]:-} ]]; then RULES+=("--repo$repo-retention-diff=${POLICY[RETENTION_DIFF]}"); fi
  if [[ -n ${POLICY[RETENTION_ARCHIVE]:-} ]]; then
    RULES+=("--repo$repo-retention-archive=${POLICY[RETENTION_ARCHIVE]}" "--repo$repo-retention-archive-type=full")
  fi
}
