"""What the three example patients must show, whatever the numbers behind them."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import pytest

from ilc.explanation import Diagnosis
from ilc.explanation.mixture import BoolArray
from ilc.explanation.reasoning import Reasoning
from ilc.explanation.world_bits import unpack_worlds
from ilc.report import render_reports
from tests.support.quick_diagnosis import (
    EXAMPLES,
    any_contributes,
    contribution,
    diagnosis_of,
    factor_of,
    origin_of,
    reasoning_of,
    run_of,
)

SLIP, SENSITISED, INFECTION = (EXAMPLES / n for n in ("slip_and_stenosis", "sensitised_back", "hidden_infection"))
CONGRUENT = Path(__file__).parent / "cases" / "congruent_back"
SCAN = ("disc_degeneration@L5_S1", "facet_arthropathy@L4_L5")
READ_FROM_IMAGES = ("mri_", "xray_", "ct_")
WORTH_NAMING = 0.05


@pytest.mark.parametrize("folder", [SLIP, SENSITISED, INFECTION, CONGRUENT], ids=lambda folder: folder.name)
def test_an_example_is_read_without_an_error(folder: Path) -> None:
    assert [str(issue) for issue in run_of(folder).issues if issue.severity.value == "error"] == []


# A slipped vertebra, a narrow canal, stiff muscles and worry


def active_in_worlds(reasoning: Reasoning, cause: str, effect: str) -> BoolArray:
    links = reasoning.model.network.links
    position = next(i for i, link in enumerate(links) if link.id == f"{cause}->{effect}")
    return unpack_worlds(reasoning.contributions.active[position], reasoning.worlds.count)


def test_the_slip_and_the_narrow_canal_are_there() -> None:
    diagnosis = diagnosis_of(SLIP)
    assert factor_of(diagnosis, "spondylolisthesis@L4_L5").p_exists.p > 0.9
    assert factor_of(diagnosis, "central_stenosis@L4_L5").p_exists.p > 0.9


def test_in_most_stories_of_this_patient_the_slip_narrowed_the_canal_that_stops_her_walking() -> None:
    reasoning = reasoning_of(SLIP)
    walking = reasoning.model.node("walking_limitation")
    stenosis = reasoning.contributions.in_worlds(reasoning.model.node("central_stenosis@L4_L5"), walking)
    narrowed = active_in_worlds(reasoning, "spondylolisthesis@L4_L5", "central_stenosis@L4_L5")
    assert float((narrowed & stenosis).mean()) > 0.5


def test_the_chain_from_slip_over_canal_to_nerve_and_leg_is_drawn_as_a_whole_path() -> None:
    step = {"spondylolisthesis@L4_L5", "central_stenosis@L4_L5", "neurogenic_claudication"}
    for complaint in ("walking_limitation", "leg_pain@left", "leg_pain@right"):
        paths = [path for path in diagnosis_of(SLIP).paths if path.complaint == complaint]
        assert step < set(paths[0].nodes) or step < set(paths[1].nodes)
        with_slip = sum(path.p_active for path in paths if step < set(path.nodes))
        assert with_slip > sum(path.p_active for path in paths if "spondylolisthesis@L4_L5" not in path.nodes)


def test_at_least_three_kinds_of_cause_share_in_her_back_pain() -> None:
    (back,) = [c for c in diagnosis_of(SLIP).complaints if c.id == "low_back_pain"]
    assert len([group for group, share in back.group_share.items() if share >= WORTH_NAMING]) >= 3


def test_the_posture_that_eases_her_legs_speaks_for_nerves_not_for_arteries() -> None:
    reasoning = reasoning_of(SLIP)
    assert any_contributes(reasoning, {"neurogenic_claudication"}, "walking_limitation") > 0.9
    assert any_contributes(reasoning, {"vascular_claudication"}, "walking_limitation") < 0.1


def summed_reduction(diagnosis: Diagnosis) -> dict[tuple[str, ...], float]:
    found: dict[tuple[str, ...], float] = {}
    for relief in diagnosis.relief:
        found[relief.factors] = found.get(relief.factors, 0.0) + relief.expected_reduction
    return found


def concepts_of(factors: tuple[str, ...]) -> set[str]:
    return {factor.partition("@")[0] for factor in factors}


def test_taking_one_factor_away_relieves_less_than_taking_two() -> None:
    by_set = summed_reduction(diagnosis_of(SLIP))
    single = max(value for factors, value in by_set.items() if len(concepts_of(factors)) == 1)
    pair = max(value for factors, value in by_set.items() if len(concepts_of(factors)) == 2)
    assert pair > single + 0.01


def test_no_single_factor_takes_away_all_she_complains_of() -> None:
    diagnosis = diagnosis_of(SLIP)
    present = len([c for c in diagnosis.complaints if c.present])
    single = [value for factors, value in summed_reduction(diagnosis).items() if len(concepts_of(factors)) == 1]
    assert max(single) < 0.9 * present


def test_but_for_the_slip_the_canal_might_be_wide_yet_removing_the_slip_now_helps_little() -> None:
    (walking,) = [
        relief
        for relief in diagnosis_of(SLIP).relief
        if relief.complaint == "walking_limitation" and concepts_of(relief.factors) == {"spondylolisthesis"}
    ]
    assert walking.p_gone.p < 0.1
    assert walking.but_for_p_gone > walking.p_gone.p + 0.2


# Years of pain, a worn scan and a sensitive nervous system


@pytest.mark.parametrize("finding", SCAN)
def test_what_the_scan_shows_is_there_and_is_a_growth_ring(finding: str) -> None:
    factor = factor_of(diagnosis_of(SENSITISED), finding)
    assert factor.p_exists.p > 0.9
    assert max(p.p for p in factor.p_contributes.values()) < 0.3
    assert factor.incidental


def test_turned_up_sensors_lead_her_back_pain_and_her_widespread_pain() -> None:
    diagnosis = diagnosis_of(SENSITISED)
    for complaint in ("low_back_pain", "widespread_pain"):
        by_source = {f.id: f.p_contributes[complaint].p for f in diagnosis.factors if f.kind == "source"}
        assert max(by_source, key=by_source.__getitem__) == "sensitised_pain"
        by_factor = {f.id: f.share[complaint] or 0.0 for f in diagnosis.factors if f.kind == "factor"}
        assert factor_of(diagnosis, max(by_factor, key=by_factor.__getitem__)).group == "brain"


def test_the_brain_is_named_only_together_with_what_was_excluded_and_what_was_not() -> None:
    diagnosis = diagnosis_of(SENSITISED)
    origin = origin_of(diagnosis, "low_back_pain")
    assert origin.brain_status == "supported"
    assert origin.brain > origin.body
    assert {"disc_degeneration", "facet_arthropathy"} <= set(origin.excluded)
    assert "paraspinal_trigger_points" in origin.still_to_exclude
    assert not set(origin.excluded) & set(origin.still_to_exclude)
    assert set(origin.still_to_exclude) <= set(diagnosis.not_assessed)


def test_no_red_flag_is_raised_and_the_unasked_questions_are_listed() -> None:
    flags = diagnosis_of(SENSITISED).red_flags
    assert {flag.level for flag in flags} <= {"none", "not_excluded"}
    assert all(bool(flag.unasked) == (flag.level == "not_excluded") for flag in flags)


# The same scan in somebody whose story and examination point to it


def test_the_two_share_one_scan() -> None:
    def scan_of(folder: Path) -> set[tuple[str, str]]:
        return {(f.id, f.outcome) for f in diagnosis_of(folder).findings if f.id.startswith(READ_FROM_IMAGES)}

    assert scan_of(CONGRUENT) == scan_of(SENSITISED)


@pytest.mark.parametrize("finding", SCAN)
def test_the_same_finding_explains_the_pain_once_posture_and_tests_point_to_it(finding: str) -> None:
    assert contribution(diagnosis_of(CONGRUENT), finding, "low_back_pain") > 0.5


@pytest.mark.parametrize("finding", SCAN)
def test_each_finding_of_the_scan_counts_for_more_where_the_story_fits(finding: str) -> None:
    fitting = contribution(diagnosis_of(CONGRUENT), finding, "low_back_pain")
    assert fitting > 3.0 * contribution(diagnosis_of(SENSITISED), finding, "low_back_pain")


def test_where_the_story_fits_the_body_leads_and_the_brain_is_not_accused() -> None:
    origin = origin_of(diagnosis_of(CONGRUENT), "low_back_pain")
    assert origin.body > 0.7
    assert origin.brain_status == "indeterminate"


# Years of known back pain hide an infection


def test_the_infection_is_urgent_and_first_although_much_else_speaks_for_ordinary_pain() -> None:
    diagnosis = diagnosis_of(INFECTION)
    assert diagnosis.red_flags[0].id == "spinal_infection"
    assert diagnosis.red_flags[0].level in ("urgent", "emergency")
    assert factor_of(diagnosis, "disc_degeneration@L4_L5").p_exists.p > 0.9
    assert factor_of(diagnosis, "fear_avoidance").p_exists.p > 0.5


@pytest.mark.parametrize("item", ["keep_warm", "keep_swaying"])
def test_warmth_and_swaying_are_not_offered_beside_an_infection(item: str) -> None:
    assert [care for care in diagnosis_of(INFECTION).self_care if care.id == item and care.offered] == []


@lru_cache(maxsize=4)
def rendered(folder: Path) -> dict[str, bytes]:
    run = run_of(folder)
    return render_reports(diagnosis_of(folder), run.knowledge, images=run.pictures)


def words_of(folder: Path, name: str) -> str:
    page = re.sub(r"<style.*?</style>", " ", rendered(folder)[name].decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def sections_of(folder: Path, name: str) -> list[str]:
    return re.findall(r'<section[^>]*\bid="([a-z_-]+)"', rendered(folder)[name].decode())


def test_both_reports_open_with_the_infection() -> None:
    assert sections_of(INFECTION, "report.html")[0] == "red-flags"
    assert sections_of(INFECTION, "patient.html")[0] == "first"
    clinician = words_of(INFECTION, "report.html")
    assert clinician.index("Infection of the spine") < clinician.lower().index("disc degeneration")
    patient = words_of(INFECTION, "patient.html")
    assert patient.index("infection") < patient.index("What we looked at")


@pytest.mark.parametrize("comfort", ["growth ring", "good old house", "like an old water pipe", "warm", "sway"])
def test_no_comfort_and_no_harmful_advice_stands_beside_an_infection(comfort: str) -> None:
    assert comfort not in words_of(INFECTION, "patient.html").lower()


def test_the_same_words_do_comfort_where_nothing_serious_is_in_the_way() -> None:
    """Shows that the words looked for above are the words the report uses."""
    calm = words_of(SLIP, "patient.html").lower()
    assert [word for word in ("good old house", "like an old water pipe", "warm", "sway") if word not in calm] == []
    assert "gets its rings too" in words_of(SENSITISED, "patient.html").lower()


def test_nothing_the_person_with_the_infection_reads_is_frightening() -> None:
    page = words_of(INFECTION, "patient.html").lower()
    assert [word for word in ("death", "die ", "fatal", "sepsis", "paralys", "cancer", "destroy") if word in page] == []
