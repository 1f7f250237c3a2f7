"""What comes first and what comes always: a sign that must be looked at, and when to get help at once."""

from __future__ import annotations

from ilc.explanation.model import RedFlagResult
from ilc.report.document import Block, Bullets, Notice, Paragraph, Run, Section, line
from ilc.report.material import Material
from ilc.report.patient.comfort import must_be_seen_now, raised_flags

_HELP = ("saddle", "bladder", "legs", "fever", "fall", "belly", "cold_leg", "mind")


def compose_first(material: Material) -> Section | None:
    """Compose the message about red flags; none where none is raised."""
    texts = material.texts
    flags = raised_flags(material)
    if not flags:
        return None
    notices: list[Block] = []
    for flag in flags:
        action = _action(material, flag, first=flags[0])
        blocks = (
            Paragraph(line(texts.choose("patient_flag", flag.id))),
            Paragraph(line(Run(action, "strong"))),
        )
        notices.append(Notice(flag.level, texts.choose("patient_level_title", flag.level), blocks))
    closing = [texts.choose("first_calm", flags[0].level)]
    if must_be_seen_now(material):
        closing.append(texts.say("first.rest_waits"))
    notices.append(Paragraph(line(" ".join(closing))))
    return Section("first", texts.say("first.title"), tuple(notices))


def _action(material: Material, flag: RedFlagResult, *, first: RedFlagResult) -> str:
    """What to do: one time to be seen, the earliest; what can wait longer is checked at the same visit."""
    texts = material.texts
    own = f"patient_action.{flag.id}.{flag.level}"
    if texts.has(own):
        return texts.say(own)
    return texts.choose("patient_level", flag.level) if flag.level == first.level else texts.say("first.same_visit")


def compose_help(material: Material) -> Section:
    """Compose when to get help at once; it is in every patient's report."""
    texts = material.texts
    signs = tuple(line(texts.choose("help", sign)) for sign in _HELP)
    return Section("help", texts.say("help.title"), (Paragraph(line(texts.say("help.lead"))), Bullets(signs)))


def compose_unknown(material: Material) -> Section:
    """Compose what the report is, a draft until it is signed, and what it cannot know."""
    texts = material.texts
    items = tuple(line(texts.choose("unknown", key)) for key in ("sure", "looked", "person", "plan"))
    draft = Paragraph(line(Run(texts.say("unknown.draft"), "strong")))
    made = Paragraph(line(texts.say("unknown.made")))
    return Section("unknown", texts.say("unknown.title"), (draft, made, Bullets(items)))
