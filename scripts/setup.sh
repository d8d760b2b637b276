#!/bin/sh
# Builds .venv from the hashed requirements and compiles the catalogues. A second run takes about a second.
# Needs any Python 3 that runs; fetches uv into .uv when none is found that runs.
# Another environment: scripts/setup.sh .venv-bench requirements/bench.txt
set -eu
cd "$(dirname "$0")/.."

HOME=${HOME:-/nonexistent}
VENV=${1:-.venv}
REQUIREMENTS=${2:-requirements/dev.txt}
STAMP=$VENV/.requirements-sha256
PREFERRED="3.13 3.12 3.14"

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

hash_of() {
    if command -v sha256sum >/dev/null 2>&1; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1
}

# A Python counts only when it runs: a shim may be found and still be dead.
is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1
}

compile_catalogues() {
    for po in locale/*/LC_MESSAGES/*.po; do
        [ -e "$po" ] || continue
        mo=${po%.po}.mo
        if [ ! -e "$mo" ] || [ "$po" -nt "$mo" ]; then
            "$VENV/bin/pybabel" --quiet compile --input-file "$po" --output-file "$mo" ||
                fail "The catalogue $po cannot be compiled; the error is above."
        fi
    done
}

find_uv() {
    for uv in "${UV:-}" uv .uv/bin/uv "$HOME/.local/bin/uv" "$HOME/.cargo/bin/uv"; do
        if [ -n "$uv" ] && "$uv" --version >/dev/null 2>&1; then
            printf '%s\n' "$uv"
            return
        fi
    done
}

fetch_uv() {
    for python in "$(find_python)" python3 /usr/bin/python3; do
        [ -n "$python" ] || continue
        "$python" -c '' >/dev/null 2>&1 || continue
        rm -rf .uv
        "$python" -m pip install --quiet --disable-pip-version-check --target .uv uv >/dev/null 2>&1 && return
        # Without pip (Debian's plain python3): a virtual environment brings its own, where ensurepip is there.
        rm -rf .uv
        "$python" -m venv .uv >/dev/null 2>&1 && .uv/bin/pip install --quiet uv >/dev/null 2>&1 && return
    done
    rm -rf .uv
}

find_python() {
    for version in $PREFERRED; do
        for python in "python$version" "$HOME"/.pyenv/versions/"$version"*/bin/python3 "/usr/local/bin/python$version" \
            "/opt/homebrew/bin/python$version"; do
            if is_new_enough "$python"; then
                printf '%s\n' "$python"
                return
            fi
        done
    done
    for python in python3 python; do
        if is_new_enough "$python"; then
            printf '%s\n' "$python"
            return
        fi
    done
}

python_by_uv() {
    for version in $PREFERRED; do
        "$1" python find --no-python-downloads "$version" 2>/dev/null && return
    done
    say "No Python 3.12 or newer was found; asking uv to fetch Python 3.13."
    "$1" python install --quiet 3.13 >/dev/null 2>&1 && "$1" python find --no-python-downloads 3.13 2>/dev/null
}

build_venv() {
    uv=$(find_uv)
    if [ -z "$uv" ]; then
        say "No uv was found that runs; installing it into .uv."
        fetch_uv
        uv=$(find_uv)
        [ -n "$uv" ] || fail "uv could not be installed: install it (https://docs.astral.sh/uv/) and run this again."
    fi
    if ! is_new_enough "$VENV/bin/python"; then
        python=$(find_python)
        [ -n "$python" ] || python=$(python_by_uv "$uv") || true
        [ -n "$python" ] || fail "Python 3.12 or newer is needed and was not found: install one and run this again."
        rm -rf "$VENV"
        "$uv" venv --quiet --no-project --python "$python" "$VENV" || fail "$python could not make $VENV."
    fi
    say "Installing the packages of $REQUIREMENTS into $VENV."
    "$uv" pip sync --quiet --require-hashes --python "$VENV/bin/python" "$REQUIREMENTS" ||
        fail "The packages could not be installed; the error is above."
    hash_of "$REQUIREMENTS" >"$STAMP"
}

if ! is_new_enough "$VENV/bin/python" || [ "$(cat "$STAMP" 2>/dev/null)" != "$(hash_of "$REQUIREMENTS")" ]; then
    build_venv
fi
compile_catalogues
