"""Three-valued presence: what was not looked for is UNKNOWN, never ABSENT."""

from enum import StrEnum


class Presence(StrEnum):
    """Whether something was found."""

    PRESENT = "present"
    ABSENT = "absent"
    UNKNOWN = "unknown"
