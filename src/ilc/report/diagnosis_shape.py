"""What `diagnosis.json` holds, key by key. Writer, reader, JSON Schema and reference page all follow this one table."""

from __future__ import annotations

from ilc.core import InputFile, Issue, IssueSeverity
from ilc.explanation import model
from ilc.report.folded_shapes import Flattened, Keyed, Paired, ReasonsShape, Transposed
from ilc.report.shapes import Count, Field, Flag, Free, Listed, Mapped, Maybe, Number, Record, Text

SCHEMA = "ilc.diagnosis/1"

_TEXT = Text()
_P = Number(0, 1)
_EXACT_P = Number(0, 1, exact=True)
_TEXTS = Listed(_TEXT)
_SORTED_TEXTS = Listed(_TEXT, order=str)
_FACTORS = Field("factors", _SORTED_TEXTS, "Factor instances of the set.")

_INTERVAL = (
    Field("low", Maybe(_P), "Lower end of the parameter interval; null without intervals."),
    Field("high", Maybe(_P), "Upper end."),
)
_ROUNDED = Record(model.Probability, (Field("p", _P, "Probability."), *_INTERVAL))
_PROBABILITY = Record(model.Probability, (Field("p", _EXACT_P, "Probability, in full precision."), *_INTERVAL))

_REASONS = ReasonsShape(
    Record(
        model.Reason,
        (
            Field(
                "evidence", _TEXT, "Finding instance, or `complaints_and_setting`, `other_consequences`, `competing`."
            ),
            Field("outcome", _TEXT, "Outcome observed; empty for `competing`."),
            Field("log_odds", Number(exact=True), "Natural log of the factor by which the odds moved."),
            Field("kind", Text(("direct", "competing", "context")), "Evidence on the factor itself, or on others."),
            Field("sources", _TEXTS, "Bibliography keys; empty means assumption."),
            Field("expert_only", Flag(), "True when the number behind it is an assumption."),
        ),
    )
)
_CHANGE = Record(
    model.Change,
    (
        Field("finding", _TEXT, "A finding not yet observed."),
        Field("outcome", _TEXT, "Its outcome."),
        Field("p_outcome", _P, "Chance of that outcome."),
        Field("p_after", _P, "Where the probability would go."),
    ),
)
_FACTOR = Record(
    model.FactorResult,
    (
        Field("id", _TEXT, "Instance id, such as `disc_herniation@L4_L5.left`."),
        Field("label", _TEXT, "Name for clinicians."),
        Field("kind", Text(("history", "factor", "source")), "Slice of the network."),
        Field(
            "group",
            Text(("structure", "nerve", "muscle_fascia", "flow", "brain", "serious", "")),
            "Group; empty for history and pain sources.",
        ),
        Field("serious", Flag(), "Part of a serious pathway."),
        Field("modifiable", Flag(), "Can be changed."),
        Field("assessed", Flag(), "At least one finding of its own was observed."),
        Field("p_exists", _PROBABILITY, "It exists."),
        Field("band", Text(("low", "possible", "likely")), "Band of p_exists."),
        Field("p_reference", _P, "p_exists with only age, sex, setting and complaints known."),
        Field("prior", _P, "Existence in unselected people of this age and sex."),
        Field("age_norm", Maybe(_P), "How common it is in people of this age without pain; null if unknown."),
        Field("p_contributes", Mapped(_PROBABILITY, "complaint"), "Share of worlds with an active path to it."),
        Field("p_direct", Mapped(_P, "complaint"), "Share of worlds in which it is the last step."),
        Field("share", Mapped(Maybe(Number()), "complaint"), "Grouped Shapley share; null where absent."),
        Field("incidental", Flag(), "It exists without contributing: a growth ring."),
        Field("reasons", _REASONS, "Reasons for p_exists: expit(prior + all log odds) is p, to 1e-9."),
        Field("reasons_contributes", Mapped(_REASONS, "complaint"), "The same for p_contributes, leading factors."),
        Field("would_change", Listed(_CHANGE), "What would change it."),
        Field("expert_only", Flag(), "Its probability rests on assumptions only."),
        Field("sources", _TEXTS, "Bibliography keys."),
    ),
)
_RED_FLAG = Record(
    model.RedFlagResult,
    (
        Field("id", _TEXT, "Serious pathway."),
        Field("label", _TEXT, "Name for clinicians."),
        Field("asked", Flag(), "Every screening finding was answered."),
        Field("unasked", _SORTED_TEXTS, "Screening findings without an answer."),
        Field(
            "level",
            Text(("emergency", "urgent", "prompt", "watch", "none", "not_excluded")),
            "How soon it needs action.",
        ),
        Field("p", _P, "The largest of the three below."),
        Field("p_rule", _P, "Floor set by the rule met."),
        Field("p_isolated", _P, "From serious evidence alone."),
        Field("p_full", _P, "From the whole network."),
        Field("why", _SORTED_TEXTS, "`finding=outcome` that count for it."),
        Field("action", _TEXT, "Key of the action text."),
        _FACTORS,
    ),
)
_LINK = Flattened(
    Record(
        model.ChainLink,
        (
            Field("from", _TEXT, "Cause.", "source"),
            Field("to", _TEXT, "Effect.", "target"),
            Field("p_active", _ROUNDED, "Probability that the link is active."),
            Field("mechanism", _TEXT, "nociceptive, neuropathic, nociplastic, vascular or visceral."),
            Field("origin", Text(("body", "brain")), "Where the link belongs."),
            Field("evidence", Text(("established", "moderate", "hypothesis")), "How well it is supported."),
            Field("reversible", Flag(), "The effect goes when the cause goes."),
            Field("carries", _P, "Share of worlds in which it lies on an active path to a complaint."),
        ),
    ),
    "p_active",
)
_PATH = Record(
    model.ChainPath,
    (
        Field("nodes", _TEXTS, "From the first cause to the complaint."),
        Field("complaint", _TEXT, "Where it ends."),
        Field("p_active", _P, "Share of worlds in which all of it is active."),
    ),
)
_COMPLAINT = Record(
    model.ComplaintResult,
    (
        Field("id", _TEXT, "Complaint instance."),
        Field("label", _TEXT, "Name for clinicians."),
        Field("present", Flag(), "It is complained of."),
        Field("asked", Flag(), "It was asked about."),
        Field("intensity", Maybe(Number(0, 10)), "0-10; null when not stated.", "intensity_nrs"),
        Field("unexplained", Maybe(Number()), "Share of no factor known to the model; null where absent."),
        Field("group_share", Mapped(Number(), "group"), "With `unexplained` these add to 1."),
    ),
)
_ORIGIN = Keyed(
    Record(
        model.OriginResult,
        (
            Field("complaint", _TEXT, "Complaint instance."),
            Field("body", Number(), "Share of body causes."),
            Field("brain", Number(), "Share of brain causes."),
            Field("unexplained", Number(), "The rest; the three add to 1."),
            Field("p_any_body", _P, "Chance that some body cause contributes."),
            Field("p_any_brain", _P, "Chance that some brain cause contributes."),
            Field(
                "body_reference",
                _P,
                "Body share of a reference patient: same age, sex, setting and complaints, nothing else known.",
            ),
            Field("brain_reference", _P, "Brain share of the same."),
            Field(
                "brain_status", Text(("supported", "possible", "indeterminate", "unlikely")), "What may be said of it."
            ),
            Field("excluded", _SORTED_TEXTS, "Body causes looked for and found unlikely."),
            Field("still_to_exclude", _SORTED_TEXTS, "Body causes not looked for."),
        ),
    ),
    "complaint",
)
_RELIEF = Flattened(
    Record(
        model.ReliefResult,
        (
            Field("set", _SORTED_TEXTS, "Factors taken away.", "factors"),
            Field("complaint", _TEXT, "Complaint instance."),
            Field("p_gone", _ROUNDED, "Chance that the complaint goes when they are removed now."),
            Field(
                "expected_remaining", Maybe(Number(0, 10)), "Expected intensity left, 0-10.", "expected_remaining_nrs"
            ),
            Field("expected_reduction", Number(maximum=1), "Expected share of the intensity that goes."),
            Field("but_for_p_gone", _P, "Chance that it would be absent had they never arisen."),
        ),
    ),
    "p_gone",
)
_EXIT_SET = Record(
    model.ExitSet,
    (
        Field("goal", _P, "Expected reduction aimed at."),
        Field("reached", Flag(), "False: this is the best achievable."),
        _FACTORS,
        Field("expected_reduction", Number(maximum=1), "What is expected when all are removed completely."),
        Field(
            "runners_up",
            Listed(Paired(_FACTORS, Field("expected_reduction", Number(maximum=1), "What is expected of this set."))),
            "The next best sets.",
        ),
        Field("best_possible", Number(maximum=1), "What is expected when every modifiable factor is removed."),
    ),
)
_TEST = Record(
    model.NextTest,
    (
        Field("test", _TEXT, "Test id."),
        Field("label", _TEXT, "Name for clinicians."),
        Field("findings", _SORTED_TEXTS, "Findings it would give."),
        Field("why", _SORTED_TEXTS, "Factors or red flags it would settle."),
        Field("gain", Number(), "Safety: chance of crossing an action threshold. Information: gain per burden."),
        Field("burden", Number(0), "1 a question … 40 a block."),
        Field("invasive", Flag(), "It breaks the skin."),
        Field("p_changes_exit_set", _P, "Chance that the exit set changes."),
        Field("information_bits", Number(), "Expected information about contributions."),
    ),
)
_NEXT_TESTS = Record(
    model.NextTests,
    (
        Field("safety", Listed(_TEST), "List A."),
        Field("information", Listed(_TEST), "List B."),
        Field(
            "not_suggested",
            Listed(Paired(Field("test", _TEXT, "Test id."), Field("reason", _TEXT, "Key of the reason."))),
            "Tests left out on purpose.",
        ),
    ),
)
_ROBUSTNESS = Record(
    model.Robustness,
    (
        Field("change", _TEXT, "What of the model was changed."),
        Field("about", _TEXT, "Factor, or `factor -> complaint`."),
        Field("quantity", Text(("p_exists", "p_contributes")), "Which probability."),
        Field("before", _P, "As reported."),
        Field("after", _P, "After the change."),
    ),
)
_SELF_CARE = Record(
    model.SelfCare,
    (
        Field("id", _TEXT, "Self-care item."),
        Field("offered", Flag(), "It is in the patient's report."),
        Field("because", _SORTED_TEXTS, "Factors or sources it helps, in this person."),
        Field("withheld", _SORTED_TEXTS, "Contraindications met."),
        Field("ask_first", _SORTED_TEXTS, "Contraindications not asked."),
        Field("sources", _TEXTS, "Bibliography keys."),
    ),
)
_SERIES = Record(
    model.SeriesInfo,
    (
        Field("id", _TEXT, "Series."),
        Field("kind", _TEXT, "mri, xray, ..."),
        Field("modality", _TEXT, "DICOM modality."),
        Field("plane", _TEXT, "sagittal, axial, coronal, ..."),
        Field("sequence", _TEXT, "t1, t2, stir, ..."),
        Field("n_images", Count(), "Images in it."),
        Field("spacing_mm", Listed(Number(0)), "Voxel spacing."),
        Field("picture", _TEXT, "File under `images/`; empty when there is none."),
        Field("note", _TEXT, "Anything to know about it."),
    ),
)
_FINDING = Record(
    model.ObservedFinding,
    (
        Field("id", _TEXT, "Finding instance."),
        Field("label", _TEXT, "Name for clinicians."),
        Field("outcome", _TEXT, "Outcome."),
        Field("value", Maybe(Number()), "Number it came from."),
        Field("unit", _TEXT, "Unit of the number."),
        Field("origin", _TEXT, "typed, questionnaire, patient, correction or measured."),
        Field("observed_on", _TEXT, "ISO date; empty when not stated."),
        Field("used", Flag(), "False: shown, moves no odds."),
        Field("sources", _TEXTS, "Bibliography keys."),
    ),
)
_ISSUE = Record(
    Issue,
    (
        Field("code", _TEXT, "UPPER_SNAKE."),
        Field("severity", Text(tuple(IssueSeverity)), "How much it matters."),
        Field("where", _TEXT, "Place."),
        Field("message", _TEXT, "What is wrong."),
        Field("remedy", _TEXT, "What to do."),
    ),
)
_INPUT = Record(
    InputFile,
    (Field("path", _TEXT, "Relative to the case folder."), Field("sha256", _TEXT, "Content hash.")),
)
_PATIENT = Record(
    model.PatientInfo,
    (
        Field("age_years", Count(), "Age."),
        Field("sex", _TEXT, "female, male or other."),
        Field("setting", _TEXT, "Where the person attends; empty when not stated."),
    ),
)
_VERSIONS = Record(
    model.Versions,
    (
        Field("ilc", _TEXT, "Of the software."),
        Field("knowledge", _TEXT, "Of the knowledge."),
        Field("knowledge_hash", _TEXT, "Content hash of the knowledge."),
    ),
)

PARTS: dict[str, Record] = {
    "probability": _ROUNDED,
    "reason": _REASONS.reason,
    "would_change": _CHANGE,
    "factors": _FACTOR,
    "red_flags": _RED_FLAG,
    "chain": _LINK.record,
    "paths": _PATH,
    "complaints": _COMPLAINT,
    "origin": _ORIGIN.record,
    "relief": _RELIEF.record,
    "exit_sets": _EXIT_SET,
    "next_tests": _NEXT_TESTS,
    "next_tests.safety and next_tests.information": _TEST,
    "robustness": _ROBUSTNESS,
    "self_care": _SELF_CARE,
    "series": _SERIES,
    "findings": _FINDING,
    "issues": _ISSUE,
    "inputs": _INPUT,
    "patient": _PATIENT,
    "versions": _VERSIONS,
}

DIAGNOSIS = Record(
    model.Diagnosis,
    (
        Field("versions", _VERSIONS, "What produced this diagnosis."),
        Field("case_id", _TEXT, "Case."),
        Field("visit", _TEXT, "Visit."),
        Field("on", _TEXT, "ISO date the work-up is judged at."),
        Field("seed", Count(), "Seed of the sampling."),
        Field("patient", _PATIENT, "No name."),
        Field("inputs", Listed(_INPUT, order=lambda item: item.path), "Files read."),
        Field("issues", Listed(_ISSUE), "Problems met, with remedies."),
        Field("series", Listed(_SERIES), "Imaging series as read."),
        Field("measurements", Listed(Free()), "What was measured."),
        Field("findings", Listed(_FINDING, order=lambda item: item.id), "What entered the reasoning."),
        Field("red_flags", Listed(_RED_FLAG), "Serious pathways."),
        Field("factors", Listed(_FACTOR), "Every factor evaluated by itself."),
        Field("mechanisms", Transposed(_P, "mechanism", "complaint"), "Share of worlds with an active path of it."),
        Field("origin", _ORIGIN, "Body or brain."),
        Field("chain", Listed(_LINK), "The chain of pain."),
        Field("paths", Listed(_PATH), "Its leading paths."),
        Field("complaints", Listed(_COMPLAINT), "What is complained of."),
        Field("relief", Listed(_RELIEF), "What if a set of factors were taken away."),
        Field("exit_sets", Listed(_EXIT_SET), "Smallest sets that reach a goal."),
        Field("next_tests", _NEXT_TESTS, "What is worth testing next."),
        Field("self_care", Listed(_SELF_CARE), "Self-care, offered or withheld."),
        Field("not_assessed", _SORTED_TEXTS, "Factors without a finding of their own."),
        Field("robustness", Listed(_ROBUSTNESS), "Conclusions that flip."),
    ),
)
