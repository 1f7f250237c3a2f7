"""How the parts act on each other: the leading path as a short chain of boxes."""

from __future__ import annotations

from itertools import pairwise

from ilc.core import InstanceId
from ilc.explanation.model import ChainPath
from ilc.knowledge.model import Slice
from ilc.report.charts.steps import Step, draw_steps
from ilc.report.document import Drawing, Paragraph, Section, line
from ilc.report.material import Material
from ilc.report.patient.parts import PRIVATE
from ilc.report.patient.plain import capitalised

ROUTE_FROM = 0.2
FEWEST_BOXES, MOST_BOXES = 3, 5


def compose_route(material: Material) -> Section | None:
    """Compose the leading path; one in which a part acts on another part goes before one with a single part."""
    path = _leading(material)
    if path is None:
        return None
    texts = material.texts
    steps = tuple(_step(material, path, index) for index in range(len(path.nodes)))
    in_words = " ".join(_in_words(material, first, second) for first, second in pairwise(path.nodes))
    description = texts.say("route.picture", steps=texts.join(step.words for step in steps))
    blocks = (
        Paragraph(line(texts.say("route.lead"))),
        Drawing(draw_steps(steps, description=description), description, texts.say("route.caption")),
        Paragraph(line(in_words)),
        Paragraph(line(texts.say("route.after"))),
    )
    return Section("route", texts.say("route.title"), blocks)


def _leading(material: Material) -> ChainPath | None:
    present = {complaint.id for complaint in material.present}
    fitting = [
        path
        for path in material.diagnosis.paths
        if path.p_active >= ROUTE_FROM
        and FEWEST_BOXES <= len(path.nodes) <= MOST_BOXES
        and path.complaint in present
        and not _is_private(material, path)
    ]
    return max(fitting, key=lambda path: (len(path.nodes) > FEWEST_BOXES, path.p_active), default=None)


def _is_private(material: Material, path: ChainPath) -> bool:
    concepts = [InstanceId.parse(node).concept for node in path.nodes]
    return any(concept in PRIVATE or material.knowledge.nodes[concept].serious for concept in concepts)


def _step(material: Material, path: ChainPath, index: int) -> Step:
    node = path.nodes[index]
    joint = material.texts.choose("route", _joint(material, node)) if index else ""
    return Step(capitalised(material.words.plain_node(node)), _sign(material, node), joint)


def _in_words(material: Material, first: str, second: str) -> str:
    words = material.words
    return material.texts.choose(
        "route_sentence",
        _joint(material, second),
        first=capitalised(words.plain_node(first)),
        second=words.plain_node(second),
    )


def _joint(material: Material, node: str) -> str:
    slice_ = material.knowledge.nodes[InstanceId.parse(node).concept].slice
    return {Slice.COMPLAINT: "felt_as", Slice.SOURCE: "starts"}.get(slice_, "leads_to")


def _sign(material: Material, node: str) -> str:
    definition = material.knowledge.nodes[InstanceId.parse(node).concept]
    if definition.slice is Slice.FACTOR:
        return str(definition.group.value) if definition.group else "history"
    return {Slice.COMPLAINT: "complaint", Slice.SOURCE: "source"}.get(definition.slice, "history")
