"""txtai with the encoder in onnxruntime, which it has as a choice."""

from __future__ import annotations

from systems import txtai


class System(txtai.System):
    """The same, but for what embeds."""

    METHOD = "onnx"
    MODEL = "onnx/model.onnx"
