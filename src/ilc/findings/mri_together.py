"""What T1, T2 and STIR show together as findings: soft evidence, and weaker where it rests on fewer weightings.

The rules were made and measured on simulated people; real STIR with known truth was not at hand. So they move the odds
less than what was learnt from readers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ilc.core import LEVELS, VERTEBRAE, InstanceId
from ilc.findings.soft import Source, soften, tell_softly
from ilc.record.case import TypedFinding

Entry = Mapping[str, Any]

# The most that one judgement moves the odds of what a reader would say, with and without STIR: assumption.
_LARGEST_WITH_STIR, _LARGEST_WITHOUT = 10.0, 3.0
_FEWEST_JUDGED = 3  # places, before their silence says something about the whole spine


@dataclass(frozen=True, slots=True)
class _Rule:
    """`base` is how often readers see the finding at one place, or in one person who is examined: assumption."""

    finding: str
    base: float
    places: frozenset[str] | None  # None: one finding for the whole person


_AT_LEVELS, _AT_VERTEBRAE = frozenset(LEVELS), frozenset(VERTEBRAE)
RULES: Mapping[str, _Rule] = {
    "modic_1": _Rule("mri_modic_1", 0.05, _AT_LEVELS),
    "modic_2": _Rule("mri_modic_2", 0.15, _AT_LEVELS),
    "fracture_fresh": _Rule("mri_fracture_oedema", 0.01, _AT_VERTEBRAE),
    "fracture_old": _Rule("mri_fracture_old", 0.03, _AT_VERTEBRAE),
    "facet_oedema": _Rule("mri_facet_oedema", 0.06, _AT_LEVELS),
    "facet_effusion": _Rule("mri_facet_effusion", 0.33, _AT_LEVELS),
    "infection_pattern": _Rule("mri_discitis_pattern", 0.01, None),
    "marrow_lesion": _Rule("mri_marrow_lesion", 0.02, None),
}


def find_together(document: Mapping[str, Any], *, observed_on: date | None = None) -> tuple[TypedFinding, ...]:
    """Findings from the part of an MRI document that compares weightings.

    Parameters
    ----------
    document : as `ilc.imaging.mri.document.describe_study` gives it
    observed_on : the day of the examination

    Returns
    -------
    one finding per rule and place that could be judged, with its probability as the value
    """
    together = document.get("together")
    if together is None:
        return ()
    compared = ", ".join(kind.upper() for kind in together["sequences"])
    source = Source(f"images, {compared} together", observed_on)
    p_names = float(document["levels"]["p"])
    found = []
    for name, rule in RULES.items():
        judged = [entry for entry in together["findings"] if entry["finding"] == name and entry["p"] is not None]
        for place, entry in _chosen(rule, judged):
            p = float(entry["p"])
            largest = _LARGEST_WITH_STIR if "stir" in entry["rests_on"] else _LARGEST_WITHOUT
            likelihood = soften(p, rule.base, 1.0 if rule.places is None else p_names, largest=largest)
            found.append(tell_softly(InstanceId(rule.finding, place), p, likelihood, source))
    return tuple(found)


def _chosen(rule: _Rule, judged: Sequence[Entry]) -> Iterator[tuple[str, Entry]]:
    """At each place the judgement that speaks most for the finding; both sides of a level are one place."""
    if rule.places is None:
        best = max(judged, key=lambda entry: float(entry["p"]), default=None)
        if best is not None and (len(judged) >= _FEWEST_JUDGED or best["p"] >= 0.5):
            yield "", best
        return
    by_place: dict[str, Entry] = {}
    for entry in judged:
        place = entry["place"]
        if place in rule.places and (place not in by_place or entry["p"] > by_place[place]["p"]):
            by_place[place] = entry
    yield from by_place.items()
