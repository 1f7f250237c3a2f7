"""What a grade rests on: measurements of one disc in T1 and T2, in relation to the other discs of the same person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np

from ilc.imaging.mri.discs import DiscShape, measure_disc_shape
from ilc.imaging.mri.signals import (
    DiscSignal,
    EndplateSignal,
    fluid_at_rows,
    measure_disc_signal,
    measure_endplate,
)
from ilc.imaging.mri.spine import SpineReading

_NAN = float("nan")
# Measured against the same person's other discs: these two change along the spine and with the scanner.
_RELATIVE = ("height_index", "depth_mm")


@dataclass(frozen=True, slots=True)
class DiscFeatures:
    """One disc. `values` by name, nan where not measured; names begin with the sequence they come from."""

    number: int  # 1 is the lowest
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class _Disc:
    shape: DiscShape | None
    signal: DiscSignal | None
    endplates: tuple[EndplateSignal, ...]


def describe_discs(readings: Mapping[str, SpineReading]) -> tuple[DiscFeatures, ...]:
    """Features of each disc that any of the readings shows.

    Parameters
    ----------
    readings : by sequence, "t1" or "t2"; discs correspond by their number from the lowest upward
    """
    measured = {kind: _measure(reading) for kind, reading in readings.items()}
    n = max((len(discs) for discs in measured.values()), default=0)
    shared: list[dict[str, float]] = [{"number": float(index + 1)} for index in range(n)]
    for kind, discs in measured.items():
        for index, disc in enumerate(discs):
            shared[index].update({f"{kind}_{name}": value for name, value in _values(disc).items()})
        _add_relative(shared, kind)
    return tuple(DiscFeatures(index + 1, values) for index, values in enumerate(shared))


def _measure(reading: SpineReading) -> list[_Disc]:
    levels = fluid_at_rows(reading)
    discs = []
    for index in range(len(reading.chain.bodies)):
        plates = [measure_endplate(reading, index, upper=False)]
        if index > 0:
            plates.append(measure_endplate(reading, index - 1, upper=True))
        discs.append(
            _Disc(
                measure_disc_shape(reading, index),
                measure_disc_signal(reading, index, levels),
                tuple(plate for plate in plates if plate is not None),
            )
        )
    return discs


def _values(disc: _Disc) -> dict[str, float]:
    values: dict[str, float] = {}
    if disc.shape is not None:
        values.update(asdict(disc.shape))
        values["height_mm"] = disc.shape.height_mm
        values["slip_size_mm"] = abs(disc.shape.slip_mm)
        values["canal_share"] = disc.shape.canal_mm / disc.shape.canal_beside_mm
    if disc.signal is not None:
        values.update(asdict(disc.signal))
    if disc.endplates:
        plates = disc.endplates
        values["plate_high_z"] = max(plate.high_z for plate in plates)
        values["plate_low_z"] = min(plate.low_z for plate in plates)
        values["plate_mean_z_max"] = max(plate.mean_z for plate in plates)
        values["plate_mean_z_min"] = min(plate.mean_z for plate in plates)
        values["plate_changed"] = max(plate.changed_share for plate in plates)
        values["plate_ratio_max"] = max(plate.ratio for plate in plates)
        values["plate_ratio_min"] = min(plate.ratio for plate in plates)
        values["plate_dent_mm"] = max(plate.depth_mm for plate in plates)
        values["plate_rough_mm"] = max(plate.roughness_mm for plate in plates)
        values["plate_rough_mean_mm"] = float(np.mean([plate.roughness_mm for plate in plates]))
    return values


def _add_relative(shared: list[dict[str, float]], kind: str) -> None:
    for name in _RELATIVE:
        own = np.array([values.get(f"{kind}_{name}", _NAN) for values in shared])
        best = np.nanpercentile(own, 80.0) if np.isfinite(own).any() else _NAN
        for values, value in zip(shared, own, strict=True):
            values[f"{kind}_{name}_relative"] = float(value / best)
    signal = np.array([values.get(f"{kind}_to_marrow", _NAN) for values in shared])
    best = np.nanmax(signal) if np.isfinite(signal).any() else _NAN
    for values, value in zip(shared, signal, strict=True):
        values[f"{kind}_to_brightest"] = float(value / best)
