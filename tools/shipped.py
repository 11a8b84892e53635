"""Write the checksums of what comes with the package into answer/shipped.json: `python tools/shipped.py`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from answer.shipped import FILES, PACKAGE, TABLE, checksum


def main() -> None:
    """Write the table."""
    table = {name: checksum((PACKAGE / name).read_bytes()) for name in FILES}
    TABLE.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
