"""The words for what went wrong with a mask, or has to be known about it."""

from __future__ import annotations

from ilc.core import Issue, IssueSeverity

_INFO, _WARNING, _ERROR = IssueSeverity.INFO, IssueSeverity.WARNING, IssueSeverity.ERROR
_NAME_IT = "Say which program made the mask (its convention)."

_NOTICES: dict[str, tuple[IssueSeverity, str]] = {
    "MASK_NOT_READABLE": (_ERROR, "Give one NIfTI file (.nii or .nii.gz) that holds the label volume."),
    "MASK_WITHOUT_PLACE": (_ERROR, "Write the mask again with the orientation of the image that it belongs to."),
    "MASK_NOT_LABELS": (
        _ERROR,
        "Give the label volume: whole numbers, one for each part; no image or probability map.",
    ),
    "MASK_EMPTY": (_ERROR, "Check that the program found something, and give its label volume."),
    "MASK_CONVENTION_AMBIGUOUS": (_ERROR, _NAME_IT),
    "MASK_CONVENTION_UNKNOWN": (_ERROR, _NAME_IT),
    "MASK_ORDER_CONFLICT": (_ERROR, "Look at the mask; name another convention, or correct its numbers."),
    "MASK_NOT_LUMBAR": (_WARNING, "Give a mask of the lumbar spine, with the sacrum if possible."),
    "MASK_NAMES_NOT_USED": (_WARNING, "Check the level names against the sacrum before using them."),
    "MASK_COUNT_ASSUMED": (_WARNING, "Check which vertebra is the lowest lumbar one; give a mask with the sacrum."),
    "MASK_GAP": (_WARNING, "Look at the mask where a part is absent; nothing is measured there."),
    "MASK_NUMBERS_UNKNOWN": (_WARNING, "Check that the convention is right; these parts are not used."),
    "MASK_CLASSES_NOT_NUMBERED": (_WARNING, "Give a mask in which each vertebra and disc has a number of its own."),
    "MASK_PARTS_LEFT_OUT": (_INFO, "Nothing needs to be done."),
    "MASK_VERTEBRA_CUT_OFF": (_INFO, "Heights of these vertebrae are not to be used."),
    "MASK_NON_COMMERCIAL": (_WARNING, "Use it for research only, and pass that condition on with every result."),
    "MASK_LICENCE_UNKNOWN": (_INFO, "Say which program made the mask."),
}


def mask_issue(code: str, where: str, message: str) -> Issue:
    """An issue about a mask."""
    severity, remedy = _NOTICES[code]
    return Issue(code, severity, where, message, remedy)
