#!/bin/sh
# Renews requirements/*.txt from pyproject.toml. The files name no host and hold for every platform.
# Arguments go to uv, for example: --upgrade-package django
set -eu
cd "$(dirname "$0")/.."
for uv in "${UV:-}" uv .uv/bin/uv; do
    [ -n "$uv" ] && "$uv" --version >/dev/null 2>&1 && break
done
compile() {
    "$uv" pip compile --quiet --universal --generate-hashes --no-header --python-version 3.12 pyproject.toml "$@"
}
compile "$@" --output-file requirements/runtime.txt
for group in dev bench; do
    compile "$@" --group "$group" --constraint requirements/runtime.txt --output-file "requirements/$group.txt"
done
