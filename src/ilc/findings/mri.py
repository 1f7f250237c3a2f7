"""What was read from MRI as findings: each probability that an expert would see something is soft evidence.

A probability p learnt where a share b had the finding moves the odds by odds(p) / odds(b), within bounds. How far the
finding itself can be trusted is told by its accuracy in the knowledge base.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ilc.core import LEVELS, InstanceId
from ilc.findings.mri_axial import Herniation, find_axial
from ilc.findings.mri_together import find_together
from ilc.findings.soft import Source, soften, step, tell_softly
from ilc.record.case import TypedFinding

# Where a sagittal picture measures the depth of the sac, below 10 mm is absolute stenosis after Verbiest; readers call
# it moderate or severe half the time at 9 mm and rarely from 12 mm on, in 15 percent of the levels of people who are
# examined, and the measurement itself is off by about 0.7 mm: assumption.
_HERNIATION_BASE = 0.05
_CANAL_HALF_MM, _CANAL_SPREAD_MM, _CANAL_BASE = 9.0, 0.9, 0.15

Disc = Mapping[str, Any]
Bases = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Rule:
    """`told` gives the probability that a reader would see the finding, and how often readers do."""

    finding: str
    told: Callable[[Disc, Bases], tuple[float, float] | None]
    unless: str = ""  # an entry of this finding at the same level says more


def find_in_mri(
    document: Mapping[str, Any], *, entered: Sequence[TypedFinding] = (), observed_on: date | None = None
) -> tuple[TypedFinding, ...]:
    """Findings in what was read from MRI: of each disc, in axial slices, and from all weightings together.

    Parameters
    ----------
    document : as `ilc.imaging.mri.document.describe_study` gives it
    entered : what a person typed; where it says more than the pictures can, nothing is added
    observed_on : the day of the examination

    Returns
    -------
    one finding per place and rule that could be judged, with its probability as the value; none where the pictures do
    not tell
    """
    known = {(finding.id.concept, finding.id.place) for finding in entered}
    reference = document.get("reference") or {}
    source = Source(f"images, series {reference.get('series', '')}", observed_on)
    found = []
    axial = find_axial(document, _herniations(document, known), observed_on=observed_on)
    # Axial slices say more about the sac, and about a herniation what the midline says is counted in.
    said = {(finding.id.concept, finding.id.place) for finding in axial}
    for disc in _named_discs(document):
        for rule in RULES:
            told = None if (rule.unless, disc["name"]) in known else rule.told(disc, document["base_rates"])
            if told is None or (rule.finding, disc["name"]) in said:
                continue
            p, base = told
            likelihood = soften(p, base, disc["p_name"])
            found.append(tell_softly(InstanceId(rule.finding, disc["name"]), p, likelihood, source))
    measured = {finding.id for finding in axial}
    together = find_together(document, observed_on=observed_on)
    return (*found, *axial, *(finding for finding in together if finding.id not in measured))


def _herniations(document: Mapping[str, Any], known: Collection[tuple[str, str]]) -> Mapping[str, Herniation]:
    """What the midline says of each level whose side nobody entered; where it says nothing, the base rate."""
    base = float(document["base_rates"].get("herniation", _HERNIATION_BASE))
    found = {}
    for disc in _named_discs(document):
        if ("mri_herniation", disc["name"]) not in known:
            p = disc["p_herniation"]
            found[disc["name"]] = Herniation(base if p is None else float(p), base)
    return found


def _named_discs(document: Mapping[str, Any]) -> Iterator[Disc]:
    for disc in document["discs"]:
        if disc["name"] in LEVELS and disc["seen"]:
            yield disc


def _graded(name: str) -> Callable[[Disc, Bases], tuple[float, float] | None]:
    def told(disc: Disc, bases: Bases) -> tuple[float, float] | None:
        return None if disc[f"p_{name}"] is None else (disc[f"p_{name}"], bases[name])

    return told


def _dark(disc: Disc, bases: Bases) -> tuple[float, float] | None:
    """Pfirrmann 3 or more."""
    if disc["p_pfirrmann"] is None:
        return None
    return sum(disc["p_pfirrmann"][2:]), sum(bases["pfirrmann"][2:])


def _narrow_canal(disc: Disc, _: Bases) -> tuple[float, float] | None:
    depth = disc["canal_ap_mm"]
    if depth is None:
        return None
    return step(_CANAL_HALF_MM - depth, _CANAL_SPREAD_MM), _CANAL_BASE


RULES: tuple[_Rule, ...] = (
    _Rule("mri_disc_degeneration", _dark),
    # The midline does not tell the side: evidence about both sides together, unless one was entered.
    _Rule("mri_herniation", _graded("herniation"), unless="mri_herniation"),
    _Rule("mri_slip", _graded("slip")),
    _Rule("mri_central_stenosis", _narrow_canal),
)
