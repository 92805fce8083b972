# shellcheck shell=bash
# Elasticsearch and OpenSearch by their snapshots. Address and password stand in CURL_CONFIG (mode 600), a file for curl --config:
# `user = "backup:PASSWORD"`, `cacert = "/path"`. Snapshots carry the time in their name, as backups do everywhere here.
ready() { need ADDRESS REPOSITORY CURL_CONFIG; }

# ask METHOD PATH [JSON]
ask() {
  curl --config "${LOCAL[CURL_CONFIG]}" --fail --silent --show-error --request "$1" --header 'Content-Type: application/json' \
    "${LOCAL[ADDRESS]}/$2" --data "${3:-{\}}"
}

prefix() { printf '%s-%s-' "$STORE" "$NAME"; }

# Names of finished snapshots of this policy as times, newest first.
snapshots() {
  ask GET "_snapshot/${LOCAL[REPOSITORY]}/$(prefix)*" |
    grep -oE '"snapshot" *: *"[^"]+"[^}]*"state" *: *"SUCCESS"' | sed -E "s/.*\"$(prefix)([0-9]{8}t[0-9]{6}z)\".*/\1/" | tr 'tz' 'TZ' |
    grep -E "$NAME_FORM" | sort --reverse
}

name_of() { printf '%s%s' "$(prefix)" "$(tr 'TZ' 'tz' <<<"$1")"; }
