"""The network: a small 2.5D U-Net that works at full resolution from the first stage on."""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

N_CLASSES = 6
WIDTHS = (16, 32, 64, 128, 256)


class _Block(nn.Module):
    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, padding=1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(inplace=True),
            nn.Conv2d(outputs, outputs, 3, padding=1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(inplace=True),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x)


class SpineNetwork(nn.Module):
    """Logits of each `SpineClass` for the middle one of three neighbouring slices.

    Input (batch, 3, rows, columns) of grey values about 0-1, rows and columns multiples of 16;
    output (batch, 6, rows, columns).
    """

    def __init__(self) -> None:
        super().__init__()
        inputs = (3, *WIDTHS[:-1])
        self.down = nn.ModuleList(_Block(before, width) for before, width in zip(inputs, WIDTHS, strict=True))
        self.up = nn.ModuleList(
            _Block(WIDTHS[level] + WIDTHS[level - 1], WIDTHS[level - 1]) for level in range(len(WIDTHS) - 1, 0, -1)
        )
        self.head = nn.Conv2d(WIDTHS[0], N_CLASSES, 1)

    def forward(self, x: Tensor) -> Tensor:
        kept: list[Tensor] = []
        for level, block in enumerate(self.down):
            x = block(x if level == 0 else F.max_pool2d(x, 2))
            kept.append(x)
        for step, block in enumerate(self.up):
            x = F.interpolate(x, scale_factor=2.0, mode="nearest")
            x = block(torch.cat([x, kept[-2 - step]], dim=1))
        return self.head(x)
