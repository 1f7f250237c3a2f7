"""Write, or check, what is published about the files ILC reads and writes: JSON Schemas and reference pages."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path

from ilc.knowledge import load_knowledge
from ilc.record import case_schema
from ilc.report.published import REFERENCE_PATH, SCHEMA_PATH, render_reference, render_schema
from tools.case_page import render_case_page
from tools.publish_knowledge import FOLDER as KNOWLEDGE_FOLDER
from tools.publish_knowledge import render_knowledge_pages

ROOT = Path(__file__).resolve().parent.parent


def render_published() -> dict[Path, str]:
    """Return every published file by its path in the repository."""
    case = case_schema()
    return {
        Path("schemas/case.schema.json"): json.dumps(case, indent=2, ensure_ascii=False) + "\n",
        SCHEMA_PATH: render_schema(),
        Path("docs/reference/case.md"): render_case_page(case),
        REFERENCE_PATH: render_reference(),
        **render_knowledge_pages(load_knowledge()),
    }


def detect_outdated() -> list[str]:
    """Return the paths whose file is missing or says something else, and pages of the knowledge that are no more."""
    published = render_published()
    outdated = [
        path.as_posix()
        for path, text in published.items()
        if not (ROOT / path).is_file() or (ROOT / path).read_text(encoding="utf-8") != text
    ]
    return outdated + [path.as_posix() for path in _left_behind(published)]


def _left_behind(published: Iterable[Path]) -> list[Path]:
    there = sorted(path.relative_to(ROOT) for path in (ROOT / KNOWLEDGE_FOLDER).glob("*.md"))
    return [path for path in there if path not in set(published)]


def main(arguments: list[str]) -> int:
    """Check, or write with --write."""
    if "--write" in arguments:
        published = render_published()
        for path in _left_behind(published):
            (ROOT / path).unlink()
            print(f"removed {path}")
        for path, text in published.items():
            (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / path).write_text(text, encoding="utf-8", newline="\n")
            print(f"wrote {path}")
        return 0
    outdated = detect_outdated()
    for name in outdated:
        print(f"{name} is out of date: run `make docs`")
    return 1 if outdated else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
