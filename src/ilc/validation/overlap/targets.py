"""The figures the rules ask for, beside what they have to keep to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ilc.core import Estimate
from ilc.validation.overlap.batches import ENGINE, MISSPECIFIED, NAIVE_BAYES, NETWORK, SINGLE_LABEL, TOLD
from ilc.validation.overlap.rules import Bounds, OverlapRules
from ilc.validation.overlap.scoring import OUTPUTS, HalfScore

ALARM_NAME = "urgent or emergency without serious disease (share)"
RANKED = ("number of contributing factors", "number of all that exists")
HALF_WORDS = {NETWORK: "from the network", MISSPECIFIED: "misspecified"}


@dataclass(frozen=True, slots=True)
class Target:
    """A figure beside what it has to keep to."""

    name: str
    half: str
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


def check_targets(network: HalfScore, misspecified: HalfScore, rules: OverlapRules) -> tuple[Target, ...]:
    """Every target of the rules with its figure."""
    wanted = rules.targets
    found = []
    for name, histogram in zip(RANKED, network.ranks, strict=True):
        p = Estimate(histogram.p, histogram.p, histogram.p)
        found.append(Target(f"ranks of the {name} are flat (p)", NETWORK, p, wanted.rank_histogram_p))
    for half, judges in ((network, (TOLD, ENGINE)), (misspecified, (ENGINE,))):
        for judge in judges:
            found += _slopes(half, judge, wanted.calibration_slope)
    for output in OUTPUTS:
        excess = misspecified.judge(ENGINE, output).excess
        if excess is not None:
            name = f"log-loss above the oracle, {output} (nats per factor)"
            found.append(Target(name, MISSPECIFIED, excess, wanted.mean_excess_log_loss_nats))
    relief = misspecified.relief.ratio
    found.append(Target("relief achieved / relief of the oracle's choice", MISSPECIFIED, relief, wanted.relief_ratio))
    for half in (network, misspecified):
        share = half.alarms.share_without
        bounds = wanted.urgent_without_serious_disease
        found.append(Target(ALARM_NAME, half.half, share, bounds))
        found += _baselines(half, wanted.baseline_minus_engine_log_loss_nats)
    return tuple(found)


def _slopes(half: HalfScore, judge: str, bounds: Bounds) -> Iterator[Target]:
    for output in OUTPUTS:
        slope = half.judge(judge, output).calibration.slope
        yield Target(slope_name(output, judge), half.half, slope, bounds)


def slope_name(output: str, judge: str) -> str:
    """How the calibration slope of a judge is named among the targets."""
    return f"calibration slope, {output}{', told of the selection' if judge == TOLD else ''}"


def _baselines(half: HalfScore, bounds: Bounds) -> Iterator[Target]:
    for output in OUTPUTS:
        for judge in (NAIVE_BAYES, SINGLE_LABEL):
            score = half.judge(judge, output)
            yield Target(f"log-loss of {judge} above the engine's, {output}", half.half, score.above_engine, bounds)
