"""What the knowledge base holds once loaded, checked and frozen. Field meanings are the contract of `data/`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from ilc.core import Estimate, SiteKind


class Basis(StrEnum):
    """What a number rests on."""

    META_ANALYSIS = "meta_analysis"
    STUDY = "study"
    GUIDELINE = "guideline"
    EXPERT = "expert"
    ASSUMPTION = "assumption"


class Estimand(StrEnum):
    """What a number is a number of."""

    EXISTS = "exists"
    CONTRIBUTES = "contributes"
    ACCURACY_FOR_EXISTS = "accuracy_for_exists"
    ACCURACY_FOR_CONTRIBUTES = "accuracy_for_contributes"
    ASSOCIATION = "association"
    MODEL = "model"


@dataclass(frozen=True, slots=True)
class SourceRef:
    """A bibliography key and the place in that source where the number stands."""

    key: str
    place: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number as its source states it (or an assumption with its reason in `note`)."""

    id: str
    estimate: Estimate
    unit: str  # "probability", "odds_ratio", "likelihood_ratio", "sensitivity", "specificity", "risk_ratio", ...
    estimand: Estimand
    population: str
    conditioning: str  # "unselected" | "has_complaint" | "attends_setting" | "has_condition" | "not_applicable"
    unit_of_analysis: str  # "person" | "level" | "side" | "not_applicable"
    basis: Basis
    sources: tuple[SourceRef, ...]
    quality: float  # k of the discount LR**k, 0..1
    reviewed: str  # ISO date
    note: str = ""
    kept_for: str = ""  # why a number that the model does not use is here: "record" | "validation" | "reference_value"


class Slice(StrEnum):
    """The four slices of the network; links go only forward (or within `factor`)."""

    HISTORY = "history"
    FACTOR = "factor"
    SOURCE = "source"
    COMPLAINT = "complaint"


class Group(StrEnum):
    """Players' groups of the grouped shares."""

    STRUCTURE = "structure"
    NERVE = "nerve"
    MUSCLE_FASCIA = "muscle_fascia"
    FLOW = "flow"
    BRAIN = "brain"
    SERIOUS = "serious"


class Mechanism(StrEnum):
    """Pain mechanism a link works by."""

    NOCICEPTIVE = "nociceptive"
    NEUROPATHIC = "neuropathic"
    NOCIPLASTIC = "nociplastic"
    VASCULAR = "vascular"
    VISCERAL = "visceral"


class EvidenceGrade(StrEnum):
    """How well a link is supported; hypotheses are drawn dashed and can be switched off as a group."""

    ESTABLISHED = "established"
    MODERATE = "moderate"
    HYPOTHESIS = "hypothesis"


@dataclass(frozen=True, slots=True)
class AgeBand:
    """A probability for people of `sex` ("any", "female", "male") aged `age_from` to below `age_to` years."""

    age_from: int
    age_to: int
    sex: str
    parameter: str  # Parameter id
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class NodeDef:
    """A template of the network, repeated over `sites`.

    `prior`: existence in unselected people (marginal, causes included; the builder computes the leak from it), as a
    probability for the unit in `prior_unit`: "person" (anywhere in this person; spread over the sites by
    `site_weights`) or "site" (each site). `leak`: instead of `prior`, the chance of arising without any modelled
    cause, for each site.
    Complaints have `states` 4 (none, mild, moderate, severe); everything else 2.
    """

    id: str
    label: str
    slice: Slice
    definition: str
    sites: SiteKind
    states: int
    group: Group | None  # None for history, sources and complaints
    prior: tuple[AgeBand, ...]
    prior_unit: str
    leak: Estimate | None
    leak_parameter: str
    site_weights: Mapping[str, float]  # site -> relative frequency; empty = equal
    modifiable: bool
    serious: bool
    latent: bool  # shared intermediate of correlated findings: computed, not reported
    codes: Mapping[str, str]  # "sct" -> code present in the DICOM freeset, ...
    age_norm: tuple[AgeBand, ...]  # how common the scan finding is in people WITHOUT pain, by age
    picture: str  # key into the report's text and picture catalogues; usually the id
    not_confirmable: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """"raise" or "lower" -> why no findings can make this factor likely, or unlikely; empty = both can be done."""


@dataclass(frozen=True, slots=True)
class LinkDef:
    """A cause -> effect template. `active(cause->effect)` = cause present AND Bernoulli(strength).

    `site_map`: "same" (matching components of the sites agree; missing components are broadcast), "traversing_root"
    (level L4_L5 -> root L5; L3_L4 -> L4; L5_S1 -> S1), "exiting_root" (L4_L5 -> L4; L5_S1 -> L5), "all".
    `dose`: probabilities of dose 1, 2, 3 given active; (1.0,) for binary effects.
    """

    id: str  # "cause->effect"
    cause: str
    effect: str
    strength: Estimate
    parameter: str
    site_map: str
    dose: tuple[float, ...]
    mechanism: Mechanism
    origin: str  # "body" | "brain"
    evidence: EvidenceGrade
    reversible: bool
    note: str


class TestKind(StrEnum):
    """What a finding is evidence of."""

    EXISTENCE = "existence"
    ACTIVE_LINK = "active_link"
    MECHANISM = "mechanism"
    DEFICIT = "deficit"
    CONTEXT = "context"


@dataclass(frozen=True, slots=True)
class FindingTarget:
    """One parent of a finding: a node (`node`), or a link's activity (`link`, "cause->effect").

    `site_map` maps the finding's own site to the parent's sites as in LinkDef ("same" by default; a person-level
    finding with a sited parent targets all its sites). `given_present` is P(outcome | only this parent on) for each
    outcome.
    """

    node: str
    link: str
    site_map: str
    given_present: Mapping[str, Estimate]
    parameters: tuple[str, ...]
    quality: float  # discount k used: LR' = LR**k


@dataclass(frozen=True, slots=True)
class FindingDef:
    """A finding that can be typed in, scored or measured; outcomes are mutually exclusive.

    With several targets: outcomes must be ("present", "absent") and combine as noisy-OR over the targets; with a single
    target any outcomes are allowed. `given_absent` is P(outcome | no target on).
    `bands`: for numeric findings, outcome -> [from, to) in `unit`. `validity_days`: 0 = never goes stale.
    `context_only`: shown and used by rules (red flags, self-care), moves no odds; has no targets.
    """

    id: str
    label: str
    question: str  # plain question for the patient or examiner
    sites: SiteKind
    test_kind: TestKind
    evidence_group: str  # imaging, examination, interview, questionnaire, neurophysiology, laboratory, block, history
    outcomes: tuple[str, ...]
    given_absent: Mapping[str, Estimate]
    targets: tuple[FindingTarget, ...]
    bands: Mapping[str, tuple[float, float]]
    unit: str
    validity_days: int
    negative_covers: str  # "site": a negative counts only for the levels it covers
    test: str  # TestDef id
    red_flag: bool  # part of the serious-cause evidence
    central: bool  # a positive outcome is a positive central finding (brain status)
    context_only: bool
    note: str
    given_mixed: Mapping[str, Estimate] = field(default_factory=lambda: MappingProxyType({}))
    """For blocks: P(outcome | the target link and another link into the same complaint are active); else empty."""


@dataclass(frozen=True, slots=True)
class TestDef:
    """Something that can be done next."""

    id: str
    label: str
    burden: float  # relative: 1 a question, 2 an examination manoeuvre, 5 a blood test, 10 MRI, 20 needle, 40 block
    invasive: bool
    imaging: bool
    note: str


@dataclass(frozen=True, slots=True)
class RedFlagRule:
    """A serious pathway. `clauses`: level -> alternatives, each a set of `finding=outcome` that must all hold.

    Levels: "emergency" > "urgent" > "prompt" > "watch". `floor`: probability floor of the serious factors for a level.
    `screening`: findings that must have been asked before "no sign of it" may be said.
    """

    id: str
    label: str
    factors: tuple[str, ...]
    screening: tuple[str, ...]
    clauses: Mapping[str, tuple[frozenset[str], ...]]
    floor: Mapping[str, Estimate]
    level_from_p: Mapping[str, float]
    action: Mapping[str, str]  # level -> text key
    sources: tuple[SourceRef, ...]


@dataclass(frozen=True, slots=True)
class SelfCareItem:
    """Something the person can do.

    `helps`: factors or sources; `never_with`: `finding=outcome`, `factor:ID>p`, `red_flag>=LEVEL`.
    """

    id: str
    helps: tuple[str, ...]
    never_with: tuple[str, ...]
    evidence: Basis
    sources: tuple[SourceRef, ...]


@dataclass(frozen=True, slots=True)
class InstrumentDef:
    """A questionnaire: name, range, and the finding its total becomes."""

    id: str
    label: str
    minimum: float
    maximum: float
    items: int
    item_minimum: float
    item_maximum: float
    scoring: str  # "sum" | "mean" | "percent"
    max_missing: int
    finding: str
    sources: tuple[SourceRef, ...]


@dataclass(frozen=True, slots=True)
class SettingDef:
    """Where the person attends; selection enters as likelihood ratios on nodes among people who attend."""

    id: str
    label: str
    ratios: Mapping[str, Estimate]  # node id -> likelihood ratio of attending given present against absent
    parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reference:
    """One entry of references.bib."""

    key: str
    citation: str  # authors, year, title or journal, as printed in reports
    identifier: str  # DOI, PMID, PMC or URL


@dataclass(frozen=True, slots=True)
class FittedNumber:
    """A number fitted jointly with others, the assumed one it started from, and what it answers to."""

    estimate: Estimate
    assumed: Estimate
    answers_to: tuple[str, ...]  # Parameter ids, or rows of the validation by name


@dataclass(frozen=True, slots=True)
class FitRecord:
    """Where fitted numbers come from: command, day, hash of the network and of the rows they were fitted to."""

    command: str
    date: str
    network: str
    rows: str
    numbers: Mapping[str, FittedNumber]  # place in the model, as "links.a->b.strength" -> number


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that was read and is not a number of the knowledge base: what the source states, and why not."""

    id: str
    states: str
    reason: str
    sources: tuple[SourceRef, ...]


@dataclass(frozen=True, slots=True)
class PlausibleDef:
    """How common a complaint may be among unselected people, on any side; only checks use it, no patient's numbers."""

    id: str  # complaint
    bands: tuple[AgeBand, ...]  # the interval is the range that is plausible


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The whole knowledge base. Mappings are read-only and ordered as in the data."""

    version: str
    hash: str
    nodes: Mapping[str, NodeDef]
    links: Mapping[str, LinkDef]
    findings: Mapping[str, FindingDef]
    tests: Mapping[str, TestDef]
    parameters: Mapping[str, Parameter]
    red_flags: Mapping[str, RedFlagRule]
    self_care: Mapping[str, SelfCareItem]
    instruments: Mapping[str, InstrumentDef]
    settings: Mapping[str, SettingDef]
    references: Mapping[str, Reference]
    plausible: Mapping[str, PlausibleDef] = field(default_factory=lambda: MappingProxyType({}))
    left_out: Mapping[str, LeftOut] = field(default_factory=lambda: MappingProxyType({}))
    fit: FitRecord | None = None
