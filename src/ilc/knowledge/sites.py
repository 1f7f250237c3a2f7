"""Which instances of a template an arrow or a finding joins."""

from __future__ import annotations

from ilc.core import InstanceId

TRAVERSING_ROOT = {"L3_L4": "L4", "L4_L5": "L5", "L5_S1": "S1"}
EXITING_ROOT = {"L4_L5": "L4", "L5_S1": "L5"}


def joined(cause: InstanceId, effect: InstanceId, site_map: str) -> bool:
    """Whether an arrow with this site map joins these two instances.

    Parameters
    ----------
    cause, effect : instances; for a finding, the finding's instance and the instance it tests
    site_map : "same" (components both have must agree), "traversing_root", "exiting_root" (level to root), "all"
    """
    if site_map == "all":
        return True
    if cause.side and effect.side and cause.side != effect.side:
        return False
    if site_map == "same":
        return not cause.place or not effect.place or cause.place == effect.place
    roots = TRAVERSING_ROOT if site_map == "traversing_root" else EXITING_ROOT
    return bool(effect.place) and roots.get(cause.place) == effect.place
