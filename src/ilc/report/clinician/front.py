"""The first page: what contributes to each complaint, where the signal originates, what to do next."""

from __future__ import annotations

from collections.abc import Collection

from ilc.core import IssueSeverity
from ilc.explanation.model import ComplaintResult, NextTest, OriginResult
from ilc.report.charts.origin import OriginRow, draw_origin
from ilc.report.clinician.change import describe_exit_set
from ilc.report.clinician.complaints import describe_groups, draw_factors, tabulate_factors
from ilc.report.clinician.leading import leading_factors
from ilc.report.clinician.sides import Told, name_sides, name_told, tell_complaints
from ilc.report.document import (
    Block,
    Bullets,
    Card,
    Column,
    Details,
    Drawing,
    Grid,
    Line,
    Paragraph,
    Run,
    Section,
    Table,
    line,
)
from ilc.report.figures import percent, share, small
from ilc.report.material import Material

BARS = 4
BARS_OF_MANY = 3
FEW_PANELS = 2
MOST_PANELS = 4
GROUP_FROM = 0.03
TESTS = 3
SETTLED = 3
WORTH_FROM = 0.0005  # a gain that is printed as more than nothing


def compose_glance(material: Material) -> Section:
    """Compose the panels of the complaints and the origin of their signal."""
    texts = material.texts
    title = texts.say("glance.title")
    blocks = _compose_problems(material)
    told = sorted(tell_complaints(material), key=lambda item: -(item.first.intensity_nrs or 0.0))
    if not told:
        return Section("glance", title, (*blocks, Paragraph(line(texts.say("glance.no_complaint")))))
    bars = BARS if len(told) <= FEW_PANELS else BARS_OF_MANY
    cells = [_compose_panel(material, item, bars) for item in told[:MOST_PANELS]]
    origin = _compose_origin(material, told[:MOST_PANELS])
    cells += [origin] if origin else []
    cells += [_compose_exits(material)] if len(cells) % 2 else []
    blocks += [Paragraph(line(texts.say("bars.caption")), "small"), Grid(2, tuple(cells))]
    led = {factor.id for item in told[:MOST_PANELS] for factor in leading_factors(material, item.first.id)[:bars]}
    return Section("glance", title, (*blocks, *_compose_others(material, told[MOST_PANELS:], led)))


def compose_next_steps(material: Material, glance: Section) -> Section:
    """Compose the exit sets, unless the glance holds them, and both lists of tests in short."""
    texts = material.texts
    exits = _compose_exits(material)
    tests = material.diagnosis.next_tests
    worth = tuple(test for test in tests.information if test.gain >= WORTH_FROM)
    cells = [_compose_tests(material, "safety", tests.safety), _compose_tests(material, "information", worth)]
    grids = [block for block in glance.blocks if isinstance(block, Grid)]
    if not any(exits in grid.cells for grid in grids):
        cells.insert(0, exits)
    return Section("next-steps", texts.say("glance.next_title"), (Grid(len(cells), tuple(cells)),))


def _compose_problems(material: Material) -> list[Block]:
    serious = [issue for issue in material.diagnosis.issues if issue.severity is not IssueSeverity.INFO]
    if not serious:
        return []
    words = material.texts.count("glance.problems", len(serious))
    link = Run(material.texts.say("glance.see_problems"), "", "gaps")
    return [Paragraph(line(Run(words, "alert"), " ", link))]


def _compose_panel(material: Material, told: Told, bars: int) -> Card:
    texts = material.texts
    groups = Paragraph(line(describe_groups(material, told.first, shown_from=GROUP_FROM)), "small")
    if not leading_factors(material, told.first.id):
        return Card(name_told(material, told), "", (Paragraph(line(texts.say("complaint.nothing"))), groups))
    caption = texts.say("glance.table", complaint=name_sides(material, told))
    table = tabulate_factors(material, told, caption=caption)
    blocks = (draw_factors(material, told, most=bars), groups, Details(caption, (table,)))
    return Card(name_told(material, told), "", blocks)


def _compose_origin(material: Material, told: list[Told]) -> Card | None:
    texts = material.texts
    by_complaint = {origin.complaint: origin for origin in material.diagnosis.origin}
    found = [(item, by_complaint[item.first.id]) for item in told if item.first.id in by_complaint]
    if not found:
        return None
    names = (texts.say("origin.body"), texts.say("origin.brain"), texts.say("complaint.unexplained"))
    rows = [_origin_row(material, item, origin) for item, origin in found]
    description = texts.say("origin.description")
    drawing = Drawing(draw_origin(rows, names=names, description=description), description, "")
    table = _tabulate_origin(material, found)
    return Card(texts.say("origin.card"), "", (drawing, Details(table.caption, (table,))))


def _origin_row(material: Material, told: Told, origin: OriginResult) -> OriginRow:
    texts = material.texts
    shares = texts.say(
        "origin.brief", body=share(origin.body), brain=share(origin.brain), unexplained=share(origin.unexplained)
    )
    status = texts.say("origin.brain_status", status=texts.choose("brain_status", origin.brain_status))
    return OriginRow(name_sides(material, told), (origin.body, origin.brain, origin.unexplained), shares, status)


def _tabulate_origin(material: Material, found: list[tuple[Told, OriginResult]]) -> Table:
    texts = material.texts
    rows = tuple(
        (
            line(name_sides(material, told)),
            line(Run(share(origin.body), "strong")),
            line(Run(share(origin.brain), "strong")),
            line(Run(share(origin.unexplained), "strong")),
            line(percent(origin.p_any_body)),
            line(percent(origin.p_any_brain)),
            line(texts.choose("brain_status", origin.brain_status)),
        )
        for told, origin in found
    )
    columns = (
        Column(texts.say("glance.column_complaint"), 5),
        Column(texts.say("origin.body"), 2, "right"),
        Column(texts.say("origin.brain"), 2, "right"),
        Column(texts.say("complaint.unexplained"), 2, "right"),
        Column(texts.say("origin.any_body"), 3, "right"),
        Column(texts.say("origin.any_brain"), 3, "right"),
        Column(texts.say("origin.status"), 3),
    )
    return Table(texts.say("origin.table"), columns, rows)


def _compose_others(material: Material, told: list[Told], led: Collection[str]) -> list[Block]:
    """What has no panel of its own here: further complaints, and factors that probably play no part and lead none."""
    texts = material.texts
    blocks: list[Block] = []
    for item in told:
        leading = leading_factors(material, item.first.id)[:1]
        words = [_lead(material, item.first, factor.id) for factor in leading]
        named = "; ".join(words) or texts.say("complaint.nothing")
        blocks.append(Paragraph(line(Run(name_told(material, item), "strong"), f": {named}")))
    quiet = tuple(factor.id for factor in material.factors if factor.incidental and factor.id not in led)
    rings = material.words.grouped(quiet)
    if rings:
        blocks.append(Paragraph(line(Run(texts.say("glance.incidental"), "strong"), f" {'; '.join(rings)}.")))
    return blocks


def _lead(material: Material, complaint: ComplaintResult, factor: str) -> str:
    found = next(item for item in material.factors if item.id == factor)
    return material.texts.say(
        "glance.factor",
        factor=material.words.node(factor),
        p=percent(found.p_contributes[complaint.id].p),
        share=share(found.share.get(complaint.id)),
    )


def _compose_exits(material: Material) -> Card:
    texts = material.texts
    sets = tuple(describe_exit_set(material, exit_set, brief=True) for exit_set in material.diagnosis.exit_sets)
    note = Paragraph(line(texts.say("relief.assumption")), "small")
    shown: tuple[Block, ...] = (Bullets(sets, "brief"), note) if sets else (Paragraph(line(texts.say("exit.none"))),)
    return Card(texts.say("exit.title"), "", shown)


def _compose_tests(material: Material, key: str, tests: tuple[NextTest, ...]) -> Card:
    texts = material.texts
    title = texts.choose("tests_list", key)
    if not tests:
        return Card(title, "", (Paragraph(line(texts.choose("tests_none", key))),))
    items = tuple(_describe_test(material, key, test) for test in tests[:TESTS])
    note = Run(texts.choose("tests_gain_note", key))
    more = len(tests) - TESTS
    link = (Run(" "), Run(texts.count("glance.more_tests", more), "", "next-tests")) if more > 0 else ()
    return Card(title, "", (Bullets(items, "brief"), Paragraph(line(note, *link), "small")))


def _describe_test(material: Material, key: str, test: NextTest) -> Line:
    texts = material.texts
    names = material.words.grouped(test.why)
    named = "; ".join(names[:SETTLED])
    if len(names) > SETTLED:
        named = texts.count("glance.and_more", len(names) - SETTLED, named=named)
    gain = percent(test.gain) if key == "safety" else small(test.gain)
    invasive = line(" ", Run(texts.say("tag.invasive"), "tag")) if test.invasive else ()
    said = texts.say("glance.gain", gain=gain)
    settles = texts.say("glance.settles", named=named)
    return line(Run(material.words.test(test.test), "strong"), *invasive, f": {settles} ", Run(said, "quiet"))
