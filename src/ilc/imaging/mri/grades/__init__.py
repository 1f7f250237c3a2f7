"""Grades of discs with probabilities: from measurements, by small models whose coefficients can be read."""

from ilc.imaging.mri.grades.features import DiscFeatures, describe_discs
from ilc.imaging.mri.grades.model import DiscGrades, grade_discs, read_grade_models

__all__ = ["DiscFeatures", "DiscGrades", "describe_discs", "grade_discs", "read_grade_models"]
