"""Where the images lie. A path from a file is hostile until it is shown to stay inside the case folder."""

from __future__ import annotations

import re
from pathlib import Path

from ilc.record.desk import Desk
from ilc.record.issue_log import quote

_LONGEST = 400
_DRIVE = re.compile(r"[A-Za-z]:")
_REMEDY = "Copy the images into the case folder and write their path relative to it, for example `mri`."


def check_imaging_paths(written: tuple[str, ...], folder: Path, desk: Desk) -> tuple[Path, ...]:
    """Absolute paths inside `folder` that exist; everything else becomes an issue."""
    paths: dict[Path, None] = {}
    for index, text in enumerate(written):
        path = _check(text.strip(), folder, desk, desk.where("imaging", index))
        if path in paths:
            message = f"{quote(text)} is listed twice; it is read once."
            where = desk.where("imaging", index)
            desk.log.inform("IMAGING_PATH_TWICE", where=where, message=message, remedy="Remove one of the two.")
        if path is not None:
            paths[path] = None
    return tuple(paths)


def _check(text: str, folder: Path, desk: Desk, where: str) -> Path | None:
    wrong = _what_is_wrong(text)
    if wrong:
        desk.log.refuse("IMAGING_PATH_REFUSED", where=where, message=f"{quote(text)} {wrong}.", remedy=_REMEDY)
        return None
    try:
        path = (folder / text).resolve()
        inside, usable = path.is_relative_to(folder), path.is_file() or path.is_dir()
    except (OSError, RuntimeError, ValueError):
        message = f"{quote(text)} cannot be followed."
        desk.log.refuse("IMAGING_PATH_REFUSED", where=where, message=message, remedy=_REMEDY)
        return None
    if not inside:
        message = f"{quote(text)} is a link that leads out of the case folder."
        desk.log.refuse("IMAGING_PATH_OUTSIDE", where=where, message=message, remedy=_REMEDY)
        return None
    if not usable:
        message = f"There is nothing to read at {quote(text)}; the images are left out."
        remedy = f"Put the images there or correct the path.{_names_beside(folder, desk, text)}"
        desk.log.fault("IMAGING_PATH_MISSING", where=where, message=message, remedy=remedy)
        return None
    return path


def _what_is_wrong(text: str) -> str:
    if not text:
        return "is empty"
    if len(text) > _LONGEST or not text.isprintable():
        return "is not a path"
    if "\\" in text:
        return "holds a backslash; write /"
    if text.startswith("/") or _DRIVE.match(text):
        return "is not relative to the case folder"
    if ".." in text.split("/"):
        return "leads upward"
    return ""


def _names_beside(folder: Path, desk: Desk, text: str) -> str:
    try:
        names = sorted(one.name for one in folder.iterdir() if one.name != "case.yaml")[:50]
    except OSError:
        return ""
    hint = desk.log.suggest(text, names)
    return f" {hint}" if hint else ""
