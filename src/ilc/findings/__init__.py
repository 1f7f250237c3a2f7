"""Observations under cited rules: findings with likelihoods, and the red-flag rules."""

from ilc.findings.collect import collect_findings
from ilc.findings.model import Finding
from ilc.findings.mri import find_in_mri
from ilc.findings.red_flags import LEVELS, RuleOutcome, detect_red_flags, level_rank

__all__ = ["LEVELS", "Finding", "RuleOutcome", "collect_findings", "detect_red_flags", "find_in_mri", "level_rank"]
