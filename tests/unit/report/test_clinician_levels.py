"""The table of what the MRI measures, level by level."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ilc.imaging.mri.together.rules import Kind, Prevented
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


TOGETHER = {
    "id": "mri_together",
    "kind": "mri_together",
    "sequences": ["t1", "t2"],
    "seen": [
        {"finding": "modic_2", "place": "L5_S1", "side": None, "p": 0.97, "rests_on": ["t1", "t2"]},
        {"finding": "fracture_fresh", "place": "L2", "side": None, "p": 0.81, "rests_on": ["t1", "t2"]},
    ],
    "missing": [{"sequence": "stir", "code": "facet_oedema"}],
}


def test_what_the_series_show_together_names_place_and_probability_the_serious_first() -> None:
    _, words = composed(DISC, TOGETHER)
    (told,) = [text for text in words if "place by place" in text]
    assert told.index("L2") < told.index("L5/S1")
    assert "81\u00a0%" in told
    assert any(text.startswith("Without STIR") for text in words)


def test_nothing_seen_is_not_said_to_be_nothing_there() -> None:
    _, words = composed(DISC, TOGETHER | {"seen": []})
    assert any("of what these series can show" in text for text in words)


def test_the_type_of_an_endplate_change_stands_with_its_probability() -> None:
    cells, _ = composed(DISC | {"p_modic": 0.3, "modic": 1, "p_modic_types": [0.9, 0.1, 0.0]})
    assert "90\u00a0% (1)" in cells


def test_every_word_of_the_comparison_is_there_in_both_languages() -> None:
    for language in ("en", "ja"):
        texts = read_texts(language)
        assert all(texts.has(f"together_finding.{kind.value}") for kind in Kind)
        assert all(texts.has(f"together_missing.{code.value}") for code in Prevented)


def test_axial_slices_have_a_table_of_their_own_and_an_unknown_side_is_a_question() -> None:
    axial = {
        "id": "mri_axial@L4_L5",
        "kind": "mri_axial",
        "sac_mm2": 71.6,
        "sac_interval_mm2": [60.1, 83.2],
        "sac_band": "severe",
        "protrusion": "left",
        "facet_fluid_mm": {"left": 2.13},
        "multifidus_fat": {"left": 0.31, "right": 0.24},
    }
    cells, _ = composed(DISC, axial)
    assert cells[-5:] == ["L4/L5", "72 (60\u201383)", "left", "2.1 / ?", "31\u00a0% / 24\u00a0%"]
