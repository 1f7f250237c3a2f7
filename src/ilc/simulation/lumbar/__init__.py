"""A lumbar spine with known truth, imaged as sagittal MRI."""

from ilc.simulation.lumbar.plan import BodyPlan, DiscPlan, LumbarPlan
from ilc.simulation.lumbar.scanner import SagittalGrid, SimulatedStudy, render_study
from ilc.simulation.lumbar.tissues import STIR, T1, T2, Protocol
from ilc.simulation.lumbar.truth import BodyTruth, DiscTruth, Truth

__all__ = [
    "STIR",
    "T1",
    "T2",
    "BodyPlan",
    "BodyTruth",
    "DiscPlan",
    "DiscTruth",
    "LumbarPlan",
    "Protocol",
    "SagittalGrid",
    "SimulatedStudy",
    "Truth",
    "render_study",
]
