#!/usr/bin/env bash
# npm.sh ARGUMENTS : run npm with the machine's Node 20 or later, else with Node from requirements-node.lock.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null || ! npm --version >/dev/null 2>&1; then
    if [ ! -x build/node/bin/npm ]; then
        echo "npm: no Node 20 here; installing one into build/node"
        mkdir -p build
        rm -rf build/node
        .venv/bin/python -m venv build/node 2>/dev/null || uv venv -q -p .venv/bin/python --seed build/node
        build/node/bin/python -m pip install -q --require-hashes -r requirements-node.lock
    fi
    PATH="$PWD/build/node/bin:$PATH"
fi
exec npm "$@"
