#!/bin/sh
# Make .venv from requirements.lock; nothing is done where it is up to date.
#
# PYTHON        the Python to use (3.11 or newer); else the newest one found
# TORCH_INDEX   the address of a package index to take torch from
set -eu
cd "$(dirname "$0")/.."

least_kb=3145728
stamp=.venv/.set-up-from

fail() {
    printf 'ibid: %s\n' "$1" >&2
    exit 1
}

# Minutes without a word look as if nothing were done; standard output is the answer's.
step() {
    printf 'ibid: setting up .venv: %s\n' "$1" >&2
}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

has_venv() {
    is_new_enough .venv/bin/python && .venv/bin/python -c 'import pip' >/dev/null 2>&1
}

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        is_new_enough "$PYTHON" || fail "PYTHON=$PYTHON is not Python 3.11 or newer; name one that is"
        python=$PYTHON
        return
    fi
    for python in python3.14 python3.13 python3.12 python3.11 python3; do
        if command -v "$python" >/dev/null 2>&1 && is_new_enough "$python"; then
            return
        fi
    done
    fail "no Python 3.11 or newer was found; install one, or name it: make PYTHON=/path/to/python3 …"
}

check_disk() {
    free_kb=$(df -Pk . | awk 'NR == 2 { print $4 }')
    if [ "$free_kb" -lt "$least_kb" ]; then
        fail "$((free_kb / 1024)) MB are free in $PWD and about $((least_kb / 1024)) MB are needed; free some space"
    fi
}

# A .venv that works is kept, with whatever else was put into it.
make_venv() {
    "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 ||
        fail "$python has no venv or no pip; install them (on Debian and Ubuntu the package python3-venv)"
    said=$("$python" -m venv --clear .venv 2>&1) || explain "$said"
}

install() {
    said=$(.venv/bin/python -m pip install --quiet --disable-pip-version-check "$@" 2>&1) || explain "$said"
}

# One line on why a step failed, from all that it printed.
explain() {
    case $1 in
    *"No space left"* | *"Errno 28"* | *"quota exceeded"*)
        fail "the disk is full; free about $((least_kb / 1024)) MB in $PWD and in the folder for temporary files" ;;
    *"No module named pip"*)
        fail "there is no pip in .venv; delete that folder and try again" ;;
    esac
    reason=$(printf '%s\n' "$1" | grep -i '^error' | tail -n 1)
    fail "the packages could not be installed (${reason:-no reason was given}); check the network and try again"
}

wanted() {
    pwd
    cksum requirements.lock pyproject.toml
}

if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(wanted)" ] && is_new_enough .venv/bin/python; then
    exit 0
fi
if ! has_venv; then
    find_python
    check_disk
    make_venv
elif [ ! -f "$stamp" ]; then
    check_disk
fi
step "1 of 3, torch; all takes some minutes the first time"
# First and alone, because only torch comes from another index, and everything else is content with what is there.
torch=$(grep -o 'torch==[0-9.]*' pyproject.toml)
if [ -n "${TORCH_INDEX:-}" ]; then
    install --index-url "$TORCH_INDEX" "$torch"
else
    install "$torch"
fi
step "2 of 3, the packages of requirements.lock"
# It is the whole list, and no file is taken that is not the one whose hash stands there.
install --no-deps --require-hashes --requirement requirements.lock
step "3 of 3, ibid itself"
install --no-deps --no-build-isolation --editable .
wanted >"$stamp"
