"""Plausible people at random: anatomy, wear and pathology of a spine, and how a clinic would scan it.

All spreads and odds are assumptions, made wide so that every pathology comes up often.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np

from ilc.imaging.dicom.sequence import SequenceKind
from ilc.simulation.lumbar.plan import (
    BodyPlan,
    DiscPlan,
    HerniationPlan,
    LesionPlan,
    LumbarCount,
    LumbarPlan,
    MusclePlan,
    ScoliosisPlan,
)
from ilc.simulation.lumbar.scanner import SagittalGrid
from ilc.simulation.lumbar.tissues import Protocol


@dataclass(frozen=True, slots=True)
class Odds:
    """Chances from 0 to 1; those of discs and bodies are for each one."""

    four_lumbar: float = 0.04
    six_lumbar: float = 0.04
    transitional_sacrum: float = 0.08
    scoliosis: float = 0.15
    slip: float = 0.10
    stenosis: float = 0.15
    herniation: float = 0.15
    endplate_change: float = 0.15
    endplate_defect: float = 0.03
    high_intensity_zone: float = 0.08
    facet_effusion: float = 0.25
    facet_inflammation: float = 0.12
    infection: float = 0.015
    fracture: float = 0.06
    lesion: float = 0.03

    def __post_init__(self) -> None:
        if not all(0.0 <= getattr(self, name) <= 1.0 for name in self.__dataclass_fields__):
            raise ValueError("a chance lies between 0 and 1")


HEALTHY = Odds(**dict.fromkeys(Odds.__dataclass_fields__, 0.0))


def draw_plan(rng: np.random.Generator, odds: Odds | None = None) -> LumbarPlan:
    """One person's lumbar spine with axial detail; the same generator state gives the same person."""
    odds = odds or Odds()
    wear = float(rng.beta(1.6, 1.8))  # 0 a youth's spine, 1 a worn one
    count = cast(LumbarCount, int(rng.choice([4, 5, 6], p=_count_odds(odds))))
    plan = LumbarPlan.with_count(count)
    slope = float(np.clip(rng.normal(38.0, 7.0), 22.0, 55.0))
    size, canal, lordosis = (float(rng.normal(1.0, spread)) for spread in (0.06, 0.09, 0.12))
    lordosis *= 0.55 + 0.45 * slope / 38.0
    discs = {
        name: _draw_disc(
            rng, disc, wear, (float(np.clip(size, 0.85, 1.15)), float(np.clip(canal, 0.75, 1.2)), lordosis)
        )
        for name, disc in plan.discs.items()
    }
    bodies = {name: _draw_body(rng, body, float(np.clip(size, 0.85, 1.15))) for name, body in plan.bodies.items()}
    lumbar_from = next(place for place, name in enumerate(plan.bodies) if name.startswith("L"))
    for place, name in enumerate(discs):
        discs[name] = _fall_ill(rng, discs[name], odds, is_lumbar=place >= lumbar_from, from_below=len(discs) - place)
    bodies = {name: _break(rng, body, odds) for name, body in bodies.items()}
    fat = float(np.clip(rng.normal(0.06 + 0.28 * wear, 0.06), 0.03, 0.6))
    return LumbarPlan(
        discs=discs,
        bodies=bodies,
        sacral_slope_deg=slope,
        marrow_fat=float(np.clip(rng.normal(0.36 + 0.22 * wear, 0.07), 0.15, 0.75)),
        muscle_fat=fat,
        fat_thickness_mm=float(np.clip(rng.lognormal(np.log(14.0), 0.45), 4.0, 45.0)),
        seed=int(rng.integers(1, 2**31)),
        scoliosis=_draw_curve(rng, bodies) if rng.random() < odds.scoliosis else None,
        s1_s2_disc_mm=float(rng.uniform(4.0, 7.0)) if rng.random() < odds.transitional_sacrum else 2.6,
        tissue_seed=int(rng.integers(1, 2**31)),
        has_axial_detail=True,
        muscles=_draw_muscles(rng, fat),
    )


def _count_odds(odds: Odds) -> list[float]:
    return [odds.four_lumbar, 1.0 - odds.four_lumbar - odds.six_lumbar, odds.six_lumbar]


def _draw_disc(rng: np.random.Generator, disc: DiscPlan, wear: float, scales: tuple[float, float, float]) -> DiscPlan:
    size, canal, lordosis = scales
    hydration = float(np.clip(rng.normal(0.95 - 0.75 * wear, 0.18), 0.0, 1.0))
    # Discs lose height late, when they have lost most of their water.
    kept = 1.0 - 0.5 * max(0.45 - hydration, 0.0) / 0.45 * float(rng.uniform(0.2, 1.0))
    return replace(
        disc,
        height_mm=float(np.clip(disc.height_mm * size * kept * rng.normal(1.0, 0.06), 2.5, 18.0)),
        wedge_deg=disc.wedge_deg * lordosis * float(rng.normal(1.0, 0.12)),
        hydration=hydration,
        bulge_mm=float(np.clip(rng.normal(0.6 + 1.6 * (1.0 - hydration), 0.4), 0.2, 3.2)),
        canal_ap_mm=float(np.clip(disc.canal_ap_mm * canal * rng.normal(1.0, 0.04), 9.5, 20.0)),
        ligament_thickness_mm=float(np.clip(rng.normal(2.8 + 1.2 * wear, 0.4), 1.8, 6.0)),
    )


def _draw_body(rng: np.random.Generator, body: BodyPlan, size: float) -> BodyPlan:
    front, back, depth, width = rng.normal(1.0, (0.025, 0.025, 0.03, 0.03)) * size
    return replace(
        body,
        height_front_mm=float(body.height_front_mm * front),
        height_back_mm=float(body.height_back_mm * back),
        depth_mm=float(body.depth_mm * depth),
        half_width_mm=float(body.half_width_mm * width),
        spinous_length_mm=float(body.spinous_length_mm * rng.normal(size, 0.06)),
    )


def _fall_ill(rng: np.random.Generator, disc: DiscPlan, odds: Odds, *, is_lumbar: bool, from_below: int) -> DiscPlan:
    """Draw the pathology of one motion segment; slips and herniations are those of the lowest three."""
    changes: dict[str, Any] = {}
    if is_lumbar and from_below <= 4 and rng.random() < odds.slip:
        changes["slip_mm"] = float(rng.uniform(2.5, 10.0) if rng.random() < 0.75 else rng.uniform(-6.0, -2.5))
    if is_lumbar and rng.random() < odds.stenosis:
        changes["canal_ap_mm"] = float(rng.uniform(4.5, 9.5))
        changes["ligament_thickness_mm"] = float(rng.uniform(4.0, 6.5))
    elif is_lumbar and rng.random() < odds.herniation:
        changes["herniation"] = _draw_herniation(rng, disc)
    for side in ("above", "below"):
        if rng.random() < odds.endplate_defect:
            changes[f"defect_{side}_mm"] = float(rng.uniform(3.0, 7.5))
    if rng.random() < odds.infection:
        changes["is_infected"] = True
    elif rng.random() < odds.endplate_change:
        changes |= _draw_endplate_change(rng)
    if rng.random() < odds.high_intensity_zone and disc.hydration < 0.6:
        changes["has_high_intensity_zone"] = True
    if is_lumbar:
        changes |= _draw_facets(rng, odds)
    return replace(disc, **changes)


def _draw_herniation(rng: np.random.Generator, disc: DiscPlan) -> HerniationPlan:
    room = 0.6 * disc.canal_ap_mm
    extruded = rng.random() < 0.4
    return HerniationPlan(
        protrusion_mm=float(np.clip(rng.uniform(3.0, 9.0), 2.5, room)),
        side_mm=float(rng.choice([0.0, 1.0, -1.0], p=[0.3, 0.35, 0.35]) * rng.uniform(4.0, 10.0)),
        half_width_mm=float(rng.uniform(4.0, 8.5)),
        migration_mm=float(rng.choice([-1.0, 1.0], p=[0.65, 0.35]) * rng.uniform(5.0, 13.0)) if extruded else 0.0,
        hydration=float(rng.uniform(0.05, 0.5)),
    )


def _draw_endplate_change(rng: np.random.Generator) -> dict[str, Any]:
    modic = int(rng.choice([1, 2, 3], p=[0.4, 0.45, 0.15]))
    above, below = [(modic, modic), (modic, 0), (0, modic)][int(rng.integers(0, 3))]
    return {"modic_above": above, "modic_below": below, "modic_reach_mm": float(rng.uniform(4.0, 12.0))}


def _draw_facets(rng: np.random.Generator, odds: Odds) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if rng.random() < odds.facet_effusion:
        left, right = np.clip(rng.uniform(0.6, 4.0) * rng.uniform(0.3, 1.0, 2), 0.0, 5.0)
        changes |= {"facet_effusion_mm": float(left), "facet_effusion_right_mm": float(right)}
    if rng.random() < odds.facet_inflammation:
        left, right = rng.uniform(0.0, 1.0, 2)
        changes |= {"facet_oedema": float(left), "facet_oedema_right": float(right)}
        changes |= {"facet_synovitis": float(left), "facet_synovitis_right": float(right)}
    return changes


def _break(rng: np.random.Generator, body: BodyPlan, odds: Odds) -> BodyPlan:
    changes: dict[str, Any] = {}
    if rng.random() < odds.fracture:
        left = float(rng.uniform(0.5, 0.85))
        shape = rng.choice(["wedge", "biconcave", "crush"], p=[0.55, 0.3, 0.15])
        if shape == "wedge":
            changes["wedge_ratio"] = left
        elif shape == "biconcave":
            changes["middle_ratio"] = left
        else:
            changes |= {"wedge_ratio": left, "back_ratio": float(np.clip(left + rng.uniform(0.0, 0.15), 0.5, 0.95))}
        changes["fracture_oedema"] = float(rng.uniform(0.7, 1.0)) if rng.random() < 0.5 else 0.0
    if rng.random() < odds.lesion:
        behind, above, side = rng.uniform(-1.0, 1.0, 3) * (0.25 * body.depth_mm, 3.0, 0.4 * body.half_width_mm)
        radius = float(rng.uniform(4.0, 9.5))
        changes["lesions"] = (LesionPlan(radius, behind_mm=float(behind), above_mm=float(above), side_mm=float(side)),)
    return replace(body, **changes)


def _draw_curve(rng: np.random.Generator, bodies: dict[str, BodyPlan]) -> ScoliosisPlan:
    lateral = float(rng.choice([-1.0, 1.0]) * rng.uniform(5.0, 24.0))
    apex = str(rng.choice([name for name in bodies if name in ("T12", "L1", "L2", "L3")]))
    # Vertebrae turn with the curve: spinous processes to its hollow side.
    rotation = -np.sign(lateral) * float(rng.uniform(0.0, 0.6)) * abs(lateral)
    return ScoliosisPlan(lateral, apex, half_length_mm=float(rng.uniform(50.0, 90.0)), rotation_deg=float(rotation))


def _draw_muscles(rng: np.random.Generator, fat: float) -> MusclePlan:
    def near(mean: float) -> float:
        return float(np.clip(rng.normal(mean, 0.05), 0.03, 0.85))

    return MusclePlan(near(1.5 * fat), near(1.5 * fat), near(1.1 * fat), near(1.1 * fat))


def draw_protocols(rng: np.random.Generator) -> tuple[Protocol, Protocol, Protocol]:
    """T1, T2 and STIR of one scanner, at 1.5 or 3 T."""
    field = float(rng.choice([1.5, 3.0], p=[0.7, 0.3]))
    bias = float(rng.uniform(0.0, 0.25))
    null = 166.0 if field < 2.0 else 207.0
    shared: dict[str, Any] = {"field_strength_t": field, "bias": bias}

    def noisy(low: float, high: float) -> dict[str, Any]:
        return {**shared, "noise": float(rng.uniform(low, high)), "acquired_share": float(rng.uniform(0.7, 1.0))}

    t1 = Protocol(SequenceKind.T1, float(rng.uniform(420, 750)), float(rng.uniform(7, 16)), **noisy(0.006, 0.025))
    t2 = Protocol(SequenceKind.T2, float(rng.uniform(3600, 6000)), float(rng.uniform(95, 125)), **noisy(0.006, 0.025))
    stir = Protocol(
        SequenceKind.STIR,
        float(rng.uniform(3000, 5500)),
        float(rng.uniform(35, 75)),
        inversion_time_ms=float(null * rng.uniform(0.95, 1.05)),
        **noisy(0.01, 0.03),
    )
    return t1, t2, stir


def draw_grid(rng: np.random.Generator) -> SagittalGrid:
    """Sampling of a sagittal series: 9-17 slices of 3-5 mm, pixels of 0.55-1.1 mm, a field of 240-300 mm."""
    pixel, thickness = float(rng.uniform(0.55, 1.1)), float(rng.uniform(3.0, 5.0))
    size = int(rng.uniform(240.0, 300.0) / pixel) // 2 * 2
    return SagittalGrid(
        n_slices=int(rng.integers(9, 18)),
        n_rows=size,
        n_columns=size,
        pixel_mm=pixel,
        slice_thickness_mm=thickness,
        slice_step_mm=thickness * float(rng.uniform(1.0, 1.25)),
        centre_lps_mm=(float(rng.normal(0.0, 3.0)), float(rng.normal(12.0, 8.0)), float(rng.normal(-30.0, 12.0))),
        fine=1 if pixel < 0.8 else 2,
    )
