"""What if factors were taken away, the smallest sets worth addressing, and what to test next."""

from __future__ import annotations

from ilc.explanation.model import ExitSet, NextTest, ReliefResult
from ilc.report.clinician.complaints import probability_line
from ilc.report.document import Block, Bullets, Column, Line, Paragraph, Run, Section, Table, line
from ilc.report.figures import percent, points, share
from ilc.report.material import Material


def compose_relief(material: Material) -> Section:
    """Compose the what-if table and the exit sets."""
    texts = material.texts
    blocks: list[Block] = [Paragraph(line(Run(texts.say("relief.assumption"), "strong")), "note")]
    if material.diagnosis.relief:
        blocks.append(_tabulate_relief(material))
    else:
        blocks.append(Paragraph(line(texts.say("relief.none"))))
    blocks.append(Paragraph(line(texts.say("relief.meaning")), "note"))
    sets = [_describe_exit_set(material, exit_set) for exit_set in material.diagnosis.exit_sets]
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


def _tabulate_relief(material: Material) -> Table:
    texts = material.texts
    intensity = {complaint.id: complaint.intensity_nrs for complaint in material.diagnosis.complaints}
    rows = tuple(_relief_row(material, relief, intensity) for relief in material.diagnosis.relief)
    columns = (
        Column(texts.say("relief.column_set"), 6),
        Column(texts.say("relief.column_complaint"), 3),
        Column(texts.say("relief.column_gone"), 4, "right"),
        Column(texts.say("relief.column_remaining"), 3, "right"),
        Column(texts.say("relief.column_reduction"), 2, "right"),
        Column(texts.say("relief.column_but_for"), 3, "right"),
    )
    return Table(texts.say("relief.table"), columns, rows)


def _relief_row(material: Material, relief: ReliefResult, intensity: dict[str, float | None]) -> tuple[Line, ...]:
    now, remaining = intensity.get(relief.complaint), points(relief.expected_remaining_nrs)
    left = remaining if now is None else material.texts.say("relief.remaining", remaining=remaining, now=points(now))
    return (
        line(_name_set(material, relief.factors)),
        line(material.words.node(relief.complaint)),
        probability_line(relief.p_gone),
        line(left),
        line(share(relief.expected_reduction)),
        line(percent(relief.but_for_p_gone)),
    )


def _name_set(material: Material, factors: tuple[str, ...]) -> str:
    return " + ".join(material.words.node(factor) for factor in factors)


def _describe_exit_set(material: Material, exit_set: ExitSet) -> Line:
    texts = material.texts
    key = "exit.reached" if exit_set.reached else "exit.best"
    factors = _name_set(material, exit_set.factors) or texts.say("exit.no_factor")
    sentence = texts.say(
        key,
        goal=share(exit_set.goal),
        reduction=share(exit_set.expected_reduction),
        factors=factors,
        possible=share(exit_set.best_possible),
    )
    runners = [
        texts.say("exit.runner_up", factors=_name_set(material, factors), reduction=share(reduction))
        for factors, reduction in exit_set.runners_up
    ]
    after = " " + texts.say("exit.runners_up", sets="; ".join(runners)) if runners else ""
    return line(Run(sentence, "strong"), Run(after, "quiet"))


def _tabulate_tests(material: Material, key: str, tests: tuple[NextTest, ...]) -> Table:
    texts = material.texts
    rows = tuple(_test_row(material, key, test) for test in tests)
    gain = Column(texts.choose("tests_gain", key), 2, "right")
    columns = (
        Column(texts.say("tests.column_test"), 4),
        Column(texts.say("tests.column_settles"), 5),
        gain,
        Column(texts.say("tests.column_changes"), 2, "right"),
        Column(texts.say("tests.column_bits"), 2, "right"),
        Column(texts.say("tests.column_burden"), 2, "right"),
    )
    return Table(texts.choose("tests_list", key), columns, rows)


def _test_row(material: Material, key: str, test: NextTest) -> tuple[Line, ...]:
    texts = material.texts
    tag = line(" ", Run(texts.say("tag.invasive"), "tag")) if test.invasive else ()
    gain = percent(test.gain) if key == "safety" else f"{test.gain:.3g}"
    return (
        line(Run(material.words.test(test.test), "strong"), *tag),
        line(texts.join(material.words.about(about) for about in test.why)),
        line(gain),
        line(percent(test.p_changes_exit_set)),
        line(f"{test.information_bits:.2f}"),
        line(f"{test.burden:g}"),
    )
