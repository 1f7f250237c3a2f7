"""The diagnosis as structured values, without markup: field for field what `diagnosis.json` holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ilc.core import InputFile, Issue

PROBABILITY = "probability"  # unit of the value of a finding that is soft evidence


@dataclass(frozen=True, slots=True)
class Probability:
    """A probability with its parameter interval (structural error is left out); low = high = None without intervals."""

    p: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """One piece of evidence and how far it moved the log odds (natural log) of a factor."""

    evidence: str  # finding instance id, "complaints", "setting", "competing" (all evidence on other nodes) ...
    outcome: str  # the outcome observed; empty for "competing"
    log_odds: float  # Shapley contribution: > 0 for, < 0 against
    kind: str  # "direct" | "competing" | "context"
    sources: tuple[str, ...] = ()  # bibliography keys; empty = assumption, or several pieces together
    expert_only: bool = False


@dataclass(frozen=True, slots=True)
class Reasons:
    """`expit(prior_log_odds + sum of all contributions)` is the probability, to 1e-9."""

    prior_log_odds: float
    contributions: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What would change a conclusion: an unobserved finding and where the probability would go."""

    finding: str
    outcome: str
    p_outcome: float
    p_after: float


@dataclass(frozen=True, slots=True)
class FactorResult:
    """One factor instance, evaluated by itself."""

    id: str  # "disc_herniation@L4_L5.left"
    label: str
    kind: str  # slice: "history" | "factor" | "source"
    group: str  # "structure" | "nerve" | "muscle_fascia" | "flow" | "brain" | "serious" | "" for history and sources
    serious: bool
    modifiable: bool
    assessed: bool  # at least one finding of its own was observed
    p_exists: Probability
    band: str  # "low" | "possible" | "likely", of p_exists
    p_reference: float  # p_exists for someone of the same age, sex, setting and complaints with nothing else known
    prior: float  # existence in unselected people of this age and sex
    age_norm: float | None  # how common the finding is in people of this age WITHOUT pain
    p_contributes: Mapping[str, Probability]  # complaint instance -> share of worlds with an active path
    p_direct: Mapping[str, float]  # complaint -> share of worlds where its link (or its source's) is the last step
    share: Mapping[str, float | None]  # complaint -> Owen share; None where the complaint is not present
    incidental: bool  # exists (> .5) without contributing (< .3 for every present complaint): a growth ring
    reasons: Reasons
    reasons_contributes: Mapping[str, Reasons]  # complaint -> reasons, only for the leading factors
    would_change: tuple[Change, ...]
    expert_only: bool  # its probability rests on assumptions only
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RedFlagResult:
    """A serious pathway."""

    id: str
    label: str
    asked: bool  # every screening finding was answered
    unasked: tuple[str, ...]
    level: str  # "emergency" | "urgent" | "prompt" | "watch" | "none" | "not_excluded"
    p: float  # max(rule floor, isolated sub-network, full network)
    p_rule: float
    p_isolated: float
    p_full: float
    why: tuple[str, ...]  # "finding=outcome" that count for it
    action: str  # text key
    factors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One arrow of the chain of pain."""

    source: str  # node instance (written as "from" in JSON)
    target: str  # node instance ("to" in JSON)
    p_active: Probability
    mechanism: str
    origin: str
    evidence: str  # "established" | "moderate" | "hypothesis"
    reversible: bool
    carries: float  # share of worlds (with some complaint present) in which it lies on an active path to a complaint


@dataclass(frozen=True, slots=True)
class ChainPath:
    """One whole path to a complaint and the share of worlds in which all of it is active."""

    nodes: tuple[str, ...]
    complaint: str
    p_active: float


@dataclass(frozen=True, slots=True)
class ComplaintResult:
    """One complaint."""

    id: str
    label: str
    present: bool
    asked: bool
    intensity_nrs: float | None
    unexplained: float | None  # share of "no factor known to the model"
    group_share: Mapping[str, float]  # group -> share; with "unexplained" adds to 1


@dataclass(frozen=True, slots=True)
class OriginResult:
    """Where the signal of a complaint originates."""

    complaint: str
    body: float  # shares; body + brain + unexplained = 1
    brain: float
    unexplained: float
    p_any_body: float
    p_any_brain: float
    body_reference: float  # the same for the reference patient (complaints, age, sex, setting only)
    brain_reference: float
    brain_status: str  # "supported" | "possible" | "indeterminate" | "unlikely"
    excluded: tuple[str, ...]  # body causes looked for and found unlikely
    still_to_exclude: tuple[str, ...]  # body causes not looked for


@dataclass(frozen=True, slots=True)
class ReliefResult:
    """What is expected when a set of factors is removed now (`relief`) or had never arisen (`but_for`)."""

    factors: tuple[str, ...]
    complaint: str
    p_gone: Probability
    expected_remaining_nrs: float | None
    expected_reduction: float  # 1 - E[remaining intensity] / E[intensity], 0..1
    but_for_p_gone: float


@dataclass(frozen=True, slots=True)
class ExitSet:
    """A smallest set of modifiable factors that reaches a goal, or the best achievable. Assumes complete removal."""

    goal: float  # .5 or .8
    reached: bool
    factors: tuple[str, ...]
    expected_reduction: float
    runners_up: tuple[tuple[tuple[str, ...], float], ...]
    best_possible: float  # expected reduction with every modifiable factor removed


@dataclass(frozen=True, slots=True)
class NextTest:
    """A test worth doing."""

    test: str
    label: str
    findings: tuple[str, ...]
    why: tuple[str, ...]  # factor or red-flag ids it would settle
    gain: float  # list A: chance of crossing an action threshold; list B: bits x chance of a new exit set, per burden
    burden: float
    invasive: bool
    p_changes_exit_set: float
    information_bits: float


@dataclass(frozen=True, slots=True)
class NextTests:
    """List A (safety) before list B (information)."""

    safety: tuple[NextTest, ...]
    information: tuple[NextTest, ...]
    not_suggested: tuple[
        tuple[str, str], ...
    ]  # (test id, text key of the reason), e.g. early imaging without red flags


@dataclass(frozen=True, slots=True)
class Robustness:
    """A conclusion that flips when something of the model is changed."""

    change: str  # a key of `ilc.explanation.robustness.CHANGES`
    about: str  # factor instance or "factor -> complaint"
    quantity: str  # "p_exists" | "p_contributes"
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class SelfCare:
    """An item of self-care that fits this person and is safe for them, or was withheld and why."""

    id: str
    offered: bool
    because: tuple[str, ...]  # factors or sources it helps, in this person
    withheld: tuple[str, ...]  # the contraindications met
    ask_first: tuple[str, ...]  # contraindications not asked
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SeriesInfo:
    """One imaging series as read."""

    id: str
    kind: str
    modality: str
    plane: str
    sequence: str
    n_images: int
    spacing_mm: tuple[float, ...]
    picture: str  # file name under images/, empty when none could be made
    note: str


@dataclass(frozen=True, slots=True)
class ObservedFinding:
    """A finding as it entered the reasoning."""

    id: str
    label: str
    outcome: str
    value: float | None
    unit: str
    origin: str  # "typed" | "questionnaire" | "patient" | "correction" | "measured"
    observed_on: str
    used: bool  # False = shown, moves no odds
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PatientInfo:
    """What of the patient may be printed; no name."""

    age_years: int
    sex: str
    setting: str


@dataclass(frozen=True, slots=True)
class Versions:
    """What produced this diagnosis."""

    ilc: str
    knowledge: str
    knowledge_hash: str


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Everything the reports say; they compute nothing."""

    versions: Versions
    case_id: str
    visit: str
    on: str  # ISO date the work-up is judged at
    seed: int
    patient: PatientInfo
    inputs: tuple[InputFile, ...]
    issues: tuple[Issue, ...]
    series: tuple[SeriesInfo, ...]
    measurements: tuple[Mapping[str, object], ...]
    findings: tuple[ObservedFinding, ...]
    red_flags: tuple[RedFlagResult, ...]
    factors: tuple[FactorResult, ...]
    mechanisms: Mapping[str, Mapping[str, float]]  # complaint -> mechanism -> share of worlds with an active path of it
    origin: tuple[OriginResult, ...]
    chain: tuple[ChainLink, ...]
    paths: tuple[ChainPath, ...]
    complaints: tuple[ComplaintResult, ...]
    relief: tuple[ReliefResult, ...]
    exit_sets: tuple[ExitSet, ...]
    next_tests: NextTests
    self_care: tuple[SelfCare, ...]
    not_assessed: tuple[str, ...]  # factor ids (templates) without any finding of their own
    robustness: tuple[Robustness, ...]
