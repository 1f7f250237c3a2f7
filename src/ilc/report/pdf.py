"""A document as a tagged PDF. Text reaches the typesetter as data only; it reads nothing but a temporary folder."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ilc.report.appendix import with_appendix
from ilc.report.coverage import FONTS, keep_drawable
from ilc.report.document import Document, Picture
from ilc.report.pictures import media_type

if TYPE_CHECKING:
    from typst import Fonts

TEMPLATE = Path(__file__).with_name("typst") / "report.typ"
_SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg"}


def render_pdf(document: Document) -> bytes:
    """Return the document as PDF/UA-1 and PDF/A-2a; equal documents give equal bytes."""
    import typst

    with tempfile.TemporaryDirectory(prefix="ilc-report-") as name:
        folder = Path(name)
        shutil.copy(TEMPLATE, folder / TEMPLATE.name)
        plain = _Plain(folder)
        data = json.dumps(plain.of(with_appendix(document)), ensure_ascii=False)
        return bytes(
            typst.compile(
                folder / TEMPLATE.name,
                root=folder,
                font_paths=_typefaces(),
                ignore_system_fonts=True,
                format="pdf",
                sys_inputs={"document": data},
                pdf_standards=["ua-1", "a-2a"],
                timestamp=datetime.fromisoformat(document.on).replace(tzinfo=UTC),
            )
        )


@cache
def _typefaces() -> Fonts:
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


class _Plain:
    """Blocks to plain values; pictures become files beside the template, under names of our own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pictures = 0

    def of(self, value: object) -> Any:
        if isinstance(value, Picture):
            file = {"file": self._write_picture(value.data)}
            return file | {name: keep_drawable(getattr(value, name)) for name in ("description", "caption")}
        if is_dataclass(value) and not isinstance(value, type):
            plain = {item.name: self.of(getattr(value, item.name)) for item in fields(value)}
            return plain | ({"kind": value.kind} if hasattr(value, "kind") else {})
        if isinstance(value, tuple):
            return [self.of(item) for item in value]
        return keep_drawable(value) if isinstance(value, str) else value

    def _write_picture(self, data: bytes) -> str:
        self._pictures += 1
        name = f"picture-{self._pictures}{_SUFFIXES[media_type(data)]}"
        (self._folder / name).write_bytes(data)
        return name
