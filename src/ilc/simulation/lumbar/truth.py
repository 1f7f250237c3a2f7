"""What is true of a simulated spine, measured on its exact outlines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ilc.simulation.lumbar.plan import LumbarPlan
from ilc.simulation.lumbar.skeleton import ENDPLATE_DIP_MM, SACRAL_DIP_MM, FloatArray, Outline, Skeleton, unit

Point = tuple[float, float, float]


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
    canal_ap_mm: float  # dural sac, at right angles to its course
    endplate_oedema: float
    facet_oedema: float
    facet_effusion_mm: float
    is_infected: bool


@dataclass(frozen=True, slots=True)
class BodyTruth:
    """One vertebral body in the midline; corners without the rounding of the rim."""

    name: str
    back_low_lps_mm: Point
    front_low_lps_mm: Point
    front_high_lps_mm: Point
    back_high_lps_mm: Point
    height_back_mm: float
    height_middle_mm: float
    height_front_mm: float
    depth_mm: float
    wedge_ratio: float  # front height that a fracture has left
    fracture_oedema: float


@dataclass(frozen=True, slots=True)
class Truth:
    """Everything known about one simulated spine, from the top down."""

    discs: tuple[DiscTruth, ...]
    bodies: tuple[BodyTruth, ...]
    sacral_slope_deg: float
    lordosis_deg: float  # upper endplate of L1 to upper endplate of S1

    def disc(self, level: str) -> DiscTruth:
        """The disc of a level, for example `L4_L5`."""
        return next(disc for disc in self.discs if disc.level == level)

    def body(self, name: str) -> BodyTruth:
        """The body of a vertebra, for example `L4`."""
        return next(body for body in self.bodies if body.name == name)


def measure_truth(plan: LumbarPlan, skeleton: Skeleton) -> Truth:
    """Measure every disc and body on the outlines, whatever the plan asked for."""
    discs = tuple(_measure_disc(plan, skeleton, name) for name in plan.discs)
    bodies = tuple(_measure_body(plan, skeleton, name) for name in plan.bodies)
    top, sacrum = skeleton.bodies["L1"], skeleton.sacrum[0]
    return Truth(
        discs=discs,
        bodies=bodies,
        sacral_slope_deg=_tilt_deg(sacrum),
        lordosis_deg=_tilt_deg(sacrum) - _tilt_deg(top),
    )


def _measure_disc(plan: LumbarPlan, skeleton: Skeleton, name: str) -> DiscTruth:
    disc, outline = plan.discs[name], skeleton.discs[name]
    endplate = outline.front_low - outline.back_low
    slip = float((outline.back_high - outline.back_low) @ unit(endplate))
    lower_dip = SACRAL_DIP_MM if name == "L5_S1" else ENDPLATE_DIP_MM
    middle = (outline.back_high + outline.front_high - outline.back_low - outline.front_low) / 2
    return DiscTruth(
        level=name,
        centre_lps_mm=_point(outline.centre),
        height_back_mm=_across(outline.back_high - outline.back_low, endplate),
        height_middle_mm=_across(middle, endplate) + ENDPLATE_DIP_MM + lower_dip,
        height_front_mm=_across(outline.front_high - outline.front_low, endplate),
        hydration=disc.hydration,
        slip_mm=slip,
        slip_percent=100.0 * slip / float(np.linalg.norm(endplate)),
        canal_ap_mm=skeleton.canal.measure_depth_mm(name),
        endplate_oedema=disc.endplate_oedema,
        facet_oedema=disc.facet_oedema,
        facet_effusion_mm=disc.facet_effusion_mm,
        is_infected=disc.is_infected,
    )


def _measure_body(plan: LumbarPlan, skeleton: Skeleton, name: str) -> BodyTruth:
    body, outline = plan.bodies[name], skeleton.bodies[name]
    back, front = outline.back_high - outline.back_low, outline.front_high - outline.front_low
    depth = np.linalg.norm((outline.front_low + outline.front_high - outline.back_low - outline.back_high) / 2)
    return BodyTruth(
        name=name,
        back_low_lps_mm=_point(outline.back_low),
        front_low_lps_mm=_point(outline.front_low),
        front_high_lps_mm=_point(outline.front_high),
        back_high_lps_mm=_point(outline.back_high),
        height_back_mm=float(np.linalg.norm(back)),
        height_middle_mm=float(np.linalg.norm((back + front) / 2)) - 2.0 * ENDPLATE_DIP_MM,
        height_front_mm=float(np.linalg.norm(front)),
        depth_mm=float(depth),
        wedge_ratio=body.wedge_ratio,
        fracture_oedema=body.fracture_oedema,
    )


def _across(vector: FloatArray, endplate: FloatArray) -> float:
    """Part of a vector at right angles to an endplate."""
    along = unit(endplate)
    return float(abs(vector[0] * along[1] - vector[1] * along[0]))


def _tilt_deg(outline: Outline) -> float:
    """How far the front of the upper endplate lies below its back."""
    forward = outline.front_high - outline.back_high
    return float(np.rad2deg(np.arctan2(-forward[1], -forward[0])))


def _point(yz: FloatArray) -> Point:
    return (0.0, float(yz[0]), float(yz[1]))
