"""The process around the command line."""

from __future__ import annotations

import gc
import io
import os
import sys
import warnings

from ibid.cli import run


def main() -> None:
    """Run the command line of this process and end it."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # What is no UTF-8 becomes a question that is refused, rather than the end of a chat.
            stream.reconfigure(encoding="utf-8", errors="surrogateescape")
    # Libraries speak of their own affairs on standard error, where a person looks for ours.
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    # Threads that spin while they wait make a busy machine ten times slower.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    # What is imported stays: looking through it for garbage takes a tenth of the time to the first answer.
    gc.set_threshold(200_000)
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    code = run()
    # Python ends by looking for garbage again, and the process ends with it anyhow.
    gc.freeze()
    sys.exit(code)


if __name__ == "__main__":
    main()
