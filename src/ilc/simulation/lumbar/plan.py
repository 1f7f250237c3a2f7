"""What a simulated lumbar spine is like: sizes and pathology, level by level. Everything here is an assumption."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from ilc.core import LEVELS, VERTEBRAE

# Discs and bodies in view, from the top down; the thoracic ones complete the picture.
DISCS = ("T11_T12", "T12_L1", *LEVELS)
BODIES = ("T11", "T12", *VERTEBRAE)


@dataclass(frozen=True, slots=True)
class DiscPlan:
    """One motion segment. Lengths in mm, amounts from 0 to 1."""

    height_mm: float  # at the middle of the endplates
    wedge_deg: float  # opening to the front
    hydration: float = 0.85  # 1: bright nucleus, 0: black disc
    bulge_mm: float = 0.8  # of the back of the disc beyond the endplates
    slip_mm: float = 0.0  # upper vertebra to the front
    canal_ap_mm: float = 15.0  # dural sac in the midline, front to back
    endplate_oedema: float = 0.0
    facet_oedema: float = 0.0
    facet_effusion_mm: float = 0.0
    ligament_thickness_mm: float = 3.0  # ligamentum flavum
    is_infected: bool = False  # fluid in the disc, eroded endplates, oedema of both bodies

    def __post_init__(self) -> None:
        if not (1.5 <= self.height_mm <= 20.0 and 3.0 <= self.canal_ap_mm <= 24.0 and abs(self.slip_mm) <= 20.0):
            raise ValueError("a disc is 1.5-20 mm high, the canal 3-24 mm wide, a slip at most 20 mm")
        amounts = (self.hydration, self.endplate_oedema, self.facet_oedema)
        if not all(0.0 <= amount <= 1.0 for amount in amounts):
            raise ValueError("hydration and oedema lie between 0 and 1")


@dataclass(frozen=True, slots=True)
class BodyPlan:
    """One vertebral body. Lengths in mm."""

    height_front_mm: float
    height_back_mm: float
    depth_mm: float
    half_width_mm: float
    wedge_ratio: float = 1.0  # front height that is left after a compression fracture
    fracture_oedema: float = 0.0  # 0: healed, 1: fresh
    spinous_length_mm: float = 30.0

    def __post_init__(self) -> None:
        if not (0.3 <= self.wedge_ratio <= 1.0 and 0.0 <= self.fracture_oedema <= 1.0):
            raise ValueError("a wedge leaves 0.3-1 of the front height; oedema lies between 0 and 1")


def _healthy_discs() -> dict[str, DiscPlan]:
    return {
        "T11_T12": DiscPlan(6.0, 0.0, canal_ap_mm=15.0),
        "T12_L1": DiscPlan(7.0, 2.0, canal_ap_mm=15.5),
        "L1_L2": DiscPlan(8.5, 4.0, canal_ap_mm=15.5),
        "L2_L3": DiscPlan(9.5, 6.0, canal_ap_mm=15.0),
        "L3_L4": DiscPlan(10.5, 8.0, canal_ap_mm=14.5),
        "L4_L5": DiscPlan(11.0, 11.0, canal_ap_mm=14.0),
        "L5_S1": DiscPlan(10.0, 13.0, canal_ap_mm=12.5),
    }


def _healthy_bodies() -> dict[str, BodyPlan]:
    return {
        "T11": BodyPlan(22.0, 24.0, 30.0, 17.5, spinous_length_mm=27.0),
        "T12": BodyPlan(23.5, 25.5, 30.5, 19.0, spinous_length_mm=27.0),
        "L1": BodyPlan(25.0, 26.5, 31.5, 20.5),
        "L2": BodyPlan(26.5, 27.0, 32.5, 21.5, spinous_length_mm=32.0),
        "L3": BodyPlan(27.0, 27.0, 33.5, 22.5, spinous_length_mm=33.0),
        "L4": BodyPlan(27.5, 26.5, 34.5, 24.0, spinous_length_mm=30.0),
        "L5": BodyPlan(28.5, 24.5, 35.0, 25.5, spinous_length_mm=23.0),
    }


@dataclass(frozen=True, slots=True)
class LumbarPlan:
    """One person's lumbar spine."""

    discs: dict[str, DiscPlan] = field(default_factory=_healthy_discs)
    bodies: dict[str, BodyPlan] = field(default_factory=_healthy_bodies)
    sacral_slope_deg: float = 38.0
    marrow_fat: float = 0.45  # signal fraction
    muscle_fat: float = 0.14
    fat_thickness_mm: float = 14.0  # under the skin behind L3
    seed: int = 1  # of the fine structure: marrow, muscle, nerve roots

    def __post_init__(self) -> None:
        if tuple(self.discs) != DISCS or tuple(self.bodies) != BODIES:
            raise ValueError("a plan names each disc and body from T11 to L5/S1 once, from the top down")

    def with_disc(self, disc: str, **changes: Any) -> LumbarPlan:
        """The same spine with one disc changed, for example `with_disc("L4_L5", slip_mm=6.0)`."""
        return replace(self, discs={**self.discs, disc: replace(self.discs[disc], **changes)})

    def with_body(self, body: str, **changes: Any) -> LumbarPlan:
        """The same spine with one vertebral body changed."""
        return replace(self, bodies={**self.bodies, body: replace(self.bodies[body], **changes)})
