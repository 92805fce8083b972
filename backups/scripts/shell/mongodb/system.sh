# shellcheck shell=bash
# MongoDB by mongodump: one database of a replica set, with the oplog up to the end of the dump where all is dumped.
# The address with user and password stands in the file CONFIG (mode 600): `uri: mongodb://...`, read by the tools themselves.
# shellcheck disable=SC2034,SC2153  # used by restore.sh; POLICY and LOCAL are of lib.sh
CONTENTS_ARE="collections: number of documents"

ready() { need CONFIG DATABASE; }

# mongosh takes no file for the address: it is given on standard input, so that no process list shows it.
shell() {
  local uri
  uri=$(sed -nE 's/^uri: *"?([^"]+)"?$/\1/p' "${LOCAL[CONFIG]}")
  printf 'db = connect(%s);\n%s\n' "$(printf '%s' "$uri" | sed 's/.*/"&"/')" "$1" | mongosh --nodb --quiet --norc
}

take() {
  contents "${LOCAL[DATABASE]}" >"$1/contents.tsv"
  mongodump --config="${LOCAL[CONFIG]}" --db="${LOCAL[DATABASE]}" --archive --gzip --quiet | seal "$1/data.archive.gz"
}

# Counts of a database that is written to may differ from the dump's by what came between: COMPARE=none leaves them out.
contents() {
  [[ ${LOCAL[COMPARE]:-contents} != none ]] || return 0
  shell "db.getSiblingDB('$1').getCollectionNames().filter(n => !n.startsWith('system.')).sort()
    .forEach(n => print(n + '\t' + db.getSiblingDB('$1')[n].countDocuments({})))" | grep -P '\t' || true
}

restore_into() {
  unseal "$2/data.archive.gz" |
    mongorestore --config="${LOCAL[CONFIG]}" --archive --gzip --quiet --stopOnError \
      --nsInclude="${LOCAL[DATABASE]}.*" --nsFrom="${LOCAL[DATABASE]}.*" --nsTo="$1.*"
}

scratch_place() { printf 'drill_%s\n' "$(date +%Y%m%d_%H%M%S)"; }
bytes_in() { shell "print('bytes ' + db.getSiblingDB('$1').stats().dataSize)" | sed -n 's/.*bytes //p'; }
drop_place() { shell "db.getSiblingDB('$1').dropDatabase()" >/dev/null; }
