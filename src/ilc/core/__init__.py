"""The words of the domain: sites, presence, issues, estimates, provenance. Imports nothing from the rest of ILC."""

from ilc.core.estimate import Estimate, expit, logit
from ilc.core.instance import InstanceId
from ilc.core.issue import Issue, IssueSeverity
from ilc.core.presence import Presence
from ilc.core.provenance import InputFile, sha256_of
from ilc.core.site import LEVELS, ROOTS, SIDES, VERTEBRAE, Level, Root, Side, SiteKind, Vertebra, sites_of

__all__ = [
    "LEVELS",
    "ROOTS",
    "SIDES",
    "VERTEBRAE",
    "Estimate",
    "InputFile",
    "InstanceId",
    "Issue",
    "IssueSeverity",
    "Level",
    "Presence",
    "Root",
    "Side",
    "SiteKind",
    "Vertebra",
    "expit",
    "logit",
    "sha256_of",
    "sites_of",
]
