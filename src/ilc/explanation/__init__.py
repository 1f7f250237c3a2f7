"""Posterior worlds become an explanation: shares, chain, relief, ways out, reasons, next tests. No markup."""

from ilc.explanation.explain import Explanation, explain
from ilc.explanation.model import Diagnosis, ObservedFinding, PatientInfo, SeriesInfo, Versions

__all__ = ["Diagnosis", "Explanation", "ObservedFinding", "PatientInfo", "SeriesInfo", "Versions", "explain"]
