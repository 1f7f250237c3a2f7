"""Networks that other programs read spines with, with random weights: a line of JSON for each, timed on one patch.

Runs in the training environment, as only that has torch. Shapes after the defaults of nnU-Net: 32 features, doubled at
each of six stages up to 320; instance norm and leaky ReLU; two convolutions a stage (plain), or 1, 3, 4, 6, 6, 6
residual blocks and one convolution a stage of the decoder (residual encoder).
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import time
from dataclasses import dataclass

import torch
from torch import Tensor, nn

_FEATURES = (32, 64, 128, 256, 320, 320)
_CLASSES = 50
_REPEATS = 2


@dataclass(frozen=True, slots=True)
class Anchor:
    """An architecture, its patch at its resolution, and how many patches a lumbar volume of 60 x 280 x 280 mm takes."""

    name: str
    blocks: tuple[int, ...]  # of each stage of the encoder
    patch: tuple[int, int, int]
    patches: int


_PLAIN, _RESIDUAL = (2,) * 6, (1, 3, 4, 6, 6, 6)
ANCHORS = (
    Anchor("nnU-Net, plain, 128 x 96 x 96 at 1 mm (TotalSpineSeg 2024), two passes", _PLAIN, (128, 96, 96), 2 * 20),
    Anchor("nnU-Net, plain, 128 cubed at 1.5 mm (as TotalSegmentator)", _PLAIN, (128, 128, 128), 4),
    Anchor("nnU-Net, residual encoder L, 128 cubed at 1 mm (TotalSpineSeg 2025)", _RESIDUAL, (128, 128, 128), 2 * 16),
)


def _convolution(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv3d(inputs, outputs, 3, stride=stride, padding=1),
        nn.InstanceNorm3d(outputs, affine=True),
        nn.LeakyReLU(inplace=True),
    )


class _Residual(nn.Module):
    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.first = _convolution(inputs, outputs, stride)
        self.second = nn.Sequential(nn.Conv3d(outputs, outputs, 3, padding=1), nn.InstanceNorm3d(outputs, affine=True))
        pooled: list[nn.Module] = [nn.AvgPool3d(stride)] if stride > 1 else []
        self.across = nn.Sequential(*pooled, nn.Conv3d(inputs, outputs, 1))
        self.out = nn.LeakyReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        return self.out(self.second(self.first(x)) + self.across(x))


class _Network(nn.Module):
    def __init__(self, blocks: tuple[int, ...]) -> None:
        super().__init__()
        residual = blocks != _PLAIN
        self.down, self.up, self.join = nn.ModuleList(), nn.ModuleList(), nn.ModuleList()
        before = 1
        for stage, features in enumerate(_FEATURES):
            stride = 1 if stage == 0 else 2
            parts: list[nn.Module] = []
            for index in range(blocks[stage]):
                step = stride if index == 0 else 1
                inputs = before if index == 0 else features
                parts.append(_Residual(inputs, features, step) if residual else _convolution(inputs, features, step))
            self.down.append(nn.Sequential(*parts))
            before = features
        for below, features in zip(reversed(_FEATURES[1:]), reversed(_FEATURES[:-1]), strict=True):
            self.up.append(nn.ConvTranspose3d(below, features, 2, stride=2))
            rest = [] if residual else [_convolution(features, features)]
            self.join.append(nn.Sequential(_convolution(2 * features, features), *rest))
        self.head = nn.Conv3d(_FEATURES[0], _CLASSES, 1)

    def forward(self, x: Tensor) -> Tensor:
        kept: list[Tensor] = []
        for stage in self.down:
            x = stage(x)
            kept.append(x)
        for index, (up, join) in enumerate(zip(self.up, self.join, strict=True)):
            x = join(torch.cat([up(x), kept[-2 - index]], dim=1))
        return self.head(x)


@torch.inference_mode()
def time_anchor(anchor: Anchor) -> dict[str, object]:
    """The faster of two passes over one patch."""
    network = _Network(anchor.blocks).eval()
    patch = torch.randn(1, 1, *anchor.patch)
    taken = []
    for _ in range(_REPEATS):
        start = time.perf_counter()
        network(patch)
        taken.append(time.perf_counter() - start)
    return {
        "name": anchor.name,
        "parameters": sum(weight.numel() for weight in network.parameters()),
        "patch_s": min(taken),
        "volume_s": min(taken) * anchor.patches,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0,
    }


def _time_and_print(index: int, threads: int) -> None:
    torch.set_num_threads(threads)
    print(json.dumps(time_anchor(ANCHORS[index])), flush=True)


def main() -> None:
    """Time each in a process of its own, so that its memory is its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=2)
    threads = parser.parse_args().threads
    for index in range(len(ANCHORS)):
        process = multiprocessing.get_context("spawn").Process(target=_time_and_print, args=(index, threads))
        process.start()
        process.join()


if __name__ == "__main__":
    main()
