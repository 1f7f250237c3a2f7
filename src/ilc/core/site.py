"""Where in the lumbar spine something sits: one closed vocabulary of levels, vertebrae, roots and sides."""

from enum import StrEnum


class Level(StrEnum):
    """Motion segments, from the top down."""

    L1_L2 = "L1_L2"
    L2_L3 = "L2_L3"
    L3_L4 = "L3_L4"
    L4_L5 = "L4_L5"
    L5_S1 = "L5_S1"


class Vertebra(StrEnum):
    """Vertebral bodies, from the top down."""

    L1 = "L1"
    L2 = "L2"
    L3 = "L3"
    L4 = "L4"
    L5 = "L5"


class Root(StrEnum):
    """Nerve roots that are modelled one by one."""

    L4 = "L4"
    L5 = "L5"
    S1 = "S1"


class Side(StrEnum):
    """Side of the patient's body."""

    LEFT = "left"
    RIGHT = "right"


class SiteKind(StrEnum):
    """How a node of the network is repeated over the body."""

    WHOLE = "whole"
    LEVEL = "level"
    LEVEL_SIDE = "level_side"
    VERTEBRA = "vertebra"
    ROOT_SIDE = "root_side"
    SIDE = "side"


LEVELS: tuple[str, ...] = tuple(level.value for level in Level)
VERTEBRAE: tuple[str, ...] = tuple(vertebra.value for vertebra in Vertebra)
ROOTS: tuple[str, ...] = tuple(root.value for root in Root)
SIDES: tuple[str, ...] = tuple(side.value for side in Side)

_SITES: dict[SiteKind, tuple[str, ...]] = {
    SiteKind.WHOLE: ("",),
    SiteKind.LEVEL: LEVELS,
    SiteKind.LEVEL_SIDE: tuple(f"{level}.{side}" for level in LEVELS for side in SIDES),
    SiteKind.VERTEBRA: VERTEBRAE,
    SiteKind.ROOT_SIDE: tuple(f"{root}.{side}" for root in ROOTS for side in SIDES),
    SiteKind.SIDE: SIDES,
}


def sites_of(kind: SiteKind) -> tuple[str, ...]:
    """Every site of a kind, as written after `@` in an instance id; `("",)` for the whole person."""
    return _SITES[kind]
