#!/bin/sh
# Write sbom.json: the packages in .venv, with their licences and hashes, as a CycloneDX bill of materials.
set -eu
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM

.venv/bin/python -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet cyclonedx-bom
"$folder/venv/bin/cyclonedx-py" environment --pyproject pyproject.toml --gather-license-texts \
    --output-reproducible --output-format JSON --output-file sbom.json .venv/bin/python
