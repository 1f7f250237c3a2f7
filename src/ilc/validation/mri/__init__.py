"""Part `mri`: the reading of sagittal MRI against masks, centres and grades of people it never saw."""

from ilc.validation.mri.measure import measure_mri

__all__ = ["measure_mri"]
