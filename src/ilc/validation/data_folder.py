"""Where optional data lie: named by ILC_DATA, or `shared/data` beside the checkout."""

from __future__ import annotations

import os
from pathlib import Path

from ilc.validation.result import PartNotPossible, Request

VARIABLE = "ILC_DATA"
_MOST_BYTES = 5_000_000
_REMEDY = f"Put the data in `shared/data` beside the checkout, or name the folder in the variable {VARIABLE}."


def read_checkout() -> Path | None:
    """Root of the checkout this code runs from; None where it was installed as a package."""
    root = Path(__file__).resolve().parents[3]
    return root if (root / "pyproject.toml").is_file() and (root / "docs").is_dir() else None


def read_data_folder() -> Path | None:
    """The folder of optional data; None where there is none."""
    named = os.environ.get(VARIABLE, "")
    if named:
        return Path(named) if Path(named).is_dir() else None
    root = read_checkout()
    beside = root.parent / "shared" / "data" if root else None
    return beside if beside is not None and beside.is_dir() else None


def read_data_text(request: Request, name: str) -> str:
    """Text of a file of the optional data, with its size bounded.

    Raises
    ------
    PartNotPossible : the folder or the file is not there or is no plain text of reasonable size
    """
    if request.data is None:
        raise PartNotPossible("The folder of optional data is not there.", _REMEDY)
    path = request.data / name
    if not path.is_file():
        raise PartNotPossible(f"The data file {name} is not there.", _REMEDY)
    return read_bounded_text(path)


def read_bounded_text(path: Path) -> str:
    """Text of a file from outside.

    Raises
    ------
    PartNotPossible : it cannot be read, is larger than 5 MB, or is not UTF-8
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
        if len(content) > _MOST_BYTES:
            raise PartNotPossible(f"{path.name} is larger than {_MOST_BYTES:,} bytes.", "Split it into smaller files.")
        return content.decode("utf-8")
    except OSError as error:
        raise PartNotPossible(
            f"{path.name} cannot be read: {error.strerror}.", "Check path and permissions."
        ) from error
    except UnicodeDecodeError as error:
        raise PartNotPossible(f"{path.name} is not UTF-8 text.", "Save it as UTF-8.") from error
