"""Simulated patients with several true factors: does the engine find how much each contributes?"""

from ilc.validation.overlap.measure import measure_overlap
from ilc.validation.overlap.rules import OverlapRules, read_overlap_rules

__all__ = ["OverlapRules", "measure_overlap", "read_overlap_rules"]
