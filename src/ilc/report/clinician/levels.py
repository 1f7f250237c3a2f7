"""What the MRI measures and how it was graded, level by level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ilc.report.clinician.axial import AXIAL, tabulate_axial
from ilc.report.clinician.together import TOGETHER, tell_together
from ilc.report.document import Block, Column, Line, Paragraph, Run, Table, line
from ilc.report.figures import percent, share
from ilc.report.material import Material
from ilc.report.texts import Texts

DISC, VERTEBRA, CURVE = "mri_disc", "mri_vertebra", "mri_curve"
KINDS = frozenset({DISC, VERTEBRA, CURVE, TOGETHER, AXIAL})

_SURE_OF_NAMES = 0.9
_GRADED = ("p_bulge", "p_herniation", "p_modic", "p_endplate")

Entry = Mapping[str, Any]


def tabulate_levels(material: Material) -> list[Block]:
    """Compose the tables of discs and of vertebrae that lost height, and the curve; nothing where no MRI was read."""
    entries: Sequence[Entry] = material.diagnosis.measurements
    discs = [entry for entry in entries if entry.get("kind") == DISC]
    if not discs:
        return []
    texts = material.texts
    blocks: list[Block] = []
    unsure = min(float(disc["p_name"]) for disc in discs)
    if unsure < _SURE_OF_NAMES:
        blocks.append(Paragraph(line(Run(texts.say("levels.unsure", p=percent(unsure)), "alert"))))
    blocks.append(_tabulate_discs(discs, texts))
    blocks.append(Paragraph(line(*_tell_vertebrae(entries, texts)), "small"))
    blocks.extend(tabulate_axial(entries, texts))
    blocks.extend(tell_together(entries, texts))
    blocks.append(Paragraph(line(texts.say("levels.note")), "note"))
    return blocks


def _tabulate_discs(discs: Sequence[Entry], texts: Texts) -> Table:
    rows = tuple(_disc_row(disc, texts) for disc in discs)
    columns = (
        Column(texts.say("levels.column_level"), 3),
        Column(texts.say("levels.column_height"), 3, "right"),
        Column(texts.say("levels.column_slip"), 3, "right"),
        Column(texts.say("levels.column_canal"), 3, "right"),
        Column(texts.say("levels.column_pfirrmann"), 3),
        *(Column(texts.say(f"levels.column_{name}"), 3, "right") for name in _GRADED),
    )
    return Table(texts.say("levels.table"), columns, rows).without_empty_columns()


def _disc_row(disc: Entry, texts: Texts) -> tuple[Line, ...]:
    doubt = "?" if float(disc["p_name"]) < _SURE_OF_NAMES else ""
    height = _joined(_number(disc, "height_mm", "{:.1f}"), _number(disc, "height_index", "({:.2f})"))
    slip = "" if not disc.get("meyerding") else f"{disc['slip_mm']:.1f} ({disc['slip_percent']:.0f}\u00a0%)"
    canal = _number(disc, "canal_ap_mm", "{:.1f}")
    if disc.get("stenosis") not in (None, "none"):
        canal = f"{canal} {texts.choose('levels_stenosis', disc['stenosis'])}"
    return (
        line(Run(disc["id"].partition("@")[2].replace("_", "/") + doubt, "strong")),
        line(height),
        line(slip or ("–" if "slip_mm" in disc else "")),
        line(canal),
        line(_pfirrmann(disc)),
        *(line(_share_of(disc, name)) for name in _GRADED),
    )


def _share_of(disc: Entry, name: str) -> str:
    """A probability; for endplate change that of its type, where several weightings tell it."""
    kind = disc.get("modic") if name == "p_modic" else None
    if kind:
        return f"{share(disc['p_modic_types'][kind - 1])} ({kind})"
    return share(disc[name]) if name in disc else ""


def _pfirrmann(disc: Entry) -> str:
    """The middle grade with its probability."""
    if "pfirrmann" not in disc:
        return ""
    grade = int(disc["pfirrmann"])
    return f"{grade} ({share(disc['p_pfirrmann'][grade - 1])})"


def _tell_vertebrae(entries: Sequence[Entry], texts: Texts) -> list[str]:
    bodies = [entry for entry in entries if entry.get("kind") == VERTEBRA]
    lost = [body for body in bodies if body.get("genant")]
    names = [
        texts.say(
            "levels.lost_one",
            name=body["id"].partition("@")[2],
            percent=f"{body['loss_percent']:.0f}",
            genant=str(body["genant"]),
        )
        for body in lost
    ]
    told = [texts.say("levels.lost", vertebrae=texts.join(names)) if names else texts.say("levels.none_lost")]
    curve = next((entry for entry in entries if entry.get("kind") == CURVE), {})
    if "lordosis_l1_s1_deg" in curve:
        told.append(" " + texts.say("levels.lordosis", degrees=f"{curve['lordosis_l1_s1_deg']:.0f}"))
    return told


def _number(entry: Entry, name: str, form: str) -> str:
    return form.format(entry[name]) if name in entry else ""


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)
