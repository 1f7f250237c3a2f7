"""Plausible ranges of complaints, and the marks of factors that no finding decides, as data."""

from __future__ import annotations

import pytest

from ilc.knowledge.loader import knowledge_from
from tests.support.knowledge_files import SMALL, Spoilt, check_refused, edited, small_knowledge

_PLAUSIBLE, _FACTORS = "plausible.yaml", "nodes/factors.yaml"
_LEG = "leg_pain: {bands: [{age: [18, 120]"
_INFECTION = "  definition: Infection of the spine.\n"


def _marked(mark: str) -> dict[str, str]:
    return edited(_FACTORS, _INFECTION, f"{_INFECTION}  not_confirmable: {mark}\n")


def test_a_plausible_range_is_an_assumption_or_a_cited_number_by_age() -> None:
    [band] = small_knowledge().plausible["leg_pain"].bands
    assert (band.age_from, band.age_to, band.estimate.low, band.estimate.high) == (18, 120, 0.01, 0.2)
    assert small_knowledge().parameters[band.parameter].note == "surveys of sciatica"
    cited = edited(_PLAUSIBLE, '{assume: [0.05, 0.01, 0.2], because: "surveys of sciatica"}', "p.base.pain")
    assert knowledge_from(cited).plausible["leg_pain"].bands[0].parameter == "p.base.pain"


def test_a_knowledge_base_need_not_state_plausible_ranges() -> None:
    assert not knowledge_from({**SMALL, _PLAUSIBLE: ""}).plausible


def test_a_factor_says_which_way_findings_cannot_move_it_and_why() -> None:
    node = knowledge_from(_marked('{raise: "no test is specific", lower: "none excludes it"}')).nodes[
        "spinal_infection"
    ]
    assert node.not_confirmable == {"raise": "no test is specific", "lower": "none excludes it"}
    assert small_knowledge().nodes["spinal_infection"].not_confirmable == {}


@pytest.mark.parametrize(
    "spoilt",
    [
        Spoilt("a range of a factor", _PLAUSIBLE, _LEG, f"spinal_infection{_LEG[8:]}", "UNKNOWN_ID", "no complaint"),
        Spoilt("a range of nothing known", _PLAUSIBLE, _LEG, f"leg_ache{_LEG[8:]}", "UNKNOWN_ID", "no node 'leg_ache'"),
        Spoilt("a range that leaves out the old", _PLAUSIBLE, _LEG, f"{_LEG[:-4]}90]", "AGE_BANDS", "does not reach"),
        Spoilt(
            "a range with another key",
            _PLAUSIBLE,
            _LEG,
            f"leg_pain: {{unit: person, {_LEG[11:]}",
            "UNKNOWN_KEY",
            "'unit'",
        ),
        Spoilt(
            "a mark that is no way to move",
            _FACTORS,
            _INFECTION,
            f"{_INFECTION}  not_confirmable: {{push: x}}\n",
            "NOT_CONFIRMABLE",
            "push",
        ),
        Spoilt(
            "a mark without a reason",
            _FACTORS,
            _INFECTION,
            f'{_INFECTION}  not_confirmable: {{raise: ""}}\n',
            "WRONG_TYPE",
            "not_confirmable.raise",
        ),
        Spoilt(
            "a mark of a habit",
            "nodes/history.yaml",
            "  definition: Smokes now.\n",
            "  definition: Smokes now.\n  not_confirmable: {raise: x}\n",
            "NOT_CONFIRMABLE",
            "history",
        ),
    ],
    ids=str,
)
def test_what_says_nothing_is_refused(spoilt: Spoilt) -> None:
    check_refused(spoilt)
