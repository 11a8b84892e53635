"""`ibid doctor`: whether the index is whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from ibid.commands.options import AsJson, CorpusFolder, Engine, Folder, IndexFolder, PlaceFlags

if TYPE_CHECKING:
    from ingest import Finding, LeftOut


def doctor(
    folder: Folder = None,
    index: IndexFolder = None,
    engine: Engine = None,
    corpus: CorpusFolder = None,
    as_json: AsJson = False,
) -> None:
    """Look whether the index is whole.

    Says of each fault what mends it; the exit code is 1 if there is one.
    """
    from ibid.output import print_json
    from ibid.render import show_findings, stdout
    from ingest import IndexDamaged, IndexMissing

    catalog = PlaceFlags(corpus, index, engine).places(folder).catalog
    findings = catalog.examine()
    try:
        generation = catalog.open()
        left_out, ocr, outside = generation.left_out, generation.ocr, generation.outside
    except (IndexMissing, IndexDamaged):  # which is among the findings
        left_out, ocr, outside = (), False, ()
    if as_json:
        print_json([*_told(findings, left_out, catalog.where if ocr else None, outside)])
    else:
        show_findings(stdout(), findings, left_out, ocr, outside)
    if findings:
        raise typer.Exit(1)


def _told(
    findings: Iterable[Finding], left_out: Iterable[LeftOut], pictures: str | None, outside: Iterable[Path]
) -> Iterator[dict[str, Any]]:
    """Faults, and what else is to be known, as plain values; `pictures` is the index for which they are read, if so."""
    for found in findings:
        yield _line(str(found.where), found.what, found.mend, is_fault=True)
    for left in left_out:
        yield _line(left.file, "not read", left.why)
    if pictures:
        yield _line(pictures, "pictures are read by OCR", "ibid index --no-ocr")
    for place in outside:
        yield _line(str(place), "is read from, and lies outside of the corpus", "ibid index --only-inside")


def _line(where: str, what: str, mend: str, is_fault: bool = False) -> dict[str, Any]:
    return {"where": where, "what": what, "mend": mend, "is_fault": is_fault}
