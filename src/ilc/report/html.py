"""A document as one HTML file: no script, nothing fetched, a strict content policy."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ilc.report.document import Document, Picture, Table
from ilc.report.pictures import media_type
from ilc.report.shapes import well_formed

if TYPE_CHECKING:
    from jinja2 import Template

TEMPLATES = Path(__file__).with_name("templates")
_WIDTHS = "".join(f"col.w{percent} {{ width: {percent}%; }}\n" for percent in range(1, 101))


def render_html(document: Document) -> str:
    """Return the document as HTML; every text is escaped, only drawings made here are markup."""
    style = (TEMPLATES / "report.css").read_text(encoding="utf-8") + _WIDTHS + _running_head(document)
    if document.kind == "patient":
        style += (TEMPLATES / "patient.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    return well_formed(
        _template().render(
            document=document, style=style, style_hash=f"sha256-{digest}", address=picture_address, widths=column_widths
        )
    )


def column_widths(table: Table) -> list[int]:
    """Return the width of each column in per cent of the whole."""
    whole = sum(column.width for column in table.columns)
    return [max(1, round(100 * column.width / whole)) for column in table.columns]


def picture_address(picture: Picture) -> str:
    """Return a picture as a data address, so that the file stands alone."""
    return f"data:{media_type(picture.data)};base64,{base64.b64encode(picture.data).decode('ascii')}"


def _running_head(document: Document) -> str:
    """Return the line at the top of each printed page; every letter that could end the string is written as a code."""
    if not document.front:
        return ""
    words = "".join(
        letter if letter.isascii() and letter.isalnum() else f"\\{ord(letter):x} " for letter in document.labels.running
    )
    return f'@page {{ @top-left {{ content: "{words}"; font-size: 8pt; color: #444; }} }}\n'


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    loader = FileSystemLoader(TEMPLATES)
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=False, keep_trailing_newline=True
    )
    return environment.get_template("report.html.j2")
