"""Networks of torch become graphs of ONNX."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import BertModel

from ingest.embed.network import WEIGHTS, runtime
from ingest.errors import ExportError

_OPSET = 17


class Layers(nn.Module):
    """A BERT that gives what every one of its layers makes of its tokens; `names` are those of its outputs."""

    def __init__(self, bert: BertModel) -> None:
        """Take a copy of `bert`."""
        super().__init__()
        self._bert = deepcopy(bert)
        # What sentence-transformers prefers is one operation to torch, which onnxruntime has to take apart.
        self._bert.set_attn_implementation("eager")
        self.names = [f"layer_{number}" for number in range(len(self._bert.encoder.layer) + 1)]

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, ...]:
        """States of shape (texts, tokens, width), for int64 inputs of shape (texts, tokens); the embeddings first."""
        states = [self._bert.embeddings(input_ids=ids)]
        hidden = torch.where(mask[:, None, None, :] > 0, 0.0, torch.finfo(torch.float32).min)
        for layer in self._bert.encoder.layer:
            states.append(layer(states[-1], hidden))
        return tuple(states)

    @staticmethod
    def example() -> tuple[Tensor, Tensor]:
        """Two texts, one of them shorter."""
        ids = torch.arange(1, 15).reshape(2, 7)
        return ids, torch.tensor([[1] * 7, [1] * 4 + [0] * 3])


def write_network(
    folder: Path,
    module: nn.Module,
    example: tuple[Tensor, ...],
    inputs: Sequence[str],
    outputs: Sequence[str],
    *,
    eight_bits: bool = False,
) -> None:
    """Write `module` into `folder`: its graph, optimised, and beside it its weights.

    The first two dimensions of what it is given, as `example` is, and gives may be of any size.  With `eight_bits` its
    products of matrices are made of whole numbers, which takes half the time.  Raises ExportError.
    """
    traced = folder / "traced.onnx"
    axes = {
        name: {n: f"{name}_{n}" for n in range(min(2, value.ndim))} for name, value in zip(inputs, example, strict=True)
    }
    try:
        with warnings.catch_warnings(), torch.inference_mode():
            # It warns that there is a newer exporter, which takes three times as long and more packages.
            warnings.simplefilter("ignore")
            torch.onnx.export(
                module.eval(),
                example,
                traced,
                input_names=list(inputs),
                output_names=list(outputs),
                dynamic_axes=axes,
                opset_version=_OPSET,
                dynamo=False,
            )
    except (RuntimeError, torch.onnx.OnnxExporterError) as error:
        raise ExportError(f"torch cannot export the network: {error}") from error
    if eight_bits:
        _round(traced)
    onnxruntime = runtime()
    options = onnxruntime.SessionOptions()
    # Not what suits this processor alone: an index may be carried to another machine.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(folder / "network.onnx")
    options.add_session_config_entry("session.optimized_model_external_initializers_file_name", WEIGHTS)
    options.add_session_config_entry("session.optimized_model_external_initializers_min_size_in_bytes", "1024")
    onnxruntime.InferenceSession(str(traced), options, providers=["CPUExecutionProvider"])
    traced.unlink()


def _round(graph: Path) -> None:
    """Have the file `graph` multiply matrices by whole numbers, each column of the weights on a scale of its own."""
    runtime()
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.shape_inference import quant_pre_process

    prepared = graph.with_suffix(".prepared")
    quant_pre_process(graph, prepared, skip_symbolic_shape=True)
    quantize_dynamic(
        prepared,
        graph,
        op_types_to_quantize=["MatMul"],
        per_channel=True,
        # Seven bits of the eight: a processor without instructions for this would overflow else, and say nothing.
        reduce_range=True,
        weight_type=QuantType.QInt8,
        extra_options={"MatMulConstBOnly": True},
    )
    prepared.unlink()
