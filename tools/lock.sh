#!/bin/sh
# Write requirements.lock: what pip chooses today for ibid and its checks.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM

torch=$(sed -n 's/^ *"\(torch==[0-9.]*\)",$/\1/p' pyproject.toml)
"$python" -m venv "$folder/venv"
# First and alone: an unpinned torch would bring the drivers of a GPU with it.
if [ -n "${TORCH_INDEX:-}" ]; then
    "$folder/venv/bin/python" -m pip install --quiet --index-url "$TORCH_INDEX" "$torch"
else
    "$folder/venv/bin/python" -m pip install --quiet "$torch"
fi
"$folder/venv/bin/python" -m pip install --quiet ".[dev]"
{
    echo "# Everything that ibid and its checks are known to work with; made by: make lock"
    # Without the mark of one build (torch's "+cpu"), and without what only the build for a GPU needs.
    "$folder/venv/bin/python" -m pip freeze --exclude ibid | sed 's/+[A-Za-z0-9.]*$//' | grep -Ev '^(cuda|nvidia|triton)'
} >"$folder/lock"
cp "$folder/lock" requirements.lock
