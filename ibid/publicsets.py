"""Public test sets, scored with what comes with the package; their indexes are kept in the user's data folder."""

from __future__ import annotations

from pathlib import Path

from answer import Reader, export_reader
from eval.public import evaluate_beir, evaluate_set
from eval.public.figures import SetResult
from ibid.places import user_index
from ibid.progress import counting
from ingest import DEFAULT_ENCODER, SentenceEncoder


def score_beir(folder: Path, encoder_name: str | None) -> SetResult:
    """The figures of search on a test set in BEIR's layout.  Raises DatasetError."""
    encoder = SentenceEncoder.open(encoder_name or DEFAULT_ENCODER)
    with counting("Measuring") as progress:
        return evaluate_beir(folder, user_index(folder), encoder, progress=progress)


def score_set(name: str, data: Path, encoder_name: str | None) -> SetResult:
    """The figures of the public set called `name`, in the folder `data`: see `eval.public.evaluate_set`."""
    encoder = SentenceEncoder.open(encoder_name or DEFAULT_ENCODER)
    work = user_index(data)
    with counting("Measuring") as progress:
        export_reader(work)
        return evaluate_set(name, data, work, encoder, Reader.open(work), progress)
