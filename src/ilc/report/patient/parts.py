"""What was looked at, what may play a part, what is a growth ring, and how the parts act on each other."""

from __future__ import annotations

from ilc.core import InstanceId
from ilc.explanation.factor_results import band_of
from ilc.explanation.model import ChainPath, FactorResult
from ilc.knowledge.model import Group, Slice
from ilc.report.document import Block, Bullets, Card, Line, Paragraph, Route, Section, line
from ilc.report.material import Material
from ilc.report.patient.comfort import BENIGN_OUTCOMES, comfort_is_allowed
from ilc.report.patient.plain import PlainFactor, capitalised, how_common, plain_factors

MOST_PARTS = 6
MOST_POINTERS = 3
MOST_RINGS = 6
MOST_ROUTES = 2
ROUTE_FROM = 0.2
POINTS_FROM = 0.1  # log odds
_GROUPS = (
    "interview",
    "examination",
    "history",
    "questionnaire",
    "imaging",
    "neurophysiology",
    "laboratory",
    "block",
)
# Told to the clinician alone: others may read the patient's pages.
PRIVATE = frozenset({"childhood_adversity", "past_trauma", "post_traumatic_stress", "suicidality"})


def compose_looked(material: Material) -> Section:
    """Compose what was looked at, by kind."""
    texts = material.texts
    found = {
        material.knowledge.findings[InstanceId.parse(finding.id).concept].evidence_group
        for finding in material.diagnosis.findings
    }
    items = [texts.choose("looked_group", group) for group in _GROUPS if group in found]
    if material.diagnosis.series and "imaging" not in found:
        items.append(texts.say("looked.pictures"))
    blocks: tuple[Block, ...] = (Bullets(tuple(line(item) for item in items), "checks"),)
    if not items:
        blocks = (Paragraph(line(texts.say("looked.nothing"))),)
    return Section("looked", texts.say("looked.title"), blocks)


def compose_parts(material: Material) -> Section:
    """Compose what may play a part, strongest first."""
    texts = material.texts
    cards = tuple(_compose_card(material, item) for item in _shown_parts(material))
    if not cards:
        return Section("parts", texts.say("parts.title"), (Paragraph(line(texts.say("parts.none"))),))
    return Section("parts", texts.say("parts.title"), (Paragraph(line(texts.say("parts.lead"))), *cards))


def _shown_parts(material: Material) -> list[PlainFactor]:
    factors = [item for item in plain_factors(material) if item.band != "low" and item.concept not in PRIVATE]
    return factors[:MOST_PARTS]


def _compose_card(material: Material, item: PlainFactor) -> Card:
    texts = material.texts
    factor = item.factor
    complaints = [
        material.words.plain_node(complaint.id)
        for complaint in material.present
        if complaint.id in factor.p_contributes and band_of(factor.p_contributes[complaint.id].p) != "low"
    ]
    lines = [texts.say("parts.adds_to", complaints=texts.join(complaints))]
    pointers = _pointers(material, factor)
    if pointers:
        lines.append(texts.say("parts.points_to", findings=texts.join(pointers)))
    if factor.age_norm is not None and comfort_is_allowed(material):
        lines.append(texts.say("parts.common", how_common=how_common(material, factor.age_norm)))
    if factor.expert_only:
        lines.append(texts.say("parts.guess"))
    blocks = (
        Paragraph(line(material.words.plain_about(item.concept))),
        *(Paragraph(line(sentence)) for sentence in lines),
    )
    return Card(capitalised(item.name), texts.choose("part_band", item.band), blocks)


def _pointers(material: Material, factor: FactorResult) -> list[str]:
    """The strongest findings that test a factor itself and speak for it, in everyday words."""
    concept = InstanceId.parse(factor.id).concept
    speaking = sorted(
        (
            reason
            for reason in factor.reasons.contributions
            if reason.kind == "direct" and reason.log_odds >= POINTS_FROM and reason.outcome not in BENIGN_OUTCOMES
            if _tests(material, InstanceId.parse(reason.evidence).concept, concept)
        ),
        key=lambda reason: (-reason.log_odds, reason.evidence),
    )
    names = dict.fromkeys(material.words.plain_finding(reason.evidence) for reason in speaking)
    return list(names)[:MOST_POINTERS]


def _tests(material: Material, finding: str, concept: str) -> bool:
    definition = material.knowledge.findings.get(finding)
    targets = definition.targets if definition else ()
    return any(concept in (target.node, target.link.partition("->")[0]) for target in targets)


def compose_rings(material: Material) -> Section | None:
    """Compose what was seen, is common and probably plays no part; none where there is nothing of the kind."""
    texts = material.texts
    rings: list[Line] = []
    shown = {item.concept for item in _shown_parts(material)}
    for item in plain_factors(material):
        factor = item.factor
        seen = factor.assessed and factor.group == Group.STRUCTURE
        if not factor.incidental or not seen or item.concept in shown:
            continue
        name = capitalised(item.name)
        if factor.age_norm is None:
            rings.append(line(texts.say("rings.unknown", name=name)))
        else:
            common = how_common(material, factor.age_norm)
            rings.append(line(texts.say("rings.known", name=name, how_common=common)))
    if not rings:
        return None
    lead, source = line(texts.say("rings.lead")), line(texts.say("rings.source"))
    blocks = (Paragraph(lead), Bullets(tuple(rings[:MOST_RINGS])), Paragraph(source, "note"))
    return Section("rings", texts.say("rings.title"), blocks)


def compose_routes(material: Material) -> Section | None:
    """Compose one or two whole paths to a complaint as rows of steps."""
    texts = material.texts
    chosen: dict[str, ChainPath] = {}
    for path in sorted(material.diagnosis.paths, key=lambda path: -path.p_active):
        known = path.complaint in chosen or any(path.nodes[:-1] == other.nodes[:-1] for other in chosen.values())
        if path.p_active >= ROUTE_FROM and len(path.nodes) > 2 and not known and not _is_private(material, path):
            chosen[path.complaint] = path
    if not chosen:
        return None
    routes = [_route(material, path) for path in list(chosen.values())[:MOST_ROUTES]]
    lead, after = Paragraph(line(texts.say("route.lead"))), Paragraph(line(texts.say("route.after")))
    return Section("route", texts.say("route.title"), (lead, *routes, after))


def _is_private(material: Material, path: ChainPath) -> bool:
    concepts = [InstanceId.parse(node).concept for node in path.nodes]
    return any(concept in PRIVATE or material.knowledge.nodes[concept].serious for concept in concepts)


def _route(material: Material, path: ChainPath) -> Route:
    joints = []
    for node in path.nodes[1:]:
        slice_ = material.knowledge.nodes[InstanceId.parse(node).concept].slice
        key = {Slice.COMPLAINT: "felt_as", Slice.SOURCE: "starts"}.get(slice_, "leads_to")
        joints.append(material.texts.choose("route", key))
    return Route(tuple(capitalised(material.words.plain_node(node)) for node in path.nodes), tuple(joints))
