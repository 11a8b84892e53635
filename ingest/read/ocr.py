"""What is written on a picture, read by tesseract: its words, each in its place, and how sure they are.

tesseract is called as the program that it is, with hOCR as what it writes: pytesseract wraps that very call and knows
of no base lines, and ocrmypdf makes another PDF, in which nothing tells any more how sure a word is.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from statistics import mean, median
from typing import TYPE_CHECKING

from ingest.errors import PackageMissing, needing
from ingest.read.archive import parsed
from ingest.read.metadata import POOR
from ingest.read.pdf.words import PdfWord

if TYPE_CHECKING:
    from lxml.etree import _Element
    from PIL.Image import Image

DOUBTFUL = 60  # a word that is less sure is counted
_SECONDS = 120  # the longest that a page may take
_ALIKE = 0.15  # in parts: as far apart the sizes of lines in one type may be
_TALL = re.compile(r"[A-Z0-9bdfhkl]")
_CAPITAL = 0.78  # the height of a tall letter, in parts of the size
_DOT = 0.45  # the largest dot
_NUMBER = r"(-?[\d.]+)"
_BOX = re.compile(rf"bbox {' '.join([_NUMBER] * 4)}")
_BASE = re.compile(rf"baseline {_NUMBER} {_NUMBER}")
_SIZE = re.compile(rf"x_size {_NUMBER}")
_SURE = re.compile(rf"x_wconf {_NUMBER}")
_TURN = re.compile(rb"Rotate: (\d+)")


@dataclass(frozen=True, slots=True)
class Recognised:
    """The words of a picture in places and sizes of its pixels, how sure each is (percent), and what runs up its side.

    `width` and `height` are those of the picture as it is read, which may be turned.
    """

    words: tuple[PdfWord, ...]
    sure: tuple[float, ...]
    asides: tuple[str, ...]
    width: int
    height: int

    @property
    def confidence(self) -> float:
        """How sure the words are on the average, in percent; 0 where there are none."""
        return mean(self.sure) if self.sure else 0.0

    @property
    def doubtful(self) -> int:
        """How many words are doubtful."""
        return sum(sure < DOUBTFUL for sure in self.sure)

    def scaled(self, scale: float) -> Recognised:
        """The same with all places and sizes multiplied."""
        words = (
            w._replace(x0=w.x0 * scale, x1=w.x1 * scale, base=w.base * scale, size=w.size * scale) for w in self.words
        )
        return replace(self, words=tuple(words), width=round(self.width * scale), height=round(self.height * scale))


def check_ocr() -> None:
    """Raise PackageMissing where tesseract is not installed, or the packages of the extra `ocr`."""
    with needing("ocr"):
        import PIL  # noqa: F401
        import pypdfium2  # noqa: F401
    if shutil.which("tesseract") is None:
        raise PackageMissing("tesseract is not installed; install it with: apt-get install tesseract-ocr")


def recognise(image: Image) -> Recognised:
    """The words of a picture in shades of grey; one that reads poorly is read again as it stands upright.

    Raises PackageMissing, or ValueError where tesseract fails.
    """
    found = _recognise(image)
    if found.confidence >= POOR:
        return found
    turn = _TURN.search(_tesseract(image, "--psm", "0", may_fail=True))
    if turn is None or int(turn[1]) % 360 == 0:
        return found
    again = _recognise(image.rotate(-int(turn[1]), expand=True))
    return max(found, again, key=lambda read: read.confidence)


def evened(pages: Sequence[Recognised]) -> list[Recognised]:
    """The pages with one size for all lines of one type, which are measured a little larger or smaller each."""
    counts: Counter[float] = Counter()
    for page in pages:
        for word in page.words:
            counts[word.size] += len(word.text)
    sizes: dict[float, float] = {}
    while left := {size: count for size, count in counts.items() if size not in sizes}:
        most = max(left, key=lambda size: (left[size], size))
        sizes |= {size: round(most, 1) for size in left if abs(size - most) <= _ALIKE * most}
    return [replace(p, words=tuple(word._replace(size=sizes[word.size]) for word in p.words)) for p in pages]


def _recognise(image: Image) -> Recognised:
    root = parsed(_tesseract(image, "--psm", "3", "hocr"), "picture")
    lines = [line for line in root.iter("{*}span") if "baseline" in line.get("title", "")]
    upright = [line for line in lines if "textangle" not in line.get("title", "")]
    slope = median([_numbers(_BASE, line)[0] for line in upright] or [0.0])
    words: list[PdfWord] = []
    sure: list[float] = []
    for line in upright:
        for word, confidence in _words(line, slope):
            words.append(word)
            sure.append(confidence)
    asides = tuple(" ".join(_text(word) for word in line) for line in lines if line not in upright)
    return Recognised(tuple(words), tuple(sure), asides, image.width, image.height)


def _words(line: _Element, slope: float) -> Iterator[tuple[PdfWord, float]]:
    """The words of a line of a picture whose lines rise or fall by `slope`, as they stand where they are level."""
    left, _, right, bottom = _numbers(_BOX, line)
    own, offset = _numbers(_BASE, line)
    at = partial(_base, own, left, bottom + offset)
    words = [(text, _numbers(_BOX, word), _numbers(_SURE, word)[0]) for word in line if (text := _text(word))]
    heights = [at(x0) - top for text, (x0, top, *_), _ in words if _TALL.search(text)]
    size = median(heights) / _CAPITAL if heights else _numbers(_SIZE, line)[0]
    base = at((left + right) / 2) - slope * (left + right) / 2
    for number, (text, (x0, top, x1, low), sure) in enumerate(words):
        if number == 0 and len(text) == 1 and _is_dot(x1 - x0, low - top, at(x0) - low, size):
            text = "•"
        yield PdfWord(text, x0 + slope * bottom, x1 + slope * bottom, base, size), sure


def _base(slope: float, left: float, base: float, x: float) -> float:
    """The height at `x` of a base line that begins at `left` and `base`."""
    return base + slope * (x - left)


def _is_dot(width: float, height: float, above: float, size: float) -> bool:
    """Whether what was taken for a sign is round, small, and stands above the base line, as the dot of an item does."""
    return 0.6 * height < width < 1.6 * height and height < _DOT * size and above > size / 10


def _text(word: _Element) -> str:
    return "".join(word.itertext()).strip()


def _numbers(pattern: re.Pattern[str], element: _Element) -> list[float]:
    found = pattern.search(element.get("title", ""))
    assert found, element.get("title")
    return [float(number) for number in found.groups()]


def _tesseract(image: Image, *arguments: str, may_fail: bool = False) -> bytes:
    check_ocr()
    data = io.BytesIO()
    image.save(data, "PPM")
    command = ["tesseract", "-", "-", "-l", "eng" if "hocr" in arguments else "osd", "--dpi", "300", *arguments]
    # More threads than one make it slower.
    environment = os.environ | {"OMP_THREAD_LIMIT": "1"}
    try:
        ran = subprocess.run(command, input=data.getvalue(), capture_output=True, timeout=_SECONDS, env=environment)
    except subprocess.TimeoutExpired as error:
        raise ValueError(f"takes OCR longer than {_SECONDS} seconds; scan it anew, or smaller") from error
    if ran.returncode and not may_fail:
        told = ran.stderr.decode(errors="replace").strip().splitlines()
        raise ValueError(f"cannot be read by OCR ({told[-1] if told else ran.returncode}); scan it anew")
    return ran.stdout
