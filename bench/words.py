"""The words of a document as other programs extract them, and the share of them that a reading kept."""

from __future__ import annotations

import re
import subprocess
import tempfile
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from lxml import etree

_WORD = re.compile(r"[^\W_]+")
# What breaks a word at the end of a line, or joins two: extractions differ in both.
_HYPHEN = re.compile(r"(?<=\w)[-\u2010\u2011\u00ad](?:[^\S\n]*\n\s*)?(?=\w)")
_RAISED = re.compile("[⁰¹²³⁴-⁹]+")
_NO_FORMULAS = "function Math() return {} end"  # pandoc leaves most of them in TeX
_PANDOC = {
    **dict.fromkeys(("docx", "odt", "epub", "rst", "rtf", "ipynb", "csv"), ""),
    **{"html": "html", "htm": "html", "xhtml": "html", "md": "gfm", "markdown": "gfm", "tex": "latex", "tsv": "tsv"},
}


def words(text: str) -> Counter[str]:
    """How often each word stands in a text, whatever its case; a raised figure is a word by itself."""
    apart = _RAISED.sub(r" \g<0> ", text)
    return Counter(_WORD.findall(_HYPHEN.sub("", unicodedata.normalize("NFKC", apart).casefold())))


def recall(reference: Counter[str], text: str, dropped: Iterable[str]) -> tuple[float, float]:
    """The share of the words of a reference that a text has, and that it has with what was told as dropped."""
    kept = words(text)
    told = kept + words("\n".join(dropped))
    total = reference.total()
    return (reference & kept).total() / total, (reference & told).total() / total


def reference(path: Path) -> str | None:
    """The text of a file as pandoc, as pdftotext or its own XML has it; None where none of them can tell."""
    kind = path.suffix[1:].lower()
    if kind in _PANDOC:
        with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
            script.write(_NO_FORMULAS)
            script.flush()
            how = ["-f", _PANDOC[kind] or kind, "-t", "plain", "--wrap=none", "--columns=9999", "-L", script.name]
            return _told(["pandoc", *how, str(path)])
    extract = _OTHERS.get(kind)
    return extract(path) if extract else None


def _told(command: list[str]) -> str | None:
    try:
        ran = subprocess.run(command, capture_output=True, timeout=120, check=False)
    except subprocess.TimeoutExpired:
        return None
    return ran.stdout.decode(errors="replace") if ran.returncode == 0 else None


def _xml(parts: str, tag: str) -> Callable[[Path], str | None]:
    """What takes the text of the elements `tag` in those entries of an archive whose names match `parts`."""

    def extract(path: Path) -> str | None:
        try:
            with zipfile.ZipFile(path) as archive:
                data = [archive.read(name) for name in archive.namelist() if re.fullmatch(parts, name)]
            roots = [etree.fromstring(part) for part in data]
        except (zipfile.BadZipFile, etree.XMLSyntaxError, NotImplementedError, RuntimeError):
            return None
        return "\n".join("".join(p.itertext(f"{{*}}{tag}")) for root in roots for p in _blocks(root))

    return extract


def _blocks(root: etree._Element) -> list[etree._Element]:
    return list(root.iter("{*}p", "{*}si"))


_OTHERS: dict[str, Callable[[Path], str | None]] = {
    "pdf": lambda path: _told(["pdftotext", str(path), "-"]),
    "txt": lambda path: path.read_text(encoding="utf-8", errors="replace"),
    "pptx": _xml(r"ppt/slides/slide\d+\.xml", "t"),
    "xlsx": _xml(r"xl/sharedStrings\.xml", "t"),
}
