"""The table of what the MRI measures, level by level."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ilc.report.clinician.levels import tabulate_levels
from ilc.report.document import Paragraph, Table
from ilc.report.material import gather
from ilc.report.texts import read_texts
from tests.support.sample_diagnosis import sample_diagnosis
from tests.support.sample_knowledge import sample_knowledge

DISC = {
    "id": "mri_disc@L4_L5",
    "kind": "mri_disc",
    "series": "s-1",
    "p_name": 0.97,
    "height_mm": 7.2,
    "height_index": 0.29,
    "slip_mm": 5.1,
    "slip_percent": 15.0,
    "meyerding": 1,
    "canal_ap_mm": 7.7,
    "stenosis": "absolute",
    "pfirrmann": 4,
    "p_pfirrmann": [0.0, 0.1, 0.2, 0.6, 0.1],
    "p_bulge": 0.8,
}
VERTEBRA = {"id": "mri_vertebra@L1", "kind": "mri_vertebra", "series": "s-1", "p_name": 0.97, "genant": 2}


def composed(*entries: dict[str, Any], language: str = "en") -> tuple[list[str], list[str]]:
    """All cells, and all paragraphs."""
    diagnosis = replace(sample_diagnosis(), measurements=entries)
    blocks = tabulate_levels(gather(diagnosis, sample_knowledge(), read_texts(language), {}))
    cells = [
        "".join(run.text for run in cell)
        for block in blocks
        if isinstance(block, Table)
        for row in block.rows
        for cell in row
    ]
    words = ["".join(run.text for run in block.line) for block in blocks if isinstance(block, Paragraph)]
    return cells, words


def test_no_table_without_an_mri() -> None:
    assert composed() == ([], [])


def test_a_level_is_told_with_measures_and_probabilities() -> None:
    cells, _ = composed(DISC)
    assert cells == ["L4/L5", "7.2 (0.29)", "5.1 (15\u00a0%)", "7.7 (absolute stenosis)", "4 (60\u00a0%)", "80\u00a0%"]


def test_what_was_not_graded_has_no_column() -> None:
    cells, _ = composed({key: value for key, value in DISC.items() if not key.startswith(("p_b", "pf", "p_pf"))})
    assert len(cells) == 4


def test_an_uncertain_count_is_said_first_and_at_every_level() -> None:
    cells, words = composed(DISC | {"p_name": 0.55})
    assert cells[0] == "L4/L5?"
    assert "uncertain" in words[0]


def test_lost_height_names_the_vertebra() -> None:
    _, words = composed(DISC, VERTEBRA | {"loss_percent": 31.0})
    assert any("L1 31 % (grade 2)" in text for text in words)


def test_the_table_is_translated() -> None:
    cells, words = composed(DISC, language="ja")
    assert "絶対的狭窄" in cells[3]
    assert any("専門家" in text for text in words)
