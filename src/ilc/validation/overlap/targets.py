"""The figures the rules ask for, beside what they have to keep to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ilc.core import Estimate
from ilc.validation.overlap.batches import (
    ENGINE,
    MISSPECIFIED,
    NAIVE_BAYES,
    NETWORK,
    SINGLE_LABEL,
    TOLD,
    UNSELECTED,
)
from ilc.validation.overlap.rules import Bounds, OverlapRules
from ilc.validation.overlap.scoring import OUTPUTS, KindScore

ALARM_NAME = "alarms in vain, of those without serious disease (share)"
PASSED_OVER_NAME = "patients with a warning sign below urgent (count)"
RANKED = ("number of contributing factors", "number of all that exists")
KIND_WORDS = {UNSELECTED: "all who complain", NETWORK: "one to four factors", MISSPECIFIED: "misspecified"}


@dataclass(frozen=True, slots=True)
class Target:
    """A figure beside what it has to keep to."""

    name: str
    kind: str
    figure: Estimate
    bounds: Bounds

    @property
    def met(self) -> bool:
        """Whether the figure itself, not its interval, keeps to the bounds."""
        return self.bounds.least <= self.figure.value <= self.bounds.most

    @property
    def bound_words(self) -> str:
        """The bounds in words."""
        parts = []
        if self.bounds.least != float("-inf"):
            parts.append(f"at least {self.bounds.least:g}")
        if self.bounds.most != float("inf"):
            parts.append(f"at most {self.bounds.most:g}")
        return ", ".join(parts)


def check_targets(kinds: Sequence[KindScore], rules: OverlapRules) -> tuple[Target, ...]:
    """Every target of the rules with its figure; kinds in the order of `batches.KINDS`."""
    unselected, network, misspecified = kinds
    wanted = rules.targets
    found = [*_ranks(unselected, wanted.rank_histogram_p), *_ranks(network, wanted.rank_histogram_p)]
    for kind, judge in ((unselected, ENGINE), (network, TOLD), (misspecified, ENGINE)):
        found += _slopes(kind, judge, wanted.calibration_slope)
    for output in OUTPUTS:
        excess = misspecified.judge(ENGINE, output).excess
        if excess is not None:
            name = f"log-loss above the oracle, {output} (nats per factor)"
            found.append(Target(name, MISSPECIFIED, excess, wanted.mean_excess_log_loss_nats))
    if misspecified.relief is not None:
        name = "relief achieved / relief of the oracle's choice"
        found.append(Target(name, MISSPECIFIED, misspecified.relief.ratio, wanted.relief_ratio))
    for kind in kinds:
        found.append(Target(ALARM_NAME, kind.kind, kind.alarms.in_vain, wanted.alarms_in_vain))
        passed_over = kind.alarms.passed_over
        found.append(Target(PASSED_OVER_NAME, kind.kind, passed_over, wanted.warning_signs_below_urgent))
    for kind in (network, misspecified):
        found += _baselines(kind, wanted.baseline_minus_engine_log_loss_nats)
    return tuple(found)


def _ranks(kind: KindScore, bounds: Bounds) -> Iterator[Target]:
    for name, histogram in zip(RANKED, kind.ranks, strict=True):
        p = Estimate(histogram.p, histogram.p, histogram.p)
        yield Target(f"ranks of the {name} are flat (p)", kind.kind, p, bounds)


def _slopes(kind: KindScore, judge: str, bounds: Bounds) -> Iterator[Target]:
    for output in OUTPUTS:
        slope = kind.judge(judge, output).calibration.slope
        yield Target(slope_name(output, judge), kind.kind, slope, bounds)


def slope_name(output: str, judge: str) -> str:
    """How the calibration slope of a judge is named among the targets."""
    return f"calibration slope, {output}{', told of the selection' if judge == TOLD else ''}"


def _baselines(kind: KindScore, bounds: Bounds) -> Iterator[Target]:
    for output in OUTPUTS:
        for judge in (NAIVE_BAYES, SINGLE_LABEL):
            score = kind.judge(judge, output)
            yield Target(f"log-loss of {judge} above the engine's, {output}", kind.kind, score.above_engine, bounds)
