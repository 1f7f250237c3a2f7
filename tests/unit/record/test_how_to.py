"""The example in the guide is a case that the shipped knowledge base accepts."""

import re
from pathlib import Path

import pytest

from ilc.core import IssueSeverity
from ilc.knowledge import load_knowledge
from ilc.questionnaires import SAFETY_ITEMS, score_questionnaires
from ilc.record.derived import DERIVATIONS
from ilc.record.reading import read_case

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "write_a_case.md"


def test_the_example_of_the_guide_reads_without_a_single_warning(tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), flags=re.DOTALL)
    (tmp_path / "mri").mkdir()
    (tmp_path / "case.yaml").write_text(example, encoding="utf-8")
    knowledge = load_knowledge()
    reading = read_case(tmp_path, knowledge)
    assert [str(issue) for issue in reading.issues] == []
    assert reading.case is not None
    derived = {str(finding.id) for finding in reading.case.findings if finding.origin == "patient"}
    assert derived == {"pain_duration", "body_mass_index"}
    scored = score_questionnaires(reading.case, knowledge)
    assert [issue for issue in scored.issues if issue.severity is not IssueSeverity.INFO] == []
    assert {"suicidal_thoughts", "phq9_total", "odi_total"} == {str(finding.id) for finding in scored.findings}


def test_a_case_is_read_with_the_shipped_knowledge_base_unless_another_is_given(tmp_path: Path) -> None:
    text = "patient: {age: 54}\ncomplaints: [low_back_pain]\nfindings: {straight_leg_raise@left: present}\n"
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    assert read_case(str(tmp_path)) == read_case(tmp_path, load_knowledge())
    assert read_case(tmp_path).case is not None


def test_what_is_filled_in_by_id_exists_in_the_shipped_knowledge_base() -> None:
    knowledge = load_knowledge()
    assert {derivation.finding for derivation in DERIVATIONS} <= set(knowledge.findings)
    for safety in SAFETY_ITEMS:
        assert safety.finding in knowledge.findings
        assert int(safety.item) <= knowledge.instruments[safety.instrument].items


def test_every_total_of_an_instrument_has_a_meaning() -> None:
    knowledge = load_knowledge()
    for instrument in knowledge.instruments.values():
        bands = knowledge.findings[instrument.finding].bands.values()
        assert min(start for start, _ in bands) <= instrument.minimum, instrument.id
        assert max(end for _, end in bands) > instrument.maximum, instrument.id


@pytest.mark.parametrize(("present", "outcome"), [("yes", "present"), ("no", "absent")])
def test_a_saddle_complaint_is_a_finding_that_asks_for_an_examination(
    present: str, outcome: str, tmp_path: Path
) -> None:
    told = f"complaints: [low_back_pain, {{id: pelvic_floor_trouble, present: {present}}}]"
    case = f"schema: ilc.case/1\ncase_id: saddle\ndate: 2026-11-26\npatient: {{age: 54}}\n{told}\n"
    (tmp_path / "case.yaml").write_text(case, encoding="utf-8")
    reading = read_case(tmp_path, load_knowledge())
    assert reading.case is not None
    assert [(str(one.id), one.outcome) for one in reading.case.findings] == [("pelvic_floor_trouble_told", outcome)]
