"""What if factors were taken away, the smallest sets worth addressing, and what to test next."""

from __future__ import annotations

from ilc.explanation.model import ExitSet, NextTest, ReliefResult
from ilc.report.document import Block, Bullets, Column, Line, Paragraph, Run, Section, Table, line
from ilc.report.figures import percent, percent_interval, points, share, small
from ilc.report.material import Material

COMPLAINTS_A_TABLE = 5


def compose_relief(material: Material) -> Section:
    """Compose the what-if table and the exit sets."""
    texts = material.texts
    blocks: list[Block] = [Paragraph(line(Run(texts.say("relief.assumption"), "strong")), "note")]
    if material.diagnosis.relief:
        blocks += _tabulate_relief(material)
    else:
        blocks.append(Paragraph(line(texts.say("relief.none"))))
    blocks.append(Paragraph(line(texts.say("relief.meaning")), "note"))
    sets = [describe_exit_set(material, exit_set) for exit_set in material.diagnosis.exit_sets]
    exits: list[Block] = [Bullets(tuple(sets))] if sets else [Paragraph(line(texts.say("exit.none")))]
    part = Section("exit-sets", texts.say("exit.title"), tuple(exits))
    return Section("relief", texts.say("relief.title"), tuple(blocks), (part,))


def compose_next_tests(material: Material) -> Section:
    """Compose list A (safety), list B (information) and what is left out on purpose."""
    texts = material.texts
    tests = material.diagnosis.next_tests
    blocks: list[Block] = []
    for key, listed in (("safety", tests.safety), ("information", tests.information)):
        if listed:
            blocks.append(_tabulate_tests(material, key, listed))
        else:
            blocks.append(Paragraph(line(texts.choose("tests_none", key))))
    if tests.not_suggested:
        left_out = tuple(
            line(Run(material.words.test(test), "strong"), ": ", texts.say(reason))
            for test, reason in tests.not_suggested
        )
        blocks += [Paragraph(line(texts.say("tests.not_suggested"))), Bullets(left_out)]
    blocks.append(Paragraph(line(texts.say("tests.note")), "note"))
    return Section("next-tests", texts.say("tests.title"), tuple(blocks))


def _tabulate_relief(material: Material) -> list[Block]:
    """One row a set, one column a complaint; many complaints make several tables."""
    texts = material.texts
    cells = {(relief.factors, relief.complaint): relief for relief in material.diagnosis.relief}
    sets = list(dict.fromkeys(relief.factors for relief in material.diagnosis.relief))
    complaints = list(dict.fromkeys(relief.complaint for relief in material.diagnosis.relief))
    tables: list[Block] = []
    for start in range(0, len(complaints), COMPLAINTS_A_TABLE):
        shown = complaints[start : start + COMPLAINTS_A_TABLE]
        rows = tuple(
            (
                line(_name_set(material, factors)),
                *(_relief_cell(material, cells.get((factors, complaint))) for complaint in shown),
            )
            for factors in sets
        )
        heads = (Column(_relief_head(material, complaint), 4) for complaint in shown)
        columns = (Column(texts.say("relief.column_set"), 6), *heads)
        tables.append(Table(texts.say("relief.table"), columns, rows))
    return tables


def _relief_head(material: Material, complaint: str) -> str:
    now = next((c.intensity_nrs for c in material.diagnosis.complaints if c.id == complaint), None)
    name = material.words.node(complaint)
    return name if now is None else material.texts.say("relief.head", complaint=name, now=points(now))


def _relief_cell(material: Material, relief: ReliefResult | None) -> Line:
    texts = material.texts
    if relief is None:
        return line("–")
    gone = texts.say("relief.gone", p=percent(relief.p_gone.p))
    interval = percent_interval(relief.p_gone)
    remaining = relief.expected_remaining_nrs
    left = (
        texts.say("relief.reduced", share=share(relief.expected_reduction))
        if remaining is None
        else texts.say("relief.left", remaining=points(remaining))
    )
    but_for = texts.say("relief.but_for", p=percent(relief.but_for_p_gone))
    return line(Run(gone, "strong"), Run(f" ({interval})" if interval else "", "figure"), f"; {left}; {but_for}")


def _name_set(material: Material, factors: tuple[str, ...]) -> str:
    return " + ".join(material.words.grouped(factors))


def describe_exit_set(material: Material, exit_set: ExitSet, *, brief: bool = False) -> Line:
    """Return what a set is expected to reach; in brief without the runners-up."""
    texts = material.texts
    key = f"exit.{'reached' if exit_set.reached else 'best'}{'_brief' if brief else ''}"
    factors = _name_set(material, exit_set.factors) or texts.say("exit.no_factor")
    values = {"goal": share(exit_set.goal), "reduction": share(exit_set.expected_reduction), "factors": factors}
    if brief:
        return line(texts.say(key, **values))
    sentence = texts.say(key, **values, possible=share(exit_set.best_possible))
    runners = [
        texts.say("exit.runner_up", factors=_name_set(material, factors), reduction=share(reduction))
        for factors, reduction in exit_set.runners_up
    ]
    after = " " + texts.say("exit.runners_up", sets="; ".join(runners)) if runners else ""
    return line(Run(sentence, "strong"), Run(after, "quiet"))


def _tabulate_tests(material: Material, key: str, tests: tuple[NextTest, ...]) -> Table:
    texts = material.texts
    rows = tuple(_test_row(material, key, test) for test in tests)
    columns = (
        Column(texts.say("tests.column_test"), 3),
        Column(texts.say("tests.column_findings"), 6),
        Column(texts.say("tests.column_settles"), 6),
        Column(texts.choose("tests_gain", key), 2, "right"),
        Column(texts.say("tests.column_changes"), 2, "right"),
        Column(texts.say("tests.column_bits"), 2, "right"),
        Column(texts.say("tests.column_burden"), 2, "right"),
    )
    return Table(texts.choose("tests_list", key), columns, rows)


def _test_row(material: Material, key: str, test: NextTest) -> tuple[Line, ...]:
    tag = line(" ", Run(material.texts.say("tag.invasive"), "tag")) if test.invasive else ()
    return (
        line(Run(material.words.test(test.test), "strong"), *tag),
        line("; ".join(material.words.grouped(test.findings))),
        line("; ".join(material.words.grouped(test.why))),
        line(percent(test.gain) if key == "safety" else small(test.gain)),
        line(percent(test.p_changes_exit_set)),
        line(small(test.information_bits)),
        line(f"{test.burden:g}"),
    )
