"""What to do from today, and what to ask next time."""

from __future__ import annotations

from ilc.core import InstanceId
from ilc.explanation.model import SelfCare
from ilc.report.document import Bullets, Card, Facts, Paragraph, Section, line
from ilc.report.material import Material
from ilc.report.patient.parts import PRIVATE
from ilc.report.patient.plain import capitalised

MOST_STEPS = 5
MOST_TESTS = 2
MOST_UNASKED = 4
A_QUESTION = 1.0  # burden of what is asked at the visit anyway
MOST_TO_LOOK_FOR = 3


def compose_steps(material: Material) -> Section:
    """Compose the self-care that was offered; what was withheld is not mentioned."""
    texts = material.texts
    offered = [item for item in material.diagnosis.self_care if item.offered][:MOST_STEPS]
    if not offered:
        return Section("steps", texts.say("steps.title"), (Paragraph(line(texts.say("steps.none"))),))
    cards = tuple(_compose_step(material, item) for item in offered)
    lead, stop = Paragraph(line(texts.say("steps.lead"))), Paragraph(line(texts.say("steps.stop")))
    return Section("steps", texts.say("steps.title"), (lead, *cards, stop))


def _compose_step(material: Material, item: SelfCare) -> Card:
    texts = material.texts
    key = f"self_care.{item.id}"
    parts = dict.fromkeys(material.words.plain_node(node) for node in item.because if _may_be_told(material, node))
    why = texts.say(f"{key}.why")
    if parts:
        why = texts.say("steps.why_text", why=why, parts=texts.join(parts))
    pairs = [
        (texts.say("steps.how"), line(texts.say(f"{key}.how"))),
        (texts.say("steps.often"), line(texts.say(f"{key}.often"))),
        (texts.say("steps.why"), line(why)),
    ]
    if item.ask_first:
        findings = dict.fromkeys(material.words.plain_finding(atom.partition("=")[0]) for atom in item.ask_first)
        words = texts.say("steps.ask_first_text", findings=texts.join(findings))
        pairs.append((texts.say("steps.ask_first"), line(words)))
    return Card(texts.say(f"{key}.title"), "", (Facts(tuple(pairs)),))


def compose_questions(material: Material) -> Section:
    """Compose what to ask: open safety questions first, then tests, then what was not looked for."""
    texts = material.texts
    items: list[str] = []
    items += _unasked(material)
    if any(flag.level == "watch" for flag in material.diagnosis.red_flags):
        items.append(texts.say("ask.watch"))
    tests = material.diagnosis.next_tests
    lists = ([test for test in listed if test.burden > A_QUESTION] for listed in (tests.safety, tests.information))
    first = [test for listed in lists for test in listed[:MOST_TESTS]]
    names = dict.fromkeys(material.words.plain_test(test.test) for test in first)
    if names:
        items.append(texts.count("ask.test", len(names), tests=texts.join(names)))
    causes = _to_look_for(material)
    if causes:
        items.append(texts.say("ask.look", parts=texts.join(causes)))
    items += [texts.say("ask.always_signed"), texts.say("ask.always_goal")]
    lines = tuple(line(capitalised(item)) for item in dict.fromkeys(items))
    return Section("ask", texts.say("ask.title"), (Bullets(lines),))


def _unasked(material: Material) -> list[str]:
    """Open safety questions, a few by name; what is private is asked at the visit and not printed."""
    found = dict.fromkeys(
        material.words.plain_finding(finding)
        for flag in material.diagnosis.red_flags
        if flag.id not in PRIVATE
        for finding in flag.unasked
    )
    names = list(found)
    if len(names) <= MOST_UNASKED + 1:
        return [material.texts.say("ask.unasked", findings=material.texts.join(names))] if names else []
    few = material.texts.join(names[:MOST_UNASKED])
    return [material.texts.say("ask.unasked_more", findings=few, n=len(names) - MOST_UNASKED)]


def _to_look_for(material: Material) -> list[str]:
    found = dict.fromkeys(cause for origin in material.diagnosis.origin for cause in origin.still_to_exclude)
    plain = [material.words.plain_node(cause) for cause in found if _may_be_told(material, cause)]
    return list(dict.fromkeys(plain))[:MOST_TO_LOOK_FOR]


def _may_be_told(material: Material, node: str) -> bool:
    concept = InstanceId.parse(node).concept
    return concept not in PRIVATE and not material.knowledge.nodes[concept].serious
