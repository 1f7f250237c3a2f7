"""A lateral curve: how points of the straight spine and of the curved one belong together.

Straight points (x, y, z) have the midline at x = 0. The curve moves each cross-section sideways, tilts it at right
angles to the curve and turns it about the canal.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ilc.simulation.lumbar.plan import ScoliosisPlan
from ilc.simulation.lumbar.skeleton import FloatArray, Skeleton

_STEPS = 8


@dataclass(frozen=True, slots=True)
class SpineCurve:
    """Maps between straight and patient points; without a plan both are the same."""

    plan: ScoliosisPlan | None
    apex_z_mm: float
    axis: FloatArray  # (n, 2): z growing and y of the line about which sections turn

    @classmethod
    def of(cls, skeleton: Skeleton, plan: ScoliosisPlan | None) -> SpineCurve:
        """The curve of a spine."""
        order = np.argsort(skeleton.canal.points[:, 1])
        axis = skeleton.canal.points[order][:, ::-1]
        apex = 0.0 if plan is None else float(skeleton.bodies[plan.apex].centre[1])
        return cls(plan, apex, axis)

    def midline_x_mm(self, z_mm: FloatArray) -> FloatArray:
        """Where the midline lies at a height of the straight spine; left is positive."""
        if self.plan is None:
            return np.zeros_like(z_mm)
        return np.asarray(self.plan.lateral_mm * self._bell(z_mm))

    def slope(self, z_mm: FloatArray) -> FloatArray:
        """Sideways way of the midline per way to the head."""
        if self.plan is None:
            return np.zeros_like(z_mm)
        return np.asarray(-2.0 * (z_mm - self.apex_z_mm) / self.plan.half_length_mm**2 * self.midline_x_mm(z_mm))

    def to_patient(self, straight: FloatArray) -> FloatArray:
        """Straight points, shape (..., 3), to LPS mm."""
        if self.plan is None:
            return straight
        z = straight[..., 2]
        lateral, y = self._turn(straight[..., 0], straight[..., 1], z, back=False)
        tilt = np.arctan(self.slope(z))
        x_mm = self.midline_x_mm(z) + lateral * np.cos(tilt)
        return np.stack([x_mm, y, z - lateral * np.sin(tilt)], axis=-1)

    def to_straight(self, points_lps_mm: FloatArray) -> FloatArray:
        """LPS mm, shape (..., 3), to straight points."""
        if self.plan is None:
            return points_lps_mm
        x, y, height = (points_lps_mm[..., axis] for axis in range(3))
        z = height.copy()
        for _ in range(_STEPS):
            z = height + (x - self.midline_x_mm(z)) * self.slope(z)
        lateral = (x - self.midline_x_mm(z)) * np.sqrt(1.0 + self.slope(z) ** 2)
        lateral, y = self._turn(lateral, y, z, back=True)
        return np.stack([lateral, y, z], axis=-1)

    def _bell(self, z_mm: FloatArray) -> FloatArray:
        half = 1.0 if self.plan is None else self.plan.half_length_mm
        return np.asarray(np.exp(-(((z_mm - self.apex_z_mm) / half) ** 2)))

    def _turn(self, x: FloatArray, y: FloatArray, z: FloatArray, *, back: bool) -> tuple[FloatArray, FloatArray]:
        if self.plan is None or self.plan.rotation_deg == 0.0:
            return x, y
        angle = np.deg2rad(self.plan.rotation_deg) * self._bell(z) * (-1.0 if back else 1.0)
        centre = np.interp(z, self.axis[:, 0], self.axis[:, 1])
        behind = y - centre
        return (
            np.asarray(x * np.cos(angle) + behind * np.sin(angle)),
            np.asarray(centre + behind * np.cos(angle) - x * np.sin(angle)),
        )
