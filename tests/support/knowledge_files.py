"""A whole knowledge base in a few lines of text, for tests that change one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from ilc.core import Issue
from ilc.knowledge import Knowledge, KnowledgeError
from ilc.knowledge.loader import knowledge_from

_STATED = (
    "population: adults in primary care, conditioning: unselected, unit_of_analysis: person, "
    "basis: study, sources: [{key: smith2015, place: Table 2}], quality: 1, reviewed: 2026-11-01"
)

SMALL: Mapping[str, str] = {
    "VERSION": "2026.11.1\n",
    "references.bib": """% a comment
@article{smith2015,
  author = {Smith, A. and Jones, B. and Brown, C. and Green, D.}, year = {2015},
  title = {Discs and {MRI}}, journal = {Spine}, volume = {40}, pages = {1--9},
  doi = {10.1000/spine.1}
}
@article{old1990, author = {Old, O.}, year = 1990, title = {Roots}, journal = {J Nerve}, volume = {1}, pages = {2},}
""",
    "parameters/prevalence.yaml": f"""
p.prior.herniation: {{value: 0.2, low: 0.1, high: 0.3, unit: probability, estimand: exists, {_STATED}}}
p.base.pain: {{value: 0.1, low: 0.08, high: 0.12, unit: probability, estimand: exists, {_STATED}}}
p.exposed.pain: {{value: 0.28, low: 0.2, high: 0.36, unit: probability, estimand: exists, {_STATED}}}
p.or.herniation: {{value: 2.0, low: 1.2, high: 3.5, unit: odds_ratio, estimand: association, {_STATED}}}
p.rr.herniation: {{value: 1.6, low: 1.2, high: 2.1, unit: risk_ratio, estimand: association, {_STATED}}}
""",
    "parameters/accuracy.yaml": f"""
p.slr.sens: {{value: 0.9, low: 0.85, high: 0.95, unit: sensitivity, estimand: accuracy_for_exists, {_STATED}}}
p.slr.spec: {{value: 0.4, low: 0.3, high: 0.5, unit: specificity, estimand: accuracy_for_exists, {_STATED}}}
p.mri.lrp: {{value: 8, low: 4, high: 16, unit: likelihood_ratio, estimand: accuracy_for_exists, {_STATED}}}
p.mri.lrn: {{value: 0.1, low: 0.05, high: 0.2, unit: likelihood_ratio, estimand: accuracy_for_exists, {_STATED}}}
p.reflex.sens: {{value: 0.3, low: 0.2, high: 0.4, unit: sensitivity, estimand: accuracy_for_exists, {_STATED}}}
p.reflex.spec: {{value: 0.9, low: 0.85, high: 0.94, unit: specificity, estimand: accuracy_for_exists, {_STATED}}}
p.slip.mm: {{value: 3, low: 2, high: 4, unit: millimetre, estimand: model, {_STATED}}}
""",
    "nodes/history.yaml": """
smoking:
  label: Smoking
  slice: history
  sites: whole
  definition: Smokes now.
  prior: {unit: person, bands: [{age: [18, 120], sex: any, p: {assume: [0.2, 0.1, 0.3], because: "national surveys"}}]}
""",
    "nodes/factors.yaml": """
disc_herniation:
  label: Disc herniation
  slice: factor
  group: structure
  sites: level_side
  definition: Disc material beyond the disc space.
  prior:
    unit: person
    bands:
      - {age: [18, 60], sex: any, p: p.prior.herniation}
      - {age: [60, 120], sex: female, p: {assume: [0.3, 0.2, 0.4], because: "rises with age"}}
      - {age: [60, 120], sex: male, p: {assume: [0.4, 0.2, 0.5], because: "rises with age"}}
  site_weights: {L1_L2: 1, L2_L3: 1, L3_L4: 2, L4_L5.left: 9, L4_L5.right: 8, L5_S1: 7}
  age_norm: {bands: [{age: [20, 80], sex: any, p: p.prior.herniation}]}
root_compression:
  label: Root compression
  slice: factor
  group: nerve
  sites: root_side
  definition: A root pressed on.
  leak: {assume: [0.001, 0.0005, 0.002], because: "rare without a cause"}
  modifiable: true
root_inflammation:
  label: Irritated root
  slice: factor
  group: nerve
  sites: root_side
  definition: A root that is irritated.
  leak: {assume: [0.001, 0, 0.002], because: "rare without a cause"}
spinal_infection:
  label: Infection
  slice: factor
  group: serious
  sites: whole
  definition: Infection of the spine.
  serious: true
  prior: {unit: person, bands: [{age: [18, 120], sex: any, p: {assume: [0.0001, 0.00005, 0.0003], because: "rare"}}]}
scan_reading:
  label: What scans share
  slice: factor
  group: structure
  sites: whole
  definition: What several scan findings share.
  latent: true
  leak: {assume: [0.1, 0.05, 0.2], because: "scans agree"}
""",
    "nodes/sources.yaml": """
root_pain:
  label: Root pain
  slice: source
  sites: root_side
  definition: Pain from a root.
  leak: {assume: [0.001, 0.0005, 0.002], because: "little of it is unexplained"}
bone_pain:
  label: Bone pain
  slice: source
  sites: whole
  definition: Pain from bone.
  leak: {assume: [0.001, 0.0005, 0.002], because: "little of it is unexplained"}
""",
    "nodes/complaints.yaml": """
leg_pain:
  label: Leg pain
  slice: complaint
  sites: side
  definition: Pain below the buttock.
  leak: {assume: [0.01, 0.005, 0.02], because: "other causes"}
  codes: {sct: "1"}
low_back_pain:
  label: Low back pain
  slice: complaint
  sites: whole
  definition: Pain between ribs and buttocks.
  leak: {assume: [0.01, 0.005, 0.02], because: "other causes"}
""",
    "links/all.yaml": """
smoking->disc_herniation: {strength: {from: odds_ratio, ratio: p.or.herniation, base: p.base.pain},
  mechanism: nociceptive, origin: body, evidence: moderate, reversible: false}
disc_herniation->root_compression: {strength: {from: risk_ratio, ratio: p.rr.herniation, base: p.base.pain},
  site_map: traversing_root, mechanism: neuropathic, origin: body, evidence: established, reversible: true}
root_compression->root_inflammation: {strength: {assume: [0.5, 0.3, 0.7], because: "half are painful"},
  mechanism: neuropathic, origin: body, evidence: hypothesis, reversible: true, note: "thought, not measured"}
root_inflammation->root_pain: {strength: {from: prevalence_in_exposed, exposed: p.exposed.pain, base: p.base.pain},
  mechanism: neuropathic, origin: body, evidence: established, reversible: true}
spinal_infection->bone_pain: {strength: {assume: [0.9, 0.8, 0.97], because: "nearly all hurt"},
  mechanism: nociceptive, origin: body, evidence: established, reversible: true}
root_pain->leg_pain: {strength: {assume: [0.9, 0.8, 0.97], because: "by definition"}, dose: [0.2, 0.5, 0.3],
  mechanism: neuropathic, origin: body, evidence: established, reversible: true}
bone_pain->low_back_pain: {strength: {assume: [0.9, 0.8, 0.97], because: "by definition"}, dose: [0.2, 0.5, 0.3],
  mechanism: nociceptive, origin: body, evidence: established, reversible: true}
""",
    "tests.yaml": """
question: {label: A question, burden: 1}
manoeuvre: {label: An examination manoeuvre, burden: 2}
mri: {label: MRI, burden: 10, imaging: true}
""",
    "findings/all.yaml": """
straight_leg_raise:
  label: Straight leg raise
  question: Does raising the straight leg bring on the leg pain?
  sites: side
  tests: existence
  group: examination
  validity_days: 30
  test: manoeuvre
  target: {node: root_inflammation}
  accuracy: {sensitivity: p.slr.sens, specificity: p.slr.spec}
mri_herniation:
  label: Herniation on MRI
  question: Does the scan show a herniation?
  sites: level_side
  tests: existence
  group: imaging
  validity_days: 730
  test: mri
  quality: 0.5
  target: {node: disc_herniation}
  accuracy: {lr_positive: p.mri.lrp, lr_negative: p.mri.lrn}
reflex_loss:
  label: Reflex lost
  question: Is the reflex lost?
  sites: root_side
  tests: deficit
  group: examination
  validity_days: 90
  test: manoeuvre
  targets:
    - {node: root_compression, sensitivity: p.reflex.sens}
    - {node: root_inflammation, sensitivity: {assume: [0.2, 0.15, 0.3], because: "less than pressure"}}
  false_positive: {from: complement, of: p.reflex.spec}
crp:
  label: C-reactive protein
  question: How high is the C-reactive protein?
  tests: existence
  group: laboratory
  validity_days: 14
  test: question
  red_flag: true
  unit: milligram_per_litre
  bands: {normal: [0, 10], raised: [10, 50], high: [50, .inf]}
  target: {node: spinal_infection}
  outcomes:
    normal: {if_on: {assume: [0.1, 0.05, 0.2], because: x}, if_off: {assume: [0.8, 0.7, 0.9], because: x}}
    raised: {if_on: {assume: [0.3, 0.2, 0.4], because: x}, if_off: {assume: [0.15, 0.1, 0.2], because: x}}
    high: {if_on: {assume: [0.6, 0.5, 0.7], because: x}, if_off: {assume: [0.05, 0.02, 0.1], because: x}}
leg_raise_relief:
  label: Leg pain goes when the root is numbed
  question: Did the block take the pain?
  sites: root_side
  tests: active_link
  group: block
  validity_days: 0
  test: manoeuvre
  target: {link: root_inflammation->root_pain}
  accuracy: {lr_positive: {assume: [3, 2, 5], because: x}, specificity: {assume: [0.8, 0.7, 0.9], because: x}}
fever:
  label: Fever
  question: Have you had a fever?
  tests: context
  group: interview
  validity_days: 7
  test: question
  red_flag: true
  context_only: true
""",
    "red_flags.yaml": """
infection:
  label: Infection of the spine
  factors: [spinal_infection]
  screening: [fever, crp]
  clauses: {urgent: [[fever=present, crp=high]], prompt: [[fever=present], [crp=high]]}
  floor: {urgent: {assume: [0.1, 0.05, 0.2], because: "guideline asks for the same day"}}
  level_from_p: {urgent: 0.1, prompt: 0.03, watch: 0.01}
  action: {urgent: infection.urgent, prompt: infection.prompt, watch: infection.watch}
  sources: [{key: smith2015, place: page 3}]
""",
    "self_care.yaml": """
warmth:
  helps: [root_inflammation, root_pain]
  never_with: [fever=present, "factor:spinal_infection>0.2", red_flag>=prompt]
  evidence: study
  sources: [{key: smith2015, place: page 4}]
""",
    "settings.yaml": """
general: {label: Unselected}
clinic:
  label: Specialist clinic
  ratios: {root_compression: {from: odds_change, after: p.exposed.pain, before: p.base.pain}}
""",
    "questionnaires/short.yaml": """
short_form: {label: Short form, minimum: 0, maximum: 30, items: 10, item_minimum: 0, item_maximum: 3, scoring: sum,
  max_missing: 1, finding: crp, sources: [{key: old1990, place: page 2}]}
""",
    "plausible.yaml": """
leg_pain: {bands: [{age: [18, 120], sex: any, p: {assume: [0.05, 0.01, 0.2], because: "surveys of sciatica"}}]}
low_back_pain: {bands: [{age: [18, 120], sex: any, p: {assume: [0.02, 0.005, 0.06], because: "in this small world"}}]}
""",
    "left_out.yaml": """
old_reflex_time: {states: reflex 2 ms later in 9 people, reason: no spread is given,
  sources: [{key: old1990, place: page 2}]}
""",
    "ids.lock": "bone_pain\ndisc_herniation\n",
}


def edited(file: str, old: str, new: str, texts: Mapping[str, str] = SMALL) -> dict[str, str]:
    """The small knowledge base with one place changed; the place must be there exactly once."""
    assert texts[file].count(old) == 1, f"{old!r} is {texts[file].count(old)} times in {file}"
    return {**texts, file: texts[file].replace(old, new)}


def with_entry(file: str, entry: str, texts: Mapping[str, str] = SMALL) -> dict[str, str]:
    """The small knowledge base with an entry added to one file."""
    return {**texts, file: f"{texts.get(file, '')}\n{entry}\n"}


def small_knowledge() -> Knowledge:
    return knowledge_from(SMALL)


def refused(texts: Mapping[str, str], overlay: Mapping[str, str] | None = None) -> tuple[Issue, ...]:
    """What the loader says against a knowledge base; it must say something."""
    with pytest.raises(KnowledgeError) as caught:
        knowledge_from(texts, overlay)
    return caught.value.issues


def line_of(texts: Mapping[str, str], file: str, part: str) -> str:
    """`file:line` of the only line that holds a part."""
    lines = [number for number, line in enumerate(texts[file].splitlines(), start=1) if part in line]
    assert len(lines) == 1, f"{part!r} is on the lines {lines} of {file}"
    return f"{file}:{lines[0]}"


def write_files(folder: Path, texts: Mapping[str, str]) -> Path:
    """The texts as files of a folder."""
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@dataclass(frozen=True, slots=True)
class Spoilt:
    """One place of the small knowledge base changed, and what the loader must say."""

    title: str
    file: str
    old: str
    new: str
    code: str
    message: str

    def __str__(self) -> str:
        return self.title


def check_refused(spoilt: Spoilt) -> None:
    """The change is refused with its code, its file and line, and a remedy."""
    issues = refused(edited(spoilt.file, spoilt.old, spoilt.new))
    codes = [issue.code for issue in issues]
    assert f"KNOWLEDGE_{spoilt.code}" in codes
    issue = issues[codes.index(f"KNOWLEDGE_{spoilt.code}")]
    assert spoilt.message in issue.message
    assert issue.where.startswith(f"{spoilt.file}:")
    assert issue.remedy
