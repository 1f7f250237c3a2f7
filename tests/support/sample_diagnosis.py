"""A hand-made but complete diagnosis: a slip narrows a canal, muscles are tight, fear acts, one disc plays no part."""

from dataclasses import fields, replace
from types import MappingProxyType
from typing import Any

from ilc.core import InputFile, Issue, IssueSeverity
from ilc.explanation.model import (
    ChainPath,
    ComplaintResult,
    Diagnosis,
    ExitSet,
    NextTest,
    NextTests,
    PatientInfo,
    Robustness,
    SelfCare,
    SeriesInfo,
    Versions,
)
from tests.support.sample_parts import (
    BACK,
    LEG,
    WALK,
    make_complaint,
    make_factor,
    make_flag,
    make_link,
    make_observed,
    make_origin,
    make_relief,
)

_MRI = ("present", 2.1, ("brinjikji2015a",))
_FACTORS = (
    make_factor("spondylolisthesis@L4_L5", "structure", (0.16, 0.97), {WALK: (0.62, 0.14)}, {"mri_slip@L4_L5": _MRI}),
    make_factor(
        "central_stenosis@L4_L5",
        "structure",
        (0.2, 0.96),
        {WALK: (0.86, 0.31), LEG: (0.58, 0.18), BACK: (0.06, 0.01)},
        {
            "mri_central_stenosis@L4_L5": ("present", 2.6, ("brinjikji2015a",)),
            "no_pain_seated": ("present", 1.2, ("suri2010",)),
        },
    ),
    replace(
        make_factor(
            "disc_degeneration@L5_S1",
            "structure",
            (0.8, 0.99),
            {BACK: (0.12, 0.03)},
            {"mri_disc_degeneration@L5_S1": _MRI},
        ),
        age_norm=0.88,
    ),
    make_factor("facet_arthropathy@L4_L5", "structure", (0.6, 0.81), {BACK: (0.22, 0.06)}),
    make_factor("root_compression@L5.left", "nerve", (0.05, 0.52), {LEG: (0.45, 0.16)}),
    make_factor(
        "root_inflammation@L5.left",
        "nerve",
        (0.06, 0.66),
        {LEG: (0.61, 0.27)},
        {"straight_leg_raise@left": ("absent", -0.7, ("suri2010",))},
    ),
    make_factor("muscle_tension", "muscle_fascia", (0.2, 0.71), {BACK: (0.63, 0.24)}),
    make_factor("muscle_dysfunction", "muscle_fascia", (0.25, 0.66), {BACK: (0.52, 0.17)}),
    make_factor("poor_blood_flow", "flow", (0.1, 0.44), {WALK: (0.35, 0.12), BACK: (0.2, 0.05)}),
    make_factor("peripheral_artery_disease", "flow", (0.07, 0.09), {WALK: (0.05, 0.02)}),
    make_factor(
        "fear_avoidance",
        "brain",
        (0.2, 0.83),
        {BACK: (0.46, 0.13), WALK: (0.2, 0.05)},
        {"tsk11_total": ("present", 1.9, ())},
    ),
    make_factor(
        "central_sensitisation",
        "brain",
        (0.1, 0.41),
        {BACK: (0.34, 0.1), LEG: (0.2, 0.08)},
        {"csi_total": ("present", 0.6, ("neblett2013",))},
    ),
    make_factor("poor_sleep", "brain", (0.3, 0.48), {BACK: (0.18, 0.05)}),
    make_factor("spinal_infection", "serious", (0.0002, 0.0001), {}),
    replace(make_factor("persistent_pain", "", (0.2, 0.95), {BACK: (0.4, 0.05)}), kind="history"),
    make_factor("neurogenic_claudication", "", (0.03, 0.9), {WALK: (0.88, 0.4), LEG: (0.4, 0.1)}),
    make_factor("root_pain@L5.left", "", (0.02, 0.68), {LEG: (0.66, 0.3)}),
    make_factor("muscle_pain", "", (0.2, 0.8), {BACK: (0.72, 0.3)}),
    make_factor("sensitised_pain", "", (0.05, 0.3), {BACK: (0.28, 0.1)}),
)


_CHAIN = (
    make_link("spondylolisthesis@L4_L5", "central_stenosis@L4_L5", 0.67, "moderate"),
    make_link("facet_arthropathy@L4_L5", "spondylolisthesis@L4_L5", 0.41, "moderate"),
    make_link("facet_arthropathy@L4_L5", "muscle_tension", 0.22, "hypothesis"),
    make_link("central_stenosis@L4_L5", "root_compression@L5.left", 0.49, "moderate"),
    make_link("central_stenosis@L4_L5", "neurogenic_claudication", 0.88),
    make_link("root_compression@L5.left", "root_inflammation@L5.left", 0.47),
    make_link("root_inflammation@L5.left", "root_pain@L5.left", 0.63),
    make_link("root_pain@L5.left", LEG, 0.64),
    make_link("neurogenic_claudication", WALK, 0.87),
    make_link("neurogenic_claudication", LEG, 0.35),
    make_link("muscle_tension", "poor_blood_flow", 0.31, "hypothesis"),
    make_link("poor_blood_flow", "neurogenic_claudication", 0.33, "hypothesis"),
    make_link("muscle_tension", "muscle_pain", 0.58),
    make_link("muscle_dysfunction", "muscle_pain", 0.49, "moderate"),
    make_link("muscle_pain", BACK, 0.72),
    make_link("persistent_pain", "fear_avoidance", 0.55, "moderate", "brain"),
    make_link("fear_avoidance", "muscle_tension", 0.39, "hypothesis", "brain"),
    make_link("poor_sleep", "central_sensitisation", 0.21, "moderate", "brain"),
    make_link("central_sensitisation", "sensitised_pain", 0.3, "moderate", "brain"),
    make_link("sensitised_pain", BACK, 0.28, "moderate", "brain"),
    make_link("disc_degeneration@L5_S1", "facet_arthropathy@L4_L5", 0.05, "moderate"),
)


_FINDINGS = (
    make_observed("mri_central_stenosis@L4_L5", "Central canal stenosis on MRI", "present", "measured"),
    make_observed("mri_slip@L4_L5", "Slip on MRI", "present", "measured", 5.2),
    make_observed("mri_disc_degeneration@L5_S1", "Disc degeneration on MRI", "present", "correction"),
    make_observed("no_pain_seated", "No pain when seated", "present"),
    make_observed("straight_leg_raise@left", "Straight leg raise", "absent"),
    make_observed("tsk11_total", "Kinesiophobia score", "present", "questionnaire", 19.0),
    make_observed("csi_total", "Central sensitisation score", "present", "questionnaire", 44.0),
    make_observed("saddle_numbness", "Saddle numbness", "absent"),
    make_observed("urinary_retention", "Urinary retention", "absent"),
    make_observed("fever", "Fever", "absent", "patient"),
)
_TESTS = NextTests(
    safety=(
        NextTest(
            "ankle_brachial_index",
            "Ankle-brachial pressure index",
            ("ankle_brachial_index",),
            ("spinal_malignancy",),
            0.04,
            3.0,
            False,
            0.06,
            0.11,
        ),
    ),
    information=(
        NextTest(
            "root_block",
            "Selective root block",
            ("root_block@L5.left",),
            ("root_inflammation@L5.left",),
            0.004,
            40.0,
            True,
            0.3,
            0.42,
        ),
    ),
    not_suggested=(("mri", "next_tests.imaging_early"),),
)
_ISSUES = (
    Issue(
        "SERIES_INCOMPLETE",
        IssueSeverity.WARNING,
        "imaging/stir",
        "Two slices are missing.",
        "Export the series again.",
    ),
    Issue("AGE_ROUNDED", IssueSeverity.INFO, "patient.age", "The age was rounded.", "Nothing to do."),
)
_SERIES = (
    SeriesInfo("2", "mri", "MR", "sagittal", "t2", 15, (4.0, 0.7, 0.7), "sagittal_t2.png", ""),
    SeriesInfo("3", "mri", "MR", "sagittal", "stir", 13, (4.0, 0.8, 0.8), "", "two slices missing"),
)
_MEASUREMENTS = (
    MappingProxyType(
        {
            "id": "slip@L4_L5",
            "value": 5.23456789,
            "unit": "mm",
            "low": 4.5,
            "high": 6.0,
            "method": "corner lines",
        }
    ),
    MappingProxyType({"id": "canal_ap@L4_L5", "value": 9.1, "unit": "mm", "images": ("sagittal_t2.png",)}),
)
_RED_FLAGS = (
    make_flag("cauda_equina", "Cauda equina syndrome"),
    make_flag("spinal_infection", "Spinal infection"),
    make_flag("spinal_malignancy", "Spinal malignancy", ("weight_loss", "cancer_before")),
)
_MECHANISMS = MappingProxyType(
    {
        BACK: {"nociceptive": 0.8, "nociplastic": 0.3},
        LEG: {"neuropathic": 0.66},
        WALK: {"neuropathic": 0.88, "vascular": 0.1},
    }
)
_ORIGIN = (
    make_origin(BACK, 0.51, 0.28, "possible"),
    make_origin(LEG, 0.62, 0.08, "possible"),
    make_origin(WALK, 0.59, 0.05, "possible"),
)
_PATHS = (
    ChainPath(("spondylolisthesis@L4_L5", "central_stenosis@L4_L5", "neurogenic_claudication", WALK), WALK, 0.55),
    ChainPath(("root_compression@L5.left", "root_inflammation@L5.left", "root_pain@L5.left", LEG), LEG, 0.41),
    ChainPath(("fear_avoidance", "muscle_tension", "muscle_pain", BACK), BACK, 0.3),
)
_COMPLAINTS = (
    make_complaint(BACK, 5.0, {"structure": 0.1, "muscle_fascia": 0.36, "flow": 0.05, "brain": 0.28}),
    make_complaint(LEG, 7.0, {"structure": 0.18, "nerve": 0.44, "brain": 0.08}),
    make_complaint(WALK, None, {"structure": 0.45, "flow": 0.14, "brain": 0.05}),
    ComplaintResult("groin_pain@left", "Groin pain", False, True, None, None, MappingProxyType({})),
    ComplaintResult("widespread_pain", "Widespread pain", False, False, None, None, MappingProxyType({})),
)
_RELIEF = (
    make_relief(("central_stenosis@L4_L5",), WALK, 0.6, 2.1),
    make_relief(("muscle_tension",), BACK, 0.22, 3.9),
    make_relief(("muscle_tension", "fear_avoidance"), BACK, 0.41, 2.6),
)
_EXIT_SETS = (
    ExitSet(
        0.5,
        True,
        ("muscle_tension", "fear_avoidance", "root_inflammation@L5.left"),
        0.53,
        ((("muscle_tension", "poor_sleep"), 0.44),),
        0.71,
    ),
    ExitSet(
        0.8,
        False,
        ("muscle_tension", "fear_avoidance", "root_inflammation@L5.left", "poor_sleep"),
        0.66,
        (),
        0.71,
    ),
)
_SELF_CARE = (
    SelfCare("graded_walking", True, ("muscle_dysfunction",), (), (), ()),
    SelfCare("keep_warm", True, ("muscle_tension",), (), ("weight_loss=present",), ()),
    SelfCare("keep_swaying", True, ("muscle_tension", "poor_blood_flow"), (), (), ()),
    SelfCare("sunlight_walk", False, ("poor_sleep",), ("fever=present",), (), ()),
)
_ROBUSTNESS = (
    Robustness("no_hypothesis_links", f"poor_blood_flow -> {WALK}", "p_contributes", 0.35, 0.12),
    Robustness("priors_halved", "root_compression@L5.left", "p_exists", 0.52, 0.36),
)


def sample_diagnosis() -> Diagnosis:
    """The sample."""
    return Diagnosis(
        versions=Versions("0.1.0", "2000.1.1", "5a" * 32),
        case_id="sample-001",
        visit="1",
        on="2026-11-22",
        seed=7,
        patient=PatientInfo(67, "female", "spine_clinic"),
        inputs=(InputFile("case.yaml", "ab" * 32), InputFile("imaging/t2.dcm", "cd" * 32)),
        issues=_ISSUES,
        series=_SERIES,
        measurements=_MEASUREMENTS,
        findings=_FINDINGS,
        red_flags=_RED_FLAGS,
        factors=_FACTORS,
        mechanisms=_MECHANISMS,
        origin=_ORIGIN,
        chain=_CHAIN,
        paths=_PATHS,
        complaints=_COMPLAINTS,
        relief=_RELIEF,
        exit_sets=_EXIT_SETS,
        next_tests=_TESTS,
        self_care=_SELF_CARE,
        not_assessed=("hip_osteoarthritis", "peripheral_artery_disease", "depression"),
        robustness=_ROBUSTNESS,
    )


def with_red_flag(diagnosis: Diagnosis, level: str, *, flag: str = "cauda_equina") -> Diagnosis:
    """The same person with a raised red flag."""
    raised = tuple(
        replace(item, level=level, p=0.21, p_rule=0.2, p_isolated=0.21, why=("saddle_numbness=present",))
        if item.id == flag
        else item
        for item in diagnosis.red_flags
    )
    return replace(diagnosis, red_flags=raised)


def with_finding(diagnosis: Diagnosis, id_: str, outcome: str = "present") -> Diagnosis:
    """The same person with one more finding."""
    return replace(diagnosis, findings=(*diagnosis.findings, make_observed(id_, id_, outcome)))


def empty_diagnosis() -> Diagnosis:
    """Almost nothing is known: no complaint, no factor, no finding."""
    nothing: dict[str, Any] = {
        field.name: () for field in fields(Diagnosis) if isinstance(getattr(sample_diagnosis(), field.name), tuple)
    }
    return replace(sample_diagnosis(), **nothing, mechanisms=MappingProxyType({}), next_tests=NextTests((), (), ()))
