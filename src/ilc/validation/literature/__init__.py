"""Part `literature`: what sources counted, recomputed in simulated people of each source."""

from __future__ import annotations

from ilc.validation.literature.measure import measure_literature

__all__ = ["measure_literature"]
