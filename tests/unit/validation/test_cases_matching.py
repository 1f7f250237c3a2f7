"""Which predictions are confirmed, which are false, and how a case counts: made-up judgements, no engine."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from ilc.core import InstanceId
from ilc.explanation.model import NextTest
from ilc.validation.cases.gold import CaseGold, GoldFactor
from ilc.validation.cases.judging import FACTOR, SOURCE, JudgedNode, Judgement
from ilc.validation.cases.matching import CaseMatch, match_case
from ilc.validation.cases.rules import CaseRules, read_case_rules
from ilc.validation.cases.scoring import ScoredCase, score_cases
from ilc.validation.cases.stages import SeriousRow, check_serious, find_lead

RULES: CaseRules = read_case_rules()[0]
BACK, LEG = "low_back_pain", "leg_pain@left"


def node(id_: str, p: float | Mapping[str, float], *, kind: str = FACTOR) -> JudgedNode:
    return JudgedNode(InstanceId.parse(id_), kind, 0.9, {BACK: p} if isinstance(p, float) else dict(p))


def gold(id_: str, judged: str = "contributes", *, to: tuple[str, ...] = (), or_: tuple[str, ...] = ()) -> GoldFactor:
    ids = tuple(InstanceId.parse(one) for one in (id_, *or_))
    return GoldFactor(ids, judged, tuple(InstanceId.parse(one) for one in to), "")


def judgement(*nodes: JudgedNode, arrows: Mapping[str, str] | None = None) -> Judgement:
    """`arrows`: cause -> effect."""
    upstream = {one.id: frozenset[InstanceId]() for one in nodes}
    for cause, effect in (arrows or {}).items():
        upstream[InstanceId.parse(effect)] |= {InstanceId.parse(cause)}
    levels = {(one.id.concept, one.id.side): one.best[1] for one in nodes}
    return Judgement(nodes, upstream, levels, frozenset(), {}, (), ())


def match(*judged: GoldFactor, of: Judgement) -> CaseMatch:
    return match_case(of, CaseGold(judged, (), {}, overlap=False), RULES)


def false_of(found: CaseMatch) -> list[str]:
    return [str(one.node.id) for one in found.false]


@pytest.mark.parametrize(("level", "found"), [("L4_L5", 1), ("L3_L4", 1), ("L2_L3", 0)])
def test_a_neighbouring_level_is_the_same_factor_and_one_further_away_is_not(level: str, found: int) -> None:
    done = match(gold("facet_arthropathy@L4_L5"), of=judgement(node(f"facet_arthropathy@{level}", 0.8)))
    assert (done.matched, len(done.false)) == (found, 1 - found)


def test_the_other_side_is_no_match() -> None:
    done = match(gold("hip_osteoarthritis@left"), of=judgement(node("hip_osteoarthritis@right", 0.8)))
    assert (done.matched, false_of(done)) == (0, ["hip_osteoarthritis@right"])


def test_where_the_source_tells_no_side_either_side_will_do() -> None:
    done = match(gold("gluteal_trigger_points"), of=judgement(node("gluteal_trigger_points@right", 0.8)))
    assert (done.matched, done.false) == (1, ())


@pytest.mark.parametrize(("p", "found"), [(0.5, 1), (0.49, 0)])
def test_one_half_is_enough_and_less_is_not(p: float, found: int) -> None:
    assert match(gold("sacroiliac_dysfunction"), of=judgement(node("sacroiliac_dysfunction", p))).matched == found


def test_the_pain_of_a_joint_says_the_same_as_its_joint() -> None:
    done = match(gold("facet_arthropathy@L4_L5"), of=judgement(node("facet_pain", 0.8, kind=SOURCE)))
    assert (done.matched, done.false) == (1, ())


def test_pain_of_a_joint_that_nobody_confirmed_is_a_false_prediction() -> None:
    done = match(gold("sacroiliac_dysfunction"), of=judgement(node("facet_pain", 0.8, kind=SOURCE)))
    assert (done.matched, false_of(done)) == (0, ["facet_pain"])


def test_pain_that_a_predicted_factor_leads_to_is_not_counted_a_second_time() -> None:
    nodes = (node("spondylolisthesis@L4_L5", 0.7), node("facet_pain", 0.8, kind=SOURCE))
    of = judgement(*nodes, arrows={"spondylolisthesis@L4_L5": "facet_pain"})
    assert false_of(match(gold("hip_osteoarthritis"), of=of)) == ["spondylolisthesis@L4_L5"]


def test_pain_that_stands_for_no_single_factor_is_no_prediction() -> None:
    done = match(gold("spinal_infection"), of=judgement(node("bone_pain", 0.9, kind=SOURCE)))
    assert (done.matched, done.false) == (0, ())


def test_the_worn_disc_before_a_confirmed_herniation_is_no_match_and_is_told_apart_among_the_false() -> None:
    of = judgement(
        node("disc_degeneration@L4_L5", 0.8),
        node("disc_herniation@L4_L5.left", 0.1),
        node("muscle_tension", 0.6),
        arrows={"disc_degeneration@L4_L5": "disc_herniation@L4_L5.left"},
    )
    done = match(gold("disc_herniation@L4_L5.left"), of=of)
    assert done.matched == 0
    assert {str(one.node.id): one.before_confirmed for one in done.false} == {
        "disc_degeneration@L4_L5": True,
        "muscle_tension": False,
    }


def test_a_second_level_of_a_confirmed_factor_counts_neither_way() -> None:
    of = judgement(node("facet_arthropathy@L4_L5", 0.6), node("facet_arthropathy@L5_S1", 0.9))
    done = match(gold("facet_arthropathy@L4_L5"), of=of)
    assert (done.matched, done.false) == (1, ())
    assert str(done.rows[0].node and done.rows[0].node.id) == "facet_arthropathy@L4_L5"


def test_one_prediction_does_not_confirm_two_causes() -> None:
    confirmed = (gold("disc_herniation@L4_L5.left"), gold("disc_herniation@L5_S1.left"))
    assert match(*confirmed, of=judgement(node("disc_herniation@L4_L5.left", 0.9))).matched == 1


def test_another_name_of_the_same_cause_is_a_match() -> None:
    item = gold("root_compression@S1.right", or_=("root_inflammation@S1.right",))
    assert match(item, of=judgement(node("root_inflammation@S1.right", 0.7))).matched == 1


@pytest.mark.parametrize(("complaint", "claimed"), [(LEG, True), (BACK, False)])
def test_an_incidental_finding_is_claimed_only_for_a_complaint_it_is_judged_about(
    complaint: str, *, claimed: bool
) -> None:
    item = gold("disc_degeneration", "incidental", to=("leg_pain",))
    done = match(item, of=judgement(node("disc_degeneration@L4_L5", {BACK: 0.0, LEG: 0.0} | {complaint: 0.7})))
    assert done.rows[0].reached is claimed
    assert [one.judged for one in done.false] == ["incidental" if claimed else ""]


def scored(name: str, done: CaseMatch, *, overlap: bool = False, serious: tuple[SeriousRow, ...] = ()) -> ScoredCase:
    return ScoredCase(name, overlap, done, None, serious)


def test_shares_are_counted_over_all_cases_together_and_not_case_by_case() -> None:
    item = gold("sacroiliac_dysfunction")
    hit = match(item, of=judgement(node("sacroiliac_dysfunction", 0.9)))
    two = match(item, gold("anxiety"), of=judgement(node("depression", 0.9), node("poor_sleep", 0.9)))
    figures = score_cases((scored("one", hit), scored("two", two, overlap=True)), RULES)
    assert figures.recall is not None
    assert figures.strict_precision is not None
    assert figures.overlap_recall is not None
    assert figures.recall.value == pytest.approx(1 / 3)
    assert figures.strict_precision.value == pytest.approx(1 / 3)
    assert figures.overlap_recall.value == 0.0
    assert figures.recall.low == 0.0
    assert figures.recall.high == 1.0


def test_what_the_source_does_not_judge_is_false_only_in_the_strict_count() -> None:
    confirmed, ruled_out = gold("sacroiliac_dysfunction"), gold("depression", "excluded")
    nodes = (node("sacroiliac_dysfunction", 0.9), node("depression", 0.9), node("poor_sleep", 0.9))
    figures = score_cases((scored("one", match(confirmed, ruled_out, of=judgement(*nodes))),), RULES)
    assert figures.strict_precision is not None
    assert figures.judged_precision is not None
    assert figures.strict_precision.value == pytest.approx(1 / 3)
    assert figures.judged_precision.value == pytest.approx(1 / 2)


def test_without_anything_to_count_there_is_no_share() -> None:
    nothing = match(gold("anxiety", "excluded"), of=judgement(node("anxiety", 0.1)))
    figures = score_cases((scored("one", nothing),), RULES)
    assert figures.recall is None
    assert figures.strict_precision is None
    assert figures.serious_with_sign is None


def serious(pathway: str, level: str, signs: tuple[str, ...]) -> SeriousRow:
    of = Judgement((), {}, {}, frozenset(signs), {pathway: level}, (), ())
    known = CaseGold((), (), {pathway: ("fever", "hla_b27")}, overlap=False)
    (row,) = check_serious(of, "T1", known, RULES)
    return row


@pytest.mark.parametrize(("level", "kept"), [("emergency", True), ("urgent", True), ("prompt", False)])
def test_a_serious_cause_with_a_warning_sign_must_be_urgent(level: str, *, kept: bool) -> None:
    assert serious("spinal_infection", level, ("fever",)).reached is kept


@pytest.mark.parametrize(("level", "kept"), [("prompt", True), ("watch", False)])
def test_inflammatory_disease_of_the_spine_must_be_seen_soon(level: str, *, kept: bool) -> None:
    assert serious("axial_spondyloarthritis", level, ("hla_b27",)).reached is kept


@pytest.mark.parametrize(("level", "kept"), [("not_excluded", True), ("watch", True), ("none", False)])
def test_without_a_warning_sign_a_serious_cause_must_not_be_called_absent(level: str, *, kept: bool) -> None:
    assert serious("spinal_infection", level, ()).reached is kept


def listed(test: str, *findings: str) -> NextTest:
    return NextTest(test, test, findings, (), 1.0, 1.0, False, 0.0, 0.0)


def test_before_the_deciding_test_levels_of_one_factor_take_one_place_in_the_order() -> None:
    worn = [node(f"disc_degeneration@{level}", 0.6) for level in ("L1_L2", "L2_L3", "L3_L4", "L4_L5", "L5_S1")]
    of = judgement(*worn, node("discogenic_pain", 0.7, kind=SOURCE), node("sacroiliac_dysfunction", 0.2))
    lead = find_lead(of, CaseGold((gold("sacroiliac_dysfunction"),), (), {}, overlap=False), RULES)
    assert (lead.factor_rank, lead.reached) == (2, True)


@pytest.mark.parametrize(("tests", "reached"), [(("mri",), True), (("ct", "fmri", "diary", "mri"), False)])
def test_a_deciding_test_counts_among_the_first_three(tests: tuple[str, ...], *, reached: bool) -> None:
    far = Judgement((), {}, {}, frozenset(), {}, (), tuple(listed(test) for test in tests))
    known = CaseGold((gold("anxiety"),), ("mri",), {}, overlap=False)
    assert find_lead(far, known, RULES).reached is reached


@pytest.mark.parametrize(("finding", "reached"), [("pulsatile_mass", True), ("anal_tone_reduced", False)])
def test_an_examination_counts_only_where_it_is_to_look_for_what_decided(finding: str, *, reached: bool) -> None:
    of = Judgement((), {}, {}, frozenset(), {}, (listed("examination", finding),), ())
    known = CaseGold((gold("anxiety"),), ("pulsatile_mass",), {}, overlap=False)
    assert find_lead(of, known, RULES).reached is reached
