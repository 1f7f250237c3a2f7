"""The main message in two sentences: what plays a part, and that something can be done."""

from __future__ import annotations

from ilc.report.document import Paragraph, Section, line
from ilc.report.material import Material
from ilc.report.patient.comfort import comfort_is_allowed, raised_flags
from ilc.report.patient.parts import shown_parts

MOST_NAMED = 3


def compose_message(material: Material) -> Section | None:
    """Compose the message; none beside a red flag, whose own message is the main one."""
    if raised_flags(material):
        return None
    sentences = (_what(material), _what_next(material))
    blocks = tuple(Paragraph(line(sentence), "lead") for sentence in sentences)
    return Section("message", material.texts.say("message.title"), blocks)


def _what(material: Material) -> str:
    parts = shown_parts(material)
    if not parts:
        return material.texts.say("message.open")
    band = parts[0].band
    named = [item.name for item in parts if item.band == band][:MOST_NAMED]
    return material.texts.count(f"message.{band}", len(named), parts=material.texts.join(named))


def _what_next(material: Material) -> str:
    texts = material.texts
    if not comfort_is_allowed(material) or not any(care.offered for care in material.diagnosis.self_care):
        return texts.say("message.together")
    changeable = any(item.factor.modifiable for item in shown_parts(material))
    return texts.say("message.change" if changeable else "message.start")
