"""Everything that was observed, brought under its rules: typed, scored and measured findings, corrections first."""

from __future__ import annotations

from collections.abc import Sequence

from ilc.core import Issue, IssueSeverity, Presence
from ilc.findings.model import Finding
from ilc.knowledge.model import Knowledge
from ilc.record.case import TypedFinding

_PRECEDENCE = {"correction": 0, "typed": 1, "questionnaire": 2, "measured": 3, "patient": 4}


def collect_findings(
    knowledge: Knowledge, observations: Sequence[TypedFinding]
) -> tuple[tuple[Finding, ...], tuple[Issue, ...]]:
    """One finding per instance; where two sources speak, a correction wins, then what a person typed.

    What a person typed as `unknown` sets aside what was measured, and gives no finding.

    Parameters
    ----------
    knowledge : the rules of all findings
    observations : fresh observations, from the case file, questionnaires and measurements

    Returns
    -------
    findings in the order of the knowledge base, and an issue for each observation that was set aside
    """
    chosen: dict[str, TypedFinding] = {}
    issues: list[Issue] = []
    for seen in sorted(observations, key=lambda o: (_PRECEDENCE[o.origin], str(o.id))):
        key = str(seen.id)
        if key not in chosen:
            chosen[key] = seen
        elif not _agrees(seen, chosen[key].outcome):
            issues.append(_set_aside(seen, chosen[key]))
    findings = [_finding(knowledge, seen) for seen in chosen.values() if seen.outcome != Presence.UNKNOWN]
    order = {name: i for i, name in enumerate(knowledge.findings)}
    return tuple(sorted(findings, key=lambda f: (order[f.id.concept], f.id.site))), tuple(issues)


def _agrees(seen: TypedFinding, outcome: str) -> bool:
    """Soft evidence agrees with what it speaks for, however unlikely that still is."""
    if seen.likelihood is None or outcome not in seen.likelihood:
        return seen.outcome == outcome
    return seen.likelihood[outcome] >= max(seen.likelihood.values())


def _finding(knowledge: Knowledge, seen: TypedFinding) -> Finding:
    rule = knowledge.findings[seen.id.concept]
    return Finding(seen.id, rule, seen.outcome, seen.value, seen.observed_on, seen.origin, seen.likelihood)


def _set_aside(seen: TypedFinding, kept: TypedFinding) -> Issue:
    return Issue(
        "FINDING_SET_ASIDE",
        IssueSeverity.WARNING,
        seen.where,
        f"{seen.id} was {seen.outcome} from one source ({seen.origin}) and {kept.outcome} from another "
        f"({kept.origin}); {kept.outcome} was used.",
        "Check which is right and correct the other in case.yaml.",
    )
