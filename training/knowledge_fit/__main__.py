"""`make fit`: fit link strengths and leaks to the fitted rows of the literature rules, write data/fitted.yaml."""

from __future__ import annotations

import argparse
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from ilc.knowledge import load_knowledge
from ilc.knowledge.fitted import without_fit
from ilc.validation.literature.counting import crowd_of
from ilc.validation.literature.people import Crowd
from ilc.validation.literature.rules import read_literature_rules
from training.knowledge_fit.linear import Simulation
from training.knowledge_fit.moved import moved_numbers
from training.knowledge_fit.solve import Solver
from training.knowledge_fit.targets import hash_of_rows, targets_of
from training.knowledge_fit.write import Made, number_lines, render_fitted, target_lines, write_fitted

DATA = Path(__file__).resolve().parents[2] / "src" / "ilc" / "knowledge" / "data" / "fitted.yaml"


def main() -> None:
    """Fit, tell what moved, write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=10000, help="simulated people for each age and sex")
    parser.add_argument("--iterations", type=int, default=12)
    parser.add_argument("--out", type=Path, default=DATA)
    asked = parser.parse_args()
    started = time.perf_counter()
    rules, _ = read_literature_rules()
    knowledge = without_fit(load_knowledge())
    stated = crowd_of(rules)
    crowd = Crowd(stated.ages_years, stated.sexes, asked.worlds, stated.seed + 1)
    targets = targets_of(knowledge, rules, crowd)
    moved = moved_numbers(knowledge, targets, vague_sd=rules.fit.vague_sd)
    print(f"{len(targets)} targets, {len(moved.start)} numbers")
    simulation = Simulation(knowledge, crowd, targets, moved, _tell_inline)
    fit = Solver(simulation, rules.fit, _tell_line).solve(iterations=asked.iterations)
    for line in (*target_lines(simulation, fit), "", *number_lines(simulation, fit)):
        print(line)
    made = Made(datetime.now(UTC).date().isoformat(), hash_of_rows(rules))
    write_fitted(asked.out, render_fitted(knowledge, simulation, fit, made))
    print(f"\n{asked.out} written; {fit.iterations} iterations, {time.perf_counter() - started:.0f} s")


def _tell_inline(words: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{words}   ", end="", file=sys.stderr, flush=True)


def _tell_line(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    main()
