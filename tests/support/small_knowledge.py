"""A few findings, complaints and questionnaires: enough to read a case, small enough to see at a glance."""

from dataclasses import replace
from types import MappingProxyType
from typing import Any

from ilc.core import Estimate, SiteKind
from ilc.knowledge.model import (
    FindingDef,
    FindingTarget,
    Group,
    InstrumentDef,
    Knowledge,
    NodeDef,
    SettingDef,
    Slice,
    TestKind,
)

_EMPTY: MappingProxyType[str, Estimate] = MappingProxyType({})


def _node(id_: str, slice_: Slice, sites: SiteKind = SiteKind.WHOLE) -> NodeDef:
    return NodeDef(
        id=id_,
        label=id_.replace("_", " ").capitalize(),
        slice=slice_,
        definition=id_,
        sites=sites,
        states=4 if slice_ is Slice.COMPLAINT else 2,
        group=Group.STRUCTURE if slice_ is Slice.FACTOR else None,
        prior=(),
        prior_unit="person",
        leak=Estimate(0.01, 0.005, 0.02),
        leak_parameter="",
        site_weights=MappingProxyType({}),
        modifiable=False,
        serious=False,
        latent=False,
        codes=MappingProxyType({}),
        age_norm=(),
        picture=id_,
    )


def _finding(id_: str, sites: SiteKind = SiteKind.WHOLE, **differences: Any) -> FindingDef:
    plain = FindingDef(
        id=id_,
        label=id_.replace("_", " ").capitalize(),
        question=f"{id_}?",
        sites=sites,
        test_kind=TestKind.CONTEXT,
        evidence_group="examination",
        outcomes=tuple(differences.get("bands", ("present", "absent"))),
        given_absent=_EMPTY,
        targets=(),
        bands=MappingProxyType({}),
        unit="",
        validity_days=0,
        negative_covers="site",
        test="ask",
        red_flag=False,
        central=False,
        context_only=True,
        note="",
    )
    return replace(plain, **differences)


def _instrument(id_: str, finding: str, **differences: Any) -> InstrumentDef:
    plain = InstrumentDef(id_, id_.upper(), 0.0, 100.0, 10, 0.0, 5.0, "percent", 0, finding, ())
    return replace(plain, **differences)


_HERNIATION = (FindingTarget("disc_herniation", "", "same", _EMPTY, (), 1.0),)
_FINDINGS = (
    _finding("fever", validity_days=7, red_flag=True),
    _finding("body_temperature", bands={"normal": (34.0, 38.0), "raised": (38.0, 43.0)}, unit="degree_celsius"),
    _finding(
        "crp", bands={"normal": (0.0, 10.0), "raised": (10.0, 500.0)}, unit="milligram_per_litre", validity_days=14
    ),
    _finding("straight_leg_raise", SiteKind.SIDE, validity_days=30),
    _finding("herniation_on_mri", SiteKind.LEVEL_SIDE, validity_days=365, targets=_HERNIATION),
    _finding("facet_block", SiteKind.LEVEL, outcomes=("none", "partial", "full")),
    _finding("pain_duration", bands={"short": (0.0, 90.0), "long": (90.0, 40_000.0)}, unit="day"),
    _finding(
        "body_mass_index", bands={"usual": (10.0, 30.0), "obese": (30.0, 120.0)}, unit="kilogram_per_square_metre"
    ),
    _finding("phq9_total", bands={"low": (0.0, 10.0), "high": (10.0, 28.0)}, unit="score", validity_days=60),
    _finding("disability", bands={"little": (0.0, 40.0), "much": (40.0, 101.0)}, unit="percent"),
    _finding("suicidal_thoughts", bands={"absent": (0.0, 1.0), "present": (1.0, 4.0)}, unit="point", red_flag=True),
    _finding("suicide_plan", validity_days=7, red_flag=True),
)
_NODES = (
    _node("low_back_pain", Slice.COMPLAINT),
    _node("leg_pain", Slice.COMPLAINT, SiteKind.SIDE),
    _node("walking_limitation", Slice.COMPLAINT),
    _node("disc_herniation", Slice.FACTOR, SiteKind.LEVEL_SIDE),
)
_INSTRUMENTS = (
    _instrument("phq9", "phq9_total", items=9, item_maximum=3.0, maximum=27.0, scoring="sum", max_missing=2),
    _instrument("odi", "disability", max_missing=1),
    _instrument("peg", "interference", items=3, item_maximum=10.0, maximum=10.0, scoring="mean"),
)


def small_knowledge() -> Knowledge:
    """A knowledge base without links, numbers or sources, for reading cases only."""
    return Knowledge(
        version="2000.1.1",
        hash="0" * 64,
        nodes=MappingProxyType({node.id: node for node in _NODES}),
        links=MappingProxyType({}),
        findings=MappingProxyType({finding.id: finding for finding in _FINDINGS}),
        tests=MappingProxyType({}),
        parameters=MappingProxyType({}),
        red_flags=MappingProxyType({}),
        self_care=MappingProxyType({}),
        instruments=MappingProxyType({instrument.id: instrument for instrument in _INSTRUMENTS}),
        settings=MappingProxyType(
            {"primary_care": SettingDef("primary_care", "Primary care", MappingProxyType({}), MappingProxyType({}))}
        ),
        references=MappingProxyType({}),
    )
