"""What is published about the files follows the code that reads and writes them."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from ilc.record import case_schema
from tools.case_page import render_case_page
from tools.publish import detect_outdated
from tools.publish_knowledge import FOLDER

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = sorted((ROOT / "schemas").glob("*.schema.json"))


def test_every_published_page_and_schema_is_up_to_date() -> None:
    assert detect_outdated() == []


def test_a_page_of_the_knowledge_that_nothing_writes_any_more_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tools.publish.ROOT", tmp_path)
    for name in ("index.md", "old_group.md"):
        (tmp_path / FOLDER).mkdir(parents=True, exist_ok=True)
        (tmp_path / FOLDER / name).write_text("", encoding="utf-8")
    outdated = detect_outdated()
    assert (FOLDER / "old_group.md").as_posix() in outdated
    assert outdated.count((FOLDER / "index.md").as_posix()) == 1


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_every_published_schema_is_a_schema(path: Path) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(path.read_text(encoding="utf-8")))


def test_there_is_a_schema_for_what_comes_in_and_for_what_goes_out() -> None:
    assert [path.name for path in SCHEMAS] == ["case.schema.json", "diagnosis.schema.json"]


def blocks_of(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [schema, *schema["$defs"].values()]


def test_the_page_of_the_case_names_and_explains_every_key() -> None:
    schema = case_schema()
    page = render_case_page(schema)
    for block in blocks_of(schema):
        for key, entry in block["properties"].items():
            assert f"| `{key}` |" in page
            assert entry["description"] in page


def test_unknown_keys_are_refused_by_the_schema_of_the_case() -> None:
    assert [block["title"] for block in blocks_of(case_schema()) if block["additionalProperties"] is not False] == []
