"""Sagittal and axial MRI of the lumbar spine: from pixels to measurements and grades."""
