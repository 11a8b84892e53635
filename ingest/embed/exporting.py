"""What torch runs is exported, so that onnxruntime can run it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.embed.encoder import SentenceEncoder, model_hash
from ingest.embed.exported import ExportedEncoder
from ingest.embed.network import FORMAT, Network, export_folder
from ingest.errors import ExportError, IndexUnwritable, needing
from ingest.proof import Proof, manifest_checksum, sync

if TYPE_CHECKING:
    from transformers import BertModel

LEAST_COSINE = 0.9999
# What is long, empty, or of signs that no vocabulary holds.
_ODD = ("", "word " * 400, "1,000 mg/m² – “quoted”…", "日本語のテキスト")


@needing("index")
def export_encoder(encoder: SentenceEncoder, index: Path, sample: Sequence[str]) -> bool:
    """Export `encoder` into the folder `index`, unless it is there and whole; whether that had to be done.

    It is checked on `sample`, passages, of which it has to make the same vectors: a cosine of LEAST_COSINE at least.
    Raises ExportError where it cannot be exported: it is no BERT with a mean over its last layer, or says otherwise.
    """
    found = model_hash(encoder.folder)
    folder = export_folder(index, found)
    if is_whole(folder, found):
        return False
    from ingest.embed.tracing import Layers, write_network

    bert = _bert(encoder)
    layers = Layers(bert)

    def write(building: Path) -> None:
        write_network(building, layers, layers.example(), ["ids", "mask"], layers.names)
        encoder.tokenizer.save(str(building / "tokenizer.json"))

    def check(network: Network) -> None:
        texts = [*sample, *_ODD]
        made = ExportedEncoder(encoder.name, encoder.fingerprint, network).encode(texts)
        least = float((made * encoder.encode(texts)).sum(axis=1).min())
        if not least >= LEAST_COSINE:
            raise ExportError(f"the export of {encoder.name} differs from it: its least cosine is {least:.5f}")

    facts = {"weights": found, "dimension": encoder.dimension, "layers": len(layers.names) - 1}
    put_export(folder, facts, write, check)
    return True


def _bert(encoder: SentenceEncoder) -> BertModel:
    """The network in `encoder`; ExportError where it is not one whose vectors are the mean of a BERT's last layer."""
    from transformers import BertModel

    kinds = [type(module).__name__ for module in encoder.model]
    bert = getattr(encoder.model[0], "auto_model", None)
    if (
        isinstance(bert, BertModel)
        and kinds in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"])
        and encoder.model[1].pooling_mode == "mean"
        and encoder.model.default_prompt_name is None
    ):
        return bert
    raise ExportError(f"{encoder.name} cannot be exported: it is not a BERT of whose last layer the mean is taken")


def forget_exports(index: Path, weights: Iterable[str]) -> None:
    """Remove the exports that no generation kept in `index` was made with, but for those of these `weights` (hex)."""
    used = {export_folder(index, one) for one in weights}
    for manifest in index.glob("generations/*/manifest.json"):
        # One that cannot be read is of no generation that can be opened.
        with suppress(OSError, ValueError, KeyError, TypeError):
            fingerprint = json.loads(manifest.read_text(encoding="utf-8"))["encoder"]["fingerprint"]
            used.add(export_folder(index, fingerprint.rpartition("@")[2]))
    for folder in set(index.glob("exports/[!.]*")) - used:
        shutil.rmtree(folder, ignore_errors=True)


def is_whole(folder: Path, weights: str) -> bool:
    """Whether the export in `folder` is that of these weights (their hash, hex), every file of it."""
    try:
        Network.open(folder, weights)
    except ExportError:
        return False
    return True


def put_export(
    folder: Path, facts: Mapping[str, Any], write: Callable[[Path], None], check: Callable[[Network], None]
) -> None:
    """Have `write` fill a folder aside, `check` what is in it, and put it in the place of `folder`.

    `facts` are what its export.json says, `weights` among it.  Raises IndexUnwritable, ExportError.
    """
    building = folder.with_name(f".building-{os.getpid()}")
    try:
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir(parents=True)
        write(building)
        files = {path.name: Proof.of(path) for path in sorted(building.iterdir())}
        manifest: dict[str, Any] = {"format": FORMAT, **facts, "files": files}
        manifest["checksum"] = manifest_checksum(manifest)
        (building / "export.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        check(Network.open(building, facts["weights"]))
        for path in building.iterdir():
            sync(path)
        sync(building)
        if folder.exists():
            shutil.rmtree(folder)
        building.replace(folder)
        sync(folder.parent)
    except OSError as error:
        raise IndexUnwritable(
            f"{folder}: the export could not be written ({error}); free some space or mend its permissions"
        ) from error
    finally:
        shutil.rmtree(building, ignore_errors=True)
