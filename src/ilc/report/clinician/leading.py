"""Which factors matter to a complaint, and how a probability is printed in a line."""

from __future__ import annotations

from ilc.explanation.model import FactorResult, Probability
from ilc.report.document import Line, Run, line
from ilc.report.figures import percent, percent_interval
from ilc.report.material import Material

SHOWN_FROM_P = 0.05
SHOWN_FROM_SHARE = 0.03
MOST_ROWS = 14


def leading_factors(material: Material, complaint: str) -> list[FactorResult]:
    """The factors that matter to a complaint, by share, then by the chance that they contribute."""
    found = []
    for factor in material.factors:
        contribution = factor.p_contributes.get(complaint)
        part = factor.share.get(complaint) or 0.0
        if contribution is not None and (contribution.p >= SHOWN_FROM_P or part >= SHOWN_FROM_SHARE):
            found.append((-part, -contribution.p, factor.id, factor))
    return [factor for *_, factor in sorted(found, key=lambda item: item[:3])][:MOST_ROWS]


def probability_line(probability: Probability) -> Line:
    """Return "71 % (52-84 %)"."""
    interval = percent_interval(probability)
    return line(Run(percent(probability.p), "strong"), Run(f" ({interval})" if interval else "", "figure"))


def band_run(material: Material, name: str) -> Run:
    """Return a band as a tag."""
    return Run(material.texts.choose("band", name), "tag")


def factor_name(material: Material, factor: FactorResult, name: str = "") -> Line:
    """Return a factor's name, with a tag where its number is an assumption."""
    tag = line(" ", Run(material.texts.say("tag.expert_only"), "tag")) if factor.expert_only else ()
    return line(name or material.words.node(factor.id), *tag)
