"""What the person complains of, one complaint for each side."""

from __future__ import annotations

from ilc.core import SIDES, InstanceId, Presence, SiteKind
from ilc.knowledge.model import NodeDef, Slice
from ilc.record.case import UNDATED, Complaint, Patient
from ilc.record.desk import Desk
from ilc.record.issue_log import quote
from ilc.record.judged_on import parse_iso_date
from ilc.record.quantities import parse_duration_days
from ilc.record.schema import ComplaintBlock

_LONGEST_YEAR_DAYS = 366


def parse_complaints(blocks: tuple[ComplaintBlock, ...], desk: Desk) -> tuple[Complaint, ...]:
    """Complaints that were stated or denied; those answered `unknown` are left out."""
    refusals = desk.log.refusals
    complaints: dict[InstanceId, Complaint] = {}
    for index, block in enumerate(blocks):
        for complaint in _parse(block, index, desk):
            if complaint.id in complaints:
                where = desk.where("complaints", index)
                message = f"{quote(complaint.id)} is listed twice."
                desk.log.refuse("COMPLAINT_TWICE", where=where, message=message, remedy="Keep one of the two entries.")
            complaints[complaint.id] = complaint
    if desk.log.refusals == refusals:
        _check_some_present(tuple(complaints.values()), desk)
    return tuple(complaints.values())


def check_lifetime(complaints: tuple[Complaint, ...], patient: Patient, desk: Desk) -> None:
    """Refuse a complaint that began before the person was born."""
    for complaint in complaints:
        if complaint.since_days is not None and complaint.since_days > (patient.age_years + 1) * _LONGEST_YEAR_DAYS:
            message = f"{quote(complaint.id)} is said to last longer than the person has lived."
            where = desk.where("complaints")
            remedy = "Correct `since`, or the age."
            desk.log.refuse("COMPLAINT_SINCE_BEFORE_BIRTH", where=where, message=message, remedy=remedy)


def _check_some_present(complaints: tuple[Complaint, ...], desk: Desk) -> None:
    where = desk.where("complaints")
    if not complaints:
        known = ", ".join(_known(desk))
        remedy = f"Write at least one under `complaints`, for example `- {{id: low_back_pain}}`. Possible: {known}."
        message = "No complaint is stated, so there is nothing to explain."
        desk.log.refuse("COMPLAINT_MISSING", where=where, message=message, remedy=remedy)
    elif all(complaint.presence is Presence.ABSENT for complaint in complaints):
        message = "Every complaint is denied: factors can be judged, but there is no pain to share out among them."
        remedy = "Add the complaint that brought the person, if there is one."
        desk.log.warn("COMPLAINT_ALL_DENIED", where=where, message=message, remedy=remedy)


def _known(desk: Desk) -> dict[str, NodeDef]:
    return {id_: node for id_, node in desk.knowledge.nodes.items() if node.slice is Slice.COMPLAINT}


def _parse(block: ComplaintBlock, index: int, desk: Desk) -> list[Complaint]:
    concept, _, written_side = block.id.partition("@")
    known = _known(desk)
    if concept not in known:
        _refuse_unknown(concept, index, desk)
        return []
    presence = _presence(block, index, desk)
    sites = _sites(known[concept], block.side, written_side, desk.where("complaints", index), desk)
    since_days = _since_days(block.since, index, desk)
    if presence is Presence.UNKNOWN:
        return []
    return [Complaint(InstanceId(concept, site), presence, block.intensity, since_days) for site in sites]


def _refuse_unknown(concept: str, index: int, desk: Desk) -> None:
    if concept in desk.knowledge.findings:
        remedy = "It is a finding: write it under `findings`."
    elif concept in desk.knowledge.nodes:
        remedy = "It is inferred, not complained of. Write what the person feels."
    else:
        remedy = desk.log.suggest(concept, _known(desk)) or f"Possible: {', '.join(_known(desk))}."
    message = f"There is no complaint {quote(concept)}."
    desk.log.refuse("COMPLAINT_UNKNOWN", where=desk.where("complaints", index), message=message, remedy=remedy)


def _presence(block: ComplaintBlock, index: int, desk: Desk) -> Presence:
    stated = "present" in block.model_fields_set
    if not stated:
        return Presence.ABSENT if block.intensity == 0 else Presence.PRESENT
    if block.present is None:
        return Presence.UNKNOWN
    if block.intensity is not None and block.present != (block.intensity > 0):
        where = desk.where("complaints", index)
        message = f"The intensity {block.intensity:g} does not fit `present: {'yes' if block.present else 'no'}`."
        desk.log.refuse("COMPLAINT_CONTRADICTION", where=where, message=message, remedy="Correct one of the two.")
    return Presence.PRESENT if block.present else Presence.ABSENT


def _sites(node: NodeDef, side: str | None, written_side: str, where: str, desk: Desk) -> tuple[str, ...]:
    if side and written_side and side != written_side:
        message = f"The side is given as {quote(written_side)} and as {quote(side)}."
        desk.log.refuse("COMPLAINT_CONTRADICTION", where=where, message=message, remedy="Keep one of the two.")
        return ()
    chosen = side or written_side
    if node.sites is SiteKind.WHOLE:
        if chosen and chosen != "both":
            message = f"{quote(node.id)} is not told apart by side; the side {quote(chosen)} is not used."
            remedy = "Leave the side out, or choose a complaint that has one."
            desk.log.warn("COMPLAINT_SIDE_NOT_USED", where=where, message=message, remedy=remedy)
        return ("",)
    if chosen == "both":
        return SIDES
    if chosen in SIDES:
        return (chosen,)
    message = f"{quote(node.id)} needs a side." if not chosen else f"There is no side {quote(chosen)}."
    remedy = "Write `side: left`, `side: right` or `side: both`."
    desk.log.refuse("COMPLAINT_SIDE_MISSING", where=where, message=message, remedy=remedy)
    return ()


def _since_days(since: str, index: int, desk: Desk) -> int | None:
    if not since:
        return None
    days = parse_duration_days(since)
    began = parse_iso_date(since)
    place = ("complaints", index, "since")
    if began is not None:
        if desk.on == UNDATED or not desk.check_not_later(began, *place):
            return None
        days = (desk.on - began).days
    if days is None:
        message = f"{quote(since)} is neither a duration with its unit nor a day."
        remedy = "Write for example `since: 3 months` (days, weeks, months or years) or `since: 2026-05-01`."
        desk.log.refuse("COMPLAINT_SINCE_NOT_READABLE", where=desk.where(*place), message=message, remedy=remedy)
    return days
