"""The reader that comes with the package is exported, so that onnxruntime can run it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from answer.errors import ReaderError
from answer.reader.adapted import foundation, read_settings
from answer.reader.pairs import LONGEST_QUESTION, lay_out
from answer.reader.reading import shipped_folder
from answer.reader.tokens import Tokenization
from ingest import EncoderError, ExportedEncoder, ExportError, SentenceEncoder, export_encoder
from ingest.embed.exporting import is_whole, put_export
from ingest.embed.network import Network, export_folder
from ingest.errors import needing

MOST_APART = 0.05
_QUESTIONS = ("When does it leave?", "Who?", "What does it carry, and how many, and at what time of the day is that?")
_PASSAGES = ("It leaves at noon. It carries forty cars.", "Nobody.", "Tickets are sold on board, and not before. " * 30)


@needing("index")
def export_reader(index: Path, folder: Path | None = None) -> bool:
    """Export the reader in `folder` (None: the one that comes with the package) into the folder `index`.

    So is the encoder that it was made for.  Nothing is done where both are there and whole; whether anything was.
    Raises ReaderError where its weights are not those that its `reader.json` names, or its encoder is another,
    and ExportError where what is exported gives chances that are MOST_APART from its own in the mean.
    """
    folder = folder or shipped_folder()
    settings = read_settings(folder)
    base = reader_encoder(folder, settings)
    exported = export_encoder(base, index, _PASSAGES)
    target = export_folder(index, settings["weights"])
    if is_whole(target, settings["weights"]):
        return exported
    import torch

    from answer.reader.weights import load_network
    from ingest.embed.tracing import write_network

    network = load_network(base.folder, folder / "reader.safetensors", settings["lower"])
    inputs = _inputs(ExportedEncoder.open(index, base.name, base.fingerprint), settings)

    def write(building: Path) -> None:
        example = tuple(torch.from_numpy(value[:2, :-3]) for value in inputs.values())
        write_network(building, network, example, list(inputs), ["tokens", "pooled"], eight_bits=True)

    def check(made: Network) -> None:
        with torch.inference_mode():
            wanted = [output.numpy() for output in network(*map(torch.from_numpy, inputs.values()))]
        tokens, pooled = made.run(["tokens", "pooled"], inputs)
        there = inputs["side"] > 0
        apart = max(_chances_apart(tokens[there], wanted[0][there]), _chances_apart(pooled, wanted[1]))
        if not apart <= MOST_APART:
            raise ExportError(f"the export of the reader differs from it: by {apart:.3f} in the mean")

    put_export(target, {"weights": settings["weights"]}, write, check)
    return True


def reader_encoder(folder: Path, settings: Mapping[str, Any]) -> SentenceEncoder:
    """The encoder of the reader in `folder`; ReaderError where it or the reader's weights are not the right ones."""
    file = folder / "reader.safetensors"
    try:
        found = hashlib.sha256(file.read_bytes()).hexdigest()
        base = SentenceEncoder.open(settings["encoder"])
    except (OSError, EncoderError) as error:
        raise ReaderError(f"no reader in {folder}: {error}; make one with: make reader") from error
    if found != settings["weights"]:
        raise ReaderError(f"{file} is not the file that reader.json names; make it again: make reader")
    if not settings["encoder_weights"].startswith(base.fingerprint.rpartition("@")[2]):
        raise ReaderError(f"the reader was made for another encoder than that in {base.folder}; make it again")
    return base


def _inputs(encoder: ExportedEncoder, settings: Mapping[str, Any]) -> dict[str, npt.NDArray[Any]]:
    """What the network is given to read each of _QUESTIONS with each of _PASSAGES."""
    tokenization = Tokenization(encoder.tokenizer_file.parent)
    pairs = [
        (tokenization.tokens(question, LONGEST_QUESTION).ids, tokenization.tokens(passage, settings["longest"]).ids)
        for question in _QUESTIONS
        for passage in _PASSAGES
    ]
    ids, side, shift = lay_out(pairs)
    states = np.zeros((*ids.shape, 2 * encoder.dimension), dtype=np.float32)
    for row, (question, passage) in enumerate(pairs):
        states[row, : len(question)] = foundation(encoder, settings["lower"], question)
        states[row, shift : shift + len(passage)] = foundation(encoder, settings["lower"], passage)
    return {"states": states, "ids": ids, "side": side}


def _chances_apart(some: npt.NDArray[np.float32], others: npt.NDArray[np.float32]) -> float:
    """How far the chances that logits stand for lie apart, in the mean."""
    return float(np.abs(1 / (1 + np.exp(-some)) - 1 / (1 + np.exp(-others))).mean())
