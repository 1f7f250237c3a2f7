"""What a simulated lumbar spine is like: sizes and pathology, level by level. Everything here is an assumption."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ilc.core import LEVELS, VERTEBRAE

# Discs and bodies in view, from the top down; the thoracic ones complete the picture.
DISCS = ("T11_T12", "T12_L1", *LEVELS)
BODIES = ("T11", "T12", *VERTEBRAE)
Modic = Literal[0, 1, 2, 3]
LumbarCount = Literal[4, 5, 6]


def name_bodies(n_lumbar: int) -> tuple[str, ...]:
    """The vertebrae in view from the top down, for 4, 5 or 6 lumbar ones."""
    thoracic = ("T10", "T11", "T12") if n_lumbar == 4 else ("T11", "T12")
    return (*thoracic, *(f"L{number}" for number in range(1, n_lumbar + 1)))


def name_discs(n_lumbar: int) -> tuple[str, ...]:
    """The discs in view from the top down, each by the vertebrae above and below it."""
    bodies = name_bodies(n_lumbar)
    return tuple(f"{upper}_{lower}" for upper, lower in zip(bodies, (*bodies[1:], "S1"), strict=True))


@dataclass(frozen=True, slots=True)
class HerniationPlan:
    """A focal protrusion of the back of the disc beyond its bulge. Lengths in mm."""

    protrusion_mm: float  # beyond the bulge, in the middle of the disc's height
    side_mm: float = 0.0  # of its middle from the midline; left is positive
    half_width_mm: float = 6.0
    migration_mm: float = 0.0  # beyond the endplate's corner along the back wall: up is positive, 0 is a protrusion
    hydration: float = 0.25

    def __post_init__(self) -> None:
        if not (0.5 <= self.protrusion_mm <= 15.0 and 2.0 <= self.half_width_mm <= 15.0):
            raise ValueError("a herniation protrudes 0.5-15 mm and is 4-30 mm wide")
        if not (abs(self.side_mm) <= 20.0 and abs(self.migration_mm) <= 15.0 and 0.0 <= self.hydration <= 1.0):
            raise ValueError("a herniation lies within 20 mm of the midline, migrates at most 15 mm, hydration 0-1")


@dataclass(frozen=True, slots=True)
class LesionPlan:
    """A ball of tissue that has replaced the marrow. Lengths in mm from the centre of the body."""

    radius_mm: float
    behind_mm: float = 0.0
    above_mm: float = 0.0
    side_mm: float = 0.0  # left is positive

    def __post_init__(self) -> None:
        if not 1.0 <= self.radius_mm <= 30.0:
            raise ValueError("a lesion has a radius of 1-30 mm")


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
    herniation: HerniationPlan | None = None
    modic_above: Modic = 0  # change of the marrow at the lower endplate of the vertebra above
    modic_below: Modic = 0  # and at the upper endplate of the vertebra below
    modic_reach_mm: float = 8.0  # from the endplate into the body
    defect_above_mm: float = 0.0  # depth of a node of disc in the endplate above
    defect_below_mm: float = 0.0
    has_high_intensity_zone: bool = False  # fluid in a tear of the back of the annulus
    facet_synovitis: float = 0.0  # oedema of the soft tissue around the joints
    facet_effusion_right_mm: float | None = None  # None: as on the left
    facet_oedema_right: float | None = None
    facet_synovitis_right: float | None = None

    def effusion_mm(self, x_mm: float) -> float:
        """Facet effusion on the side of a plane; x to the left."""
        right = self.facet_effusion_right_mm
        return self.facet_effusion_mm if right is None or x_mm >= 0.0 else right

    def facet_oedema_at(self, x_mm: float) -> float:
        """Oedema of the facets on the side of a plane."""
        right = self.facet_oedema_right
        return self.facet_oedema if right is None or x_mm >= 0.0 else right

    def synovitis_at(self, x_mm: float) -> float:
        """Oedema around the joint on the side of a plane."""
        right = self.facet_synovitis_right
        return self.facet_synovitis if right is None or x_mm >= 0.0 else right

    def __post_init__(self) -> None:
        if not (1.5 <= self.height_mm <= 20.0 and 3.0 <= self.canal_ap_mm <= 24.0 and abs(self.slip_mm) <= 20.0):
            raise ValueError("a disc is 1.5-20 mm high, the canal 3-24 mm wide, a slip at most 20 mm")
        amounts = [self.hydration, self.endplate_oedema]
        amounts += [self.facet_oedema_at(x_mm) for x_mm in (1.0, -1.0)] + [self.synovitis_at(x) for x in (1.0, -1.0)]
        if not all(0.0 <= amount <= 1.0 for amount in amounts):
            raise ValueError("hydration, oedema and synovitis lie between 0 and 1")
        if not all(0.0 <= self.effusion_mm(x_mm) <= 8.0 for x_mm in (1.0, -1.0)):
            raise ValueError("a facet joint holds 0-8 mm of fluid")
        if not (0.0 <= self.defect_above_mm <= 12.0 and 0.0 <= self.defect_below_mm <= 12.0):
            raise ValueError("an endplate defect is 0-12 mm deep")
        if not (2.0 <= self.modic_reach_mm <= 20.0 and {self.modic_above, self.modic_below} <= {0, 1, 2, 3}):
            raise ValueError("endplate change is of type 0-3 and reaches 2-20 mm")


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
    middle_ratio: float = 1.0  # middle height that is left, against the mean of front and back: biconcave
    back_ratio: float = 1.0  # back height that is left: crush
    lesions: tuple[LesionPlan, ...] = ()

    def __post_init__(self) -> None:
        if not (0.3 <= self.wedge_ratio <= 1.0 and 0.0 <= self.fracture_oedema <= 1.0):
            raise ValueError("a wedge leaves 0.3-1 of the front height; oedema lies between 0 and 1")
        if not (0.4 <= self.middle_ratio <= 1.0 and 0.4 <= self.back_ratio <= 1.0):
            raise ValueError("a fracture leaves 0.4-1 of the middle and back height")

    @property
    def deepening_mm(self) -> float:
        """How much deeper than usual each endplate is sunk in."""
        mean = (self.height_front_mm * self.wedge_ratio + self.height_back_mm * self.back_ratio) / 2
        return (1.0 - self.middle_ratio) * mean / 2


@dataclass(frozen=True, slots=True)
class ScoliosisPlan:
    """A curve to one side, largest at its apex. Lengths in mm."""

    lateral_mm: float  # of the apex from the straight line; left is positive
    apex: str = "L2"
    half_length_mm: float = 55.0
    rotation_deg: float = 0.0  # of the apex about the long axis; positive turns the spinous processes to the left

    def __post_init__(self) -> None:
        if not (abs(self.lateral_mm) <= 40.0 and 30.0 <= self.half_length_mm <= 150.0 and abs(self.rotation_deg) <= 30):
            raise ValueError("a curve departs at most 40 mm over 30-150 mm and turns at most 30 degrees")


@dataclass(frozen=True, slots=True)
class MusclePlan:
    """Share of fat in the muscles of the back, 0 to 0.9; only with axial detail."""

    multifidus_left: float = 0.15
    multifidus_right: float = 0.15
    erector_left: float = 0.12
    erector_right: float = 0.12

    def __post_init__(self) -> None:
        shares = (self.multifidus_left, self.multifidus_right, self.erector_left, self.erector_right)
        if not all(0.0 <= share <= 0.9 for share in shares):
            raise ValueError("a muscle holds 0-0.9 of fat")

    def shares(self, side: Literal["left", "right"]) -> tuple[float, float]:
        """Of multifidus and erector spinae on a side."""
        if side == "left":
            return self.multifidus_left, self.erector_left
        return self.multifidus_right, self.erector_right


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


def _of_count(healthy: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """Counted from the sacrum upward each part keeps its size; above the known ones the highest is repeated."""
    sizes = list(healthy.values())
    sizes = [sizes[0]] * (len(names) - len(sizes)) + sizes
    return dict(zip(names, sizes, strict=True))


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
    scoliosis: ScoliosisPlan | None = None
    s1_s2_disc_mm: float = 2.6  # a transitional sacrum keeps a higher one
    tissue_seed: int | None = None  # of this person's relaxation times; None: the typical ones
    has_axial_detail: bool = False  # joints, muscles and skin as axial slices show them, not only as sagittal ones do
    muscles: MusclePlan = field(default_factory=MusclePlan)

    def __post_init__(self) -> None:
        count = self.n_lumbar
        if count not in (4, 5, 6) or self.disc_names != name_discs(count) or self.body_names != name_bodies(count):
            raise ValueError("a plan names each disc and body down to the lowest lumbar one once, from the top down")
        if self.scoliosis is not None and self.scoliosis.apex not in self.bodies:
            raise ValueError(f"the apex of the curve, {self.scoliosis.apex}, is no vertebra of this spine")
        if not 1.5 <= self.s1_s2_disc_mm <= 8.0:
            raise ValueError("the disc between S1 and S2 is 1.5-8 mm high")

    @classmethod
    def with_count(cls, n_lumbar: LumbarCount, **changes: Any) -> LumbarPlan:
        """A healthy spine with 4, 5 or 6 lumbar vertebrae; the lowest is always the one above the sacrum."""
        discs = _of_count(_healthy_discs(), name_discs(n_lumbar))
        return cls(discs=discs, bodies=_of_count(_healthy_bodies(), name_bodies(n_lumbar)), **changes)

    @property
    def n_lumbar(self) -> int:
        """Number of lumbar vertebrae."""
        return sum(name.startswith("L") for name in self.bodies)

    @property
    def body_names(self) -> tuple[str, ...]:
        """Vertebrae from the top down."""
        return tuple(self.bodies)

    @property
    def disc_names(self) -> tuple[str, ...]:
        """Discs from the top down; each lies below the body of the same position."""
        return tuple(self.discs)

    def rank(self, name: str) -> int:
        """Place of a body or disc counted from the sacrum upward, the lowest is 1."""
        names = self.body_names if name in self.bodies else self.disc_names
        return len(names) - names.index(name)

    def with_disc(self, disc: str, **changes: Any) -> LumbarPlan:
        """The same spine with one disc changed, for example `with_disc("L4_L5", slip_mm=6.0)`."""
        return replace(self, discs={**self.discs, disc: replace(self.discs[disc], **changes)})

    def with_body(self, body: str, **changes: Any) -> LumbarPlan:
        """The same spine with one vertebral body changed."""
        return replace(self, bodies={**self.bodies, body: replace(self.bodies[body], **changes)})
