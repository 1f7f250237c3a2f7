"""Ways out: the smallest sets of changeable factors that take most of the pain away, against trying each set slowly."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from ilc.explanation.contributions import measure_contributions
from ilc.explanation.exit_sets import (
    LARGEST_SET,
    MOST_PLAYERS,
    MOST_RUNNERS_UP,
    ExitSearch,
    choose_exit_sets,
    detect_candidates,
    search_exit_sets,
)
from ilc.explanation.roles import Roles
from ilc.inference.worlds import Worlds
from tests.support.layered_worlds import Size, complaints_of, draw_worlds, random_patient
from tests.support.slow_worlds import slow_states
from tests.support.told_worlds import Told, tell_worlds

INTENSITY = np.array([[0.0, 2.0, 5.0, 8.0], [0.0, 1.0, 3.0, 9.0]])
SIZE = Size(history=1, factors=8, sources=3, complaints=2, causes=3, leak=(0.1, 0.3), reversible=0.9)


def _case(seed: int) -> tuple[Worlds, Roles, ExitSearch]:
    generator = np.random.default_rng(seed)
    network, roles = random_patient(generator, SIZE)
    worlds = draw_worlds(generator, network, count=40)
    complaints = complaints_of(roles)
    candidates = detect_candidates(worlds, roles, measure_contributions(worlds, roles, complaints))
    return worlds, roles, search_exit_sets(worlds, roles, candidates, complaints=complaints, intensity=INTENSITY)


def _slow_reduction(worlds: Worlds, roles: Roles, removed: tuple[int, ...]) -> float:
    before = left = 0.0
    for world in range(worlds.count):
        states = slow_states(worlds, roles, world, removed, never_arisen=False)
        for row, complaint in enumerate(complaints_of(roles)):
            before += INTENSITY[row, worlds.state[world, complaint]]
            left += INTENSITY[row, states[complaint]]
    return 1.0 - left / before


def _told_search(told: Told, intensity: list[float] | None = None) -> ExitSearch:
    candidates = detect_candidates(told.worlds, told.roles, told.contributions)
    table = np.tile(intensity or [0.0, 3.0, 6.0, 9.0], (len(told.complaints), 1))
    return search_exit_sets(told.worlds, told.roles, candidates, complaints=told.complaints, intensity=table)


@pytest.mark.parametrize("seed", range(12))
def test_the_named_set_is_the_smallest_that_reaches_the_goal(seed: int) -> None:
    worlds, roles, search = _case(seed)
    slow = {
        members: _slow_reduction(worlds, roles, tuple(n for p in members for n in search.players[p]))
        for size in range(min(LARGEST_SET, len(search.players)) + 1)
        for members in combinations(range(len(search.players)), size)
    }
    assert dict(zip(search.sets, search.reductions().tolist(), strict=True)) == pytest.approx(slow, abs=1e-5)
    for found in choose_exit_sets(search):
        reaching = [(len(members), -reduction) for members, reduction in slow.items() if reduction >= found.goal]
        assert found.reached == bool(reaching)
        if reaching:
            size, reduction = min(reaching)
            assert len({roles.template[worlds.network.index[f]] for f in found.factors}) == size
            assert found.expected_reduction == pytest.approx(-reduction, abs=1e-5)
        else:
            assert found.expected_reduction >= max(slow.values()) - 0.01 - 1e-5


@pytest.mark.parametrize("seed", range(12))
def test_runners_up_reach_the_goal_and_hold_nothing_to_spare(seed: int) -> None:
    worlds, roles, search = _case(seed)
    for found in choose_exit_sets(search):
        assert len(found.runners_up) <= MOST_RUNNERS_UP
        assert found.reached or not found.runners_up
        for factors, reduction in found.runners_up:
            assert set(factors) != set(found.factors)
            assert reduction >= found.goal
            nodes = [worlds.network.index[f] for f in factors]
            for template in {roles.template[n] for n in nodes}:
                fewer = tuple(n for n in nodes if roles.template[n] != template)
                assert _slow_reduction(worlds, roles, fewer) < found.goal


@pytest.mark.parametrize("seed", range(6))
def test_sets_chosen_under_weights_are_those_of_the_worlds_repeated_as_often(seed: int) -> None:
    worlds, roles, search = _case(seed)
    times = np.random.default_rng(seed).integers(1, 4, size=worlds.count)
    repeated = Worlds(
        worlds.network,
        worlds.state.repeat(times, axis=0),
        worlds.leak.repeat(times, axis=0),
        worlds.dose.repeat(times, axis=0),
    )
    nodes = [node for player in search.players for node in player]
    again = search_exit_sets(repeated, roles, nodes, complaints=complaints_of(roles), intensity=INTENSITY)
    assert search.reductions(times) == pytest.approx(again.reductions(), abs=1e-5)
    assert search.best_possible(times) == pytest.approx(again.best_possible(), abs=1e-5)
    both = search.reductions(np.vstack([np.ones(worlds.count), times]))
    assert both == pytest.approx(np.vstack([search.reductions(), again.reductions()]), abs=1e-5)
    chosen = search.choose(both, 0.5)
    assert chosen.tolist() == [int(search.choose(row, 0.5)) for row in both]


def test_both_sides_of_one_thing_are_removed_together() -> None:
    told = tell_worlds(
        "muscle_fascia:trigger@left muscle_fascia:trigger@right brain:sleep "
        "source:gluteal source:sensitised complaint:pain",
        "trigger@left->gluteal trigger@right->gluteal sleep->sensitised gluteal->pain*2 sensitised->pain",
        [{"trigger@left", "trigger@right", "sleep"}],
    )
    half, most = choose_exit_sets(_told_search(told))
    assert half.factors == ("trigger@left", "trigger@right")
    assert half.expected_reduction == pytest.approx(2 / 3)
    assert set(most.factors) == {"trigger@left", "trigger@right", "sleep"}
    assert most.expected_reduction == pytest.approx(1.0)


def test_the_smallest_set_wins_and_among_equals_the_one_that_reduces_more() -> None:
    told = tell_worlds(
        "structure:a nerve:b flow:c source:x source:y source:z complaint:pain",
        "a->x b->y c->z x->pain y->pain z->pain",
        [{"a", "b"}, {"a", "b"}, {"a"}, {"a", "c"}],
    )
    half, most = choose_exit_sets(_told_search(told))
    assert half.factors == ("a",)
    assert half.expected_reduction == pytest.approx(4 / 7)
    assert most.factors == ("a", "b")
    assert most.expected_reduction == pytest.approx(6 / 7)


def test_another_way_out_of_the_same_size_is_a_runner_up() -> None:
    told = tell_worlds(
        "structure:herniation nerve:compression brain:sleep source:root complaint:leg",
        "herniation->compression compression->root sleep->root root->leg",
        [{"herniation"}, {"herniation"}, {"compression"}],
        idle={"sleep->root"},
    )
    half, _ = choose_exit_sets(_told_search(told))
    assert half.factors == ("compression",)
    assert half.expected_reduction == 1.0
    assert [factors for factors, _ in half.runners_up] == [("herniation",)]
    assert half.runners_up[0][1] == pytest.approx(2 / 3)


def test_when_no_set_reaches_the_goal_the_best_is_named_without_what_hardly_adds() -> None:
    told = tell_worlds(
        "structure:a nerve:b source:root complaint:leg",
        "a->root b->root root->leg",
        [{"a"}] * 80 + [{"b"}] + [{"b", "root"}] * 119,
    )
    search = _told_search(told)
    assert search.reductions().max() == pytest.approx(0.405)
    for found in choose_exit_sets(search):
        assert (found.reached, found.factors) == (False, ("a",))
        assert found.expected_reduction == pytest.approx(0.4)
        assert found.runners_up == ()


def test_what_is_past_and_leaves_its_mark_is_no_way_out() -> None:
    told = tell_worlds(
        "structure:slip structure:stenosis muscle_fascia:tension source:root source:muscle complaint:leg",
        "slip=>stenosis stenosis->root tension->muscle root->leg muscle->leg",
        [{"slip"}, {"slip"}, {"slip", "root", "tension"}],
        idle={"muscle->leg"},
    )
    modifiable = told.roles.modifiable.copy()
    modifiable[told.at("stenosis")] = False
    roles = replace(told.roles, modifiable=modifiable)
    candidates = detect_candidates(told.worlds, roles, told.contributions)
    assert candidates == (told.at("slip"),)
    search = search_exit_sets(
        told.worlds, roles, candidates, complaints=told.complaints, intensity=np.array([[0.0, 3.0, 6.0, 9.0]])
    )
    for found in choose_exit_sets(search):
        assert not found.reached
        assert found.factors == ()
        assert found.expected_reduction == 0.0


def test_without_anything_changeable_no_way_out_is_promised() -> None:
    told = tell_worlds("structure:slip source:root complaint:leg", "slip->root root->leg", [{"slip"}])
    search = search_exit_sets(
        told.worlds, told.roles, [], complaints=told.complaints, intensity=np.array([[0.0, 3.0, 6.0, 9.0]])
    )
    assert [(found.reached, found.factors) for found in choose_exit_sets(search)] == [(False, ()), (False, ())]
    assert search.best_possible() == 0.0


def test_without_pain_nothing_is_reduced() -> None:
    told = tell_worlds(
        "structure:slip source:root complaint:leg", "slip->root root->leg", [{"slip"}], idle={"root->leg"}
    )
    search = search_exit_sets(
        told.worlds,
        told.roles,
        [told.at("slip")],
        complaints=told.complaints,
        intensity=np.array([[0.0, 3.0, 6.0, 9.0]]),
    )
    assert search.reductions() == pytest.approx([0.0, 0.0])


def test_a_rare_factor_or_one_that_leads_nowhere_is_no_candidate() -> None:
    worlds = [{"common", "idle"}] * 39 + [{"rare"}]
    told = tell_worlds(
        "structure:common structure:rare structure:idle source:root complaint:leg",
        "common->root rare->root idle->root root->leg",
        worlds,
        idle={"idle->root"},
    )
    assert detect_candidates(told.worlds, told.roles, told.contributions) == (told.at("common"),)


def test_with_many_candidates_the_strongest_are_tried_and_all_together_still_reported() -> None:
    count = MOST_PLAYERS + 3
    nodes = " ".join(f"structure:f{i}" for i in range(count)) + " source:root complaint:leg"
    links = " ".join(f"f{i}->root" for i in range(count)) + " root->leg"
    arisen = [{f"f{i}"} for i in range(count) for _ in range(i + 40)]
    told = tell_worlds(nodes, links, [*arisen, {"root"}])
    factors = told.roles.nodes_of("factor")
    table = np.array([[0.0, 3.0, 6.0, 9.0]])
    search = search_exit_sets(told.worlds, told.roles, factors, complaints=told.complaints, intensity=table)
    assert len(search.players) == MOST_PLAYERS
    assert {search.network.nodes[n].id for (n,) in search.players} == {f"f{i}" for i in range(3, count)}
    assert search.best_possible() == pytest.approx(len(arisen) / (len(arisen) + 1))
    best = choose_exit_sets(search, goals=[0.99])[0]
    assert not best.reached
    assert best.factors == tuple(f"f{i}" for i in range(count - LARGEST_SET, count))
