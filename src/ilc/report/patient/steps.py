"""What to do from today, and what to ask next time."""

from __future__ import annotations

from ilc.core import InstanceId
from ilc.explanation.model import SelfCare
from ilc.report.document import Block, Bullets, Card, Facts, Paragraph, Section, line
from ilc.report.material import Material
from ilc.report.patient.plain import capitalised

MOST_STEPS = 5
MOST_TESTS = 2
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
    parts = texts.join(dict.fromkeys(material.words.plain_node(node) for node in item.because))
    why = texts.say("steps.why_text", why=texts.say(f"{key}.why"), parts=parts)
    facts = Facts(
        (
            (texts.say("steps.how"), line(texts.say(f"{key}.how"))),
            (texts.say("steps.often"), line(texts.say(f"{key}.often"))),
            (texts.say("steps.why"), line(why)),
        )
    )
    blocks: list[Block] = [facts]
    if item.ask_first:
        findings = dict.fromkeys(material.words.plain_finding(atom.partition("=")[0]) for atom in item.ask_first)
        blocks.append(Paragraph(line(texts.say("steps.ask_first", findings=texts.join(findings)))))
    return Card(texts.say(f"{key}.title"), "", tuple(blocks))


def compose_questions(material: Material) -> Section:
    """Compose what to ask: open safety questions first, then tests, then what was not looked for."""
    texts = material.texts
    items: list[str] = []
    unasked = dict.fromkeys(
        material.words.plain_finding(finding) for flag in material.diagnosis.red_flags for finding in flag.unasked
    )
    if unasked:
        items.append(texts.say("ask.unasked", findings=texts.join(unasked)))
    if any(flag.level == "watch" for flag in material.diagnosis.red_flags):
        items.append(texts.say("ask.watch"))
    tests = material.diagnosis.next_tests
    lists = ([test for test in listed if test.burden > A_QUESTION] for listed in (tests.safety, tests.information))
    first = [test for listed in lists for test in listed[:MOST_TESTS]]
    items += [texts.say("ask.test", test=material.words.plain_test(test.test)) for test in first]
    causes = _to_look_for(material)
    if causes:
        items.append(texts.say("ask.look", parts=texts.join(causes)))
    items += [texts.say("ask.always_signed"), texts.say("ask.always_goal")]
    lines = tuple(line(capitalised(item)) for item in dict.fromkeys(items))
    return Section("ask", texts.say("ask.title"), (Bullets(lines),))


def _to_look_for(material: Material) -> list[str]:
    found = dict.fromkeys(cause for origin in material.diagnosis.origin for cause in origin.still_to_exclude)
    plain = [
        material.words.plain_node(cause)
        for cause in found
        if not material.knowledge.nodes[InstanceId.parse(cause).concept].serious
    ]
    return list(dict.fromkeys(plain))[:MOST_TO_LOOK_FOR]
