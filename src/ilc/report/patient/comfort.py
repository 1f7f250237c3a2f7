"""When comforting pictures may be used: never beside a sign of something serious or a weak leg."""

from __future__ import annotations

from ilc.core import InstanceId
from ilc.explanation.model import RedFlagResult
from ilc.report.material import URGENT_LEVELS, Material

MOTOR_DEFICITS = frozenset(
    {"myotome_weakness", "foot_drop", "weakness_progressing", "both_legs_weak", "anal_tone_reduced"}
)
BENIGN_OUTCOMES = frozenset({"absent", "normal", "none"})


def raised_flags(material: Material) -> tuple[RedFlagResult, ...]:
    """Return the red flags that the person must be told of, most urgent first."""
    flags = [flag for flag in material.diagnosis.red_flags if flag.level in URGENT_LEVELS]
    return tuple(sorted(flags, key=lambda flag: URGENT_LEVELS.index(flag.level)))


def must_be_seen_now(material: Material) -> bool:
    """Whether everything but the message has to wait."""
    return any(flag.level in URGENT_LEVELS[:2] for flag in raised_flags(material))


def has_motor_deficit(material: Material) -> bool:
    """Whether a muscle was found to be weak."""
    return any(
        InstanceId.parse(finding.id).concept in MOTOR_DEFICITS and finding.outcome not in BENIGN_OUTCOMES
        for finding in material.diagnosis.findings
    )


def comfort_is_allowed(material: Material) -> bool:
    """Whether growth rings, house and pipe may be shown."""
    return not raised_flags(material) and not has_motor_deficit(material)
