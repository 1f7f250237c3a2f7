"""The explanation of one person, timed part by part."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TypeVar

from benchmarks.people import BenchPerson
from ilc.explanation.bounds import measure_bounds
from ilc.explanation.exit_sets import choose_exit_sets
from ilc.explanation.factor_results import evaluate_factors
from ilc.explanation.next_tests import suggest_tests
from ilc.explanation.reasoning import reason_about
from ilc.explanation.relief_results import measure_relief, search_ways_out
from ilc.explanation.robustness import measure_robustness
from ilc.explanation.serious import judge_red_flags
from ilc.explanation.shares import measure_shares
from ilc.findings import detect_red_flags

Result = TypeVar("Result")


def explain_by_part(person: BenchPerson) -> Mapping[str, tuple[float, float]]:
    """Wall and processor seconds of each part, by name."""
    spent: dict[str, tuple[float, float]] = {}

    def part(name: str, work: Callable[[], Result]) -> Result:
        wall, cpu = time.perf_counter(), time.process_time()
        made = work()
        spent[name] = (time.perf_counter() - wall, time.process_time() - cpu)
        return made

    seed = 1
    r = part(
        "posteriors and worlds",
        lambda: reason_about(
            person.knowledge, person.patient, findings=person.findings, complaints=person.complaints, seed=seed
        ),
    )
    rules = detect_red_flags(person.knowledge, person.findings)
    flags = part("red flags", lambda: judge_red_flags(r.model, r.evidence, rules, r.posterior, plan=r.plan))
    shares = part("shares", lambda: measure_shares(r.worlds, r.roles, r.contributions))
    bounds = part("parameter intervals", lambda: measure_bounds(r))
    part("factors with reasons", lambda: evaluate_factors(r, shares, bounds))
    search = part("search of ways out", lambda: search_ways_out(r))
    exit_sets = part("exit sets", lambda: choose_exit_sets(search))
    part("relief", lambda: measure_relief(r, exit_sets))
    part("next tests", lambda: suggest_tests(r, search, flags, seed=seed))
    part("robustness", lambda: measure_robustness(r, seed=seed))
    return spent
