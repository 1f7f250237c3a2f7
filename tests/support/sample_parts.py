"""Pieces of the sample diagnosis, with reasons that add up."""

from collections.abc import Mapping
from types import MappingProxyType

from ilc.core import expit, logit
from ilc.explanation.model import (
    ChainLink,
    Change,
    ComplaintResult,
    FactorResult,
    ObservedFinding,
    OriginResult,
    Probability,
    Reason,
    Reasons,
    RedFlagResult,
    ReliefResult,
)

BACK, LEG, WALK = "low_back_pain", "leg_pain@left", "walking_limitation"
_PRESENT = (BACK, LEG, WALK)


def make_probability(p: float) -> Probability:
    return Probability(p, expit(logit(p) - 0.6), expit(logit(p) + 0.6))


def make_reasons(prior: float, p: float, direct: Mapping[str, tuple[str, float, tuple[str, ...]]]) -> Reasons:
    """Direct evidence as given; what is left to reach p is the competing explanation."""
    pieces = [
        Reason(evidence, outcome, log_odds, "direct", sources, not sources)
        for evidence, (outcome, log_odds, sources) in direct.items()
    ]
    pieces.append(Reason("complaints_and_setting", "", 0.2, "context", (), True))
    left = logit(p) - logit(prior) - sum(piece.log_odds for piece in pieces)
    return Reasons(logit(prior), (*pieces, Reason("competing", "", left, "competing", (), False)))


def make_factor(
    id_: str,
    group: str,
    p: tuple[float, float],
    contributes: Mapping[str, tuple[float, float]],
    direct: Mapping[str, tuple[str, float, tuple[str, ...]]] | None = None,
) -> FactorResult:
    """`p`: prior and posterior; `contributes`: complaint -> chance and share; `direct`: evidence of its own."""
    prior, posterior = p
    reasons = make_reasons(prior, posterior, direct or {})
    kind = "factor" if group else "source"
    highest = max((chance for chance, _ in contributes.values()), default=0.0)
    return FactorResult(
        id=id_,
        label=id_.partition("@")[0].replace("_", " ").capitalize(),
        kind=kind,
        group=group,
        serious=group == "serious",
        modifiable=group not in ("structure", "serious"),
        assessed=bool(direct),
        p_exists=make_probability(posterior),
        band="likely" if posterior >= 0.7 else "possible" if posterior >= 0.3 else "low",
        p_reference=(prior + posterior) / 2,
        prior=prior,
        age_norm={"structure": 0.41}.get(group),
        p_contributes=MappingProxyType({c: make_probability(contributes.get(c, (0.01, 0.0))[0]) for c in _PRESENT}),
        p_direct=MappingProxyType({c: contributes.get(c, (0.01, 0.0))[0] / 3 for c in _PRESENT}),
        share=MappingProxyType({**{c: contributes.get(c, (0.01, 0.0))[1] for c in _PRESENT}, "groin_pain@left": None}),
        incidental=posterior > 0.5 and highest < 0.3 and kind == "factor",
        reasons=reasons,
        reasons_contributes=MappingProxyType(
            {c: make_reasons(prior, chance, direct) for c, (chance, _) in contributes.items()} if direct else {}
        ),
        would_change=(Change("root_block@L5.left", "present", 0.4, 0.93),) if id_.startswith("root") else (),
        expert_only=group == "flow",
        sources=("suri2010",) if direct else (),
    )


def make_link(source: str, target: str, p: float, grade: str = "established", origin: str = "body") -> ChainLink:
    mechanism = "nociplastic" if origin == "brain" else "neuropathic" if "root" in source else "nociceptive"
    return ChainLink(source, target, make_probability(p), mechanism, origin, grade, grade != "established", p * 0.9)


def make_flag(id_: str, label: str, unasked: tuple[str, ...] = ()) -> RedFlagResult:
    level = "not_excluded" if unasked else "none"
    factor = "cauda_equina_syndrome" if id_ == "cauda_equina" else id_
    return RedFlagResult(id_, label, not unasked, unasked, level, 0.0004, 0.0, 0.0003, 0.0004, (), "", (factor,))


def make_origin(complaint: str, body: float, brain: float, status: str) -> OriginResult:
    rest = 1.0 - body - brain
    return OriginResult(
        complaint,
        body,
        brain,
        rest,
        min(0.99, body + 0.1),
        brain + 0.15,
        0.7,
        0.2,
        status,
        ("facet_pain",),
        ("hip_osteoarthritis@left",),
    )


def make_complaint(id_: str, nrs: float | None, groups: Mapping[str, float]) -> ComplaintResult:
    label = id_.partition("@")[0].replace("_", " ").capitalize()
    rest = 1.0 - sum(groups.values())
    return ComplaintResult(id_, label, True, True, nrs, rest, MappingProxyType(dict(groups)))


def make_relief(factors: tuple[str, ...], complaint: str, gone: float, left: float) -> ReliefResult:
    return ReliefResult(factors, complaint, make_probability(gone), left, gone * 0.9, min(0.95, gone + 0.2))


def make_observed(
    id_: str, label: str, outcome: str, origin: str = "typed", value: float | None = None
) -> ObservedFinding:
    unit = "" if value is None else "points"
    return ObservedFinding(id_, label, outcome, value, unit, origin, "2026-11-10", origin != "patient", ())
