"""`docs/validation.md`: one section a part between markers, so that parts can be written one at a time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from ilc import __version__
from ilc.knowledge import Knowledge
from ilc.validation.result import Json, PartResult, Skipped, Table

PAGE, FOLDER = "validation.md", "validation"
SCHEMA = 1
_HEAD = """# Validation

Written by `ilc validate`, a section for each part; a part that could not run leaves its section as it was. The rules of
each part (what counts, what is held out, thresholds, mappings) were fixed in a dated file before its first scoring; the
hash of that file stands in the section.
"""
_SECTION = "<!-- {part}: {end} -->"


def render_section(result: PartResult, knowledge: Knowledge) -> str:
    """One part as Markdown, without its markers."""
    under = "; ".join(f"`{rules.name}` (SHA-256 {rules.sha256[:16]})" for rules in result.rules)
    scored = f"ILC {__version__}, knowledge {knowledge.version} ({knowledge.hash[:12]})"
    blocks = [f"## {result.title}", f"Part `{result.part}`. Rules: {under}. Scored with {scored}."]
    blocks += result.text
    blocks += [_render_table(table) for table in result.tables]
    blocks += [f"![{result.title}]({FOLDER}/{name})" for name in sorted(result.pictures)]
    blocks += [f"Kept beside this page: [{name}]({FOLDER}/{name})." for name in sorted(result.files)]
    return "\n\n".join(blocks) + "\n"


def _render_table(table: Table) -> str:
    lines = [f"**{table.title}**", "", _row(table.columns), _row(["---"] * len(table.columns))]
    return "\n".join([*lines, *(_row(row) for row in table.rows)])


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def put_section(page: str, part: str, section: str) -> str:
    """The page with the section of a part put in place of the old one, or added at the end."""
    begin, end = (_SECTION.format(part=part, end=word) for word in ("begin", "end"))
    whole = f"{begin}\n{section}{end}"
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    if pattern.search(page):
        return pattern.sub(lambda _: whole, page)
    return f"{page.rstrip()}\n\n{whole}\n"


def write_page(docs: Path, results: Sequence[PartResult], knowledge: Knowledge) -> Path:
    """Write the sections of these parts and their pictures into the documents of a checkout."""
    page = docs / PAGE
    text = page.read_text(encoding="utf-8") if page.is_file() else _HEAD
    folder = docs / FOLDER
    folder.mkdir(exist_ok=True)
    for result in results:
        text = put_section(text, result.part, render_section(result, knowledge))
        for name, content in {**result.pictures, **result.files}.items():
            _write_text(folder / name, content)
    _write_text(page, text)
    return page


def render_json(results: Sequence[PartResult | Skipped], knowledge: Knowledge) -> str:
    """Every figure of every part that ran, and why the others did not."""
    parts: dict[str, Json] = {}
    for result in results:
        if isinstance(result, Skipped):
            parts[result.part] = {"skipped": result.reason, "remedy": result.remedy}
        else:
            rules: list[Json] = [{"name": file.name, "sha256": file.sha256} for file in result.rules]
            parts[result.part] = {"rules": rules, "figures": dict(result.figures)}
    document = {
        "schema": SCHEMA,
        "versions": {"ilc": __version__, "knowledge": knowledge.version, "knowledge_hash": knowledge.hash},
        "parts": parts,
    }
    return json.dumps(document, indent=1, allow_nan=False) + "\n"


def write_json(out: Path, results: Sequence[PartResult | Skipped], knowledge: Knowledge) -> None:
    """Write the figures; an earlier file is only replaced by a whole one."""
    _write_text(out, render_json(results, knowledge))


def _write_text(path: Path, text: str) -> None:
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
