"""Case folders written for one test."""

import re
from pathlib import Path

from ilc.core import Issue
from ilc.knowledge.model import Knowledge
from ilc.record import Case, CaseReading, read_case
from tests.support.small_knowledge import small_knowledge

ENOUGH = """\
case_id: case-1
date: 2026-11-22
patient:
  age: 54
  sex: male
  history: {major_trauma: no, recent_spine_surgery: no}
complaints:
  - {id: low_back_pain, intensity: 6}
findings:
  fever: absent
  straight_leg_raise@left: present
"""


def with_lines(**sections: str) -> str:
    """The smallest complete case, with whole sections replaced or, given an empty text, left out."""
    blocks = {block.partition(":")[0]: block for block in re.split(r"\n(?=\S)", ENOUGH.strip())}
    blocks.update(sections)
    return "\n".join(text for text in blocks.values() if text) + "\n"


def read_text(folder: Path, text: str, knowledge: Knowledge | None = None) -> CaseReading:
    """Write case.yaml into the folder and read it."""
    (folder / "case.yaml").write_text(text, encoding="utf-8")
    return read_case(folder, knowledge or small_knowledge())


def read_valid(folder: Path, text: str) -> Case:
    """Read a case that must be accepted."""
    reading = read_text(folder, text)
    assert reading.case is not None, [str(issue) for issue in reading.issues]
    return reading.case


def codes_of(issues: tuple[Issue, ...]) -> list[str]:
    """The codes, in the order of the issues."""
    return [issue.code for issue in issues]
