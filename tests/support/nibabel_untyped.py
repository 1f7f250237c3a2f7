"""nibabel without its half-typed signatures, which the strict type check cannot use."""

from importlib import import_module
from typing import Any

nibabel: Any = import_module("nibabel")
