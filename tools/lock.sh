#!/bin/sh
# Write requirements.lock: what pip chooses today for ibid and its checks, with the hashes of its files.
#
# torch is not in it: it comes in several builds, whose files have other hashes; pyproject.toml names its one release.
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
    echo "# Everything that ibid and its checks are known to work with, and the hashes of its files; made by: make lock"
    echo "# torch is not among it, as its builds have other hashes: pyproject.toml names its release."
    # Without what only torch's build for a GPU needs.
    "$folder/venv/bin/python" -m pip freeze --all --exclude ibid --exclude pip | grep -Ev '^(torch==|cuda|nvidia|triton)' >"$folder/chosen"
    "$python" -m venv "$folder/uv"
    "$folder/uv/bin/python" -m pip install --quiet uv
    "$folder/uv/bin/uv" pip compile --quiet --no-deps --generate-hashes --no-header --no-annotate "$folder/chosen"
} >"$folder/lock"
cp "$folder/lock" requirements.lock
