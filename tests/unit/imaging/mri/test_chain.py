"""Bodies and discs are put in a row, whatever else the network marked."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ilc.imaging.mri.chain import find_chain
from ilc.imaging.mri.classes import SpineClass
from ilc.imaging.mri.levels import count_levels

HEIGHT, DEPTH, GAP, LEFT = 36, 46, 14, 60


def drawn_spine(n: int = 5, *, missing: int | None = None, merged: int | None = None) -> NDArray[np.uint8]:
    """Straight blocks from row 20 downward with discs between them, a canal behind and a sacrum below."""
    classes = np.zeros((60 + n * (HEIGHT + GAP) + 80, 200), dtype=np.uint8)
    for index in range(n):
        top = 20 + index * (HEIGHT + GAP)
        if index != missing:
            classes[top : top + HEIGHT, LEFT : LEFT + DEPTH] = SpineClass.BODY
        disc = slice(top + HEIGHT + 2, top + HEIGHT + GAP - 2)
        classes[disc, LEFT : LEFT + DEPTH] = SpineClass.BODY if index == merged else SpineClass.DISC
        if index == merged:
            classes[top + HEIGHT : top + HEIGHT + GAP, LEFT + 8 : LEFT + DEPTH - 8] = SpineClass.BODY
    foot = 20 + n * (HEIGHT + GAP)
    classes[foot : foot + 60, LEFT + 6 : LEFT + DEPTH + 10] = SpineClass.SACRUM
    classes[10 : foot + 20, LEFT + DEPTH + 6 : LEFT + DEPTH + 24] = SpineClass.CANAL
    return classes


def test_bodies_are_ordered_from_the_lowest_upward_with_the_disc_below_each() -> None:
    chain = find_chain(drawn_spine())
    assert chain is not None
    rows = [body.centre[0] for body in chain.bodies]
    assert len(rows) == 5
    assert rows == sorted(rows, reverse=True)
    assert all(
        disc.seen and disc.centre[0] > body.centre[0] for disc, body in zip(chain.discs, chain.bodies, strict=True)
    )


def test_two_bodies_grown_together_are_cut_where_they_are_narrowest() -> None:
    chain = find_chain(drawn_spine(6, merged=2))
    assert chain is not None
    assert len(chain.bodies) == 6


def test_a_body_that_was_not_seen_keeps_its_place_in_the_count() -> None:
    classes = drawn_spine(6, missing=3)
    chain = find_chain(classes)
    assert chain is not None
    chain, count = count_levels(chain, classes)
    assert count.names == ("L5", "L4", "L2", "L1", "T12")
    assert count.is_uncertain
    assert "not recognised" in " ".join(count.reasons)


def test_specks_and_blocks_elsewhere_are_not_vertebrae() -> None:
    classes = drawn_spine()
    classes[150:190, 2:40] = SpineClass.BODY
    classes[40:44, 20:24] = SpineClass.BODY
    chain = find_chain(classes)
    assert chain is not None
    assert len(chain.bodies) == 5
    assert all(abs(body.centre[1] - (LEFT + DEPTH / 2)) < 5 for body in chain.bodies)


def test_nothing_is_found_where_nothing_is() -> None:
    assert find_chain(np.zeros((200, 200), dtype=np.uint8)) is None


def test_without_a_sacrum_the_names_are_uncertain() -> None:
    classes = drawn_spine()
    classes[classes == SpineClass.SACRUM] = SpineClass.BACKGROUND
    chain = find_chain(classes)
    assert chain is not None
    _, count = count_levels(chain, classes)
    assert not count.sacrum_seen
    assert count.is_uncertain


def test_the_first_sacral_block_is_not_taken_for_the_fifth_lumbar() -> None:
    classes = drawn_spine(6)
    top = 20 + 5 * (HEIGHT + GAP)
    classes[top + HEIGHT : top + HEIGHT + GAP, LEFT : LEFT + DEPTH] = SpineClass.SACRUM
    classes[top + 18 : top + HEIGHT, LEFT : LEFT + DEPTH] = SpineClass.SACRUM
    chain = find_chain(classes)
    assert chain is not None
    chain, count = count_levels(chain, classes)
    assert len(chain.bodies) == 5
    assert "one with the sacrum" in " ".join(count.reasons)
