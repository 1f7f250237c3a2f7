"""What contributes: paths of working arrows, counted in every world and checked by walking each world by itself."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilc.explanation.contributions import Contributions, measure_contributions
from ilc.explanation.roles import Roles
from ilc.explanation.whole_paths import SMALLEST_SHARE, measure_whole_paths
from ilc.explanation.world_bits import average_worlds, count_worlds, pack_worlds, unpack_worlds
from ilc.inference.worlds import Worlds
from tests.support.layered_worlds import Size, complaints_of, draw_worlds, random_patient
from tests.support.slow_worlds import slow_paths
from tests.support.told_worlds import tell_worlds

SEEDS = range(25)
SIZE = Size(history=2, factors=6, sources=3, complaints=2, causes=3)


def _case(seed: int) -> tuple[Worlds, Roles, Contributions]:
    generator = np.random.default_rng(seed)
    network, roles = random_patient(generator, SIZE)
    worlds = draw_worlds(generator, network, count=70)
    return worlds, roles, measure_contributions(worlds, roles, complaints_of(roles))


@given(st.integers(1, 200), st.integers(0, 5), st.integers(0, 2**32 - 1))
def test_packed_worlds_are_the_same_worlds(worlds: int, items: int, seed: int) -> None:
    flags = np.random.default_rng(seed).random((worlds, items)) < 0.5
    bits = pack_worlds(flags)
    assert (unpack_worlds(bits, worlds) == flags.T).all()
    assert (count_worlds(bits) == flags.sum(axis=0)).all()
    assert count_worlds(bits).sum() == flags.sum()  # nothing past the last world


@given(st.integers(1, 200), st.integers(0, 2**32 - 1))
def test_weighted_averages_are_the_averages_of_the_weighted_worlds(worlds: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    flags = generator.random((worlds, 3)) < 0.5
    weights = generator.random((2, worlds)) + 0.01
    expected = np.array([np.average(flags, axis=0, weights=row) for row in weights])
    assert average_worlds(pack_worlds(flags), worlds, weights) == pytest.approx(expected, abs=1e-12)
    assert average_worlds(pack_worlds(flags), worlds, weights[0]) == pytest.approx(expected[0], abs=1e-12)
    assert average_worlds(pack_worlds(flags), worlds) == pytest.approx(flags.mean(axis=0), abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_factor_contributes_exactly_where_a_path_of_working_arrows_leads_to_the_complaint(seed: int) -> None:
    worlds, roles, contributions = _case(seed)
    for complaint in complaints_of(roles):
        walked = np.zeros((len(roles.kind), worlds.count), dtype=bool)
        for world in range(worlds.count):
            for path in slow_paths(worlds, world, complaint):
                walked[path[0], world] = True
        for node in set(range(len(roles.kind))) - {complaint}:
            assert (contributions.in_worlds(node, complaint) == walked[node]).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_an_arrow_carries_pain_exactly_where_it_lies_on_a_working_path(seed: int) -> None:
    worlds, roles, contributions = _case(seed)
    network = worlds.network
    some_complaint = (worlds.state[:, list(complaints_of(roles))] > 0).any(axis=1)
    carries = np.zeros((len(network.links), worlds.count), dtype=bool)
    for column, complaint in enumerate(complaints_of(roles)):
        walked = np.zeros_like(carries)
        for world in range(worlds.count):
            steps = {pair for path in slow_paths(worlds, world, complaint) for pair in pairwise(path)}
            for position, link in enumerate(network.links):
                walked[position, world] = (link.cause, link.effect) in steps
        assert (unpack_worlds(contributions.on_path[:, column], worlds.count) == walked).all()
        carries |= walked
    assert contributions.carries() == pytest.approx(carries[:, some_complaint].mean(axis=1), abs=1e-12)
    assert contributions.p_active() == pytest.approx((worlds.dose > 0).mean(axis=0), abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_last_step_is_a_pain_source_or_what_drives_one(seed: int) -> None:
    worlds, roles, contributions = _case(seed)
    p_direct = contributions.p_direct()
    for column, complaint in enumerate(complaints_of(roles)):
        last: Counter[int] = Counter()
        for world in range(worlds.count):
            paths = slow_paths(worlds, world, complaint)
            through = [
                p for p in paths if len(p) == 3 and roles.kind[p[1]] == "source" and roles.kind[p[0]] != "source"
            ]
            last.update({p[0] for p in paths if len(p) == 2} | {p[0] for p in through})
        total = int((worlds.state[:, complaint] > 0).sum())
        expected = [last[node] / total for node in range(len(roles.kind))] if total else [np.nan] * len(roles.kind)
        assert p_direct[:, column] == pytest.approx(expected, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_mechanism_is_that_of_the_arrow_into_the_pain_source(seed: int) -> None:
    worlds, roles, contributions = _case(seed)
    network = worlds.network
    into = {(link.cause, link.effect): roles.mechanism[i] for i, link in enumerate(network.links)}
    p_mechanism = contributions.p_mechanism()
    for row, complaint in enumerate(complaints_of(roles)):
        seen: Counter[str] = Counter()
        for world in range(worlds.count):
            found = set()
            for path in slow_paths(worlds, world, complaint):
                first = path[0]
                if len(path) == 3 and roles.kind[path[1]] == "source":
                    found.add(into[(first, path[1])])
                if len(path) == 2 and (roles.kind[first] != "source" or worlds.leak[world, first] > 0):
                    found.add(into[(first, complaint)])
            seen.update(found)
        total = int((worlds.state[:, complaint] > 0).sum())
        expected = [seen[name] / total if total else np.nan for name in contributions.mechanisms]
        assert p_mechanism[row] == pytest.approx(expected, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_leading_whole_paths_are_those_of_most_worlds(seed: int) -> None:
    worlds, roles, contributions = _case(seed)
    ids = tuple(node.id for node in worlds.network.nodes)
    for names in (ids, roles.template):
        for complaint in complaints_of(roles):
            counted: Counter[tuple[str, ...]] = Counter()
            for world in range(worlds.count):
                whole = set()
                for path in slow_paths(worlds, world, complaint):
                    driven = any(worlds.dose[world, link] for link in worlds.network.links_into[path[0]])
                    if roles.kind[path[0]] in {"history", "factor"} and not driven:
                        whole.add(tuple(names[node] for node in path))
                counted.update(whole)
            total = int((worlds.state[:, complaint] > 0).sum())
            found = measure_whole_paths(contributions, roles, complaint, names=names, limit=5) if total else ()
            often = sorted((n / total for n in counted.values() if n >= SMALLEST_SHARE * total), reverse=True)
            assert [path.share for path in found] == pytest.approx(often[:5], abs=1e-12)
            assert all(counted[path.steps] / total == pytest.approx(path.share) for path in found)


def test_a_factor_that_exists_without_a_working_arrow_does_not_contribute() -> None:
    told = tell_worlds(
        "structure:bulge muscle_fascia:tension source:disc source:muscle complaint:back",
        "bulge->disc tension->muscle disc->back muscle->back",
        [{"bulge", "tension"}],
        idle={"bulge->disc"},
    )
    p = told.contributions.p_contributes()[:, 0]
    assert told.worlds.state[0, told.at("bulge")] == 1
    assert p[told.at("bulge")] == 0.0
    assert p[told.at("tension")] == 1.0


def test_contribution_is_a_share_of_the_worlds_with_the_complaint_only() -> None:
    told = tell_worlds(
        "structure:bulge source:disc complaint:back", "bulge->disc disc->back", [{"bulge"}, {"disc"}, set(), set()]
    )
    assert told.contributions.p_contributes()[told.at("bulge"), 0] == 0.5


def test_a_complaint_that_is_never_present_has_no_contributions_rather_than_zero() -> None:
    told = tell_worlds("structure:bulge source:disc complaint:back", "bulge->disc disc->back", [set(), set()])
    assert np.isnan(told.contributions.p_contributes()).all()
    assert np.isnan(told.contributions.carries()).all()


def test_weights_move_contributions_towards_the_worlds_they_favour() -> None:
    told = tell_worlds(
        "structure:bulge source:disc complaint:back", "bulge->disc disc->back", [{"bulge"}, {"disc"}, set()]
    )
    bulge = told.at("bulge")
    assert told.contributions.p_contributes([3.0, 1.0, 9.0])[bulge, 0] == pytest.approx(0.75)
    draws = told.contributions.p_contributes([[3.0, 1.0, 9.0], [0.0, 1.0, 0.0]])
    assert draws[:, bulge, 0] == pytest.approx([0.75, 0.0])


def test_paths_of_both_sides_count_as_one_when_told_by_concept() -> None:
    told = tell_worlds(
        "muscle_fascia:trigger@left muscle_fascia:trigger@right source:gluteal complaint:buttock",
        "trigger@left->gluteal trigger@right->gluteal gluteal->buttock",
        [{"trigger@left"}, {"trigger@right"}, {"trigger@left", "trigger@right"}, {"gluteal"}],
    )
    by_site = measure_whole_paths(
        told.contributions,
        told.roles,
        told.at("buttock"),
        names=tuple(n.id for n in told.worlds.network.nodes),
        limit=9,
    )
    by_concept = measure_whole_paths(
        told.contributions, told.roles, told.at("buttock"), names=told.roles.template, limit=9
    )
    assert [(path.steps[0], path.share) for path in by_site] == [("trigger@left", 0.5), ("trigger@right", 0.5)]
    assert [(path.steps, path.share) for path in by_concept] == [(("trigger", "gluteal", "buttock"), 0.75)]


def test_a_path_begins_at_the_earliest_cause_at_work() -> None:
    told = tell_worlds(
        "history:injury structure:slip structure:stenosis source:root complaint:leg",
        "injury->slip slip->stenosis stenosis->root root->leg",
        [{"injury"}, {"slip"}, {"stenosis"}],
    )
    found = measure_whole_paths(told.contributions, told.roles, told.at("leg"), names=told.roles.template, limit=9)
    assert sorted((path.steps[0], len(path.steps)) for path in found) == [("injury", 5), ("slip", 4), ("stenosis", 3)]


def test_what_is_no_complaint_cannot_be_explained() -> None:
    told = tell_worlds("structure:bulge source:disc complaint:back", "bulge->disc disc->back", [{"bulge"}])
    with pytest.raises(ValueError, match="disc is a source, not a complaint"):
        measure_contributions(told.worlds, told.roles, [told.at("disc")])


def test_an_arrow_that_leads_back_is_refused() -> None:
    told = tell_worlds("source:disc structure:bulge complaint:back", "disc->bulge bulge->back", [{"disc"}])
    with pytest.raises(ValueError, match="leads back from a source to a factor"):
        measure_contributions(told.worlds, told.roles, told.complaints)


def test_nothing_to_explain_is_no_error() -> None:
    told = tell_worlds("structure:bulge source:disc complaint:back", "bulge->disc disc->back", [{"bulge"}])
    nothing = measure_contributions(told.worlds, told.roles, [])
    assert nothing.p_contributes().shape == (3, 0)
    assert nothing.p_active() == pytest.approx([1.0, 1.0])
