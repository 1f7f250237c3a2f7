"""How far parameter intervals are from drawing every number and reasoning anew: `python -m benchmarks.intervals`.

For the reference every number is drawn, and the network built, solved and sampled again, as often as asked: minutes.
Its own ends are uncertain too, most of all in long tails: `surely` measures from their own 95 % interval.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from ilc.explanation.bounds import measure_bounds
from ilc.explanation.reasoning import reason_about
from ilc.findings import collect_findings
from ilc.inference.network import FloatArray
from ilc.knowledge import Knowledge, load_knowledge
from ilc.questionnaires import score_questionnaires
from ilc.record import read_case
from tests.support.drawn_knowledge import NODES, Person, draw_reference, part_of, without_sampling_noise

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ("slip_and_stenosis", "sensitised_back", "hidden_infection")
WITHIN = 0.03
PART = (*NODES, "spinal_infection", "bone_pain")


def people(knowledge: Knowledge) -> Iterator[tuple[str, Person]]:
    """The example patients, with what a knowledge base knows of them."""
    nodes = {definition.id for definition in knowledge.nodes.values()}
    for name in EXAMPLES:
        case = read_case(ROOT / "examples" / name, load_knowledge()).case
        if case is None:
            raise ValueError(f"{name} cannot be read")
        observed = (*case.findings, *score_questionnaires(case, load_knowledge()).findings)
        known = [finding for finding in observed if finding.id.concept in knowledge.findings]
        findings, _ = collect_findings(knowledge, known)
        complaints = tuple(complaint for complaint in case.complaints if complaint.id.concept in nodes)
        yield name, Person(case.patient, findings, complaints)


def compare(name: str, knowledge: Knowledge, person: Person, *, draws: int, worlds: int) -> None:
    """Print how far the ends lie from the reference, for one person."""
    reasoning = reason_about(knowledge, person.patient, findings=person.findings, complaints=person.complaints, seed=1)
    cpu_s = time.process_time()
    bounds = measure_bounds(reasoning)
    cpu_s = time.process_time() - cpu_s
    reference = draw_reference(knowledge, person, draws=draws, worlds=worlds, generator=np.random.default_rng(2026))
    contributes = without_sampling_noise(reference.contributes, worlds)
    asked = ~np.isnan(reasoning.posterior.p_present)
    seen = np.nan_to_num(reasoning.contributions.p_contributes()) > 0.0
    for what, drawn, (low, high), chosen in (
        ("exists", reference.exists, (bounds.exists_low, bounds.exists_high), asked),
        ("contributes", contributes, (bounds.contributes_low, bounds.contributes_high), seen),
    ):
        far, surely = (apart[chosen] for apart in _apart(drawn, np.array([low, high])))
        print(
            f"{name:<20} {what:<12} {chosen.sum():>5} {far.max():>8.3f} {far.mean():>8.4f} {(far > WITHIN).sum():>8}"
            f" {surely.max():>10.3f} {(surely > WITHIN).sum():>8} {cpu_s:>9.2f} s",
            flush=True,
        )


def _apart(drawn: FloatArray, ends: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Distance of interval ends from those of the draws, and from the nearest value these may have."""
    ordered = np.sort(np.nan_to_num(drawn), axis=0)
    count = len(ordered)
    nearest, distance = [], []
    for share, end in zip((0.025, 0.975), ends, strict=True):
        spread = 1.96 * np.sqrt(count * share * (1.0 - share))
        first, last = (int(np.clip(count * share + sign * spread, 0, count - 1)) for sign in (-1.0, 1.0))
        distance.append(np.abs(end - ordered[int(count * share)]))
        nearest.append(np.maximum(0.0, np.maximum(ordered[first] - end, end - ordered[last])))
    return np.max(distance, axis=0), np.max(nearest, axis=0)


def main(arguments: Sequence[str]) -> int:
    """Print the table; the exit status is 0 whatever it says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="the whole shipped network: about ten minutes a person")
    parser.add_argument("--draws", type=int, default=2000)
    parser.add_argument("--worlds", type=int, default=1000)
    options = parser.parse_args(arguments)
    knowledge = load_knowledge() if options.full else part_of(load_knowledge(), PART)
    print(f"ends of 95 % intervals against {options.draws} draws of every number; `surely`: from its own interval")
    print(
        f"{'patient':<20} {'output':<12} {'count':>5} {'largest':>8} {'mean':>8} {'> ' + str(WITHIN):>8} {'surely':>10}"
        f" {'> ' + str(WITHIN):>8} {'CPU':>11}"
    )
    for name, person in people(knowledge):
        compare(name, knowledge, person, draws=options.draws, worlds=options.worlds)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
