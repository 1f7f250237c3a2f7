"""Findings as people type them, checked against the knowledge base."""

from __future__ import annotations

from ilc.core import SIDES, InstanceId, Presence, SiteKind, sites_of
from ilc.knowledge.model import FindingDef, Slice
from ilc.record.case import TypedFinding
from ilc.record.desk import Desk
from ilc.record.issue_log import quote
from ilc.record.schema import FindingBlock
from ilc.record.validity import fresh, stale_issue
from ilc.record.values import parse_value

_ALL, _BOTH = "all", "both"


def parse_findings(blocks: dict[str, FindingBlock], desk: Desk) -> tuple[TypedFinding, ...]:
    """Findings with an outcome, or expressly unknown; stale ones are told and left out."""
    findings: dict[InstanceId, TypedFinding] = {}
    for key, block in blocks.items():
        for finding in _parse(key, block, desk):
            first = findings.setdefault(finding.id, finding)
            if (first.outcome, first.value) != (finding.outcome, finding.value):
                _refuse_contradiction(first, finding, desk)
    return tuple(finding for finding in findings.values() if _still_counts(finding, desk))


def _still_counts(finding: TypedFinding, desk: Desk) -> bool:
    if finding.outcome == Presence.UNKNOWN or fresh(finding, desk.knowledge, desk.on):
        return True
    desk.log.add(stale_issue(finding, desk.knowledge, desk.on))
    return False


def _refuse_contradiction(first: TypedFinding, second: TypedFinding, desk: Desk) -> None:
    message = f"{quote(first.id)} is {first.outcome} at {first.where} and {second.outcome} here."
    desk.log.refuse("FINDING_CONTRADICTION", where=second.where, message=message, remedy="Keep the one that is true.")


def _parse(key: str, block: FindingBlock, desk: Desk) -> list[TypedFinding]:
    concept, _, site = key.partition("@")
    definition = desk.knowledge.findings.get(concept)
    if definition is None:
        _refuse_unknown(key, concept, desk)
        return []
    sites = _sites(key, site, definition, desk)
    value = parse_value(definition, block, desk, "findings", key)
    day_fits = desk.check_not_later(block.observed_on, "findings", key, "observed_on")
    if value is None or not day_fits:
        return []
    where = desk.where("findings", key)
    outcome, number = value
    return [TypedFinding(InstanceId(concept, one), outcome, number, block.observed_on, "typed", where) for one in sites]


def _refuse_unknown(key: str, concept: str, desk: Desk) -> None:
    node = desk.knowledge.nodes.get(concept)
    if node is not None and node.slice is Slice.COMPLAINT:
        remedy = "It is a complaint: list it under `complaints`."
    elif concept in desk.knowledge.instruments:
        remedy = "It is a questionnaire: write it under `questionnaires`."
    elif node is not None:
        remedy = f"It is inferred from findings. {_findings_about(concept, desk)}".strip()
    else:
        remedy = (
            desk.log.suggest(concept, desk.knowledge.findings) or "`ilc knowledge list findings` prints all of them."
        )
    message = f"There is no finding {quote(concept)}."
    desk.log.refuse("FINDING_UNKNOWN", where=desk.where("findings", key), message=message, remedy=remedy)


def _findings_about(node: str, desk: Desk) -> str:
    about = [
        finding.id
        for finding in desk.knowledge.findings.values()
        if any(target.node == node or target.link.startswith(f"{node}->") for target in finding.targets)
    ]
    return f"Write what was found, for example {' or '.join(quote(one) for one in about[:3])}." if about else ""


def _sites(key: str, written: str, definition: FindingDef, desk: Desk) -> tuple[str, ...]:
    possible = sites_of(definition.sites)
    where, name = desk.where("findings", key), quote(definition.id)
    if definition.sites is SiteKind.WHOLE:
        if not written:
            return possible
        message = f"{name} is about the whole person and has no site."
        remedy = f"Write `{definition.id}` without {quote('@' + written)}."
        desk.log.refuse("FINDING_SITE_NOT_USED", where=where, message=message, remedy=remedy)
        return ()
    chosen = _expand(written, possible)
    if not chosen:
        listed = ", ".join(possible)
        message = f"{name} needs a site." if not written else f"{name} has no site {quote(written)}."
        code = "FINDING_SITE_MISSING" if not written else "FINDING_SITE_UNKNOWN"
        remedy = f"Write `{definition.id}@SITE` with one of: {listed}; or `@all`{_both_hint(possible)}."
        desk.log.refuse(code, where=where, message=message, remedy=remedy)
    return chosen


def _expand(written: str, possible: tuple[str, ...]) -> tuple[str, ...]:
    if written == _ALL:
        return possible
    place, _, last = written.rpartition(".")
    if last == _BOTH:
        both = tuple(f"{place}.{side}" if place else side for side in SIDES)
        return both if all(one in possible for one in both) else ()
    return (written,) if written in possible else ()


def _both_hint(possible: tuple[str, ...]) -> str:
    if not possible[0].endswith(SIDES):
        return ""
    place = possible[0].rpartition(".")[0]
    return f", or `@{place}.both`" if place else ", or `@both`"
