"""The table of what axial slices show at each disc."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ilc.report.document import Block, Column, Line, Paragraph, Run, Table, line
from ilc.report.figures import percent
from ilc.report.texts import Texts

AXIAL = "mri_axial"

Entry = Mapping[str, Any]


def tabulate_axial(entries: Sequence[Entry], texts: Texts) -> list[Block]:
    """Compose one row for each level that axial slices pass through; a cell is empty where nothing could be told."""
    levels = [entry for entry in entries if entry.get("kind") == AXIAL]
    if not levels:
        return []
    columns = (
        Column(texts.say("levels.column_level"), 3),
        Column(texts.say("axial.column_sac"), 5, "right"),
        Column(texts.say("axial.column_protrusion"), 3),
        Column(texts.say("axial.column_fluid"), 3, "right"),
        Column(texts.say("axial.column_multifidus"), 3, "right"),
        Column(texts.say("axial.column_erector"), 3, "right"),
    )
    rows = tuple(_row(level, texts) for level in levels)
    table = Table(texts.say("axial.table"), columns, rows).without_empty_columns()
    return [table, Paragraph(line(texts.say("axial.note")), "note")]


def _row(level: Entry, texts: Texts) -> tuple[Line, ...]:
    sac = ""
    if "sac_mm2" in level:
        low, high = level["sac_interval_mm2"]
        sac = f"{level['sac_mm2']:.0f} ({low:.0f}–{high:.0f})"
    protrusion = texts.choose("axial_protrusion", level["protrusion"]) if "protrusion" in level else ""
    return (
        line(Run(level["id"].partition("@")[2].replace("_", "/"), "strong")),
        line(sac),
        line(protrusion),
        line(_sides(level.get("facet_fluid_mm"), "{:.1f}".format)),
        line(_sides(level.get("multifidus_fat"), percent)),
        line(_sides(level.get("erector_spinae_fat"), percent)),
    )


def _sides(known: Mapping[str, float] | None, form: Any) -> str:
    """Left and right; a side that is not known is a question mark."""
    if not known:
        return ""
    return " / ".join(form(known[side]) if side in known else "?" for side in ("left", "right"))
