"""How fast passages are embedded: `python bench/index.py DATA [ROUNDS]`.

DATA is a BEIR folder; the passages of the first of its documents, some 600, are embedded in four ways, in turn, ROUNDS
times (5 if not given), with the default encoder:

    ours         as `ibid index` embeds them, in the precision that it chooses here
    index        `ibid index` itself, as far as embedding goes: reading and splitting documents, and keeping the vectors
    floor        a forward pass of the bare network in that precision, over the same tokens, sorted by length
    langchain    sentence-transformers in float32, given one list, as HuggingFaceEmbeddings of LangChain gives it

Medians, passages a second, and medians of the ratios within a round.  Writes bench/results/index.json.
"""

from __future__ import annotations

import copy
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch

from ingest import BulkEncoder, SentenceEncoder, Vectors, cut_passages, load, read_corpus
from ingest.embed.embedding import Embedding
from ingest.embed.forward import device
from ingest.index.plan import plan_changes
from ingest.index.spool import Spool
from ingest.work.reading import read_ahead

sys.path.insert(0, str(Path(__file__).parent.parent))
from bench.machine import machine
from bench.update import write_corpus

DOCUMENTS = 80
BATCHES = (1024, 2048, 4096, 8192)
PACKAGES = ("numpy", "sentence-transformers", "tokenizers", "torch", "transformers")


class Floor:
    """The bare network over tokens that are there: nothing is cut, padded with care, pooled or kept."""

    def __init__(self, encoder: SentenceEncoder, precision: torch.dtype, texts: Sequence[str], most: int) -> None:
        """Make the batches, of at most so many tokens each."""
        self.network = copy.deepcopy(encoder.model[0].auto_model).to(device(), precision).eval()
        tokens = sorted((encoding.ids for encoding in encoder.tokenizer.encode_batch(list(texts))), key=len)
        self.batches: list[tuple[torch.Tensor, torch.Tensor]] = []
        while tokens:
            count = 1
            while count < len(tokens) and (count + 1) * len(tokens[count]) <= most:
                count += 1
            batch, tokens = tokens[:count], tokens[count:]
            ids = torch.zeros((count, len(batch[-1])), dtype=torch.long)
            mask = torch.zeros_like(ids)
            for row, given in enumerate(batch):
                ids[row, : len(given)] = torch.tensor(given)
                mask[row, : len(given)] = 1
            self.batches.append((ids.to(device()), mask.to(device())))

    def run(self) -> None:
        """Pass all batches through."""
        with torch.inference_mode():
            for ids, mask in self.batches:
                states = self.network(input_ids=ids, attention_mask=mask).last_hidden_state
            states[0, 0, 0].item()


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def least_cosine(one: Vectors, other: Vectors) -> float:
    """Of the rows of two arrays of unit vectors."""
    return float(np.min((one * other).sum(axis=1)))


def measure(data: Path, rounds: int, folder: Path) -> dict[str, object]:
    """Passages a second of each way, and ours by the others."""
    corpus = folder / "corpus"
    corpus.mkdir()
    write_corpus(data, corpus, DOCUMENTS)
    read = read_corpus(corpus)
    texts = [p.embedded_text for source in read.sources for p in cut_passages(load(source))]
    texts = list(dict.fromkeys(texts))
    encoder = SentenceEncoder.open()
    bulk = BulkEncoder(encoder, folder / "precision.json")
    bulk.encode(texts)  # measures the precisions, and loads
    (chosen,) = json.loads((folder / "precision.json").read_text()).values()
    precision = torch.bfloat16 if chosen == "bfloat16" else torch.float32
    floors = {most: Floor(encoder, precision, texts, most) for most in BATCHES}
    floor = min(floors.values(), key=lambda one: min(seconds(one.run) for _ in range(2)))

    def index() -> None:
        with (
            Spool(folder / "index") as spool,
            Embedding(folder / "index", bulk, len(read.sources), None, dry_run=False) as embedding,
        ):
            plan_changes(None, read_ahead(read.sources, 600), (), embedding, spool, 600, {})

    ways: dict[str, Callable[[], object]] = {
        "ours": lambda: bulk.encode(texts),
        "index": index,
        "floor": floor.run,
        # As langchain_huggingface.HuggingFaceEmbeddings.embed_documents does, whose package is not needed for it.
        "langchain": lambda: encoder.model.encode([t.replace("\n", " ") for t in texts], show_progress_bar=False),
    }
    times = [{name: seconds(work) for name, work in ways.items()} for _ in range(rounds)]
    return {
        "passages": len(texts),
        "tokens_a_passage": round(sum(len(e.ids) for e in encoder.tokenizer.encode_batch(texts)) / len(texts), 1),
        "precision": chosen,
        "least_cosine_to_float32": round(least_cosine(bulk.encode(texts), encoder.encode(texts)), 5),
        "floor_tokens_a_batch": next(most for most, one in floors.items() if one is floor),
        "passages_a_second": {name: round(len(texts) / statistics.median(t[name] for t in times), 1) for name in ways},
        "ours_by": {
            name: round(statistics.median(t[name] / t["ours"] for t in times), 3) for name in ("floor", "langchain")
        },
        "index_by": {
            name: round(statistics.median(t[name] / t["index"] for t in times), 3) for name in ("floor", "langchain")
        },
    }


def main() -> None:
    """Measure, and write the result."""
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    load_average = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        measured = measure(Path(sys.argv[1]), rounds, Path(folder))
    result = {
        **machine(PACKAGES),
        "processor": str(torch.cpu.get_capabilities().get("cpu_name", "")),
        "device": device(),
        "threads": torch.get_num_threads(),
        "load_average": round(load_average, 1),
        "rounds": rounds,
        **measured,
    }
    target = Path(__file__).parent / "results" / "index.json"
    target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(target.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
