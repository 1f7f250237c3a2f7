"""ILC explains low back pain: from a patient's record to factors, links, shares and reasons."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ilc.pipeline import diagnose as diagnose
    from ilc.record import read_case as read_case

__version__ = "0.1.0"

# Imported when first asked for, so that the command line starts quickly.
_PUBLIC = {"read_case": "ilc.record", "diagnose": "ilc.pipeline"}

__all__ = ["__version__", "diagnose", "read_case"]


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'ilc' has no attribute {name!r}")
    return getattr(import_module(_PUBLIC[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_PUBLIC])
