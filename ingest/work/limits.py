"""What reading one file may take."""

from __future__ import annotations

from dataclasses import dataclass

# A file may take as much again for each so many bytes that it has, by its suffix: twice what honest ones of its kind
# take, or more.  Of a PDF the pages are what counts, and a page has few bytes.  Fitted by: python -m bench.reading, and
# how memory grows by: python -m bench.reading --megabytes 10
_SECONDS_AGAIN = 2_000_000, {".pdf": 100_000}
_MEMORY_AGAIN = (
    6_000_000,
    {".pdf": 300_000} | dict.fromkeys((".docx", ".epub", ".odt", ".ods", ".pptx", ".xlsx"), 2_500_000),
)
# However large it is, it may take no more than so many times what a small one may: enough for 100 MB of text.
_MOST_SECONDS, _MOST_MEMORY = 40, 10


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that reading a file may take.

    `size` is that of the file in bytes; a small file may take `seconds` of the processor and `memory` in bytes, and a
    larger one more, in proportion.
    """

    size: int = 128_000_000
    seconds: int = 9
    memory: int = 320_000_000

    def seconds_for(self, suffix: str, size: int) -> int:
        """Seconds of the processor for a file of so many bytes."""
        usual, others = _SECONDS_AGAIN
        return int(self.seconds * min(_MOST_SECONDS, 1 + size / others.get(suffix, usual)))

    def memory_for(self, suffix: str, size: int) -> int:
        """Bytes of memory for a file of so many bytes."""
        usual, others = _MEMORY_AGAIN
        return int(self.memory * min(_MOST_MEMORY, 1 + size / others.get(suffix, usual)))
