# shellcheck shell=bash
# Common parts of backup.sh, prune.sh, verify.sh and restore.sh, which source this file.
# Exit codes: 1 unforeseen, 2 wrong use or a damaged policy, 3 another run holds the lock, 4 the source failed,
#             5 a backup is damaged or differs, 6 a copy failed, 7 the restore failed.
set -euo pipefail
umask 077
export LC_ALL=C TZ=UTC

# shellcheck disable=SC2034  # used by the scripts that source this file
readonly EXIT_USE=2 EXIT_LOCKED=3 EXIT_SOURCE=4 EXIT_DAMAGED=5 EXIT_COPY=6 EXIT_RESTORE=7
readonly NAME_FORM='^[0-9]{8}T[0-9]{6}Z$'
declare -A POLICY=() LOCAL=()
STORE="" NAME="" FOLDER="" BACKUP="" ACTION="" PARTIAL="" STARTED=$SECONDS
STAGE_CODE=1 SAID=""

say() { printf '%s %s: %s\n' "$(date +%FT%TZ)" "${STORE:-backup}" "$*" >&2; }

fail() {
  local code=$1
  shift
  say "error: $*"
  SAID=yes
  exit "$code"
}

# Every script begins here: reads both files, takes the lock of this policy, and leaves a metric however it ends.
begin() {
  ACTION=$1
  read_settings POLICY "$HERE/policy.conf"
  check_policy "$HERE/policy.conf"
  read_settings LOCAL "$HERE/local.conf"
  STORE=${POLICY[STORE]}
  trap leave EXIT
  trap 'exit 130' INT TERM
  need BACKUP_DIR
}

# stage CODE: with what to exit if a program fails from here on.
stage() { STAGE_CODE=$1; }

# KEY=value lines into an array. The files are never run as shell, so a damaged one can do nothing.
read_settings() {
  local -n settings=$1
  local file=$2 line
  [[ -r $file ]] || fail "$EXIT_USE" "$file is missing or cannot be read"
  while IFS= read -r line || [[ -n $line ]]; do
    [[ -z $line || $line == \#* ]] && continue
    [[ $line =~ ^([A-Za-z][A-Za-z0-9_-]*)=(.*)$ ]] || fail "$EXIT_USE" "$file: this is no KEY=value: ${line:0:60}"
    # shellcheck disable=SC2034,SC2004  # a reference to an associative array
    settings[${BASH_REMATCH[1]}]=${BASH_REMATCH[2]}
  done <"$file"
}

# The last line of policy.conf is the SHA-256 of all lines above it: half a policy would delete what a whole one keeps.
check_policy() {
  local found
  found=$(sed '$d' "$1" | sha256sum | cut -d ' ' -f 1)
  [[ ${POLICY[END]:-} == "$found" && -n ${POLICY[STORE]:-} ]] ||
    fail "$EXIT_USE" "$1 is damaged or was edited by hand: nothing is done and nothing is deleted. Download it again."
}

need() {
  local key
  for key in "$@"; do [[ -n ${LOCAL[$key]:-} ]] || fail "$EXIT_USE" "$key is not set in local.conf"; done
}

# The name of a policy in policy.conf, such as full or log.
choose_policy() {
  NAME=${1:-}
  [[ -n $NAME && -n ${POLICY[KEEP_$NAME]:-} ]] ||
    fail "$EXIT_USE" "policy '${NAME}' is not in policy.conf; it has: ${POLICY[POLICIES]:-none}"
  FOLDER=${LOCAL[BACKUP_DIR]}/$STORE/$NAME
  mkdir -p "$FOLDER"
}

lock() {
  exec 9>"$FOLDER/.lock"
  flock --nonblock 9 || fail "$EXIT_LOCKED" "another run of $NAME is at work; this one ends without doing anything"
  find "$FOLDER" -mindepth 1 -maxdepth 1 \( -name '*.partial' -o -name '*.deleting' \) -exec rm -rf {} +
}

leave() {
  local code=${1:-$?}
  trap - EXIT
  if ((code != 0)) && [[ -z $SAID ]]; then
    ((code == 130)) || code=$STAGE_CODE
    say "error: ended with exit code $code; the lines above say why"
  fi
  if [[ -n $PARTIAL ]]; then rm -rf "$PARTIAL" "$PARTIAL.sums"; fi
  metric status "polystore_backup_last_exit_code $code"
  exit "$code"
}

# metric FILE "NAME VALUE"...: for the textfile collector of the node exporter; written beside and renamed.
metric() {
  local folder=${LOCAL[METRICS_DIR]:-} file=$1 line labels
  shift
  [[ -n $folder && -d $folder ]] || return 0
  labels="store=\"$STORE\",policy=\"${NAME:-}\",action=\"$ACTION\""
  file=$folder/polystore_backup_${STORE}_${NAME:-all}_${ACTION}_$file.prom
  for line in "$@"; do printf '%s{%s} %s\n' "${line% *}" "$labels" "${line##* }"; done >"$file.$$"
  chmod 644 "$file.$$"
  mv "$file.$$" "$file"
}

# succeeded BYTES: the metrics on which the alert rules look.
succeeded() {
  metric success "polystore_backup_last_success_timestamp_seconds $(date +%s)" \
    "polystore_backup_last_duration_seconds $((SECONDS - STARTED))" "polystore_backup_last_size_bytes $1"
}

# new_backup: a folder that nobody takes for a backup before finish_backup has renamed it.
new_backup() {
  BACKUP=$(date +%Y%m%dT%H%M%SZ)
  [[ ! -e $FOLDER/$BACKUP ]] || fail "$EXIT_LOCKED" "a backup of this second exists already"
  PARTIAL=$FOLDER/$BACKUP.partial
  mkdir "$PARTIAL"
}

finish_backup() {
  (cd "$PARTIAL" && find . -type f ! -name SHA256SUMS -print0 | sort -z | xargs -0 sha256sum) >"$PARTIAL.sums"
  mv "$PARTIAL.sums" "$PARTIAL/SHA256SUMS"
  sync -f "$PARTIAL"
  mv "$PARTIAL" "$FOLDER/$BACKUP"
  PARTIAL=""
  say "$NAME $BACKUP: $(size_of "$FOLDER/$BACKUP") bytes in $((SECONDS - STARTED)) s"
}

size_of() { du --bytes --summarize "$1" | cut -f 1; }

# Does this policy encrypt here? ENCRYPTION=storage in local.conf says that the storage does it.
encrypts() { [[ ${POLICY[ENCRYPT_$NAME]:-no} == yes && ${LOCAL[ENCRYPTION]:-age} != storage ]]; }

# seal FILE: standard input into FILE, encrypted to the public keys of AGE_RECIPIENTS where the plan asks for it.
seal() {
  if encrypts; then
    age --encrypt --recipients-file "${LOCAL[AGE_RECIPIENTS]}" --output "$1.age"
  else
    cat >"$1"
  fi
}

# unseal FILE: its content on standard output; the private key is needed only here.
unseal() {
  if [[ -e $1.age ]]; then age --decrypt --identity "${LOCAL[AGE_IDENTITY]:-}" "$1.age"; else cat "$1"; fi
}

# Whole backups of a folder, newest first. One without SHA256SUMS was never finished.
backups_in() {
  local path
  for path in "$1"/*/SHA256SUMS; do
    path=$(basename "$(dirname "$path")")
    if [[ $path =~ $NAME_FORM ]]; then printf '%s\n' "$path"; fi
  done | sort --reverse
}

choose_newest() {
  BACKUP=$(backups_in "$FOLDER")
  BACKUP=${BACKUP%%$'\n'*}
  [[ -n $BACKUP ]] || fail "$EXIT_DAMAGED" "there is no whole backup in $FOLDER"
}

# A backup is whole if each file has its checksum and no file was added or lost.
is_whole() {
  (
    cd "$1" && sha256sum --check --strict --quiet SHA256SUMS >&2 &&
      diff <(find . -type f ! -name SHA256SUMS | sort) <(cut -c 67- SHA256SUMS | sort) >&2
  )
}

# copy_out: each copy that the plan names. TARGET_n is a folder, or remote:path for rclone; SHA256SUMS goes last.
copy_out() {
  local number target
  for ((number = 1; number <= ${POLICY[COPIES_$NAME]:-0}; number++)); do
    target=${LOCAL[TARGET_${NAME}_$number]:-}
    [[ -n $target ]] || fail "$EXIT_COPY" "TARGET_${NAME}_$number (${POLICY[COPY_${NAME}_$number]}) is not set in local.conf"
    copy_to "$target/$STORE/$NAME/$BACKUP" || fail "$EXIT_COPY" "the copy to $target failed; the backup itself is whole"
  done
}

copy_to() {
  local target=$1
  if [[ $target == /* ]]; then
    rm -rf "$target.partial" && mkdir -p "$(dirname "$target")" && cp -a "$FOLDER/$BACKUP" "$target.partial" && is_whole "$target.partial" &&
      sync -f "$target.partial" && mv "$target.partial" "$target"
  else
    rclone copy --exclude SHA256SUMS "$FOLDER/$BACKUP" "$target" && rclone copy "$FOLDER/$BACKUP" "$target" &&
      rclone check --one-way --download "$FOLDER/$BACKUP" "$target"
  fi
}

check_rules() {
  local rule
  [[ -n $1 ]] || fail "$EXIT_USE" "no rule of retention: nothing is deleted"
  for rule in $1; do
    [[ $rule =~ ^(within|last|hourly|daily|weekly|monthly|yearly):[1-9][0-9]{0,9}$ ]] ||
      fail "$EXIT_USE" "'$rule' is no rule of retention: nothing is deleted"
  done
}

# keep_list "RULES": names newest first on standard input, those to keep on standard output.
# within:SECONDS keeps what is younger than the newest by less; last, hourly ... yearly:COUNT keep the newest of so many
# buckets each, and the oldest backup where a rule has room left: the rules of `restic forget`.
keep_list() {
  local rule name index oldest bucket newest
  local -a names
  local -A left=() last=()
  mapfile -t names
  ((${#names[@]})) || return 0
  for rule in $1; do left[${rule%%:*}]=${rule##*:}; done
  newest=$(epoch "${names[0]}")
  for index in "${!names[@]}"; do
    name=${names[index]}
    oldest=$((index == ${#names[@]} - 1))
    local keep=0
    for rule in "${!left[@]}"; do
      if [[ $rule == within ]]; then
        if (($(epoch "$name") > newest - left[within])); then keep=1; fi
        continue
      fi
      ((left[$rule] > 0)) || continue
      bucket=$(bucket_of "$rule" "$name")
      [[ $bucket == "${last[$rule]:-}" ]] && ((!oldest)) && continue
      last[$rule]=$bucket
      left[$rule]=$((left[$rule] - 1))
      keep=1
    done
    if ((keep)); then printf '%s\n' "$name"; fi
  done
}

epoch() { date -d "${1:0:8} ${1:9:2}:${1:11:2}:${1:13:2}" +%s; }

bucket_of() {
  case $1 in
    last) printf '%s' "$2" ;;
    hourly) printf '%s' "${2:0:11}" ;;
    daily) printf '%s' "${2:0:8}" ;;
    weekly) date -d "${2:0:8}" +%G%V ;;
    monthly) printf '%s' "${2:0:6}" ;;
    yearly) printf '%s' "${2:0:4}" ;;
  esac
}

# prune_folder FOLDER RULES: deletes what no rule keeps, and nothing at all where the newest backup is not whole.
prune_folder() {
  local folder=$1 names kept name deleted=0
  names=$(backups_in "$folder")
  [[ -n $names ]] || return 0
  is_whole "$folder/${names%%$'\n'*}" ||
    fail "$EXIT_DAMAGED" "the newest backup in $folder is damaged: nothing is deleted"
  check_rules "$2"
  kept=$(keep_list "$2" <<<"$names")
  [[ -n $kept ]] || fail "$EXIT_USE" "the rules would keep nothing: nothing is deleted"
  while IFS= read -r name; do
    grep -qx "$name" <<<"$kept" && continue
    mv "$folder/$name" "$folder/$name.deleting"
    rm -rf "$folder/$name.deleting"
    say "$NAME $name: deleted from $folder, no rule of ${2} keeps it"
    deleted=$((deleted + 1))
  done <<<"$names"
  say "$NAME: $(wc -l <<<"$kept") kept, $deleted deleted in $folder"
}

# prune_remote REMOTE:PATH RULES: the same at a copy that rclone reaches; the backup here was found whole before.
prune_remote() {
  local target=$1 names kept name
  names=$(rclone lsf --dirs-only "$target" | sed 's|/$||' | grep -E "$NAME_FORM" | sort --reverse) || return 0
  check_rules "$2"
  kept=$(keep_list "$2" <<<"$names")
  while IFS= read -r name; do
    if [[ -n $kept ]] && ! grep -qx "$name" <<<"$kept"; then rclone purge "$target/$name"; fi
  done <<<"$names"
}

# post_drill GIB MINUTES VERIFIED CHECKS: the result of a restore into the plan. The token is read by curl from a file.
post_drill() {
  local address=${LOCAL[POLYSTORE_URL]:-}
  [[ -n $address ]] || { say "POLYSTORE_URL is not set: the drill is not recorded"; return 0; }
  printf '{"store":"%s","on":"%s","restored_gib":%s,"minutes":%s,"verified":%s,"method":"%s","checks":"%s","key":"%s"}' \
    "$STORE" "$(date +%F)" "$1" "$2" "$3" "${POLICY[METHOD_$NAME]}" "$4" "$STORE-$NAME-$BACKUP-$(date +%s)" |
    curl --fail --silent --show-error --max-time 60 --retry 2 --header "@${LOCAL[POLYSTORE_HEADER_FILE]}" \
      --header 'Content-Type: application/json' --data-binary @- "$address/api/v1/plans/${POLICY[PLAN]}/drills" >/dev/null ||
    fail 1 "the restore went well, but its result could not be recorded at $address"
  say "the drill is recorded in the plan"
}
