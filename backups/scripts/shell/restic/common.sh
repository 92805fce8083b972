# shellcheck shell=bash
# What the scripts around restic share. Repositories are those of the plan's copies, or one beside the files.
ready() {
  local number
  need RESTIC_PASSWORD_FILE PATHS
  export RESTIC_PASSWORD_FILE=${LOCAL[RESTIC_PASSWORD_FILE]} RESTIC_CACHE_DIR=${LOCAL[RESTIC_CACHE_DIR]:-${LOCAL[BACKUP_DIR]}/cache}
  REPOSITORIES=()
  for ((number = 1; number <= ${POLICY[COPIES_$NAME]:-0}; number++)); do
    need "TARGET_${NAME}_$number"
    REPOSITORIES+=("${LOCAL[TARGET_${NAME}_$number]}")
  done
  if ((${#REPOSITORIES[@]} == 0)); then
    need TARGET
    REPOSITORIES=("${LOCAL[TARGET]}")
  fi
}

res() {
  local repository=$1
  shift
  restic --repo "$repository" "$@"
}
