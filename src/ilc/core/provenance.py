"""Where a value came from: input files by content hash."""

import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file that was read, named relative to the case folder."""

    path: str
    sha256: str


def sha256_of(path: Path) -> str:
    """Content hash of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
