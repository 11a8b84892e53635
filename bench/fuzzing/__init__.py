"""What is read or answered is given inputs that are nearly good, and has to tell what is wrong with them.

Much of what makes good ones, and says what must hold, is that of the tests.
"""

from __future__ import annotations

import sys
from pathlib import Path

_TESTS = str(Path(__file__).parents[2] / "tests")
if _TESTS not in sys.path:
    sys.path.append(_TESTS)
