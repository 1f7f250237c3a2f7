"""MR properties of the simulated tissues and the signal they give.

Relaxation times are for 1.5 T; `relaxation_of` scales them to 3 T and to one person. Muscle
follows de Bazelaire 2004 (Radiology 230:652, 3 T: T1 898 ms, T2 29 ms, and T1
about a fifth shorter at 1.5 T) and the cord Smith 2008 (3 T: T1 876 ms, T2 73 ms in white matter); all others, and
every proton density, are assumptions chosen so that clinical protocols give the clinical contrast.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from ilc.imaging.dicom.sequence import SequenceKind

FloatArray = NDArray[np.float64]


class Tissue(IntEnum):
    """What a point is made of. The water part; fat comes on top as a fraction."""

    AIR = 0
    CORTEX = 1
    LIGAMENT = 2
    MARROW = 3
    SACRAL_MARROW = 4
    ANNULUS = 5
    NUCLEUS = 6  # fully hydrated
    DRY_NUCLEUS = 7  # fully degenerated
    CSF = 8
    CORD = 9
    ROOT = 10
    MUSCLE = 11
    FAT = 12
    SKIN = 13
    VESSEL = 14
    BOWEL = 15
    CARTILAGE = 16
    FLUID = 17
    OEDEMA = 18
    VEIN = 19
    TUMOUR = 20


@dataclass(frozen=True, slots=True)
class Relaxation:
    """Proton density against water, and relaxation times in ms."""

    density: float
    t1_ms: float
    t2_ms: float


@dataclass(frozen=True, slots=True)
class Protocol:
    """One turbo spin echo acquisition; an inversion time makes it STIR."""

    kind: SequenceKind
    repetition_time_ms: float
    echo_time_ms: float
    inversion_time_ms: float | None = None
    noise: float = 0.012  # of the signal of fluid
    acquired_share: float = 0.85  # of the matrix; the rest is filled with zeros
    field_strength_t: float = 1.5
    bias: float = 0.0  # of a smooth random change of brightness: 0.2 is about a fifth up and down

    def signal(self, tissue: Relaxation) -> float:
        """Signal of a pure tissue between 0 and 1."""
        t1, t2 = tissue.t1_ms, tissue.t2_ms
        recovered = 1.0 - np.exp(-self.repetition_time_ms / t1)
        if self.inversion_time_ms is not None:
            recovered = abs(1.0 - 2.0 * np.exp(-self.inversion_time_ms / t1) + np.exp(-self.repetition_time_ms / t1))
        return float(tissue.density * recovered * np.exp(-self.echo_time_ms / t2))


T1 = Protocol(SequenceKind.T1, 560.0, 10.0)
T2 = Protocol(SequenceKind.T2, 3600.0, 102.0)
STIR = Protocol(SequenceKind.STIR, 4200.0, 58.0, inversion_time_ms=165.0, noise=0.022, acquired_share=0.75)

RELAXATION: dict[Tissue, Relaxation] = {
    Tissue.AIR: Relaxation(0.0, 1000.0, 50.0),
    Tissue.CORTEX: Relaxation(0.10, 900.0, 12.0),
    Tissue.LIGAMENT: Relaxation(0.38, 900.0, 20.0),
    Tissue.MARROW: Relaxation(0.78, 850.0, 48.0),
    Tissue.SACRAL_MARROW: Relaxation(0.78, 850.0, 48.0),
    Tissue.ANNULUS: Relaxation(0.55, 950.0, 36.0),
    Tissue.NUCLEUS: Relaxation(0.92, 1250.0, 165.0),
    Tissue.DRY_NUCLEUS: Relaxation(0.52, 950.0, 40.0),
    Tissue.CSF: Relaxation(0.92, 4000.0, 700.0),
    Tissue.CORD: Relaxation(0.80, 780.0, 76.0),
    Tissue.ROOT: Relaxation(0.72, 850.0, 62.0),
    Tissue.MUSCLE: Relaxation(0.82, 750.0, 34.0),
    Tissue.FAT: Relaxation(0.95, 240.0, 115.0),  # nulled at 165 ms; long T2 as fat has in echo trains
    Tissue.SKIN: Relaxation(0.70, 700.0, 35.0),
    Tissue.VESSEL: Relaxation(0.10, 1500.0, 60.0),  # flow void
    Tissue.BOWEL: Relaxation(0.75, 1100.0, 60.0),
    Tissue.CARTILAGE: Relaxation(0.75, 1100.0, 45.0),
    Tissue.FLUID: Relaxation(1.0, 3000.0, 500.0),
    Tissue.OEDEMA: Relaxation(0.95, 1300.0, 95.0),
    Tissue.VEIN: Relaxation(0.85, 1400.0, 120.0),
    Tissue.TUMOUR: Relaxation(0.90, 1150.0, 78.0),
}


# From 1.5 T to 3 T: water in tissue relaxes more slowly along the field and a little faster across it; fluid hardly.
_FREE_FLUID = frozenset({Tissue.CSF, Tissue.FLUID})
_T1_AT_3T, _T2_AT_3T, _FAT_T1_AT_3T_MS = 1.2, 0.92, 300.0
_SPREAD = 0.3
# Fat and free fluid are much the same in everybody; so fat stays nulled, and fluid the brightest on T2.
_STEADY_SPREAD = 0.05


def relaxation_of(*, field_strength_t: float, seed: int | None) -> Mapping[Tissue, Relaxation]:
    """Relaxation of every tissue at 1.5 or 3 T; with a seed, of one person who departs up to 30 % from the typical."""
    if field_strength_t == 1.5 and seed is None:
        return RELAXATION
    rng = np.random.default_rng([seed or 0, 31])
    found: dict[Tissue, Relaxation] = {}
    for tissue, typical in RELAXATION.items():
        spread = _STEADY_SPREAD if tissue is Tissue.FAT or tissue in _FREE_FLUID else _SPREAD
        # The same draws at each field strength: the person stays the same.
        density, t1, t2 = (
            np.exp(rng.uniform(np.log1p(-spread), np.log1p(spread), 3)) if seed is not None else np.ones(3)
        )
        if field_strength_t > 2.0 and tissue not in _FREE_FLUID:
            t1 *= _FAT_T1_AT_3T_MS / typical.t1_ms if tissue is Tissue.FAT else _T1_AT_3T
            t2 *= _T2_AT_3T
        density = typical.density if tissue is Tissue.FAT else min(typical.density * float(density), 1.0)
        found[tissue] = Relaxation(density, typical.t1_ms * float(t1), typical.t2_ms * float(t2))
    return found


def signals_of(protocol: Protocol, seed: int | None = None) -> FloatArray:
    """Signal of each tissue's water by its number, shape (tissues,); a seed names a person."""
    relaxation = relaxation_of(field_strength_t=protocol.field_strength_t, seed=seed)
    return np.array([protocol.signal(relaxation[tissue]) for tissue in Tissue])
