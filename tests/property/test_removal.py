"""What is left when factors go now, or had never been: against a slow twin that follows each world by itself."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from ilc.explanation.removal import SETS_AT_ONCE, simulate_removal
from ilc.explanation.roles import Roles
from ilc.inference.worlds import Worlds
from tests.support.layered_worlds import Size, complaints_of, draw_worlds, random_patient
from tests.support.random_networks import random_network
from tests.support.slow_worlds import slow_states
from tests.support.told_worlds import tell_worlds

SEEDS = range(20)
SIZE = Size(history=2, factors=6, sources=3, complaints=2, causes=3)
INTENSITY = np.array([[0.0, 2.0, 5.0, 8.0], [0.0, 1.0, 3.0, 9.0]])
BOTH_QUESTIONS = pytest.mark.parametrize("never_arisen", [False, True], ids=["removed_now", "never_arisen"])


def _case(seed: int) -> tuple[Worlds, Roles]:
    generator = np.random.default_rng(seed)
    network, roles = random_patient(generator, SIZE)
    return draw_worlds(generator, network, count=70), roles


def _all_sets(roles: Roles, largest: int) -> list[tuple[int, ...]]:
    factors = roles.nodes_of("factor")
    return [members for size in range(largest + 1) for members in combinations(factors, size)]


@BOTH_QUESTIONS
@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_left_equals_the_slow_twin(seed: int, *, never_arisen: bool) -> None:
    worlds, roles = _case(seed)
    complaints = complaints_of(roles)
    sets = _all_sets(roles, 3)
    removal = simulate_removal(worlds, roles, sets, complaints=complaints, never_arisen=never_arisen)
    for number, removed in enumerate(sets):
        for world in range(0, worlds.count, 7):
            expected = slow_states(worlds, roles, world, removed, never_arisen=never_arisen)
            assert removal.after[:, number, world].tolist() == [expected[c] for c in complaints]


@BOTH_QUESTIONS
@pytest.mark.parametrize("seed", SEEDS)
def test_grades_and_summed_doses_equal_the_slow_twin(seed: int, *, never_arisen: bool) -> None:
    generator = np.random.default_rng(seed)
    network = random_network(generator, nodes=8)
    worlds = draw_worlds(generator, network, count=60)
    roles = Roles(
        kind=("history", *["factor"] * 5, "complaint", "complaint"),
        group=("", *["structure"] * 5, "", ""),
        template=tuple(node.id for node in network.nodes),
        modifiable=np.ones(8, dtype=bool),
        reversible=generator.random(len(network.links)) < 0.6,
        mechanism=("nociceptive",) * len(network.links),
        origin=("body",) * len(network.links),
    )
    sets = _all_sets(roles, 2)
    removal = simulate_removal(worlds, roles, sets, complaints=(7, 6), never_arisen=never_arisen)
    for number, removed in enumerate(sets):
        for world in range(worlds.count):
            expected = slow_states(worlds, roles, world, removed, never_arisen=never_arisen)
            assert removal.after[:, number, world].tolist() == [expected[7], expected[6]]


@pytest.mark.parametrize("seed", SEEDS)
def test_removing_more_never_leaves_more_and_never_arisen_leaves_no_more_than_removed_now(seed: int) -> None:
    worlds, roles = _case(seed)
    sets = _all_sets(roles, 3)
    now = simulate_removal(worlds, roles, sets, complaints=complaints_of(roles), never_arisen=False).after
    never = simulate_removal(worlds, roles, sets, complaints=complaints_of(roles), never_arisen=True).after
    assert (never <= now).all()
    number = {frozenset(members): i for i, members in enumerate(sets)}
    for members in sets:
        for part in combinations(members, max(0, len(members) - 1)):
            assert (now[:, number[frozenset(members)]] <= now[:, number[frozenset(part)]]).all()
            assert (never[:, number[frozenset(members)]] <= never[:, number[frozenset(part)]]).all()


@BOTH_QUESTIONS
def test_removing_nothing_changes_nothing(*, never_arisen: bool) -> None:
    worlds, roles = _case(3)
    removal = simulate_removal(worlds, roles, [()], complaints=complaints_of(roles), never_arisen=never_arisen)
    assert (removal.after[:, 0] == removal.before).all()
    assert (removal.before == worlds.state[:, list(complaints_of(roles))].T).all()


def test_many_sets_asked_together_are_the_sets_asked_one_by_one() -> None:
    worlds, roles = _case(5)
    sets = _all_sets(roles, 6) * 3
    assert len(sets) > 2 * SETS_AT_ONCE
    together = simulate_removal(worlds, roles, sets, complaints=complaints_of(roles), never_arisen=False)
    for number, members in enumerate(sets):
        alone = simulate_removal(worlds, roles, [members], complaints=complaints_of(roles), never_arisen=False)
        assert (together.after[:, number] == alone.after[:, 0]).all()


def test_cutting_out_an_old_slip_relieves_nothing_although_but_for_it_there_would_be_no_pain() -> None:
    told = tell_worlds(
        "structure:slip structure:stenosis source:root complaint:leg",
        "slip=>stenosis stenosis->root root->leg*2",
        [{"slip"}],
    )
    slip = [(told.at("slip"),)]
    now = simulate_removal(told.worlds, told.roles, slip, complaints=told.complaints, never_arisen=False)
    never = simulate_removal(told.worlds, told.roles, slip, complaints=told.complaints, never_arisen=True)
    assert now.p_gone()[0, 0] == 0.0
    assert never.p_gone()[0, 0] == 1.0


def test_an_effect_that_depends_on_its_cause_goes_with_it() -> None:
    told = tell_worlds(
        "structure:herniation nerve:compression source:root complaint:leg",
        "herniation->compression compression->root root->leg",
        [{"herniation"}],
    )
    removal = simulate_removal(
        told.worlds, told.roles, [(told.at("herniation"),)], complaints=told.complaints, never_arisen=False
    )
    assert removal.p_gone()[0, 0] == 1.0


def test_an_effect_with_another_cause_or_of_its_own_stays() -> None:
    told = tell_worlds(
        "structure:herniation structure:narrow_recess nerve:compression source:root complaint:leg",
        "herniation->compression narrow_recess->compression compression->root root->leg",
        [{"herniation", "narrow_recess"}, {"herniation", "compression"}, {"herniation"}],
    )
    removal = simulate_removal(
        told.worlds, told.roles, [(told.at("herniation"),)], complaints=told.complaints, never_arisen=False
    )
    assert removal.after[0, 0].tolist() == [1, 1, 0]
    assert removal.p_gone()[0, 0] == pytest.approx(1 / 3)
    assert removal.p_gone([0.0, 1.0, 1.0])[0, 0] == pytest.approx(1 / 2)


def test_removing_one_cause_of_two_relieves_less_than_removing_both() -> None:
    told = tell_worlds(
        "muscle_fascia:tension brain:sensitisation source:muscle source:sensitised complaint:back",
        "tension->muscle sensitisation->sensitised muscle->back*2 sensitised->back*1",
        [{"tension", "sensitisation"}],
    )
    tension, sensitisation = told.at("tension"), told.at("sensitisation")
    removal = simulate_removal(
        told.worlds,
        told.roles,
        [(tension,), (sensitisation,), (tension, sensitisation)],
        complaints=told.complaints,
        never_arisen=False,
    )
    assert removal.before[0, 0] == 3
    assert removal.after[0, :, 0].tolist() == [1, 2, 0]
    assert removal.expected_remaining(INTENSITY[:1])[0] == pytest.approx([2.0, 5.0, 0.0])
    assert removal.expected_reduction(INTENSITY[:1])[0] == pytest.approx([6 / 8, 3 / 8, 1.0])


def test_expected_remaining_intensity_is_the_weighted_mean_over_worlds() -> None:
    worlds, roles = _case(8)
    sets = _all_sets(roles, 1)
    removal = simulate_removal(worlds, roles, sets, complaints=complaints_of(roles), never_arisen=False)
    weights = np.random.default_rng(1).random(worlds.count)
    for row in range(2):
        before = np.average(INTENSITY[row][removal.before[row]], weights=weights)
        left = np.average(INTENSITY[row][removal.after[row]], axis=1, weights=weights)
        assert removal.expected_remaining(INTENSITY, weights)[row] == pytest.approx(left)
        assert removal.expected_reduction(INTENSITY, weights)[row] == pytest.approx(1 - left / before)


def test_history_cannot_be_removed() -> None:
    told = tell_worlds("history:injury source:disc complaint:back", "injury->disc disc->back", [{"injury"}])
    with pytest.raises(ValueError, match="injury is a history; only factors can be removed"):
        simulate_removal(
            told.worlds, told.roles, [(told.at("injury"),)], complaints=told.complaints, never_arisen=False
        )


def test_a_complaint_that_is_never_present_is_not_reported_as_gone() -> None:
    told = tell_worlds("structure:slip source:root complaint:leg", "slip->root root->leg", [set()])
    removal = simulate_removal(
        told.worlds, told.roles, [(told.at("slip"),)], complaints=told.complaints, never_arisen=False
    )
    assert np.isnan(removal.p_gone()).all()
    assert np.isnan(removal.expected_reduction(INTENSITY[:1])).all()
