"""Worlds as bits: one bit per world, so that one machine word settles 64 worlds at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ilc.inference.network import FloatArray

Bits = NDArray[np.uint64]  # last axis: words of 64 worlds; bits past the last world are 0
WORLDS_PER_WORD = 64
_ROWS_AT_ONCE = 512


def pack_worlds(flags: NDArray[np.bool_]) -> Bits:
    """Pack flags along worlds.

    Parameters
    ----------
    flags : shape (world, item)

    Returns
    -------
    shape (item, word)
    """
    worlds, items = flags.shape
    packed = np.packbits(np.ascontiguousarray(flags.T), axis=1, bitorder="little")
    padded = np.zeros((items, -(-worlds // WORLDS_PER_WORD) * 8), dtype=np.uint8)
    padded[:, : packed.shape[1]] = packed
    return padded.view(np.uint64)


def unpack_worlds(bits: Bits, worlds: int) -> NDArray[np.bool_]:
    """Undo `pack_worlds`, leaving items first.

    Parameters
    ----------
    bits : shape (..., word)
    worlds : number of worlds

    Returns
    -------
    shape (..., world)
    """
    flags = np.unpackbits(np.ascontiguousarray(bits).view(np.uint8), axis=-1, count=worlds, bitorder="little")
    return flags.view(np.bool_)


def count_worlds(bits: Bits) -> NDArray[np.int64]:
    """Number of worlds in which each item holds, shape (...,)."""
    return np.asarray(np.bitwise_count(bits).sum(axis=-1, dtype=np.int64))


def average_worlds(bits: Bits, worlds: int, weights: ArrayLike | None = None) -> FloatArray:
    """Total weight of the worlds in which each item holds, as a share of all weight.

    Parameters
    ----------
    bits : shape (..., word)
    worlds : number of worlds
    weights : shape (world,) or (draw, world), need not add up to 1; None for equally likely worlds

    Returns
    -------
    shape (...,) or (draw, ...)
    """
    if weights is None:
        return np.asarray(count_worlds(bits) / worlds)
    weight = np.asarray(weights, dtype=np.float64)
    rows = weight.reshape(-1, weight.shape[-1])
    rows = rows / rows.sum(axis=1, keepdims=True)
    items = bits.reshape(-1, bits.shape[-1])
    found = np.zeros((len(rows), len(items)))
    filled = np.flatnonzero(items.any(axis=1))
    for start in range(0, len(filled), _ROWS_AT_ONCE):
        chosen = filled[start : start + _ROWS_AT_ONCE]
        found[:, chosen] = rows @ unpack_worlds(items[chosen], worlds).T.astype(np.float64)
    shape = (*weight.shape[:-1], *bits.shape[:-1])
    return found.reshape(shape)
