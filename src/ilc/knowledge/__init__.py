"""Cited medical knowledge as data, and its only reader: it loads, checks and freezes."""

from ilc.knowledge.check import check_knowledge
from ilc.knowledge.describe import describe_entry
from ilc.knowledge.facts import Listing, Section
from ilc.knowledge.ids_lock import write_ids_lock
from ilc.knowledge.loader import load_knowledge
from ilc.knowledge.model import (
    AgeBand,
    Basis,
    Estimand,
    EvidenceGrade,
    FindingDef,
    FindingTarget,
    Group,
    InstrumentDef,
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
from ilc.knowledge.refusal import KnowledgeError
from ilc.knowledge.summary import AssumptionKind, KnowledgeSummary, summarise_knowledge

__all__ = [
    "AgeBand",
    "AssumptionKind",
    "Basis",
    "Estimand",
    "EvidenceGrade",
    "FindingDef",
    "FindingTarget",
    "Group",
    "InstrumentDef",
    "Knowledge",
    "KnowledgeError",
    "KnowledgeSummary",
    "LinkDef",
    "Listing",
    "Mechanism",
    "NodeDef",
    "Parameter",
    "RedFlagRule",
    "Reference",
    "Section",
    "SelfCareItem",
    "SettingDef",
    "Slice",
    "SourceRef",
    "TestDef",
    "TestKind",
    "check_knowledge",
    "describe_entry",
    "load_knowledge",
    "summarise_knowledge",
    "write_ids_lock",
]
