"""The parts of the validation by name; each is imported only when it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ilc.validation.result import PartNotPossible, PartResult, Request, Skipped


@dataclass(frozen=True, slots=True)
class Part:
    """One part: what it asks, and what measures it."""

    name: str
    question: str
    measure: Callable[[Request], PartResult]
    patients: str = ""  # "file" | "folder": what holds patients of the user it can score instead; "" = it cannot


def _measure_smart(request: Request) -> PartResult:
    from ilc.validation.smart import measure_smart

    return measure_smart(request)


def _measure_column(request: Request) -> PartResult:
    from ilc.validation.column import measure_column

    return measure_column(request)


def _measure_overlap(request: Request) -> PartResult:
    from ilc.validation.overlap import measure_overlap

    return measure_overlap(request)


def _measure_mri(request: Request) -> PartResult:
    from ilc.validation.mri import measure_mri

    return measure_mri(request)


def _measure_robustness(request: Request) -> PartResult:
    from ilc.validation.robustness import measure_case_robustness

    return measure_case_robustness(request)


def _measure_cases(request: Request) -> PartResult:
    from ilc.validation.cases import measure_cases

    return measure_cases(request)


def _measure_literature(request: Request) -> PartResult:
    from ilc.validation.literature import measure_literature

    return measure_literature(request)


_ALL = (
    Part("smart", "Do mechanism shares agree with clinicians in 232 patients?", _measure_smart, patients="file"),
    Part("column", "What does the knowledge make of spinopelvic numbers?", _measure_column),
    Part("literature", "Does the network as a whole give back what the literature counted?", _measure_literature),
    Part("overlap", "Does the engine tell several true factors apart in simulated patients?", _measure_overlap),
    Part("cases", "Are the confirmed causes of published cases found?", _measure_cases, patients="folder"),
    Part("mri", "Does the reading of MRI agree with masks, counts and grades?", _measure_mri),
    Part("robustness", "Which conclusions flip when the model is changed?", _measure_robustness, patients="folder"),
)
PARTS: Mapping[str, Part] = MappingProxyType({part.name: part for part in _ALL})


def measure_parts(names: Iterable[str], request: Request) -> tuple[PartResult | Skipped, ...]:
    """Run parts in the order given; one that lacks its data is skipped with the reason, the others go on.

    Raises
    ------
    KeyError : there is no such part
    """
    chosen = [PARTS[name] for name in names]
    return tuple(_measure(part, request) for part in chosen)


def _measure(part: Part, request: Request) -> PartResult | Skipped:
    try:
        return part.measure(request)
    except PartNotPossible as error:
        return Skipped(part.name, error.reason, error.remedy)
