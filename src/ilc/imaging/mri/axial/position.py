"""Whether something stands out from the back of a disc, and on which side, from all its slices."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ilc.imaging.mri.axial.measured import NoProtrusion, Position, ProtrusionMeasure, Unknown, choose_reason
from ilc.imaging.mri.axial.protrusion import Protrusion
from ilc.imaging.mri.axial.sac import SacOutline
from ilc.imaging.mri.axial.seen import SeenSlice

# A slice at a larger angle shows bone beside disc: assumption.
DISC_ANGLE_DEG = 12.0


def choose_farthest(
    slices: Sequence[tuple[SeenSlice, Protrusion | None]],
) -> ProtrusionMeasure | NoProtrusion | Unknown:
    """The protrusion in the slice where it is seen best; its side only where no other slice speaks against it."""
    usable = [(seen, one) for seen, one in slices if seen.chosen.in_disc and isinstance(seen.sac, SacOutline)]
    if not usable:
        return _why_none([seen for seen, _ in slices])
    straight = [(seen, one) for seen, one in usable if seen.chosen.place.angle_deg <= DISC_ANGLE_DEG]
    if not straight:
        words = f"the slices cross the disc at more than {DISC_ANGLE_DEG:.0f} degrees"
        return Unknown("AXIAL_PLANE_OBLIQUE", words)
    found = [(seen, one) for seen, one in straight if one is not None]
    if not found:
        return NoProtrusion(tuple(seen.chosen.place for seen, _ in straight))
    seen, best = max(found, key=lambda pair: pair[1].strength)
    sides = {one.position for _, one in found}
    dark = best.dark
    return ProtrusionMeasure(
        place=seen.chosen.place,
        position=None if {Position.LEFT, Position.RIGHT} <= sides else best.position,
        aside_mm=best.aside_mm,
        beyond_mm=None if dark is None else dark.beyond_mm,
        width_mm=None if dark is None else dark.width_mm,
        dents_sac=best.dent is not None,
        confidence=best.strength * float(np.mean([one.position is best.position for _, one in found])),
    )


def _why_none(slices: Sequence[SeenSlice]) -> Unknown:
    return choose_reason([seen.sac for seen in slices if seen.chosen.in_disc and isinstance(seen.sac, Unknown)])
