"""Crops of random contrast, geometry and quality, so that any sequence can be read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from numpy.typing import NDArray
from torch import Tensor

from ilc.imaging.mri.classes import SpineClass
from training.mri_network.volumes import UNTOLD, Volume

PIXEL_MM = 0.7  # of the network
CROP = 192
_KNOTS = 7
_MILD_SHARE = 0.72
_SIMULATED_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Batch:
    """Images (batch, 3, CROP, CROP) and classes (batch, CROP, CROP)."""

    images: Tensor
    classes: Tensor


def draw_batch(volumes: list[Volume], simulated: list[Volume], size: int, rng: np.random.Generator) -> Batch:
    """Draw crops, each from a random volume of either kind."""
    kinds = [volumes if rng.random() >= _SIMULATED_SHARE or not simulated else simulated for _ in range(size)]
    samples = [_draw(kind[int(rng.integers(len(kind)))], rng) for kind in kinds]
    return Batch(torch.stack([image for image, _ in samples]), torch.stack([classes for _, classes in samples]))


def _draw(volume: Volume, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    n = len(volume.image)
    at = int(rng.integers(n))
    # Most crops stay near what was scanned: outlines are learnt there, contrasts in the others.
    mild = bool(rng.random() < _MILD_SHARE)
    slices, classes = _slab(volume, at, rng, mild)
    grid = _grid(volume, classes, rng, mild)
    image = F.grid_sample(slices[None], grid, mode="bilinear", padding_mode="zeros", align_corners=False)[0]
    told = F.grid_sample(
        torch.from_numpy(classes.astype(np.float32))[None, None], grid, mode="nearest", align_corners=False
    )[0, 0].to(torch.int64)
    if not mild:
        image = _tone(_gain_of_classes(image, told, rng), rng)
    _lose_an_edge(image, told, rng)
    return _degrade(image, rng, mild), told


def _slab(volume: Volume, at: int, rng: np.random.Generator, mild: bool) -> tuple[Tensor, NDArray[np.uint8]]:  # noqa: FBT001
    """Three slices, thick and apart as a scanner might take them."""
    n = len(volume.image)
    apart_mm, thick_mm = (
        (1.0, 1.0) if mild or rng.random() < 0.15 else (float(rng.uniform(2.0, 5.0)), float(rng.uniform(1.0, 4.5)))
    )
    apart = max(round(apart_mm / volume.spacing_mm[0]), 1)
    half = int((thick_mm / volume.spacing_mm[0] - 1.0) / 2.0 + 0.5)
    channels = []
    alone = rng.random() < 0.12
    for way in (-1, 0, 1):
        centre = at if alone else at + way * apart
        if not 0 <= centre < n:
            centre = at
        part = volume.image[max(centre - half, 0) : centre + half + 1]
        channels.append(part.mean(axis=0) if len(part) > 1 else part[0])
    if rng.random() < 0.5:
        channels.reverse()
    return torch.from_numpy(np.stack(channels)), volume.classes[at]


def _grid(volume: Volume, classes: NDArray[np.uint8], rng: np.random.Generator, mild: bool) -> Tensor:  # noqa: FBT001
    """Where each pixel of the crop lies in the slice: shift, turn, scale, shear, flips and a smooth bend."""
    rows, columns = classes.shape
    if rng.random() < 0.85:
        inside = np.argwhere((classes > 0) & (classes < UNTOLD))
        centre = inside[int(rng.integers(len(inside)))] if len(inside) else np.array([rows / 2, columns / 2])
        centre = centre + rng.uniform(-40.0, 40.0, 2)
    else:
        centre = rng.uniform((0.0, 0.0), (rows, columns))
    angle = np.deg2rad(rng.normal(0.0, 5.0 if mild else 9.0) if rng.random() < 0.9 else rng.uniform(-40.0, 40.0))
    scale = float(np.exp(rng.normal(0.0, 0.06 if mild else 0.15)))
    stretch = float(np.exp(rng.normal(0.0, 0.05)))
    flip = -1.0 if rng.random() < 0.02 else 1.0
    over = -1.0 if rng.random() < 0.02 else 1.0
    steps = (torch.arange(CROP, dtype=torch.float32) - (CROP - 1) / 2) * PIXEL_MM
    y, x = torch.meshgrid(steps, steps, indexing="ij")
    if not mild and rng.random() < 0.6:
        bend = torch.from_numpy(rng.normal(0.0, 2.5, (1, 2, 5, 5)).astype(np.float32))
        field = F.interpolate(bend, size=(CROP, CROP), mode="bicubic", align_corners=True)[0]
        y, x = y + field[0], x + field[1]
    cos, sin = float(np.cos(angle)), float(np.sin(angle))
    down = (cos * y - sin * x) * scale * stretch * over / volume.spacing_mm[1] + float(centre[0])
    across = (sin * y + cos * x) * scale / stretch * flip / volume.spacing_mm[2] + float(centre[1])
    return torch.stack([(2 * across + 1) / columns - 1, (2 * down + 1) / rows - 1], dim=-1)[None]


def _gain_of_classes(image: Tensor, classes: Tensor, rng: np.random.Generator) -> Tensor:
    """Some tissues brighter or darker than they were, so that no one contrast is learnt."""
    if rng.random() < 0.45:
        return image
    gain = np.ones(256, dtype=np.float32)
    shift = np.zeros(256, dtype=np.float32)
    gain[[SpineClass.BODY, SpineClass.ARCH, SpineClass.SACRUM]] = np.exp(rng.normal(0.0, 0.45))
    gain[SpineClass.DISC] = np.exp(rng.normal(0.0, 0.5))
    gain[SpineClass.CANAL] = np.exp(rng.normal(0.0, 0.5))
    shift[SpineClass.DISC] = rng.uniform(-0.05, 0.2) if rng.random() < 0.3 else 0.0
    for chosen in (SpineClass.BODY, SpineClass.ARCH, SpineClass.SACRUM):
        gain[chosen] *= np.exp(rng.normal(0.0, 0.08))
    maps = torch.from_numpy(np.stack([gain, shift]))[:, classes]
    maps = F.avg_pool2d(maps[None], 3, stride=1, padding=1, count_include_pad=False)[0]
    return image * maps[0] + maps[1]


def _tone(image: Tensor, rng: np.random.Generator) -> Tensor:
    """A random curve from grey to grey: gamma, any rising curve, its inverse, or one that rises and falls."""
    kind = rng.random()
    if kind < 0.4:
        return image.clamp(0.0, 1.5) ** float(np.exp(rng.normal(0.0, 0.3)))
    knots = rng.random(_KNOTS).astype(np.float32)
    if kind < 0.82:
        knots = np.sort(knots)
    if 0.65 < kind < 0.82:
        knots = knots[::-1].copy()
    place = image.clamp(0.0, 0.999) * (_KNOTS - 1)
    below = place.to(torch.int64)
    table = torch.from_numpy(knots)
    return table[below] + (table[below + 1] - table[below]) * (place - below)


def _lose_an_edge(image: Tensor, told: Tensor, rng: np.random.Generator) -> None:
    """A field of view that ends, or a saturation band before the spine."""
    kind, edge = rng.random(), int(rng.integers(10, 60))
    if kind < 0.04:
        image[:, :edge], told[:edge] = 0.0, 0
    elif kind < 0.08:
        image[:, -edge:], told[-edge:] = 0.0, 0
    elif kind < 0.12:
        image[:, :, :edge] *= 0.1


def _degrade(image: Tensor, rng: np.random.Generator, mild: bool) -> Tensor:  # noqa: FBT001
    """Bias field, blur, coarse pixels, noise, a saturation band, and a new grey scale."""
    if rng.random() < 0.6:
        field = torch.from_numpy(rng.normal(0.0, 0.3, (1, 1, 4, 4)).astype(np.float32))
        image = image * torch.exp(F.interpolate(field, size=image.shape[1:], mode="bicubic", align_corners=True)[0])
    if not mild and rng.random() < 0.6:
        shape = image.shape[1:]
        rough = [max(int(side / rng.uniform(1.0, 2.2)), 48) for side in shape]
        small = F.interpolate(image[None], size=rough, mode="area")
        image = F.interpolate(small, size=shape, mode="bilinear", align_corners=False)[0]
    if rng.random() < 0.6:
        image = image + torch.from_numpy(rng.standard_normal(image.shape, dtype=np.float32)) * float(
            rng.uniform(0.0, 0.03 if mild else 0.09)
        )
    low, high = np.percentile(image[1].numpy(), (0.5, 99.5))
    image = (image - float(low)) / max(float(high - low), 1e-3)
    return image.clamp(-0.2, 1.3) * float(rng.uniform(0.8, 1.15))
