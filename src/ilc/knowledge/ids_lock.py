"""Ids once published stay: reports, cases and records name them. `ids.lock` remembers every one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import pairwise
from pathlib import Path

from ilc.knowledge.files import IDS_LOCK
from ilc.knowledge.refusal import Mark, Refusal, Refusals


def parse_ids_lock(text: str) -> tuple[str, ...]:
    """The ids of a lock file: one a line, sorted, each once.

    Raises
    ------
    Refusal : not sorted, or an id twice
    """
    ids = tuple(text.split())
    for number, (before, after) in enumerate(pairwise(ids), start=2):
        if before >= after:
            message = f"{after} stands after {before}."
            raise Refusal("IDS_LOCK", Mark(IDS_LOCK, number), message, "Write each id once, sorted.")
    return ids


def check_ids_lock(text: str, node_ids: Collection[str], refusals: Refusals) -> None:
    """Refuse nodes that were published before and are gone."""
    try:
        locked = parse_ids_lock(text)
    except Refusal as refusal:
        refusals.add(refusal)
        return
    for number, id_ in enumerate(locked, start=1):
        if id_ not in node_ids:
            remedy = "Bring it back; an id that was published is never removed, renamed or used for something else."
            refusals.add(Refusal("ID_VANISHED", Mark(IDS_LOCK, number), f"the node {id_} is gone.", remedy))


def render_ids_lock(locked: Iterable[str], node_ids: Iterable[str]) -> str:
    """The lock file with the ids of now added to those of before."""
    return "".join(f"{id_}\n" for id_ in sorted({*locked, *node_ids}))


def write_ids_lock(folder: Path, node_ids: Iterable[str]) -> None:
    """Add the ids of now to the lock of a knowledge folder."""
    path = folder / IDS_LOCK
    locked = parse_ids_lock(path.read_text(encoding="utf-8")) if path.exists() else ()
    path.write_text(render_ids_lock(locked, node_ids), encoding="utf-8")
