"""People made up at random: an age, a sex, a setting, some complaints and some findings. Seeded, so they return."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ilc.core import sites_of
from ilc.explanation.origin import BENIGN_OUTCOMES
from ilc.explanation.reasoning import Reasoning, reason_about
from ilc.findings import Finding
from ilc.knowledge.model import FindingDef
from ilc.record import Complaint, Patient
from tests.support.quick_diagnosis import complaint, observed, person, shipped_knowledge

COMPLAINTS = (
    "low_back_pain",
    "buttock_pain@left",
    "leg_pain@left",
    "leg_pain@right",
    "leg_numbness@left",
    "walking_limitation",
    "night_pain",
    "morning_stiffness",
    "groin_pain@right",
    "widespread_pain",
)
BENIGN_SHARE = 0.7


@dataclass(frozen=True, slots=True)
class MadeUpPerson:
    patient: Patient
    complaints: tuple[Complaint, ...]
    findings: tuple[Finding, ...]

    def plus(self, findings: Sequence[Finding]) -> MadeUpPerson:
        """The same person with these findings; one already there is not asked twice."""
        known = {finding.id for finding in self.findings}
        return replace(self, findings=(*self.findings, *(f for f in findings if f.id not in known)))

    def reasoned(self) -> Reasoning:
        return reason_about(
            shipped_knowledge(), self.patient, findings=self.findings, complaints=self.complaints, seed=7
        )


def make_up_person(rng: np.random.Generator, *, complaints: Sequence[str] = ()) -> MadeUpPerson:
    """Somebody with these complaints, or one to three at random, and no findings yet."""
    count = int(rng.integers(1, 4))
    chosen = list(complaints) or [COMPLAINTS[i] for i in rng.choice(len(COMPLAINTS), count, replace=False)]
    rated = tuple(complaint(id_, intensity=float(rng.integers(1, 11))) for id_ in chosen)
    sex = str(rng.choice(["female", "male", "other"]))
    setting = str(rng.choice(["", *shipped_knowledge().settings]))
    return MadeUpPerson(person(age=int(rng.integers(18, 95)), sex=sex, setting=setting), rated, ())


def make_up_findings(rng: np.random.Generator, rules: Sequence[FindingDef], count: int) -> tuple[Finding, ...]:
    """Findings of these kinds at random sites, most of them benign."""
    chosen = [rules[i] for i in rng.choice(len(rules), min(count, len(rules)), replace=False)]
    return tuple(f for rule in chosen for f in observed({_instance(rng, rule): _outcome(rng, rule)}))


def _instance(rng: np.random.Generator, rule: FindingDef) -> str:
    site = str(rng.choice(sites_of(rule.sites)))
    return f"{rule.id}@{site}" if site else rule.id


def _outcome(rng: np.random.Generator, rule: FindingDef) -> str:
    benign = [outcome for outcome in rule.outcomes if outcome in BENIGN_OUTCOMES]
    wanted = benign if benign and rng.random() < BENIGN_SHARE else list(rule.outcomes)
    return str(rng.choice(wanted))


def rules_of(*, red_flag: bool) -> list[FindingDef]:
    return [rule for rule in shipped_knowledge().findings.values() if rule.red_flag is red_flag]
