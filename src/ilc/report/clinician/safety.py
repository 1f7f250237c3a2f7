"""Red flags, before anything else: what is raised and what to do, what is still to be asked, what was asked."""

from __future__ import annotations

from ilc.explanation.model import RedFlagResult
from ilc.report.document import Block, Bullets, Column, Details, Line, Notice, Paragraph, Run, Section, Table, line
from ilc.report.figures import percent
from ilc.report.material import RAISED, Material


def compose_safety(material: Material) -> Section:
    """Compose one block that holds every pathway, the most urgent first; the table of all opens below it."""
    texts, flags = material.texts, material.diagnosis.red_flags
    raised = sorted((flag for flag in flags if flag.level in RAISED), key=lambda flag: RAISED.index(flag.level))
    title = texts.say("safety.title")
    notice = _compose_raised(material, raised) if raised else _compose_silence(material)
    if not flags:
        return Section("red-flags", title, (notice,))
    table = _compose_table(material)
    return Section("red-flags", title, (notice, Details(table.caption, (table,))))


def action_text(material: Material, flag: RedFlagResult) -> str:
    """Return what to do; a pathway without wording of its own gets the general one of its level."""
    texts = material.texts
    if texts.has(flag.action):
        return texts.say(flag.action)
    return texts.choose("general_action", flag.level)


def _compose_raised(material: Material, raised: list[RedFlagResult]) -> Notice:
    first, *others = raised
    blocks: list[Block] = [
        Paragraph(line(Run(action_text(material, first), "strong"))),
        Paragraph(_describe(material, first)),
    ]
    if others:
        items = tuple(
            line(
                Run(_title(material, flag), "strong"),
                ". ",
                action_text(material, flag),
                " ",
                *_describe(material, flag),
            )
            for flag in others
        )
        blocks.append(Bullets(items))
    return Notice(first.level, _title(material, first), (*blocks, *_compose_rest(material)))


def _title(material: Material, flag: RedFlagResult) -> str:
    texts = material.texts
    return texts.say("safety.flag", level=texts.choose("level", flag.level), label=flag.label)


def _describe(material: Material, flag: RedFlagResult) -> Line:
    """Probability, what it rests on, and what was not asked yet."""
    texts = material.texts
    parts: list[str | Run] = [texts.say("safety.probability", p=percent(flag.p))]
    if flag.why:
        why = texts.join(material.words.observed(clause) for clause in flag.why)
        parts += [" ", texts.say("safety.why", findings=why)]
    if flag.unasked:
        unasked = texts.join(material.words.finding(finding) for finding in flag.unasked)
        parts += [" ", Run(texts.say("safety.still_unasked", findings=unasked), "quiet")]
    return line(*parts)


def _compose_silence(material: Material) -> Notice:
    texts, flags = material.texts, material.diagnosis.red_flags
    if flags and all(flag.asked for flag in flags):
        return Notice("calm", texts.say("safety.none"), (Paragraph(line(texts.say("safety.none_meaning"))),))
    return Notice("watch", texts.say("safety.unknown"), _compose_rest(material))


def _compose_rest(material: Material) -> tuple[Block, ...]:
    """The pathways that are not raised: with open questions, and asked in full."""
    texts = material.texts
    rest = [flag for flag in material.diagnosis.red_flags if flag.level not in RAISED]
    unasked = [
        texts.say(
            "safety.open_pathway",
            pathway=flag.label,
            findings=texts.join(material.words.finding(finding) for finding in flag.unasked),
        )
        for flag in rest
        if not flag.asked
    ]
    closed = [flag.label for flag in rest if flag.asked]
    blocks: list[Block] = []
    if unasked:
        named = "; ".join(unasked)
        blocks.append(Paragraph(line(Run(texts.say("safety.open"), "strong"), f" {named}.")))
    if closed:
        blocks.append(Paragraph(line(Run(texts.say("safety.closed"), "strong"), f" {texts.join(closed)}.")))
    return tuple(blocks)


def _cite(material: Material, flag: RedFlagResult) -> Line:
    rule = material.knowledge.red_flags.get(flag.id)
    return material.citations.cite(source.key for source in rule.sources) if rule else ()


def _compose_table(material: Material) -> Table:
    texts = material.texts
    rows = []
    for flag in material.diagnosis.red_flags:
        unasked = texts.join(material.words.finding(finding) for finding in flag.unasked)
        asked = line(texts.say("safety.asked")) if flag.asked else line(Run(texts.say("safety.unasked"), "alert"))
        level = Run(texts.choose("level", flag.level), "strong" if flag.level in RAISED else "")
        name = line(f"{flag.label} ", *_cite(material, flag))
        roads = texts.say(
            "safety.three_roads",
            rule=percent(flag.p_rule),
            isolated=percent(flag.p_isolated),
            full=percent(flag.p_full),
        )
        rows.append((name, line(level), line(percent(flag.p)), line(roads), asked, line(unasked or "–")))
    columns = (
        Column(texts.say("safety.column_pathway"), 4),
        Column(texts.say("safety.column_level"), 2),
        Column(texts.say("safety.column_p"), 1, "right"),
        Column(texts.say("safety.column_roads"), 3),
        Column(texts.say("safety.column_asked"), 2),
        Column(texts.say("safety.column_unasked"), 5),
    )
    return Table(texts.say("safety.table"), columns, tuple(rows))
