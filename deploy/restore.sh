#!/usr/bin/env bash
# restore.sh COPY : put a copy made by backup.sh into an empty COMMONWEAL_HOME (and the empty DATABASE_URL).
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
if [ -d "$copy/files" ]; then cp -a "$copy/files" "$home/"; fi
echo "restore: put secret.key into $home, then run: commonweal journal verify --home $home"
