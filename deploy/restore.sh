#!/usr/bin/env bash
# restore.sh COPY [LEDGER] : put a copy made by backup.sh into an empty COMMONWEAL_HOME (and the empty DATABASE_URL).
# LEDGER: sealing.jsonl of the instance that is replaced. It knows the orders given since the copy was made; they
# are applied by `commonweal serve` before it opens. Without it the ledger of the copy is taken: as old as the copy.
# Afterwards put secret.key in place and run `commonweal journal verify`.
set -euo pipefail
home=${COMMONWEAL_HOME:?"COMMONWEAL_HOME is not set: name the instance's folder"}
copy=${1:?"usage: restore.sh COPY-FOLDER"}
if [ -e "$home/commonweal.sqlite3" ]; then
    echo "restore: $home already holds a database; name an empty folder" >&2
    exit 1
fi
(cd "$copy" && sha256sum --quiet --check SHA256SUMS)
umask 077
mkdir -p "$home"
if [ -e "$copy/commonweal.dump" ]; then
    url=${DATABASE_URL:?"the copy is of PostgreSQL: set DATABASE_URL to an empty database"}
    pg_restore --exit-on-error --no-owner --dbname="$url" "$copy/commonweal.dump"
else
    cp "$copy/commonweal.sqlite3" "$home/"
fi
ledger=${2:-$copy/sealing.jsonl}
if [ -n "${2:-}" ] && [ ! -e "$2" ]; then
    echo "restore: there is no ledger $2" >&2
    exit 1
fi
if [ -e "$ledger" ]; then cp "$ledger" "$home/sealing.jsonl"; fi
if [ -z "${2:-}" ]; then
    echo "restore: no LEDGER was named: records sealed since the copy was made would be open again" >&2
fi
if [ -d "$copy/files" ]; then cp -a "$copy/files" "$home/"; fi
echo "restore: put secret.key into $home, then run: commonweal sealing --home $home; commonweal journal verify --home $home"
