"""The part `overlap`: simulate, judge, score, report."""

from __future__ import annotations

from ilc.validation.overlap.batches import KINDS
from ilc.validation.overlap.expected import expect_single_signs
from ilc.validation.overlap.report import report_overlap
from ilc.validation.overlap.rules import OverlapRules, read_overlap_rules
from ilc.validation.overlap.run import processes_available, score_patients
from ilc.validation.overlap.scoring import score_kind
from ilc.validation.overlap.targets import check_targets
from ilc.validation.result import PartResult, Request


def measure_overlap(request: Request, *, rules: OverlapRules | None = None, processes: int | None = None) -> PartResult:
    """Simulate patients with several true factors and score what the engine makes of them.

    Parameters
    ----------
    request : the knowledge to judge; patients and data are not read
    rules : those shipped when None; fewer patients for a quick look
    processes : how many work at once; at most two when None
    """
    shipped, file = read_overlap_rules()
    chosen = rules or shipped
    scored = score_patients(request.knowledge, chosen, processes=processes or processes_available(), tell=request.tell)
    kinds = tuple(score_kind(kind, scored[kind], chosen) for kind in KINDS)
    expected = expect_single_signs(request.knowledge, chosen)
    return report_overlap(chosen, file, kinds, check_targets(kinds, chosen), expected)
