"""A lumbar spine with known truth, imaged as sagittal and axial MRI."""

from ilc.simulation.lumbar.axial import (
    AxialGrid,
    AxialStack,
    SimulatedAxial,
    SimulatedStack,
    plan_disc_stacks,
    plan_single_stack,
    render_axial,
)
from ilc.simulation.lumbar.axial_truth import AxialTruth, BySide
from ilc.simulation.lumbar.flanks import Muscle
from ilc.simulation.lumbar.localiser import SimulatedLocaliser, render_localiser
from ilc.simulation.lumbar.people import Odds, draw_grid, draw_plan, draw_protocols
from ilc.simulation.lumbar.plan import (
    BodyPlan,
    DiscPlan,
    HerniationPlan,
    LesionPlan,
    LumbarPlan,
    MusclePlan,
    ScoliosisPlan,
)
from ilc.simulation.lumbar.scanner import SagittalGrid, SimulatedStudy, render_study
from ilc.simulation.lumbar.tissues import STIR, T1, T2, Protocol
from ilc.simulation.lumbar.truth import BodyTruth, DiscTruth, HerniationTruth, LesionTruth, Truth

__all__ = [
    "STIR",
    "T1",
    "T2",
    "AxialGrid",
    "AxialStack",
    "AxialTruth",
    "BodyPlan",
    "BodyTruth",
    "BySide",
    "DiscPlan",
    "DiscTruth",
    "HerniationPlan",
    "HerniationTruth",
    "LesionPlan",
    "LesionTruth",
    "LumbarPlan",
    "Muscle",
    "MusclePlan",
    "Odds",
    "Protocol",
    "SagittalGrid",
    "ScoliosisPlan",
    "SimulatedAxial",
    "SimulatedLocaliser",
    "SimulatedStack",
    "SimulatedStudy",
    "Truth",
    "draw_grid",
    "draw_plan",
    "draw_protocols",
    "plan_disc_stacks",
    "plan_single_stack",
    "render_axial",
    "render_localiser",
    "render_study",
]
