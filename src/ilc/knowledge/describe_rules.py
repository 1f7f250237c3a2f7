"""What is told of a red-flag rule, a self-care item, a questionnaire and a setting."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ilc.knowledge.describe_nodes import name_self_care
from ilc.knowledge.facts import Kind, Said, Section, Text, listed, mention, render_estimate, section, table, text
from ilc.knowledge.grounds import cite, ground_of, name_basis, render_number
from ilc.knowledge.model import Knowledge, RedFlagRule
from ilc.knowledge.rules import RED_FLAG_LEVELS


def describe_red_flag(knowledge: Knowledge, id_: str) -> Iterator[Section]:
    """What a rule watches over, what must have been asked, and what each level takes and asks for."""
    rule = knowledge.red_flags[id_]
    lines = [
        ("label", text(rule.label)),
        ("watches over", _named(knowledge, Kind.NODE, rule.factors)),
        ("must have been asked", _named(knowledge, Kind.FINDING, rule.screening)),
        ("sources", cite(rule.sources)),
    ]
    columns = ("level", "when", "or from a probability of", "counts as at least", "what to do")
    rows = (_level_row(knowledge, rule, level) for level in RED_FLAG_LEVELS if level in rule.action)
    yield section(f"red flag {id_}", lines, table(columns, rows))


def _level_row(knowledge: Knowledge, rule: RedFlagRule, level: str) -> tuple[Text | str, ...]:
    clauses = (
        listed((_term(knowledge, term) for term in sorted(clause)), " and ") for clause in rule.clauses.get(level, ())
    )
    floor, threshold = rule.floor.get(level), rule.level_from_p.get(level)
    return (
        level,
        listed(clauses, "; or "),
        f"{threshold:g}" if threshold is not None else "",
        render_estimate(floor) if floor else "",
        text(Said(rule.action[level])),
    )


def _term(knowledge: Knowledge, term: str) -> Text:
    finding, _, outcome = term.partition("=")
    return text(mention(knowledge, Kind.FINDING, finding), f" {outcome}")


def _named(knowledge: Knowledge, kind: Kind, ids: Iterable[str]) -> Text:
    return listed(text(mention(knowledge, kind, id_)) for id_ in ids)


def describe_self_care(knowledge: Knowledge, id_: str) -> Iterator[Section]:
    """What an item helps and when it is withheld."""
    item = knowledge.self_care[id_]
    lines = [
        ("title", name_self_care(item)),
        ("helps", _named(knowledge, Kind.NODE, item.helps)),
        ("never with", text(", ".join(item.never_with))),
        ("evidence", text(name_basis(item.evidence))),
        ("sources", cite(item.sources)),
    ]
    yield section(f"self-care {id_}", lines)


def describe_instrument(knowledge: Knowledge, id_: str) -> Iterator[Section]:
    """Range and scoring of a questionnaire, and the finding it becomes."""
    form = knowledge.instruments[id_]
    lines = [
        ("label", text(form.label)),
        ("range", text(f"{form.minimum:g} to {form.maximum:g}, {form.scoring}")),
        ("items", text(f"{form.items}, of which {form.max_missing} may be missing")),
        ("finding", _named(knowledge, Kind.FINDING, [form.finding])),
        ("sources", cite(form.sources)),
    ]
    yield section(f"questionnaire {id_}", lines)


def describe_setting(knowledge: Knowledge, id_: str) -> Iterator[Section]:
    """What is more or less likely among people who attend a setting."""
    setting = knowledge.settings[id_]
    rows = (
        (
            _named(knowledge, Kind.NODE, [node]),
            text(render_number(setting.parameters[node], ratio)),
            ground_of(knowledge, [setting.parameters[node]]),
        )
        for node, ratio in setting.ratios.items()
    )
    listing = table(("node", "odds times", "rests on"), rows) if setting.ratios else None
    yield section(f"setting {id_}", [("label", setting.label)], listing)
