"""Shares of a complaint: fair, adding up to one, and the same as counting every order in which factors may come."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.random import Generator
from numpy.typing import NDArray

from ilc.explanation.coalitions import MakeUp, draw_orders, weigh_coalitions
from ilc.explanation.contributions import measure_contributions
from ilc.explanation.removal import simulate_removal
from ilc.explanation.roles import UNEXPLAINED, Roles
from ilc.explanation.shares import Shares, measure_shares
from ilc.inference.engine import infer_posterior
from ilc.inference.network import Evidence, Link, Network, Node, Target
from ilc.inference.worlds import Worlds
from tests.support.layered_worlds import Size, complaints_of, draw_worlds, random_patient
from tests.support.slow_worlds import slow_game, slow_owen
from tests.support.told_worlds import Told, tell_worlds

SEEDS = range(40)
LARGER = Size(history=4, factors=40, sources=8, complaints=4, causes=4, leak=(0.02, 0.15))


def _case(seed: int, size: Size | None = None, count: int = 12) -> tuple[Worlds, Roles, tuple[Shares, ...]]:
    generator = np.random.default_rng(seed)
    network, roles = random_patient(generator, size) if size else random_patient(generator)
    worlds = draw_worlds(generator, network, count=count)
    contributions = measure_contributions(worlds, roles, complaints_of(roles))
    return worlds, roles, measure_shares(worlds, roles, contributions)


def _shares(told: Told) -> dict[str, float]:
    """Mean shares of the only complaint, by name."""
    (shares,) = measure_shares(told.worlds, told.roles, told.contributions)
    named = {told.worlds.network.nodes[node].id: value for node, value in shares.share().items()}
    return named | {UNEXPLAINED: shares.group_share()[UNEXPLAINED]}


@pytest.mark.parametrize("seed", SEEDS)
def test_shares_equal_counting_every_order_of_groups_and_of_factors(seed: int) -> None:
    worlds, roles, every = _case(seed)
    players: dict[object, str] = {node: roles.group[node] for node in roles.nodes_of("factor")}
    players[UNEXPLAINED] = UNEXPLAINED
    for shares in every:
        for world in np.flatnonzero(shares.present):
            expected = slow_owen(players, slow_game(worlds, roles, int(world), shares.complaint))
            assert shares.unexplained[world] == pytest.approx(expected[UNEXPLAINED], abs=1e-9)
            for node in roles.nodes_of("factor"):
                own = shares.by_factor[shares.factors.index(node), world] if node in shares.factors else 0.0
                assert own == pytest.approx(expected[node], abs=1e-9)


@pytest.mark.parametrize("seed", range(6))
def test_shares_and_unexplained_add_up_to_one_in_every_world(seed: int) -> None:
    worlds, _, every = _case(seed, LARGER, count=400)
    for shares in every:
        total = shares.by_factor.sum(axis=0) + shares.unexplained
        assert total == pytest.approx((worlds.state[:, shares.complaint] > 0).astype(float), abs=1e-9)
        assert shares.by_factor.min(initial=0.0) >= -1e-9
        assert sum(shares.group_share().values()) == pytest.approx(1.0, abs=1e-9)
        assert shares.group_share()[UNEXPLAINED] + sum(shares.share().values()) == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize("seed", range(15))
def test_what_the_shares_call_persisting_is_what_relief_leaves(seed: int) -> None:
    generator = np.random.default_rng(seed)
    network, roles = random_patient(generator)
    ends = [roles.kind[link.effect] for link in network.links]
    lasting = np.array([kind == "factor" for kind in ends]) & ~roles.reversible
    roles = replace(roles, reversible=~lasting)
    worlds = draw_worlds(generator, network, count=12)
    factors = roles.nodes_of("factor")
    sets = [members for size in range(len(factors) + 1) for members in combinations(factors, size)]
    complaints = complaints_of(roles)
    removal = simulate_removal(worlds, roles, sets, complaints=complaints, never_arisen=False)
    for row, complaint in enumerate(complaints):
        for world in np.flatnonzero(removal.before[row] > 0):
            game = slow_game(worlds, roles, int(world), complaint)
            for number, removed in enumerate(sets):
                kept = frozenset({*factors, UNEXPLAINED} - set(removed))
                assert game(kept) == (removal.after[row, number, world] > 0)


def test_two_factors_of_different_groups_that_each_suffice_share_equally() -> None:
    told = tell_worlds(
        "structure:facet muscle_fascia:tension source:facet_pain source:muscle_pain complaint:back",
        "facet->facet_pain tension->muscle_pain facet_pain->back muscle_pain->back",
        [{"facet", "tension"}],
    )
    assert _shares(told) == pytest.approx({"facet": 0.5, "tension": 0.5, UNEXPLAINED: 0.0})


def test_a_chain_of_two_that_needs_both_shares_equally() -> None:
    told = tell_worlds(
        "structure:herniation nerve:compression source:root complaint:leg",
        "herniation->compression compression->root root->leg",
        [{"herniation"}],
    )
    assert _shares(told) == pytest.approx({"herniation": 0.5, "compression": 0.5, UNEXPLAINED: 0.0})


def test_a_slip_alone_does_not_raise_the_share_of_the_slip() -> None:
    told = tell_worlds(
        "structure:slip muscle_fascia:tension source:facet_pain source:muscle complaint:back",
        "slip->facet_pain tension->muscle facet_pain->back muscle->back",
        [{"slip", "tension"}],
        idle={"slip->facet_pain"},
    )
    assert _shares(told) == pytest.approx({"tension": 1.0, UNEXPLAINED: 0.0})


def test_pain_that_arose_without_a_known_factor_is_unexplained_and_not_laid_on_the_brain() -> None:
    told = tell_worlds(
        "brain:fear source:muscle source:sensitised complaint:back",
        "fear->sensitised muscle->back sensitised->back",
        [{"fear", "muscle"}, {"fear", "back"}, {"muscle"}, {"fear"}],
        idle={"fear->sensitised"},
    )
    assert _shares(told) == pytest.approx({UNEXPLAINED: 1.0})


def test_history_that_acts_without_a_factor_of_now_is_unexplained() -> None:
    told = tell_worlds(
        "history:injury structure:facet source:bone complaint:back",
        "injury->bone facet->bone bone->back",
        [{"injury", "facet"}],
    )
    assert _shares(told) == pytest.approx({"facet": 0.5, UNEXPLAINED: 0.5})


def test_history_that_acts_through_a_factor_leaves_the_share_to_the_factor() -> None:
    told = tell_worlds(
        "history:injury structure:facet source:bone complaint:back",
        "injury->facet facet->bone bone->back",
        [{"injury"}],
    )
    assert _shares(told) == pytest.approx({"facet": 1.0, UNEXPLAINED: 0.0})


def test_what_a_factor_left_behind_for_good_belongs_to_the_effect_while_the_effect_remains() -> None:
    told = tell_worlds(
        "structure:slip structure:stenosis source:root complaint:leg",
        "slip=>stenosis stenosis->root root->leg",
        [{"slip"}],
    )
    assert _shares(told) == pytest.approx({"stenosis": 1.0, UNEXPLAINED: 0.0})


def test_the_worked_example_of_the_concept_page_holds() -> None:
    told = tell_worlds(
        "structure:slip structure:stenosis muscle_fascia:tension "
        "source:root source:muscle complaint:leg complaint:back",
        "slip=>stenosis stenosis->root tension->muscle root->leg muscle->back",
        [{"slip", "tension"}],
    )
    factors = [told.at(name) for name in ("slip", "stenosis", "tension")]
    leg = measure_shares(told.worlds, told.roles, told.contributions)[0].share()
    sets = [(node,) for node in factors]
    now = simulate_removal(told.worlds, told.roles, sets, complaints=told.complaints, never_arisen=False)
    never = simulate_removal(told.worlds, told.roles, sets, complaints=told.complaints, never_arisen=True)
    assert told.contributions.p_contributes()[factors, 0].tolist() == [1.0, 1.0, 0.0]
    assert [leg.get(node, 0.0) for node in factors] == pytest.approx([0.0, 1.0, 0.0])
    assert now.p_gone()[0].tolist() == [0.0, 1.0, 0.0]
    assert never.p_gone()[0].tolist() == [1.0, 1.0, 0.0]


def test_lasting_damage_to_a_pain_source_belongs_to_the_factor_that_did_it() -> None:
    told = tell_worlds(
        "structure:herniation nerve:compression source:root complaint:leg",
        "herniation->compression compression=>root root->leg",
        [{"herniation"}],
    )
    assert _shares(told) == pytest.approx({"compression": 1.0, UNEXPLAINED: 0.0})


def test_a_factor_that_suffices_alone_takes_nothing_from_needing_help_elsewhere() -> None:
    told = tell_worlds(
        "structure:a nerve:b structure:c source:root complaint:leg",
        "a->b b->root a->root c->root root->leg",
        [{"a", "c"}],
    )
    assert _shares(told) == pytest.approx({"a": 0.5, "c": 0.5, UNEXPLAINED: 0.0})


def test_a_factor_without_a_group_is_refused() -> None:
    told = tell_worlds("structure:a source:root complaint:leg", "a->root root->leg", [{"a"}])
    roles = replace(told.roles, group=("",) * 3)
    with pytest.raises(ValueError, match="factors without a group act on a complaint: a"):
        measure_shares(told.worlds, roles, told.contributions)


def test_a_complaint_that_is_never_present_has_no_shares() -> None:
    told = tell_worlds("structure:a source:root complaint:leg", "a->root root->leg", [{"a"}], idle={"root->leg"})
    (shares,) = measure_shares(told.worlds, told.roles, told.contributions)
    assert shares.share() == {}
    assert shares.group_share() == {}


def test_weights_move_shares_towards_the_worlds_they_favour() -> None:
    told = tell_worlds(
        "structure:a nerve:b source:root complaint:leg", "a->root b->root root->leg", [{"a"}, {"b"}, {"a", "b"}, set()]
    )
    (shares,) = measure_shares(told.worlds, told.roles, told.contributions)
    assert shares.share([2.0, 1.0, 1.0, 5.0]) == pytest.approx({told.at("a"): 0.625, told.at("b"): 0.375})
    assert shares.group_share([1.0, 0.0, 0.0, 1.0]) == pytest.approx({"structure": 1.0, "nerve": 0.0, UNEXPLAINED: 0.0})


def _twinned(worlds: Worlds, roles: Roles, factor: int) -> tuple[Worlds, Roles]:
    """The same worlds with a second factor beside `factor`, which arose as it did and acts as it does."""
    network = worlds.network
    old = network.links
    place = [*range(factor + 1), factor, *range(factor + 1, len(network.nodes))]
    moved = [i + (i > factor) for i in range(len(network.nodes))]
    arrows = [(i, moved[link.cause], moved[link.effect]) for i, link in enumerate(old)]
    arrows += [(i, factor + 1, moved[link.effect]) for i, link in enumerate(old) if link.cause == factor]
    arrows += [(i, moved[link.cause], factor + 1) for i, link in enumerate(old) if link.effect == factor]
    arrows.sort(key=lambda arrow: (arrow[2], arrow[1]))
    from_link = [i for i, _, _ in arrows]
    links = tuple(Link(f"{c}->{e}", c, e, old[i].dose) for i, c, e in arrows)
    twin = Network(tuple(network.nodes[i] for i in place), links)
    told = Roles(
        tuple(roles.kind[i] for i in place),
        tuple(roles.group[i] for i in place),
        tuple(roles.template[i] for i in place),
        roles.modifiable[place],
        roles.reversible[from_link],
        tuple(roles.mechanism[i] for i in from_link),
        tuple(roles.origin[i] for i in from_link),
    )
    return Worlds(twin, worlds.state[:, place], worlds.leak[:, place], worlds.dose[:, from_link]), told


@pytest.mark.parametrize("seed", range(25))
def test_splitting_a_factor_in_two_leaves_the_share_of_every_group(seed: int) -> None:
    worlds, roles, before = _case(seed, count=60)
    for factor in roles.nodes_of("factor"):
        twins, told = _twinned(worlds, roles, factor)
        contributions = measure_contributions(twins, told, complaints_of(told))
        for old, new in zip(before, measure_shares(twins, told, contributions), strict=True):
            groups = old.group_share()
            after = new.group_share()
            assert {g: v for g, v in after.items() if v > 1e-12} == pytest.approx(
                {g: v for g, v in groups.items() if v > 1e-12}, abs=1e-9
            )
            if factor in old.factors and groups:
                own = new.share()
                halves = own.get(factor, 0.0), own.get(factor + 1, 0.0)
                assert halves[0] == pytest.approx(halves[1], abs=1e-9)


def test_splitting_a_factor_in_the_model_leaves_the_share_of_its_group_in_the_posterior() -> None:
    whole, split = _posterior_shares([0.36]), _posterior_shares([0.2, 0.2])  # 1 - (1 - .2)**2 = .36
    assert split["muscle_fascia"] == pytest.approx(whole["muscle_fascia"], abs=0.01)
    assert split["structure"] == pytest.approx(whole["structure"], abs=0.01)
    assert whole["muscle_fascia"] > 0.3


def _posterior_shares(muscle_leaks: list[float]) -> dict[str, float]:
    """Shares of a present complaint when muscle factors and a facet may cause it."""
    count = len(muscle_leaks)
    nodes = [Node(f"muscle{i}", np.array([1 - p, p])) for i, p in enumerate(muscle_leaks)]
    nodes += [
        Node("facet", np.array([0.6, 0.4])),
        Node("pain", np.array([0.98, 0.02])),
        Node("back", np.array([1.0, 0.0])),
    ]
    sure, half = np.eye(2), np.array([[1.0, 0.0], [0.5, 0.5]])
    links = [Link(f"{i}->pain", i, count + 1, sure if i < count else half) for i in range(count + 1)]
    links.append(Link("pain->back", count + 1, count + 2, sure))
    network = Network(tuple(nodes), tuple(links))
    roles = Roles(
        kind=(*["factor"] * (count + 1), "source", "complaint"),
        group=(*["muscle_fascia"] * count, "structure", "", ""),
        template=tuple(node.id for node in nodes),
        modifiable=np.ones(count + 3, dtype=bool),
        reversible=np.ones(count + 2, dtype=bool),
        mechanism=("nociceptive",) * (count + 2),
        origin=("body",) * (count + 2),
    )
    present = Evidence("back", (Target("node", count + 2),), np.array([0.0, 1.0]))
    worlds = infer_posterior(network, [present]).worlds(count=40_000, seed=1)
    (shares,) = measure_shares(worlds, roles, measure_contributions(worlds, roles, [count + 2]))
    return dict(shares.group_share())


GROUPS = st.lists(st.tuples(st.integers(1, 3), st.integers(0, 2)), min_size=1, max_size=3)


def _random_game(generator: Generator, make_up: MakeUp) -> list[frozenset[tuple[int, int]]]:
    """Random sets of members of which each keeps the complaint going."""
    members = [(group, i) for group, (count, _) in enumerate(make_up.groups) for i in range(count)]
    chosen: NDArray[np.bool_] = generator.random((int(generator.integers(1, 4)), len(members))) < 0.5
    return [
        frozenset(m for m, inside in zip(members, row, strict=True) if inside) or frozenset(members) for row in chosen
    ]


def _values(make_up: MakeUp, terms: list[frozenset[tuple[int, int]]], *, drawn: bool) -> NDArray[np.float64]:
    weighing = draw_orders(make_up) if drawn else weigh_coalitions(make_up)
    worth = 0
    for term in terms:
        together = -1
        for group, member in term:
            together &= weighing.holds[group][member]
        worth |= together
    found: NDArray[np.float64] = weighing.values([worth])[0]
    return found


@given(GROUPS, st.integers(0, 2), st.integers(0, 2**32 - 1))
def test_counted_coalitions_equal_counting_every_order(groups: list[tuple[int, int]], others: int, seed: int) -> None:
    make_up = MakeUp(tuple(groups), others)
    terms = _random_game(np.random.default_rng(seed), make_up)
    players: dict[object, str] = {(g, i): str(g) for g, (count, _) in enumerate(groups) for i in range(count)}
    singles: dict[object, str] = {("single", g, i): str(g) for g, (_, count) in enumerate(groups) for i in range(count)}
    singles |= {("further", i): f"further{i}" for i in range(others)}
    if len(players) + len(singles) > 7:
        groups_kept = make_up.groups[:1]
        make_up = MakeUp(groups_kept, others)
        terms = _random_game(np.random.default_rng(seed), make_up)
        players = {p: g for p, g in players.items() if g == "0"}
        singles = {p: g for p, g in singles.items() if g == "0" or g.startswith("further")}
    expected = slow_owen(
        players | singles,
        lambda kept: any(p in kept for p in singles) or any(term <= kept for term in terms),
    )
    found = _values(make_up, terms, drawn=False)
    count = sum(m for m, _ in make_up.groups)
    assert found[:count] == pytest.approx([expected[p] for p in players], abs=1e-9)
    for group, (_, alone) in enumerate(make_up.groups):
        if alone:
            assert found[count + group] == pytest.approx(expected[("single", group, 0)], abs=1e-9)
    if others:
        assert found[-1] == pytest.approx(expected[("further", 0)], abs=1e-9)


@pytest.mark.parametrize("seed", range(20))
def test_drawn_orders_add_up_exactly_and_come_near_the_count(seed: int) -> None:
    generator = np.random.default_rng(seed)
    make_up = MakeUp(((4, int(seed % 3)), (3, 0), (2, 1)), seed % 2)
    terms = _random_game(generator, make_up)
    counted, drawn = _values(make_up, terms, drawn=False), _values(make_up, terms, drawn=True)
    amount = np.array([*[1] * 9, *[singles for _, singles in make_up.groups], make_up.others])
    assert counted @ amount == pytest.approx(1.0, abs=1e-9)
    assert drawn @ amount == pytest.approx(1.0, abs=1e-9)
    assert np.abs((counted - drawn) * amount).max() < 0.1


def test_a_very_large_game_is_drawn_reproducibly_and_still_adds_up() -> None:
    make_up = MakeUp(((16, 0), (3, 2)), 1)
    terms = [frozenset((0, i) for i in range(16)), frozenset({(1, 0), (0, 3)})]
    first = _values(make_up, terms, drawn=False)
    weigh_coalitions.cache_clear()
    assert (first == _values(make_up, terms, drawn=False)).all()
    assert first @ np.array([*[1] * 19, 0, 2, 1]) == pytest.approx(1.0, abs=1e-9)
