"""The whole flow on one page: read, measure, find, reason, write. The only package that composes stages."""

from ilc.pipeline.diagnose import SEED, DiagnosisRun, diagnose, diagnose_case, write_run
from ilc.pipeline.measure import Measured, measure
from ilc.pipeline.read_mri import read_mri_files, write_mri
from ilc.pipeline.reason import gather_findings, reason

__all__ = [
    "SEED",
    "DiagnosisRun",
    "Measured",
    "diagnose",
    "diagnose_case",
    "gather_findings",
    "measure",
    "read_mri_files",
    "reason",
    "write_mri",
    "write_run",
]
