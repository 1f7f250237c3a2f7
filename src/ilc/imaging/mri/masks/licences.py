"""Under which terms the masks of other programs may be used, as their documents state them: data, no legal advice."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Tool(StrEnum):
    """Programs and data sets whose masks are read."""

    TOTALSPINESEG = "TotalSpineSeg"
    SPINEPS = "SPINEPS"
    SPIDER = "SPIDER"
    TOTALSEGMENTATOR = "TotalSegmentator"
    SPINENET = "SpineNet"
    ILC = "ILC"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Licence:
    """Terms of a program and of what it makes."""

    name: str
    commercial_use: Literal["yes", "no", "unknown"]
    note: str


LICENCES: dict[Tool, Licence] = {
    Tool.TOTALSPINESEG: Licence("LGPL-3.0", "yes", "The licence binds the program, not the masks that it makes."),
    Tool.SPINEPS: Licence("Apache-2.0", "yes", "Asks to be cited: Moeller 2024, Eur Radiol."),
    Tool.SPIDER: Licence("CC BY 4.0", "yes", "The data set asks to be cited: van der Graaf 2024, Sci Data 11:264."),
    Tool.TOTALSEGMENTATOR: Licence(
        "Apache-2.0", "yes", "Holds for total, total_mr and vertebrae_mr; some other tasks need a licence key."
    ),
    Tool.SPINENET: Licence(
        "Oxford, non-commercial",
        "no",
        "SpineNet and all that it puts out may not be used commercially; its results are only taken in, and marked.",
    ),
    Tool.ILC: Licence("Apache-2.0", "yes", "Made by this program."),
    Tool.UNKNOWN: Licence(
        "not known", "unknown", "Who made the mask is not known; check its terms before passing it on."
    ),
}
