"""Which predictions are confirmed, which are false, and where each judged factor came out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ilc.core import LEVELS, ROOTS, VERTEBRAE, InstanceId
from ilc.validation.cases.gold import CONTRIBUTES, CaseGold, GoldFactor
from ilc.validation.cases.judging import SOURCE, JudgedNode, Judgement
from ilc.validation.cases.rules import CaseRules

_SCALES = (LEVELS, VERTEBRAE, ROOTS)


@dataclass(frozen=True, slots=True)
class GoldRow:
    """A judged factor and the strongest node that answers to it."""

    gold: GoldFactor
    node: JudgedNode | None  # None: no node of the knowledge base answers to it
    complaint: str
    p_contributes: float
    p_any_level: float | None  # any of its levels leads to one and the same complaint; None where it is not confirmed
    reached: bool  # contributes: matched; else: predicted for a complaint it is judged about


@dataclass(frozen=True, slots=True)
class FalsePrediction:
    """A prediction without a match."""

    node: JudgedNode
    judged: str  # "incidental" | "excluded" | "" = unjudged
    before_confirmed: bool  # unjudged, and lies before a confirmed factor in the chain


@dataclass(frozen=True, slots=True)
class CaseMatch:
    """One case with the deciding test known."""

    rows: tuple[GoldRow, ...]
    false: tuple[FalsePrediction, ...]

    @property
    def confirmed(self) -> int:
        """Factors that the source holds for causes."""
        return sum(row.gold.judged == CONTRIBUTES for row in self.rows)

    @property
    def matched(self) -> int:
        """Confirmed factors that were predicted."""
        return sum(row.gold.judged == CONTRIBUTES and row.reached for row in self.rows)


def match_case(judgement: Judgement, gold: CaseGold, rules: CaseRules) -> CaseMatch:
    """Compare what is predicted of a case with what was confirmed."""
    predicted = [node for node in judgement.nodes if _is_predicted(node, rules)]
    confirmed = [item for item in gold.factors if item.judged == CONTRIBUTES]
    pairs = _pair(predicted, confirmed, rules)
    answering = {node.id for node in predicted if any(answers(node.id, item, rules) for item in confirmed)}
    rest = [node for node in predicted if node.id not in answering]
    return CaseMatch(
        rows=tuple(_row(item, judgement, pairs.get(item), rules) for item in gold.factors),
        false=tuple(_false_predictions(rest, predicted, judgement, gold, rules)),
    )


def _is_predicted(node: JudgedNode, rules: CaseRules) -> bool:
    counts = node.kind != SOURCE or node.id.concept in rules.stands_for
    return counts and node.best[1] >= rules.threshold


def answers(node: InstanceId, gold: GoldFactor, rules: CaseRules) -> bool:
    """Whether a node is the factor judged, or the pain source that says the same, at its side and about its level."""
    concept = rules.stands_for.get(node.concept, node.concept)
    return any(concept == own.concept and _fits(node, own, rules.level_tolerance) for own in gold.ids)


def _fits(node: InstanceId, gold: InstanceId, tolerance: int) -> bool:
    if node.side and gold.side and node.side != gold.side:
        return False
    return not node.place or not gold.place or level_distance(node.place, gold.place) <= tolerance


def level_distance(first: str, second: str) -> int:
    """Steps between two levels, vertebrae or roots."""
    scale = next(scale for scale in _SCALES if first in scale and second in scale)
    return abs(scale.index(first) - scale.index(second))


def _pair(
    predicted: Sequence[JudgedNode], confirmed: Sequence[GoldFactor], rules: CaseRules
) -> dict[GoldFactor, JudgedNode]:
    """One prediction for one confirmed factor: factors before sources, then exact levels, then the strongest."""
    fitting = [(item, node) for item in confirmed for node in predicted if answers(node.id, item, rules)]
    fitting.sort(key=lambda pair: (*_distance(*pair), -pair[1].best[1], str(pair[1].id)))
    found: dict[GoldFactor, JudgedNode] = {}
    taken: set[InstanceId] = set()
    for item, node in fitting:
        if item not in found and node.id not in taken:
            found[item] = node
            taken.add(node.id)
    return found


def _distance(gold: GoldFactor, node: JudgedNode) -> tuple[int, int]:
    own = [id_.place for id_ in gold.ids if id_.concept == node.id.concept and id_.place and node.id.place]
    return int(node.kind == SOURCE), min((level_distance(node.id.place, place) for place in own), default=0)


def _row(gold: GoldFactor, judgement: Judgement, matched: JudgedNode | None, rules: CaseRules) -> GoldRow:
    answering = [node for node in judgement.nodes if answers(node.id, gold, rules)]
    about = [(node, *_strongest(node, gold)) for node in ([matched] if matched else answering)]
    node, complaint, p = max(about, key=lambda found: found[2], default=(None, "", 0.0))
    reached = matched is not None if gold.judged == CONTRIBUTES else p >= rules.threshold
    return GoldRow(gold, node, complaint, p, _any_level(gold, answering, judgement), reached)


def _any_level(gold: GoldFactor, answering: Sequence[JudgedNode], judgement: Judgement) -> float | None:
    if gold.judged != CONTRIBUTES:
        return None
    return max((judgement.any_level[(node.id.concept, node.id.side)] for node in answering), default=0.0)


def _strongest(node: JudgedNode, gold: GoldFactor) -> tuple[str, float]:
    """Complaint and chance; for what is not confirmed, only complaints the judgement is about."""
    if gold.judged == CONTRIBUTES:
        return node.best
    own = {name: p for name, p in node.p_contributes.items() if _is_about(gold, name)}
    return max(own.items(), key=lambda item: item[1], default=("", 0.0))


def _is_about(gold: GoldFactor, complaint: str) -> bool:
    asked = InstanceId.parse(complaint)
    fits = [own.concept == asked.concept and (not own.side or own.side == asked.side) for own in gold.to]
    return not gold.to or any(fits)


def _false_predictions(
    rest: Sequence[JudgedNode],
    predicted: Sequence[JudgedNode],
    judgement: Judgement,
    gold: CaseGold,
    rules: CaseRules,
) -> Iterator[FalsePrediction]:
    factors = {node.id for node in predicted if node.kind != SOURCE}
    confirmed = [item for item in gold.factors if item.judged == CONTRIBUTES]
    downstream = [node.id for node in judgement.nodes if any(answers(node.id, item, rules) for item in confirmed)]
    before = frozenset[InstanceId]().union(*(judgement.upstream[id_] for id_ in downstream))
    for node in rest:
        if node.kind == SOURCE and factors & judgement.upstream[node.id]:
            continue  # said already, by the factor that leads to it
        judged = _judged(node, gold, rules)
        yield FalsePrediction(node, judged, before_confirmed=not judged and node.id in before)


def _judged(node: JudgedNode, gold: CaseGold, rules: CaseRules) -> str:
    for item in gold.factors:
        judges = item.judged != CONTRIBUTES and answers(node.id, item, rules)
        if judges and _strongest(node, item)[1] >= rules.threshold:
            return item.judged
    return ""
