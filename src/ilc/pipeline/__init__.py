"""The whole flow on one page: read, measure, find, reason, write. The only package that composes stages."""

from ilc.pipeline.diagnose import SEED, DiagnosisRun, diagnose, diagnose_case, write_run
from ilc.pipeline.measure import Measured, measure
from ilc.pipeline.reason import reason

__all__ = ["SEED", "DiagnosisRun", "Measured", "diagnose", "diagnose_case", "measure", "reason", "write_run"]
