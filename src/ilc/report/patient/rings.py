"""What pictures show, as the growth rings of a tree: how common it is at this age without pain."""

from __future__ import annotations

from collections.abc import Sequence

from ilc.core import InstanceId
from ilc.knowledge.model import Group
from ilc.report.charts.rings import Ring, draw_rows, draw_tree
from ilc.report.document import Block, Column, Drawing, Paragraph, Section, Table, line
from ilc.report.figures import tenths
from ilc.report.material import Material
from ilc.report.patient.comfort import BENIGN_OUTCOMES
from ilc.report.patient.parts import shown_parts, tests_factor
from ilc.report.patient.plain import EXISTS_FROM, PlainFactor, capitalised, how_common, plain_factors

MOST_RINGS = 6


def compose_rings(material: Material) -> Section | None:
    """Compose the tree with a ring for each thing seen; none where nothing was seen."""
    seen = _seen(material)
    if not seen:
        return None
    texts = material.texts
    matters = {item.concept for item in shown_parts(material)}
    quiet = [item for item in seen if item.concept not in matters]
    speaking = [item for item in seen if item.concept in matters]
    shown = [*quiet, *speaking][:MOST_RINGS]
    sentences = [texts.say("rings.lead")]
    sentences += [texts.say("rings.quiet")] if quiet else []
    sentences += [texts.say("rings.speaking")] if speaking else []
    description = texts.say("rings.picture", names=texts.join(item.name for item in shown))
    counts = texts.say("rings.picture_rows")
    rings = [_ring(material, item, speaks=item.concept in matters) for item in shown]
    twin = tuple((line(ring.name), line(ring.remark or texts.say("rings.calm")), line(ring.common)) for ring in rings)
    blocks: tuple[Block, ...] = (
        *(Paragraph(line(sentence)) for sentence in sentences),
        Drawing(draw_tree(rings, description=description), description, ""),
        Drawing(draw_rows(rings, description=counts), counts, texts.say("rings.caption")),
        Table(texts.say("rings.table"), _columns(material), twin),
        Paragraph(line(texts.say("rings.source")), "note"),
    )
    return Section("rings", texts.say("rings.title"), blocks)


def _seen(material: Material) -> list[PlainFactor]:
    """What a picture shows and is probably there, of the frame of the back."""
    observed = [
        InstanceId.parse(finding.id).concept
        for finding in material.diagnosis.findings
        if finding.outcome not in BENIGN_OUTCOMES
    ]
    pictured = [name for name in observed if _is_picture(material, name)]
    return [
        item
        for item in plain_factors(material)
        if item.factor.group == Group.STRUCTURE
        and item.factor.assessed
        and item.factor.p_exists.p >= EXISTS_FROM
        and _is_pictured(material, item.concept, pictured)
    ]


def _is_picture(material: Material, finding: str) -> bool:
    definition = material.knowledge.findings.get(finding)
    return definition is not None and definition.evidence_group == "imaging"


def _is_pictured(material: Material, concept: str, pictured: Sequence[str]) -> bool:
    return any(tests_factor(material, finding, concept) for finding in pictured)


def _ring(material: Material, item: PlainFactor, *, speaks: bool) -> Ring:
    texts = material.texts
    norm = item.factor.age_norm
    remark = texts.choose("part_band", item.band) if speaks else ""
    if norm is None:
        return Ring(capitalised(item.name), texts.say("rings.row_unknown"), None, remark)
    return Ring(capitalised(item.name), capitalised(how_common(material, norm)), tenths(norm), remark)


def _columns(material: Material) -> tuple[Column, ...]:
    heads = (("head_seen", 4), ("head_part", 4), ("head_common", 3))
    return tuple(Column(material.texts.choose("rings", key), width) for key, width in heads)
