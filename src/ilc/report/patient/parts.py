"""What was looked at, and what may play a part."""

from __future__ import annotations

from ilc.core import InstanceId
from ilc.explanation.factor_results import band_of
from ilc.explanation.model import FactorResult
from ilc.report.document import Block, Bullets, Card, Paragraph, Section, line
from ilc.report.material import Material
from ilc.report.patient.comfort import BENIGN_OUTCOMES
from ilc.report.patient.plain import PlainFactor, capitalised, plain_factors

MOST_PARTS = 6
MOST_POINTERS = 3
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
    cards = tuple(_compose_card(material, item) for item in shown_parts(material))
    if not cards:
        return Section("parts", texts.say("parts.title"), (Paragraph(line(texts.say("parts.none"))),))
    return Section("parts", texts.say("parts.title"), (Paragraph(line(texts.say("parts.lead"))), *cards))


def shown_parts(material: Material) -> list[PlainFactor]:
    """Return the factors that may play a part and may be told, strongest first."""
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
            if tests_factor(material, InstanceId.parse(reason.evidence).concept, concept)
            and not _is_private(material, InstanceId.parse(reason.evidence).concept)
        ),
        key=lambda reason: (-reason.log_odds, reason.evidence),
    )
    names = dict.fromkeys(material.words.plain_finding(reason.evidence) for reason in speaking)
    return list(names)[:MOST_POINTERS]


def _is_private(material: Material, finding: str) -> bool:
    return any(tests_factor(material, finding, concept) for concept in PRIVATE)


def tests_factor(material: Material, finding: str, concept: str) -> bool:
    """Whether a finding tests a factor itself, and not only something it leads to."""
    definition = material.knowledge.findings.get(finding)
    targets = definition.targets if definition else ()
    return any(concept in (target.node, target.link.partition("->")[0]) for target in targets)
