"""The words for what went wrong with images: one catalogue of codes, and how many files share one issue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from ilc.core import Issue, IssueSeverity
from ilc.imaging.dicom.series import LeftOut

_NAMED = 3


@dataclass(frozen=True, slots=True)
class _Notice:
    severity: IssueSeverity
    message: str
    remedy: str


_INFO, _WARNING, _ERROR = IssueSeverity.INFO, IssueSeverity.WARNING, IssueSeverity.ERROR
_NOTHING = "Nothing needs to be done."
_AGAIN = "Export the study from the archive again, or copy the file again."
_ASK = "Ask the imaging department for the original DICOM images."

_FILES: dict[str, _Notice] = {
    "FILE_MISSING": _Notice(_ERROR, "There is no such file or folder.", "Check the path."),
    "OUTSIDE_FOLDER": _Notice(
        _WARNING, "Lies outside the folder being read, so it was not opened.", "Copy the images into the folder."
    ),
    "LINK_BROKEN": _Notice(_WARNING, "A link that leads nowhere.", "Copy the images themselves into the folder."),
    "LINK_REPEATED": _Notice(_INFO, "A link to something already read here.", _NOTHING),
    "NOT_A_FILE": _Notice(_WARNING, "Neither a file nor a folder; not opened.", "Remove it from the folder."),
    "TOO_MANY_FILES": _Notice(_ERROR, "More files than are read at once.", "Give one study at a time."),
    "FOLDERS_TOO_DEEP": _Notice(_WARNING, "Folders nested too deeply; not opened.", "Move the images further up."),
    "FILE_NOT_READABLE": _Notice(_ERROR, "Could not be opened or read to its end.", "Check its permissions and disk."),
    "FILE_TOO_LARGE": _Notice(_ERROR, "Larger than any clinical image file.", _AGAIN),
    "EMPTY_FILE": _Notice(_WARNING, "Holds nothing (0 bytes).", _AGAIN),
    "SYSTEM_FILE": _Notice(_INFO, "Left behind by an operating system; not an image.", _NOTHING),
    "OTHER_FILE": _Notice(_INFO, "Not an image; left out.", _NOTHING),
    "DOCUMENT_FILE": _Notice(_INFO, "A document, not an image; left out.", "Enter what it says as findings."),
    "PICTURE_FILE": _Notice(_INFO, "An ordinary picture without millimetres, so nothing can be measured in it.", _ASK),
    "ARCHIVE_FILE": _Notice(_WARNING, "A packed archive; it was not opened.", "Unpack it first, then read the folder."),
    "NOT_DICOM": _Notice(_WARNING, "Named like a medical image, but holds something else.", _ASK),
    "NOT_RECOGNISED": _Notice(_WARNING, "Its content is not recognised; left out.", _ASK),
    "NIFTI_PAIR": _Notice(
        _WARNING, "A NIfTI header without its voxels (.hdr and .img pair).", "Save it as one .nii or .nii.gz file."
    ),
    "DICOMDIR_IGNORED": _Notice(_INFO, "A DICOM table of contents; the files themselves are read.", _NOTHING),
    "DICOM_DAMAGED": _Notice(_WARNING, "A DICOM file whose header cannot be read.", _AGAIN),
    "TRUNCATED_FILE": _Notice(_WARNING, "Ends before its pixels do; left out.", _AGAIN),
    "HEADER_TOO_LARGE": _Notice(_ERROR, "Claims more header than any real image has; refused.", _AGAIN),
    "IMAGE_TOO_LARGE": _Notice(_ERROR, "Claims more pixels than any clinical image has; refused.", _AGAIN),
    "IMAGE_SIZE_MISSING": _Notice(_WARNING, "Has pixels but no valid number of rows and columns.", _AGAIN),
    "PIXEL_FORMAT": _Notice(_WARNING, "Stores pixels in a way that no image of the standard does.", _AGAIN),
    "DOCUMENT_OBJECT": _Notice(
        _INFO,
        "A DICOM object that is no picture of the body (report, presentation state, segmentation, dose, waveform).",
        _NOTHING,
    ),
    "NO_PIXELS": _Notice(_WARNING, "A DICOM image object without pixels; left out.", _AGAIN),
    "VIDEO_OBJECT": _Notice(
        _WARNING, "A compressed video inside DICOM; it is not read.", "Export it as single frames or plain cine."
    ),
    "FRAMES_INCONSISTENT": _Notice(_WARNING, "Announces another number of frames than it describes.", _AGAIN),
    "DUPLICATE_FILE": _Notice(_INFO, "The same image as another file; counted once.", _NOTHING),
    "DUPLICATE_SLICE": _Notice(
        _WARNING,
        "Lies at the same place as another slice of its series; the first was kept.",
        "Check whether two acquisitions were mixed into one series.",
    ),
    "NIFTI_DAMAGED": _Notice(_WARNING, "A NIfTI file whose header or length is not valid.", "Convert it again."),
    "NIFTI_TOO_LARGE": _Notice(_ERROR, "Claims or unpacks to more voxels than accepted; refused.", "Crop it first."),
    "NIFTI_SEVERAL_VOLUMES": _Notice(
        _WARNING, "Holds several volumes; it is not known which to read.", "Save the volume meant as its own file."
    ),
    "NIFTI_VOXEL_TYPE": _Notice(_WARNING, "Holds voxels that are not plain numbers.", "Save it as integers or floats."),
    "SIDECAR_READ": _Notice(_INFO, "Belongs to the image of the same name; times that it states are used.", _NOTHING),
}


_ONLY_READ = "Check that the series is complete; measurements use each stack by itself."
_SERIES: dict[str, tuple[IssueSeverity, str]] = {
    "MISSING_SLICE": (_WARNING, "Export the series again; nothing is measured in the missing slices."),
    "SEPARATE_BLOCKS": (_INFO, "Nothing needs to be done if blocks were planned; else export the series again."),
    "UNEVEN_SPACING": (_WARNING, _ONLY_READ),
    "SLICES_SHIFTED": (_WARNING, "Distances across slices may be wrong; check the series in a viewer."),
    "GEOMETRY_NOT_VALID": (_WARNING, "Export the original images again; nothing is measured in these."),
    "MIXED_ORIENTATIONS": (_INFO, _NOTHING),
    "MIXED_SIZES": (_INFO, _NOTHING),
    "MIXED_CONTRASTS": (_INFO, _NOTHING),
    "REPEATED_STACK": (_INFO, _NOTHING),
    "ORIENTATION_MISSING": (_WARNING, _ASK),
    "SPACING_MISSING": (_WARNING, _ASK),
    "PLANE_FROM_PIXELS": (_WARNING, "Look whether that is right; the original DICOM images would say it."),
    "PLANE_UNKNOWN": (_WARNING, _ASK),
    "SPACING_AT_DETECTOR": (_INFO, "Angles and ratios hold; lengths need a calibration object."),
    "MODALITY_MISSING": (_INFO, _NOTHING),
    "SEQUENCE_UNKNOWN": (_WARNING, "Say which sequence it is (t1, t2 or stir)."),
    "SEQUENCE_CONFLICT": (_WARNING, "Look at the images, and say which sequence it is."),
    "SEQUENCE_FROM_NAME": (_INFO, "Say which sequence it is if the name is wrong."),
    "CAPTURE_ONLY": (_INFO, "Nothing is measured in screen shots; give the original images."),
    "SCOUT_ONLY": (_INFO, _NOTHING),
    "DERIVED_IMAGES": (_INFO, "Give the images that they were calculated from as well, where there are any."),
    "SERIES_TOO_LARGE": (_ERROR, "Give fewer frames at once."),
    "UNITS_ASSUMED": (_INFO, "Check the voxel size; set the units in the NIfTI header."),
    "NIFTI_NO_ORIENTATION": (_WARNING, "Set the qform or sform of the file, or give the DICOM images."),
    "MIXED_PATIENTS": (_ERROR, "Keep the images of one patient in one folder, and check whose they are."),
    "NO_IMAGES": (_ERROR, "Give the folder that holds the DICOM or NIfTI files."),
    "PIXELS_NOT_READABLE": (_ERROR, "Export the series again, without compression if there is the choice."),
}


def series_issue(code: str, where: str, message: str) -> Issue:
    """An issue about a series or the whole reading."""
    severity, remedy = _SERIES[code]
    return Issue(code, severity, where, message, remedy)


def group_left_out(left_out: Iterable[LeftOut]) -> tuple[Issue, ...]:
    """One issue per file, or one for all files that share a reason when they are more than three."""
    by_code: dict[str, list[str]] = defaultdict(list)
    for item in left_out:
        by_code[item.code].append(item.path)
    issues: list[Issue] = []
    for code, paths in by_code.items():
        notice = _FILES[code]
        if len(paths) <= _NAMED:
            issues.extend(Issue(code, notice.severity, path, notice.message, notice.remedy) for path in paths)
            continue
        some = ", ".join(paths[:_NAMED])
        message = f"{len(paths)} files: {notice.message} They are {some} and {len(paths) - _NAMED} more."
        issues.append(Issue(code, notice.severity, paths[0], message, notice.remedy))
    return tuple(issues)
