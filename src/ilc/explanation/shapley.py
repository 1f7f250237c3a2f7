"""Shapley values of small games given as a table over all coalitions."""

from __future__ import annotations

from math import factorial

import numpy as np

from ilc.inference.network import FloatArray


def coalitions(players: int) -> FloatArray:
    """Every subset of the players as 0/1 rows; row number = bit mask of the subset."""
    masks = np.arange(1 << players)
    return ((masks[:, None] >> np.arange(players)) & 1).astype(float)


def shapley_values(worth: FloatArray) -> FloatArray:
    """Shapley values of a game.

    Parameters
    ----------
    worth : value of each coalition, indexed by bit mask, shape (2**players,)

    Returns
    -------
    shape (players,); they add up to worth of all minus worth of none, up to rounding
    """
    players = int(np.log2(len(worth)))
    masks = np.arange(len(worth))
    sizes = coalitions(players).sum(axis=1).astype(int)
    weight = np.array([factorial(s) * factorial(players - s - 1) / factorial(players) for s in range(players)])
    values = np.empty(players)
    for player in range(players):
        without = masks[(masks >> player) & 1 == 0]
        gain = worth[without | (1 << player)] - worth[without]
        values[player] = float(weight[sizes[without]] @ gain)
    return values
