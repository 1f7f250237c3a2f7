"""Simulated people imaged with T1, T2 and STIR, segmented without error, and read together."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from ilc.imaging.dicom import SequenceKind
from ilc.imaging.mri.bodies import measure_bodies
from ilc.imaging.mri.together.reading import TogetherReading, read_together
from ilc.imaging.mri.together.rules import Kind, Told
from ilc.simulation.lumbar import (
    STIR,
    T1,
    T2,
    LesionPlan,
    LumbarPlan,
    MusclePlan,
    SagittalGrid,
    SimulatedStudy,
    render_study,
)
from tests.support.mri_spines import reading_of

ALL = (SequenceKind.T1, SequenceKind.T2, SequenceKind.STIR)
GRID = SagittalGrid(n_slices=13, n_rows=300, n_columns=210, pixel_mm=0.85, fine=1, fine_slices=2)


def _with_body(plan: LumbarPlan, name: str, **changes: object) -> LumbarPlan:
    return replace(plan, bodies={**plan.bodies, name: replace(plan.bodies[name], **changes)})  # type: ignore[arg-type]


def _plans() -> dict[str, LumbarPlan]:
    healthy = replace(
        LumbarPlan(), has_axial_detail=True, muscles=MusclePlan(0.1, 0.1, 0.1, 0.1), tissue_seed=5, marrow_fat=0.45
    )
    endplates = (
        healthy.with_disc("L4_L5", modic_above=1, modic_below=1, hydration=0.2)
        .with_disc("L1_L2", modic_above=2, modic_below=2)
        .with_disc("L5_S1", modic_above=3, hydration=0.1)
        .with_disc("L3_L4", facet_oedema=0.9, facet_synovitis=0.9, facet_oedema_right=0.0, facet_synovitis_right=0.0)
    )
    bones = _with_body(healthy, "L2", wedge_ratio=0.65, fracture_oedema=1.0)
    bones = _with_body(bones, "L4", wedge_ratio=0.65)
    bones = _with_body(bones, "L5", lesions=(LesionPlan(8.0),))
    return {
        "healthy": healthy,
        "endplates": endplates,
        "bones": bones,
        "infected": healthy.with_disc("L3_L4", is_infected=True),
    }


@lru_cache(maxsize=4)
def person(name: str) -> SimulatedStudy:
    """The examination of a named person."""
    return render_study(_plans()[name], (T1, T2, STIR), GRID)


@lru_cache(maxsize=16)
def read_person(name: str, kinds: tuple[SequenceKind, ...] = ALL) -> TogetherReading:
    """The same read together from some of the weightings."""
    study = person(name)
    readings = {kind: reading_of(study, kind) for kind in kinds}
    reference = next(kind for kind in (SequenceKind.T2, SequenceKind.T1, SequenceKind.STIR) if kind in kinds)
    reading = read_together(reference, readings, measure_bodies(readings[reference]))
    assert reading is not None
    return reading


def told_of(reading: TogetherReading, kind: Kind) -> dict[str, Told]:
    """Judgements of one kind by place; with a side where they have one."""
    names = reading.frame.reading.count.names
    found = {}
    for bone in reading.bones:
        for told in () if bone is None else bone.told:
            if told.kind is kind and bone is not None:
                found[bone.bone.name] = told
    for disc in reading.discs:
        lower = "S1" if disc.index == 0 else names[disc.index - 1]
        for told in disc.told:
            if told.kind is kind:
                side = "" if told.side is None else f".{told.side.value}"
                found[f"{names[disc.index]}_{lower}{side}"] = told
    return found


def present(reading: TogetherReading, kind: Kind) -> set[str]:
    """Where a kind is more likely than not."""
    return {place for place, told in told_of(reading, kind).items() if told.p is not None and told.p >= 0.5}
