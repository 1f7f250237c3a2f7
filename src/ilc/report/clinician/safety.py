"""Red flags, before anything else."""

from __future__ import annotations

from ilc.explanation.model import RedFlagResult
from ilc.report.document import Block, Bullets, Column, Facts, Line, Notice, Paragraph, Run, Section, Table, line
from ilc.report.figures import percent
from ilc.report.material import RAISED, Material


def compose_safety(material: Material) -> Section:
    """Compose the red flags: raised ones with reason and action, then every pathway, asked or not."""
    flags = material.diagnosis.red_flags
    raised = sorted((flag for flag in flags if flag.level in RAISED), key=lambda flag: RAISED.index(flag.level))
    blocks: list[Block] = [_compose_flag(material, flag) for flag in raised]
    if not raised:
        blocks.append(_compose_silence(material))
    blocks.append(_compose_table(material))
    return Section("red-flags", material.texts.say("safety.title"), tuple(blocks))


def action_text(material: Material, flag: RedFlagResult) -> str:
    """Return what to do; a pathway without wording of its own gets the general one of its level."""
    texts = material.texts
    if texts.has(flag.action):
        return texts.say(flag.action)
    return texts.choose("general_action", flag.level)


def _compose_flag(material: Material, flag: RedFlagResult) -> Notice:
    texts = material.texts
    why = tuple(line(material.words.observed(clause)) for clause in flag.why)
    blocks: list[Block] = [Paragraph(line(Run(action_text(material, flag), "strong")))]
    if why:
        blocks.append(Paragraph(line(texts.say("safety.why"))))
        blocks.append(Bullets(why))
    blocks.append(Facts(((texts.say("safety.probability"), _probabilities(material, flag)),)))
    if flag.unasked:
        unasked = texts.join(material.words.finding(finding) for finding in flag.unasked)
        blocks.append(Paragraph(line(texts.say("safety.still_unasked", findings=unasked))))
    title = texts.say("safety.flag", level=texts.choose("level", flag.level), label=flag.label)
    return Notice(flag.level, title, tuple(blocks))


def _probabilities(material: Material, flag: RedFlagResult) -> Line:
    parts = material.texts.say(
        "safety.three_roads", rule=percent(flag.p_rule), isolated=percent(flag.p_isolated), full=percent(flag.p_full)
    )
    return line(Run(percent(flag.p), "strong"), f" {parts} ", *_cite(material, flag))


def _cite(material: Material, flag: RedFlagResult) -> Line:
    rule = material.knowledge.red_flags.get(flag.id)
    return material.citations.cite(source.key for source in rule.sources) if rule else ()


def _compose_silence(material: Material) -> Notice:
    texts = material.texts
    flags = material.diagnosis.red_flags
    if flags and all(flag.asked for flag in flags):
        return Notice("calm", texts.say("safety.none"), (Paragraph(line(texts.say("safety.none_meaning"))),))
    open_ones = texts.join(flag.label for flag in flags if not flag.asked)
    blocks = (Paragraph(line(texts.say("safety.not_all_asked", pathways=open_ones))),) if flags else ()
    return Notice("watch", texts.say("safety.unknown"), blocks)


def _compose_table(material: Material) -> Table:
    texts = material.texts
    rows = []
    for flag in material.diagnosis.red_flags:
        unasked = texts.join(material.words.finding(finding) for finding in flag.unasked)
        asked = line(texts.say("safety.asked")) if flag.asked else line(Run(texts.say("safety.unasked"), "alert"))
        level = Run(texts.choose("level", flag.level), "strong" if flag.level in RAISED else "")
        name = line(f"{flag.label} ", *_cite(material, flag))
        rows.append((name, line(level), line(percent(flag.p)), asked, line(unasked or "–")))
    columns = (
        Column(texts.say("safety.column_pathway"), 4),
        Column(texts.say("safety.column_level"), 2),
        Column(texts.say("safety.column_p"), 1, "right"),
        Column(texts.say("safety.column_asked"), 2),
        Column(texts.say("safety.column_unasked"), 5),
    )
    return Table(texts.say("safety.table"), columns, tuple(rows))
