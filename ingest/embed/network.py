"""A network exported to ONNX, as onnxruntime runs it: the folder that holds one, and what it takes to trust it.

    DIR/exports/HASH/             the first digits of the hash of what it was made of
        export.json               what it is, and the proof of every file: see `ingest.proof`
        network.onnx              the graph, optimised
        network.data              its weights, mapped into memory, so that only what is used of them is read

It is written aside and put in its place by one renaming: a folder is whole or absent.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ingest.errors import ExportError
from ingest.proof import Held, damaged, manifest_checksum, proofs

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

FORMAT = 3
WEIGHTS = "network.data"
DIGITS = 16
_MEND = "make it with: ibid export, given the same --corpus, --index or --engine"


def runtime() -> Any:  # noqa: ANN401 - a module
    """onnxruntime, kept from looking up its maker's host and from writing a device id into the user's cache."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    return onnxruntime


class Network:
    """A network that was exported; it is loaded when it is first run, and runs in one thread."""

    def __init__(self, folder: Path, facts: Mapping[str, Any]) -> None:
        """Use `open`."""
        self.folder = folder
        self.facts = facts
        self._loading = Lock()
        self._loaded: tuple[Held, InferenceSession] | None = None

    @classmethod
    def open(cls, folder: Path, weights: str) -> Network:
        """The network in `folder`, made of weights, and what goes with them, whose hash (hex) begins with `weights`.

        Every file is compared with its proof.  Raises ExportError where there is none or it is not whole.
        """
        return cls(folder, cls._facts(folder, weights))

    @staticmethod
    def _facts(folder: Path, weights: str) -> Mapping[str, Any]:
        try:
            facts: dict[str, Any] = json.loads((folder / "export.json").read_text(encoding="utf-8"))
            whole = facts["checksum"] == manifest_checksum(facts) and facts["format"] == FORMAT
            right = str(facts["weights"]).startswith(weights)
            altered = damaged(folder, proofs(facts["files"]))
        except FileNotFoundError as error:
            raise ExportError(f"there is no export for onnxruntime in {folder}; {_MEND}") from error
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ExportError(f"{folder}: the export cannot be read; {_MEND}") from error
        if not whole or not right or altered:
            raise ExportError(f"{altered or folder / 'export.json'}: is not what was exported; {_MEND}")
        return facts

    def _session(self) -> InferenceSession:
        """What runs it, loaded anew where a file of it was altered and another stands in its place since."""
        with self._loading:
            if self._loaded and not self._loaded[0].altered():
                return self._loaded[1]
            held, self._loaded = self._loaded, None
            if held:
                self.facts = self._facts(self.folder, str(self.facts["weights"]))
            try:
                mapped = Held({self.folder / name: proof for name, proof in proofs(self.facts["files"]).items()})
            except OSError as error:
                raise ExportError(f"{self.folder}: the export cannot be read ({error}); {_MEND}") from error
            self._loaded = mapped, self._open()
            return self._loaded[1]

    def _open(self) -> InferenceSession:
        onnxruntime = runtime()
        options = onnxruntime.SessionOptions()
        # Answering many questions at once is worth more than answering one of them in two threads.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        # It was optimised when it was exported.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        path = self.folder / "network.onnx"
        try:
            return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # its errors have no family of their own
            raise ExportError(f"{path}: onnxruntime cannot load it ({error}); {_MEND}") from error

    def load(self) -> None:
        """Load the network now; ExportError where that fails."""
        self._session()

    def run(self, outputs: Sequence[str], inputs: Mapping[str, npt.NDArray[Any]]) -> list[npt.NDArray[np.float32]]:
        """The named outputs for the named inputs; ExportError where a file of it was altered meanwhile."""
        return list(self._session().run(outputs, inputs))


def export_folder(index: Path, weights: str) -> Path:
    """Where in the folder `index` the network that was made of these weights (their hash, hex) is kept."""
    return index / "exports" / weights[:DIGITS]
