#!/usr/bin/env bash
# setup.sh [LOCK] : build .venv from requirements-dev.lock, or add what LOCK names; with uv when it can be had,
# with pip otherwise.
# Needs Python 3.11 or later and nothing else. A linked .venv belongs to somebody else and is left as it is.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p build
lock=${1:-requirements-dev.lock}

if [ -L .venv ]; then echo "setup: .venv is a link; left as it is"; exit 0; fi

find_python() {
    for name in "${PYTHON:-}" python3.11 python3 python; do
        if [ -n "$name" ] && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"; return
        fi
    done
    echo "setup: Python 3.11 or later is needed; install it, or name it: make setup PYTHON=/where/it/is" >&2
    exit 1
}

find_uv() {
    if uv --version >/dev/null 2>&1; then echo uv; return; fi
    if [ ! -x build/bootstrap/bin/uv ]; then
        { "$python" -m venv build/bootstrap && build/bootstrap/bin/python -m pip install -q uv; } >&2 || return 0
    fi
    echo build/bootstrap/bin/uv
}

python=$(find_python)
uv=$(find_uv)
if [ -n "$uv" ]; then
    echo "setup: $("$python" --version) with $("$uv" --version | cut -d' ' -f1,2)"
    [ -x .venv/bin/python ] || "$uv" venv -q --python "$("$python" -c 'import sys; print(sys.executable)')" .venv
    "$uv" pip install -q -p .venv/bin/python --require-hashes -r "$lock"
    "$uv" pip install -q -p .venv/bin/python --no-deps -e .
else
    echo "setup: uv cannot be had; pip does the same more slowly"
    [ -x .venv/bin/python ] || "$python" -m venv .venv
    .venv/bin/python -m pip install -q --require-hashes -r "$lock"
    .venv/bin/python -m pip install -q --no-deps -e .
fi
echo "setup: .venv is ready, by $lock"
