"""Red flags, self-care, settings and questionnaires the loader refuses."""

from __future__ import annotations

import pytest

from ilc.knowledge.loader import knowledge_from
from tests.support.knowledge_files import Spoilt, check_refused, edited, refused, with_entry

_FLAGS = "red_flags.yaml"
RULES = [
    Spoilt(
        "a factor unknown", _FLAGS, "factors: [spinal_infection]", "factors: [infection]", "UNKNOWN_ID", "infection"
    ),
    Spoilt(
        "a factor not serious",
        _FLAGS,
        "factors: [spinal_infection]",
        "factors: [disc_herniation]",
        "NOT_SERIOUS",
        "disc_herniation",
    ),
    Spoilt(
        "a latent factor",
        _FLAGS,
        "factors: [spinal_infection]",
        "factors: [scan_reading]",
        "LATENT_REPORTED",
        "scan_reading",
    ),
    Spoilt("a question unknown", _FLAGS, "screening: [fever, crp]", "screening: [fevr, crp]", "UNKNOWN_ID", "fevr"),
    Spoilt(
        "a question twice", _FLAGS, "screening: [fever, crp]", "screening: [fever, fever]", "DUPLICATE_KEY", "twice"
    ),
    Spoilt(
        "a clause on an unknown finding", _FLAGS, "[fever=present, crp", "[fewer=present, crp", "UNKNOWN_ID", "fewer"
    ),
    Spoilt("a clause on an unknown outcome", _FLAGS, "[fever=present, crp", "[fever=yes, crp", "UNKNOWN_ID", "'yes'"),
    Spoilt("a clause that is no condition", _FLAGS, "[fever=present, crp", "[fever, crp", "WRONG_TERM", "fever"),
    Spoilt("a clause that always holds", _FLAGS, "[[fever=present, crp=high]]", "[[]]", "EMPTY_CLAUSE", "always"),
    Spoilt("a level unknown", _FLAGS, "clauses: {urgent:", "clauses: {soon:", "UNKNOWN_KEY", "soon"),
    Spoilt(
        "a graver level at a lower probability",
        _FLAGS,
        "urgent: 0.1, prompt",
        "urgent: 0.02, prompt",
        "LEVEL_ORDER",
        "lower",
    ),
    Spoilt("a threshold of zero", _FLAGS, "watch: 0.01", "watch: 0", "OUT_OF_RANGE", "watch"),
    Spoilt(
        "a test of endless burden",
        "tests.yaml",
        "{label: MRI, burden: 10",
        "{label: MRI, burden: .inf",
        "OUT_OF_RANGE",
        "inf",
    ),
    Spoilt("never with an impossibility", "self_care.yaml", ">0.2", ">0", "OUT_OF_RANGE", "infection>0"),
    Spoilt("never with the certain", "self_care.yaml", ">0.2", ">1", "OUT_OF_RANGE", "infection>1"),
    Spoilt(
        "a questionnaire of one answer",
        "questionnaires/short.yaml",
        "item_minimum: 0",
        "item_minimum: 3",
        "INSTRUMENT",
        "its items",
    ),
    Spoilt(
        "a questionnaire of one score",
        "questionnaires/short.yaml",
        "minimum: 0, maximum",
        "minimum: 30, maximum",
        "INSTRUMENT",
        "30 to 30",
    ),
    Spoilt(
        "a questionnaire with fewer than none missing",
        "questionnaires/short.yaml",
        "max_missing: 1",
        "max_missing: -1",
        "INSTRUMENT",
        "its items",
    ),
    Spoilt("a threshold of one", _FLAGS, "urgent: 0.1, prompt", "urgent: 1, prompt", "OUT_OF_RANGE", "urgent"),
    Spoilt("a level without an action", _FLAGS, ", watch: infection.watch", "", "MISSING_KEY", "watch"),
    Spoilt(
        "a rule without source",
        _FLAGS,
        "  sources: [{key: smith2015, place: page 3}]\n",
        "",
        "MISSING_SOURCE",
        "infection",
    ),
    Spoilt(
        "self-care that helps nothing known",
        "self_care.yaml",
        "helps: [root_inflammation,",
        "helps: [root,",
        "UNKNOWN_ID",
        "root",
    ),
    Spoilt(
        "self-care for a complaint",
        "self_care.yaml",
        "helps: [root_inflammation,",
        "helps: [leg_pain,",
        "UNKNOWN_ID",
        "leg_pain",
    ),
    Spoilt(
        "self-care for a latent node",
        "self_care.yaml",
        "helps: [root_inflammation,",
        "helps: [scan_reading,",
        "LATENT_REPORTED",
        "scan_reading",
    ),
    Spoilt("never with an unknown finding", "self_care.yaml", "fever=present", "fewer=present", "UNKNOWN_ID", "fewer"),
    Spoilt("never with an unknown outcome", "self_care.yaml", "fever=present", "fever=high", "UNKNOWN_ID", "high"),
    Spoilt(
        "never with an unknown factor",
        "self_care.yaml",
        "factor:spinal_infection>",
        "factor:infection>",
        "UNKNOWN_ID",
        "infection",
    ),
    Spoilt("never with a certainty", "self_care.yaml", ">0.2", ">1.5", "OUT_OF_RANGE", "1.5"),
    Spoilt("never with an unknown level", "self_care.yaml", "red_flag>=prompt", "red_flag>=high", "UNKNOWN_ID", "high"),
    Spoilt("never with nonsense", "self_care.yaml", "red_flag>=prompt", "red flags", "WRONG_TERM", "red flags"),
    Spoilt(
        "a setting for an unknown node",
        "settings.yaml",
        "{root_compression: {from",
        "{root: {from",
        "UNKNOWN_ID",
        "root",
    ),
    Spoilt(
        "a setting by probability",
        "settings.yaml",
        "{from: odds_change, after: p.exposed.pain, before: p.base.pain}",
        "p.base.pain",
        "WRONG_UNIT",
        "probability",
    ),
    Spoilt(
        "a test without burden", "tests.yaml", "{label: MRI, burden: 10", "{label: MRI, burden: 0", "OUT_OF_RANGE", "0"
    ),
    Spoilt(
        "a questionnaire of no finding",
        "questionnaires/short.yaml",
        "finding: crp",
        "finding: cpr",
        "UNKNOWN_ID",
        "cpr",
    ),
    Spoilt(
        "a questionnaire beyond its items",
        "questionnaires/short.yaml",
        "maximum: 30",
        "maximum: 40",
        "INSTRUMENT",
        "0 to 40",
    ),
    Spoilt(
        "a questionnaire all of whose items may be missing",
        "questionnaires/short.yaml",
        "max_missing: 1",
        "max_missing: 10",
        "INSTRUMENT",
        "items",
    ),
]


@pytest.mark.parametrize("spoilt", RULES, ids=str)
def test_refused(spoilt: Spoilt) -> None:
    check_refused(spoilt)


def test_two_levels_may_have_the_same_threshold() -> None:
    texts = edited(_FLAGS, "urgent: 0.1, prompt: 0.03", "urgent: 0.03, prompt: 0.03")
    assert knowledge_from(texts).red_flags["infection"].level_from_p["urgent"] == 0.03


def test_self_care_by_assumption_needs_no_source() -> None:
    item = "walking: {helps: [root_pain], never_with: [], evidence: assumption}"
    assert knowledge_from(with_entry("self_care.yaml", item)).self_care["walking"].sources == ()
    (issue,) = refused(with_entry("self_care.yaml", item.replace("assumption", "expert")))
    assert issue.code == "KNOWLEDGE_MISSING_SOURCE"
