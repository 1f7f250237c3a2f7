"""What is true of a simulated spine, measured on its exact outlines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ilc.simulation.lumbar.curve import SpineCurve
from ilc.simulation.lumbar.herniation import DURA_MM, herniation_distance, outlines_of
from ilc.simulation.lumbar.plan import DiscPlan, LesionPlan, LumbarPlan
from ilc.simulation.lumbar.skeleton import ENDPLATE_DIP_MM, SACRAL_DIP_MM, FloatArray, Outline, Skeleton, unit

Points = tuple[tuple[float, float, float], ...]
Point = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class HerniationTruth:
    """A focal protrusion of the disc."""

    tip_lps_mm: Point  # hindmost point of the dome
    protrusion_mm: float  # beyond the bulge
    side_mm: float  # of its middle; left is positive
    width_mm: float
    migration_mm: float  # beyond the corner of the endplate; up is positive
    is_extruded: bool


@dataclass(frozen=True, slots=True)
class DiscTruth:
    """One motion segment in the midline. Points in LPS mm, lengths in mm."""

    level: str
    centre_lps_mm: Point
    height_back_mm: float
    height_middle_mm: float
    height_front_mm: float
    hydration: float
    slip_mm: float  # back lower corner of the upper body, along the lower body's upper endplate; front is positive
    slip_percent: float  # of the length of that endplate
    canal_ap_mm: float  # dural sac that is left in the midline, at right angles to its course
    bulge_mm: float
    herniation: HerniationTruth | None
    modic_above: int  # type at the lower endplate of the vertebra above
    modic_below: int  # type at the upper endplate of the vertebra below
    modic_reach_mm: float
    defect_above_mm: float
    defect_below_mm: float
    has_high_intensity_zone: bool
    endplate_oedema: float
    facet_oedema: float
    facet_effusion_mm: float
    facet_synovitis: float
    facet_effusion_right_mm: float
    facet_oedema_right: float
    facet_synovitis_right: float
    is_infected: bool


@dataclass(frozen=True, slots=True)
class LesionTruth:
    """A ball of tissue that has replaced the marrow."""

    centre_lps_mm: Point
    radius_mm: float


@dataclass(frozen=True, slots=True)
class BodyTruth:
    """One vertebral body in the midline; corners without the rounding of the rim."""

    name: str
    label: int  # number in the segmentation
    is_lumbar: bool
    back_low_lps_mm: Point
    front_low_lps_mm: Point
    front_high_lps_mm: Point
    back_high_lps_mm: Point
    height_back_mm: float
    height_middle_mm: float
    height_front_mm: float
    depth_mm: float
    wedge_ratio: float  # front height that a fracture has left
    middle_ratio: float  # middle height that a fracture has left, against the mean of front and back
    back_ratio: float
    fracture_oedema: float
    lesions: tuple[LesionTruth, ...]


@dataclass(frozen=True, slots=True)
class Truth:
    """Everything known about one simulated spine, from the top down."""

    discs: tuple[DiscTruth, ...]
    bodies: tuple[BodyTruth, ...]
    sacral_slope_deg: float
    lordosis_deg: float  # upper endplate of L1 to upper endplate of S1
    n_lumbar: int
    cobb_deg: float  # between the most tilted sections of the lateral curve, within the bodies in view
    midline_lps_mm: Points  # middle of the dural sac from the top down, 2 mm apart

    def disc(self, level: str) -> DiscTruth:
        """The disc of a level, for example `L4_L5`."""
        return next(disc for disc in self.discs if disc.level == level)

    def body(self, name: str) -> BodyTruth:
        """The body of a vertebra, for example `L4`."""
        return next(body for body in self.bodies if body.name == name)


def measure_truth(plan: LumbarPlan, skeleton: Skeleton) -> Truth:
    """Measure every disc and body on the outlines, whatever the plan asked for."""
    curve = SpineCurve.of(skeleton, plan.scoliosis)
    discs = tuple(_measure_disc(plan, skeleton, name, curve) for name in plan.discs)
    bodies = tuple(_measure_body(plan, skeleton, name, curve) for name in plan.bodies)
    top, sacrum = skeleton.bodies["L1"], skeleton.sacrum[0]
    middle = skeleton.canal.points[::4]
    return Truth(
        discs=discs,
        bodies=bodies,
        sacral_slope_deg=_tilt_deg(sacrum),
        lordosis_deg=_tilt_deg(sacrum) - _tilt_deg(top),
        n_lumbar=plan.n_lumbar,
        cobb_deg=_measure_cobb(skeleton, curve),
        midline_lps_mm=tuple(_point(point, curve) for point in middle),
    )


def _measure_cobb(skeleton: Skeleton, curve: SpineCurve) -> float:
    plates = [(body.back_high + body.front_high) / 2 for body in skeleton.bodies.values()]
    plates += [(body.back_low + body.front_low) / 2 for body in skeleton.bodies.values()]
    tilt = np.rad2deg(np.arctan(curve.slope(np.array([plate[1] for plate in plates]))))
    return float(tilt.max() - tilt.min())


def _measure_disc(plan: LumbarPlan, skeleton: Skeleton, name: str, curve: SpineCurve) -> DiscTruth:
    disc, outline = plan.discs[name], skeleton.discs[name]
    endplate = outline.front_low - outline.back_low
    slip = float((outline.back_high - outline.back_low) @ unit(endplate))
    position = plan.disc_names.index(name)
    bodies = list(plan.bodies.values())
    lower_dip = SACRAL_DIP_MM
    if position + 1 < len(bodies):
        lower_dip = ENDPLATE_DIP_MM + bodies[position + 1].deepening_mm
    upper_dip = ENDPLATE_DIP_MM + bodies[position].deepening_mm
    middle = (outline.back_high + outline.front_high - outline.back_low - outline.front_low) / 2
    return DiscTruth(
        level=name,
        centre_lps_mm=_point(outline.centre, curve),
        height_back_mm=_across(outline.back_high - outline.back_low, endplate),
        height_middle_mm=_across(middle, endplate) + upper_dip + lower_dip,
        height_front_mm=_across(outline.front_high - outline.front_low, endplate),
        hydration=disc.hydration,
        slip_mm=slip,
        slip_percent=100.0 * slip / float(np.linalg.norm(endplate)),
        canal_ap_mm=_measure_sac_depth_mm(plan, skeleton, name),
        bulge_mm=disc.bulge_mm,
        herniation=_measure_herniation(disc, outline, curve),
        modic_above=disc.modic_above,
        modic_below=disc.modic_below,
        modic_reach_mm=disc.modic_reach_mm,
        defect_above_mm=disc.defect_above_mm,
        defect_below_mm=disc.defect_below_mm,
        has_high_intensity_zone=disc.has_high_intensity_zone,
        endplate_oedema=disc.endplate_oedema,
        facet_oedema=disc.facet_oedema,
        facet_effusion_mm=disc.facet_effusion_mm,
        facet_synovitis=disc.facet_synovitis,
        facet_effusion_right_mm=disc.effusion_mm(-1.0),
        facet_oedema_right=disc.facet_oedema_at(-1.0),
        facet_synovitis_right=disc.synovitis_at(-1.0),
        is_infected=disc.is_infected,
    )


def _measure_sac_depth_mm(plan: LumbarPlan, skeleton: Skeleton, name: str) -> float:
    """Sac in the midline at a disc, less what a herniation takes of it."""
    depth_mm = skeleton.canal.measure_depth_mm(name)
    disc = plan.discs[name]
    if disc.herniation is None:
        return depth_mm
    step = 0.02
    line = skeleton.canal.section(name, 20.0, step)
    _, behind, half = skeleton.canal.locate(line)
    filled = herniation_distance(line, 0.0, disc=disc, outlines=outlines_of(plan, skeleton, name)) < DURA_MM
    return depth_mm - float((filled & (np.abs(behind) < half)).sum()) * step


def _measure_herniation(disc: DiscPlan, outline: Outline, curve: SpineCurve) -> HerniationTruth | None:
    shape = disc.herniation
    if shape is None:
        return None
    tip = outline.back_middle + outline.backward * (disc.bulge_mm + shape.protrusion_mm)
    return HerniationTruth(
        tip_lps_mm=_point(tip, curve, x_mm=shape.side_mm),
        protrusion_mm=shape.protrusion_mm,
        side_mm=shape.side_mm,
        width_mm=2.0 * shape.half_width_mm,
        migration_mm=shape.migration_mm,
        is_extruded=shape.migration_mm != 0.0,
    )


def _measure_lesion(lesion: LesionPlan, outline: Outline, curve: SpineCurve) -> LesionTruth:
    centre = outline.centre + lesion.behind_mm * outline.backward + lesion.above_mm * outline.up
    return LesionTruth(_point(centre, curve, x_mm=lesion.side_mm), lesion.radius_mm)


def _measure_body(plan: LumbarPlan, skeleton: Skeleton, name: str, curve: SpineCurve) -> BodyTruth:
    body, outline = plan.bodies[name], skeleton.bodies[name]
    back, front = outline.back_high - outline.back_low, outline.front_high - outline.front_low
    depth = np.linalg.norm((outline.front_low + outline.front_high - outline.back_low - outline.back_high) / 2)
    return BodyTruth(
        name=name,
        label=plan.rank(name),
        is_lumbar=name.startswith("L"),
        back_low_lps_mm=_point(outline.back_low, curve),
        front_low_lps_mm=_point(outline.front_low, curve),
        front_high_lps_mm=_point(outline.front_high, curve),
        back_high_lps_mm=_point(outline.back_high, curve),
        height_back_mm=float(np.linalg.norm(back)),
        height_middle_mm=float(np.linalg.norm((back + front) / 2)) - 2.0 * (ENDPLATE_DIP_MM + body.deepening_mm),
        height_front_mm=float(np.linalg.norm(front)),
        depth_mm=float(depth),
        wedge_ratio=body.wedge_ratio,
        middle_ratio=body.middle_ratio,
        back_ratio=body.back_ratio,
        fracture_oedema=body.fracture_oedema,
        lesions=tuple(_measure_lesion(lesion, outline, curve) for lesion in body.lesions),
    )


def _across(vector: FloatArray, endplate: FloatArray) -> float:
    """Part of a vector at right angles to an endplate."""
    along = unit(endplate)
    return float(abs(vector[0] * along[1] - vector[1] * along[0]))


def _tilt_deg(outline: Outline) -> float:
    """How far the front of the upper endplate lies below its back."""
    forward = outline.front_high - outline.back_high
    return float(np.rad2deg(np.arctan2(-forward[1], -forward[0])))


def _point(yz: FloatArray, curve: SpineCurve, *, x_mm: float = 0.0) -> Point:
    x, y, z = curve.to_patient(np.array([x_mm, yz[0], yz[1]]))
    return (float(x), float(y), float(z))
