"""What the diagnosis rests on: findings, measurements, images, problems, references, and its limits."""

from __future__ import annotations

from collections.abc import Mapping

from ilc.core import InputFile
from ilc.explanation.model import PROBABILITY, SeriesInfo
from ilc.report.clinician.levels import KINDS, tabulate_levels
from ilc.report.document import (
    Block,
    Bullets,
    Column,
    Gallery,
    Line,
    Paragraph,
    Picture,
    References,
    Run,
    Section,
    Table,
    line,
)
from ilc.report.figures import percent, quantity, share
from ilc.report.material import Material

HASH_SHOWN = 16
_NAMES = ("id", "label", "name")


def compose_robustness(material: Material) -> Section:
    """Compose the conclusions that flip when something of the model is changed."""
    texts = material.texts
    title = texts.say("robust.title")
    if not material.diagnosis.robustness:
        return Section("robustness", title, (Paragraph(line(texts.say("robust.none"))),))
    rows = []
    for item in material.diagnosis.robustness:
        about = " → ".join(material.words.node(part.strip()) for part in item.about.split("->"))
        change = line(texts.choose("robust_change", item.change))
        what = line(texts.choose("robust_quantity", item.quantity))
        rows.append((line(about), what, change, line(percent(item.before), " → ", Run(percent(item.after), "strong"))))
    columns = (
        Column(texts.say("robust.column_about"), 5),
        Column(texts.say("robust.column_quantity"), 2),
        Column(texts.say("robust.column_change"), 5),
        Column(texts.say("robust.column_p"), 3, "right"),
    )
    return Section("robustness", title, (Table(texts.say("robust.table"), columns, tuple(rows)),))


def compose_findings(material: Material) -> Section:
    """Compose what entered the reasoning and what was measured."""
    texts = material.texts
    blocks: list[Block] = []
    if material.diagnosis.findings:
        blocks.append(_tabulate_findings(material))
    else:
        blocks.append(Paragraph(line(texts.say("found.none"))))
    if any(measurement.get("kind") not in KINDS for measurement in material.diagnosis.measurements):
        blocks.append(_tabulate_measurements(material))
    return Section("findings", texts.say("found.title"), tuple(blocks))


def _tabulate_findings(material: Material) -> Table:
    texts = material.texts
    rows = []
    for finding in material.diagnosis.findings:
        value = "" if finding.value is None else _value(finding.value, finding.unit)
        used = line(texts.say("found.used")) if finding.used else line(Run(texts.say("found.shown_only"), "quiet"))
        cited = material.citations.cite(finding.sources)
        rows.append(
            (
                line(material.words.finding(finding.id)),
                line(Run(material.words.outcome(finding.outcome), "strong")),
                line(value),
                line(texts.choose("found_origin", finding.origin)),
                line(finding.observed_on),
                used,
                cited,
            )
        )
    columns = (
        Column(texts.say("found.column_finding"), 6),
        Column(texts.say("found.column_outcome"), 3),
        Column(texts.say("found.column_value"), 3, "right"),
        Column(texts.say("found.column_origin"), 3),
        Column(texts.say("found.column_on"), 3),
        Column(texts.say("found.column_used"), 2),
        Column(texts.say("found.column_sources"), 2),
    )
    return Table(texts.say("found.table"), columns, tuple(rows)).without_empty_columns()


def _value(value: float, unit: str) -> str:
    """Return the number with its unit; a probability as a share."""
    return share(value) if unit == PROBABILITY else f"{quantity(value)} {unit}".strip()


def _tabulate_measurements(material: Material) -> Table:
    texts = material.texts
    rows = []
    for measurement in material.diagnosis.measurements:
        if measurement.get("kind") in KINDS:
            continue
        name = next((str(measurement[key]) for key in _NAMES if key in measurement), "–")
        value = _plain(measurement["value"]) if "value" in measurement else "–"
        unit = str(measurement.get("unit") or "")
        rest = [
            f"{key} {_plain(measurement[key])}"
            for key in sorted(measurement)
            if key not in (*_NAMES, "value", "unit") and measurement[key] not in (None, "", (), [])
        ]
        rows.append((line(name), line(Run(f"{value} {unit}".strip(), "strong")), line("; ".join(rest))))
    columns = (
        Column(texts.say("measured.column_name"), 4),
        Column(texts.say("measured.column_value"), 2, "right"),
        Column(texts.say("measured.column_more"), 6),
    )
    return Table(texts.say("measured.table"), columns, tuple(rows))


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return quantity(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_plain(item)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_plain(item) for item in value)
    return str(value)


def compose_images(material: Material) -> Section:
    """Compose the series as read and the key pictures."""
    texts = material.texts
    title = texts.say("images.title")
    if not material.diagnosis.series:
        return Section("images", title, (Paragraph(line(texts.say("images.none"))),))
    rows = tuple(_series_row(material, series) for series in material.diagnosis.series)
    columns = (
        Column(texts.say("images.column_series"), 4),
        Column(texts.say("images.column_kind"), 4),
        Column(texts.say("images.column_count"), 2, "right"),
        Column(texts.say("images.column_spacing"), 3, "right"),
        Column(texts.say("images.column_note"), 5),
    )
    blocks: list[Block] = [*tabulate_levels(material), Table(texts.say("images.table"), columns, rows)]
    pictures = tuple(
        Picture(
            series.picture,
            material.images[series.picture],
            texts.say("images.alternative", kind=_kind(series)),
            texts.say("images.caption", series=series.id, kind=_kind(series)),
        )
        for series in material.diagnosis.series
        if series.picture in material.images
    )
    if pictures:
        blocks += [Gallery(pictures), Paragraph(line(texts.say("images.note")), "note")]
    return Section("images", title, tuple(blocks))


def _kind(series: SeriesInfo) -> str:
    parts = (series.kind, series.modality, series.plane, series.sequence)
    return " ".join(dict.fromkeys(part for part in parts if part))


def _series_row(material: Material, series: SeriesInfo) -> tuple[Line, ...]:
    spacing = " × ".join(quantity(value) for value in series.spacing_mm)
    missing = bool(series.picture) and series.picture not in material.images
    note = line(Run(material.texts.say("images.missing"), "alert"), " ") if missing else ()
    return (
        line(series.id),
        line(_kind(series)),
        line(str(series.n_images)),
        line(f"{spacing} mm" if spacing else "–"),
        line(*note, series.note),
    )


def compose_gaps(material: Material) -> Section:
    """Compose what was not assessed and every problem of the data with its remedy."""
    texts = material.texts
    names = [material.words.node(factor) for factor in material.diagnosis.not_assessed]
    missing = texts.say("gaps.not_assessed", factors=texts.join(names)) if names else texts.say("gaps.all_assessed")
    blocks: list[Block] = [Paragraph(line(missing))]
    if not material.diagnosis.issues:
        blocks.append(Paragraph(line(texts.say("gaps.no_issues"))))
        return Section("gaps", texts.say("gaps.title"), tuple(blocks))
    rows = tuple(
        (
            line(Run(texts.choose("severity", issue.severity), "alert" if issue.severity != "info" else "")),
            line(issue.where),
            line(issue.message),
            line(issue.remedy),
            line(Run(issue.code, "quiet")),
        )
        for issue in material.diagnosis.issues
    )
    columns = (
        Column(texts.say("gaps.column_severity"), 2),
        Column(texts.say("gaps.column_where"), 3),
        Column(texts.say("gaps.column_message"), 5),
        Column(texts.say("gaps.column_remedy"), 5),
        Column(texts.say("gaps.column_code"), 4),
    )
    blocks.append(Table(texts.say("gaps.table"), columns, rows))
    return Section("gaps", texts.say("gaps.title"), tuple(blocks))


def compose_references(material: Material) -> Section:
    """Compose the numbered list of what was cited; must come after every other part."""
    texts = material.texts
    cited = material.citations.listed()
    if not cited:
        return Section("references", texts.say("references.title"), (Paragraph(line(texts.say("references.none"))),))
    items = tuple((number, reference.citation, reference.identifier) for number, reference in cited)
    return Section("references", texts.say("references.title"), (References(items),))


def compose_limits(material: Material) -> Section:
    """Compose what this report cannot tell and what it was made from."""
    texts = material.texts
    keys = ("limits.model", "limits.interval", "limits.selection", "limits.images", "limits.treatment", "limits.use")
    versions = material.diagnosis.versions
    made_with = texts.say(
        "limits.versions",
        ilc=versions.ilc,
        knowledge=versions.knowledge,
        hash=versions.knowledge_hash,
        seed=material.diagnosis.seed,
    )
    blocks: list[Block] = [Bullets(tuple(line(texts.say(key)) for key in keys)), Paragraph(line(made_with))]
    if material.diagnosis.inputs:
        blocks.append(_tabulate_inputs(material))
    return Section("limits", texts.say("limits.title"), tuple(blocks))


def _tabulate_inputs(material: Material) -> Table:
    """Files by folder: a series has hundreds; each has its hash in diagnosis.json."""
    texts = material.texts
    folders: dict[str, list[InputFile]] = {}
    for item in material.diagnosis.inputs:
        folder = item.path.rpartition("/")[0]
        folders.setdefault(f"{folder}/" if folder else item.path, []).append(item)
    rows = tuple(
        (
            line(name if len(files) > 1 else files[0].path),
            line(str(len(files))),
            line(Run(f"{files[0].sha256[:HASH_SHOWN]}…" if len(files) == 1 else "", "quiet")),
        )
        for name, files in folders.items()
    )
    columns = (
        Column(texts.say("limits.column_file"), 6),
        Column(texts.say("limits.column_count"), 2, "right"),
        Column(texts.say("limits.column_hash"), 5),
    )
    return Table(texts.say("limits.inputs"), columns, rows)
