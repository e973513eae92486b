#!/usr/bin/env bash
# backup.sh TARGET : copy the running instance of COMMONWEAL_HOME (and DATABASE_URL) into TARGET/<UTC time>.
# Keep secret.key elsewhere: it is not copied. Without it the stored files of the copy cannot be read.
set -euo pipefail
home=${COMMONWEAL_HOME:?"COMMONWEAL_HOME is not set: name the instance's folder"}
target=${1:?"usage: backup.sh TARGET-FOLDER"}/$(date -u +%Y%m%dT%H%M%SZ)
umask 077
mkdir -p "$target"
if [ -n "${DATABASE_URL:-}" ]; then
    pg_dump --format=custom --file="$target/commonweal.dump" "$DATABASE_URL"
else
    # the backup interface of SQLite copies a database in use consistently; a plain copy does not
    python3 - "$home/commonweal.sqlite3" "$target/commonweal.sqlite3" <<'PY'
import sqlite3, sys
source, target = (sqlite3.connect(name) for name in sys.argv[1:])
with target:
    source.backup(target)
assert target.execute("PRAGMA integrity_check").fetchone() == ("ok",), "the copy is damaged"
PY
fi
if [ -d "$home/files" ]; then cp -a "$home/files" "$target/files"; fi
# the ledger of sealing orders: of use where the instance's own is lost with it; see restore.sh
if [ -e "$home/sealing.jsonl" ]; then cp -a "$home/sealing.jsonl" "$target/"; fi
(cd "$target" && find . -type f ! -name SHA256SUMS -exec sha256sum {} + >SHA256SUMS)
echo "backup: $target"
