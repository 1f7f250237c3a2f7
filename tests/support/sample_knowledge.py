"""A knowledge base just wide enough for the sample diagnosis: names, groups, sources; no numbers."""

from types import MappingProxyType

from ilc.core import Estimate, SiteKind
from ilc.knowledge.model import (
    Basis,
    Estimand,
    EvidenceGrade,
    FindingDef,
    FindingTarget,
    Group,
    Knowledge,
    LinkDef,
    Mechanism,
    NodeDef,
    Parameter,
    RedFlagRule,
    Reference,
    SelfCareItem,
    SettingDef,
    Slice,
    SourceRef,
    TestDef,
    TestKind,
)

_SOME = Estimate(0.1, 0.05, 0.2)
_GROUPS: dict[Group, tuple[str, ...]] = {
    Group.STRUCTURE: (
        "disc_degeneration",
        "disc_herniation",
        "central_stenosis",
        "recess_stenosis",
        "spondylolisthesis",
        "facet_arthropathy",
        "hip_osteoarthritis",
    ),
    Group.NERVE: ("root_compression", "root_inflammation"),
    Group.MUSCLE_FASCIA: ("muscle_tension", "muscle_dysfunction"),
    Group.FLOW: ("poor_blood_flow", "peripheral_artery_disease"),
    Group.BRAIN: ("fear_avoidance", "poor_sleep", "central_sensitisation", "depression"),
    Group.SERIOUS: ("cauda_equina_syndrome", "spinal_infection", "spinal_malignancy"),
}
_HISTORY = ("persistent_pain", "inactivity")
_SOURCES = ("root_pain", "neurogenic_claudication", "muscle_pain", "sensitised_pain", "facet_pain")
_COMPLAINTS = ("low_back_pain", "leg_pain", "walking_limitation", "groin_pain", "widespread_pain")
_SITES = {
    "disc_degeneration": SiteKind.LEVEL,
    "disc_herniation": SiteKind.LEVEL_SIDE,
    "central_stenosis": SiteKind.LEVEL,
    "recess_stenosis": SiteKind.LEVEL_SIDE,
    "spondylolisthesis": SiteKind.LEVEL,
    "facet_arthropathy": SiteKind.LEVEL,
    "root_compression": SiteKind.ROOT_SIDE,
    "root_inflammation": SiteKind.ROOT_SIDE,
    "root_pain": SiteKind.ROOT_SIDE,
    "leg_pain": SiteKind.SIDE,
    "groin_pain": SiteKind.SIDE,
    "hip_osteoarthritis": SiteKind.SIDE,
}
# finding -> label, evidence group
_FINDINGS = {
    "mri_central_stenosis": ("Central canal stenosis on MRI", "imaging"),
    "mri_slip": ("Slip on MRI", "imaging"),
    "mri_disc_degeneration": ("Disc degeneration on MRI", "imaging"),
    "no_pain_seated": ("No pain when seated", "interview"),
    "straight_leg_raise": ("Straight leg raise", "examination"),
    "tsk11_total": ("Kinesiophobia score", "questionnaire"),
    "csi_total": ("Central sensitisation score", "questionnaire"),
    "myotome_weakness": ("Weakness of the root's muscles", "examination"),
    "saddle_numbness": ("Saddle numbness", "interview"),
    "urinary_retention": ("Urinary retention", "interview"),
    "fever": ("Fever", "examination"),
    "weight_loss": ("Weight lost without trying", "interview"),
    "cancer_before": ("Cancer in the past", "history"),
    "ankle_brachial_index": ("Ankle-brachial index", "examination"),
    "root_block": ("Selective root block", "block"),
}
_TESTS = {
    "interview": TestDef("interview", "Interview question", 1.0, False, False, ""),
    "ankle_brachial_index": TestDef("ankle_brachial_index", "Ankle-brachial pressure index", 3.0, False, False, ""),
    "root_block": TestDef("root_block", "Selective root block", 40.0, True, False, ""),
    "mri": TestDef("mri", "MRI, STIR sequence", 10.0, False, True, ""),
}
_REFERENCES = {
    "suri2010": Reference(
        "suri2010", "Suri P et al. Does this older adult with leg pain have stenosis? JAMA 2010.", "PMC3260477"
    ),
    "brinjikji2015a": Reference(
        "brinjikji2015a", "Brinjikji W et al. Imaging features in asymptomatic people. AJNR 2015;36:811.", ""
    ),
    "neblett2013": Reference("neblett2013", "Neblett R et al. The Central Sensitization Inventory. J Pain 2013.", ""),
    "ishimoto2017": Reference("ishimoto2017", "Ishimoto Y et al. Spine 2017;42:E666.", "PMID 27779607"),
    "dionne2019": Reference("dionne2019", "Dionne N et al. Clinical signs of cauda equina syndrome. 2019.", ""),
}
_LINKS = {
    "spondylolisthesis->central_stenosis": ("ishimoto2017", EvidenceGrade.MODERATE, "body"),
    "central_stenosis->neurogenic_claudication": ("suri2010", EvidenceGrade.ESTABLISHED, "body"),
}


def _node(id_: str, slice_: Slice, group: Group | None) -> NodeDef:
    return NodeDef(
        id=id_,
        label=id_.replace("_", " ").capitalize(),
        slice=slice_,
        definition=id_,
        sites=_SITES.get(id_, SiteKind.WHOLE),
        states=4 if slice_ is Slice.COMPLAINT else 2,
        group=group,
        prior=(),
        prior_unit="person",
        leak=_SOME,
        leak_parameter="",
        site_weights=MappingProxyType({}),
        modifiable=True,
        serious=group is Group.SERIOUS,
        latent=False,
        codes=MappingProxyType({}),
        age_norm=(),
        picture=id_,
    )


_TESTED = {
    "mri_central_stenosis": "central_stenosis",
    "no_pain_seated": "central_stenosis",
    "mri_slip": "spondylolisthesis",
    "mri_disc_degeneration": "disc_degeneration",
    "straight_leg_raise": "root_inflammation",
    "tsk11_total": "fear_avoidance",
    "csi_total": "central_sensitisation",
}


def _targets(id_: str) -> tuple[FindingTarget, ...]:
    empty: MappingProxyType[str, Estimate] = MappingProxyType({})
    return (FindingTarget(_TESTED[id_], "", "same", empty, (), 1.0),) if id_ in _TESTED else ()


def _finding(id_: str, label: str, group: str) -> FindingDef:
    return FindingDef(
        id=id_,
        label=label,
        question=f"{label}?",
        sites=SiteKind.WHOLE,
        test_kind=TestKind.DEFICIT if id_ == "myotome_weakness" else TestKind.EXISTENCE,
        evidence_group=group,
        outcomes=("present", "absent"),
        given_absent=MappingProxyType({}),
        targets=_targets(id_),
        bands=MappingProxyType({}),
        unit="",
        validity_days=0,
        negative_covers="site",
        test="interview",
        red_flag=False,
        central=False,
        context_only=False,
        note="",
    )


def _link(id_: str, grade: EvidenceGrade, origin: str) -> LinkDef:
    cause, effect = id_.split("->")
    return LinkDef(
        id=id_,
        cause=cause,
        effect=effect,
        strength=_SOME,
        parameter=f"link.{id_}",
        site_map="same",
        dose=(1.0,),
        mechanism=Mechanism.NOCICEPTIVE,
        origin=origin,
        evidence=grade,
        reversible=True,
        note="",
    )


def _parameter(id_: str, source: str) -> Parameter:
    return Parameter(
        id=f"link.{id_}",
        estimate=_SOME,
        unit="probability",
        estimand=Estimand.ASSOCIATION,
        population="sample",
        conditioning="unselected",
        unit_of_analysis="person",
        basis=Basis.STUDY,
        sources=(SourceRef(source, "table 2"),),
        quality=1.0,
        reviewed="2026-11-22",
    )


def _red_flag(id_: str, label: str, screening: tuple[str, ...]) -> RedFlagRule:
    sources = (SourceRef("dionne2019", "table 3"),) if id_ == "cauda_equina" else ()
    empty: MappingProxyType[str, Estimate] = MappingProxyType({})
    return RedFlagRule(
        id_, label, (), screening, MappingProxyType({}), empty, MappingProxyType({}), MappingProxyType({}), sources
    )


def sample_knowledge() -> Knowledge:
    """Knowledge for reports of the sample diagnosis."""
    nodes = [_node(id_, Slice.FACTOR, group) for group, ids in _GROUPS.items() for id_ in ids]
    nodes += [_node(id_, Slice.HISTORY, None) for id_ in _HISTORY]
    nodes += [_node(id_, Slice.SOURCE, None) for id_ in _SOURCES]
    nodes += [_node(id_, Slice.COMPLAINT, None) for id_ in _COMPLAINTS]
    flags = [
        _red_flag("cauda_equina", "Cauda equina syndrome", ("saddle_numbness", "urinary_retention")),
        _red_flag("spinal_infection", "Spinal infection", ("fever",)),
        _red_flag("spinal_malignancy", "Spinal malignancy", ("cancer_before", "weight_loss")),
    ]
    care = [
        SelfCareItem(id_, (), (), Basis.EXPERT, ())
        for id_ in ("keep_warm", "keep_swaying", "sunlight_walk", "graded_walking")
    ]
    return Knowledge(
        version="2000.1.1",
        hash="5a" * 32,
        nodes=MappingProxyType({node.id: node for node in nodes}),
        links=MappingProxyType({id_: _link(id_, grade, origin) for id_, (_, grade, origin) in _LINKS.items()}),
        findings=MappingProxyType({id_: _finding(id_, *rest) for id_, rest in _FINDINGS.items()}),
        tests=MappingProxyType(_TESTS),
        parameters=MappingProxyType({f"link.{id_}": _parameter(id_, source) for id_, (source, _, _) in _LINKS.items()}),
        red_flags=MappingProxyType({flag.id: flag for flag in flags}),
        self_care=MappingProxyType({item.id: item for item in care}),
        instruments=MappingProxyType({}),
        settings=MappingProxyType(
            {"spine_clinic": SettingDef("spine_clinic", "Spine clinic", MappingProxyType({}), MappingProxyType({}))}
        ),
        references=MappingProxyType(_REFERENCES),
    )
