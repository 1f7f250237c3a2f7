"""Body and brain, the house and the pipe: pictures filled with this person's own factors."""

from __future__ import annotations

from ilc.core import InstanceId
from ilc.explanation.factor_results import band_of
from ilc.explanation.model import FactorResult
from ilc.knowledge.model import Group
from ilc.report.charts.house import Room, draw_house
from ilc.report.charts.pipe import Day, draw_pipe
from ilc.report.document import Block, Drawing, Facts, Paragraph, Section, line
from ilc.report.material import Material
from ilc.report.patient.parts import PRIVATE
from ilc.report.patient.plain import EXISTS_FROM, PlainFactor, capitalised, plain_factors

MOST_IN_ROOM = 3
FEWEST_ROOMS = 2
UNEXPLAINED_FROM = 0.3
NARROWINGS = ("central_stenosis", "neurogenic_claudication")  # the canal, and the nerves that tire in it
# room -> the groups it stands for, from the top of the house to the one who lives there
ROOMS = (
    ("roof", Group.STRUCTURE),
    ("air", Group.FLOW),
    ("warmth", Group.MUSCLE_FASCIA),
    ("resident", Group.BRAIN),
)
_STATUS_ORDER = ("supported", "possible", "indeterminate", "unlikely")


def compose_origin(material: Material) -> Section | None:
    """Compose body and brain: both real, whatever the balance."""
    texts = material.texts
    origins = material.diagnosis.origin
    if not origins:
        return None
    body = band_of(max(origin.p_any_body for origin in origins))
    body_key = {"likely": "body", "possible": "body_possible", "low": "body_unclear"}[body]
    status = min((origin.brain_status for origin in origins), key=_STATUS_ORDER.index)
    sentences = [
        texts.say("origin_plain.base"),
        texts.choose("origin_plain", body_key),
        texts.choose("origin_brain", status),
    ]
    if max(origin.unexplained for origin in origins) >= UNEXPLAINED_FROM:
        sentences.append(texts.say("origin_plain.unexplained"))
    blocks = tuple(Paragraph(line(sentence)) for sentence in sentences)
    return Section("origin", texts.say("origin_plain.title"), blocks)


def compose_house(material: Material) -> Section | None:
    """Compose the house with what stands in each room; none where too few rooms have something to say."""
    texts = material.texts
    rooms = {room: _names(material, group) for room, group in ROOMS}
    filled = {room: names for room, names in rooms.items() if names}
    if len(filled) < FEWEST_ROOMS:
        return None
    pairs = tuple(
        (texts.choose("house", room), line(texts.choose("house", f"{room}_text", parts=texts.join(names))))
        for room, names in filled.items()
    )
    description = texts.say("house.picture")
    drawn = {room: Room(texts.choose("house", room), capitalised(texts.join(names))) for room, names in filled.items()}
    picture = draw_house(drawn, description=description)
    blocks: tuple[Block, ...] = (
        Paragraph(line(texts.say("house.lead"))),
        Drawing(picture, description, texts.say("house.caption")),
        Facts(pairs),
        Paragraph(line(texts.say("house.after"))),
    )
    return Section("house", texts.say("house.title"), blocks)


def _names(material: Material, group: Group) -> list[str]:
    found = [item for item in plain_factors(material) if item.factor.group == group and item.concept not in PRIVATE]
    return [item.name for item in found if _may_be_named(item)][:MOST_IN_ROOM]


def _may_be_named(item: PlainFactor) -> bool:
    """The house says "this is": so only what is probably there, and was looked for or may play a part."""
    return item.factor.p_exists.p >= EXISTS_FROM and (item.band != "low" or item.factor.assessed)


def compose_pipe(material: Material) -> Section | None:
    """Compose the pipe on two days, where a narrow nerve canal may play a part."""
    canal, tiring = (_strongest(material, concept) for concept in NARROWINGS)
    plays = [factor for factor in (canal, tiring) if factor and band_of(material.highest_contribution(factor)) != "low"]
    if not plays or canal is None or canal.band == "low":
        return None
    texts = material.texts
    warm, cold = (
        Day(texts.choose("pipe", day), texts.choose("pipe", f"{day}_text")) for day in ("warm_day", "cold_day")
    )
    description = texts.say("pipe.picture")
    lead = "lead" if canal.band == "likely" else "lead_maybe"
    blocks: tuple[Block, ...] = (
        Paragraph(line(texts.choose("pipe", lead))),
        Drawing(draw_pipe(warm, cold, same=texts.say("pipe.same"), description=description), description, ""),
        Paragraph(line(texts.say("pipe.day"))),
        Paragraph(line(texts.say("pipe.after"))),
    )
    return Section("pipe", texts.say("pipe.title"), blocks)


def _strongest(material: Material, concept: str) -> FactorResult | None:
    """The instance of a concept that contributes most, then the one most likely to be there."""
    found = [factor for factor in material.diagnosis.factors if InstanceId.parse(factor.id).concept == concept]
    return max(found, key=lambda factor: (material.highest_contribution(factor), factor.p_exists.p), default=None)
