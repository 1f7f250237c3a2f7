"""What the model gets right and wrong, measured against literature, patients and simulated truth."""

from ilc.validation.parts import PARTS, Part, measure_parts
from ilc.validation.result import PartNotPossible, PartResult, Request, Skipped, Table

__all__ = ["PARTS", "Part", "PartNotPossible", "PartResult", "Request", "Skipped", "Table", "measure_parts"]
