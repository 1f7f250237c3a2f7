"""Problems in a patient's data are values that are collected and shown, not exceptions."""

from dataclasses import dataclass
from enum import StrEnum


class IssueSeverity(StrEnum):
    """How much an issue matters to the result."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Issue:
    """One problem met in the input, with what to do about it."""

    code: str
    severity: IssueSeverity
    where: str
    message: str
    remedy: str

    def __post_init__(self) -> None:
        if not self.code or self.code != self.code.upper() or " " in self.code:
            raise ValueError(f"issue code must be UPPER_SNAKE: {self.code!r}")
        if not self.message or not self.remedy:
            raise ValueError(f"issue {self.code} needs a message and a remedy")

    def __str__(self) -> str:
        return f"{self.severity.value.upper()} {self.code} at {self.where}: {self.message} Remedy: {self.remedy}"
