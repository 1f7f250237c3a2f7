"""The files of a knowledge base, read with limits: only the named files, no links, no deeper folders."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from ilc.knowledge.refusal import KnowledgeError, Mark, Refusal

VERSION, IDS_LOCK, REFERENCES, OVERLAY = "VERSION", "ids.lock", "references.bib", "overlay.yaml"
FITTED = "fitted.yaml"
FOLDERS = ("parameters", "nodes", "links", "findings", "questionnaires")
SINGLE_FILES = ("tests", "red_flags", "self_care", "settings", "plausible", "left_out")
KINDS = (*FOLDERS, *SINGLE_FILES)

_TOP_FILES = frozenset({VERSION, IDS_LOCK, REFERENCES, OVERLAY, FITTED, *(f"{name}.yaml" for name in SINGLE_FILES)})
_IGNORED = frozenset({"README.md"})
_MOST_BYTES = 2_000_000
_MOST_FILES = 300


def packaged_data() -> Traversable:
    """The knowledge base that ships with the package."""
    return files("ilc.knowledge").joinpath("data")


def read_knowledge_files(root: Traversable) -> dict[str, str]:
    """Text of every file of a knowledge folder by its name relative to the folder, sorted.

    Raises
    ------
    KnowledgeError : folder missing, a file that is not part of the format, a link, too large or too many, not UTF-8
    """
    try:
        if not root.is_dir():
            remedy = "Name a folder with VERSION and nodes/, or an overlay."
            raise Refusal("NO_FOLDER", Mark(str(root.name)), "there is no such knowledge folder.", remedy)
        found = dict(sorted(_found(root)))
        if len(found) > _MOST_FILES:
            remedy = f"Keep to {_MOST_FILES} files."
            raise Refusal("TOO_LARGE", Mark(str(root.name)), f"{len(found)} files are too many.", remedy)
        return {name: _read_text(name, file) for name, file in found.items()}
    except Refusal as refusal:
        raise KnowledgeError([refusal.issue]) from refusal
    except OSError as error:
        mark = Mark(str(root.name))
        unreadable = Refusal("UNREADABLE", mark, f"cannot be read: {error.strerror}.", "Check the permissions.")
        raise KnowledgeError([unreadable.issue]) from error


def hash_of(texts: Mapping[str, str]) -> str:
    """SHA-256 over the sorted names and contents."""
    digest = hashlib.sha256()
    for name in sorted(texts):
        content = texts[name].encode()
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def kind_of(name: str) -> str:
    """`nodes` for `nodes/nerve.yaml`, `tests` for `tests.yaml`."""
    return name.split("/", maxsplit=1)[0].removesuffix(".yaml")


def _found(root: Traversable) -> Iterator[tuple[str, Traversable]]:
    for entry in root.iterdir():
        if entry.name.startswith(".") or entry.name in _IGNORED:
            continue
        _refuse_link(entry, entry.name)
        if entry.is_dir() and entry.name in FOLDERS:
            yield from _found_in(entry)
        elif entry.is_file() and entry.name in _TOP_FILES:
            yield entry.name, entry
        else:
            raise _stranger(entry.name)


def _found_in(folder: Traversable) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.name.startswith(".") or entry.name in _IGNORED:
            continue
        name = f"{folder.name}/{entry.name}"
        _refuse_link(entry, name)
        if not entry.is_file() or not entry.name.endswith(".yaml"):
            raise _stranger(name)
        yield name, entry


def _stranger(name: str) -> Refusal:
    remedy = f"Allowed: {', '.join(sorted(_TOP_FILES))} and *.yaml in {', '.join(FOLDERS)}."
    return Refusal("STRANGE_FILE", Mark(name), "this is no file of a knowledge base.", remedy)


def _refuse_link(entry: Traversable, name: str) -> None:
    if isinstance(entry, Path) and entry.is_symlink():
        raise Refusal("STRANGE_FILE", Mark(name), "this is a symbolic link.", "Put the file itself here.")


def _read_text(name: str, file: Traversable) -> str:
    with file.open("rb") as stream:
        content = stream.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise Refusal("TOO_LARGE", Mark(name), "the file is too large.", f"Keep to {_MOST_BYTES} bytes a file.")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Refusal("NOT_UTF8", Mark(name, line), "this is not UTF-8 text.", "Save the file as UTF-8.") from error
