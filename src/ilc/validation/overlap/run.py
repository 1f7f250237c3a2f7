"""All batches, spread over processes; the same rules give the same scores whatever their number."""

from __future__ import annotations

import copyreg
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from types import MappingProxyType
from typing import Any

from ilc.knowledge import Knowledge
from ilc.validation.overlap.batches import KINDS, Batch, PatientScore, score_batch
from ilc.validation.overlap.people import Models
from ilc.validation.overlap.rules import OverlapRules
from ilc.validation.result import Tell

MOST_PROCESSES = 2

_stated: list[Models] = []  # of this process


def plan_batches(rules: OverlapRules) -> tuple[Batch, ...]:
    """The batches of every kind of patients."""
    return tuple(batch for kind in KINDS for batch in _batches(kind, rules))


def _batches(kind: str, rules: OverlapRules) -> Iterator[Batch]:
    patients, size = int(getattr(rules.patients, kind)), rules.patients_per_batch
    for number, start in enumerate(range(0, patients, size)):
        yield Batch(kind, number, min(size, patients - start))


def score_patients(
    knowledge: Knowledge, rules: OverlapRules, *, processes: int, tell: Tell
) -> dict[str, tuple[PatientScore, ...]]:
    """Simulate and judge all patients.

    Parameters
    ----------
    knowledge : to reason with
    rules : as written
    processes : how many work at once; 1 works in this one
    tell : told of the progress

    Returns
    -------
    kind -> its patients, always in the same order
    """
    batches = plan_batches(rules)
    done: dict[Batch, tuple[PatientScore, ...]] = {}
    total = sum(batch.patients for batch in batches)
    for batch, scores in _in_parallel(knowledge, rules, batches, processes=processes):
        done[batch] = scores
        tell(f"overlap: {sum(len(part) for part in done.values())} of {total} simulated patients")
    found: dict[str, tuple[PatientScore, ...]] = {}
    for batch in batches:
        found[batch.kind] = (*found.get(batch.kind, ()), *done[batch])
    return found


def _in_parallel(
    knowledge: Knowledge, rules: OverlapRules, batches: Sequence[Batch], *, processes: int
) -> Iterator[tuple[Batch, tuple[PatientScore, ...]]]:
    if processes == 1:
        stated = Models(knowledge)
        for batch in batches:
            yield batch, score_batch(stated, rules, batch)
        return
    copyreg.pickle(MappingProxyType, _reduce_mapping)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, _start, (knowledge,)) as pool:
        running = {pool.submit(_score, rules, batch): batch for batch in batches}
        for future in as_completed(running):
            yield running[future], future.result()


def _reduce_mapping(mapping: MappingProxyType[Any, Any]) -> tuple[Callable[..., Any], tuple[dict[Any, Any]]]:
    """How the read-only mappings of the knowledge travel to another process."""
    return _freeze_mapping, (dict(mapping),)


def _freeze_mapping(mapping: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(mapping)


def _start(knowledge: Knowledge) -> None:
    _stated.append(Models(knowledge))


def _score(rules: OverlapRules, batch: Batch) -> tuple[PatientScore, ...]:
    return score_batch(_stated[0], rules, batch)


def processes_available() -> int:
    """How many processes to use on this machine."""
    return max(1, min(MOST_PROCESSES, os.cpu_count() or 1))
