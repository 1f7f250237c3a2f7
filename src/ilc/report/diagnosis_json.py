"""`diagnosis.json`: written, read back and described by one table of keys."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NoReturn, cast

from ilc.explanation.model import Diagnosis
from ilc.report.diagnosis_shape import DIAGNOSIS, SCHEMA
from ilc.report.shapes import Text, Unfit

LARGEST_BYTES = 64 * 2**20
_SCHEMA_TEXT = Text(constant=SCHEMA)


def diagnosis_to_json(diagnosis: Diagnosis) -> str:
    """The diagnosis as JSON text; equal diagnoses give equal bytes."""
    written = {"schema": SCHEMA} | DIAGNOSIS.encode(diagnosis)
    return json.dumps(written, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def write_diagnosis_json(diagnosis: Diagnosis, path: Path) -> None:
    """Write `diagnosis.json`."""
    path.write_text(diagnosis_to_json(diagnosis), encoding="utf-8", newline="\n")


def read_diagnosis_json(path: Path) -> Diagnosis:
    """Read a diagnosis written by `write_diagnosis_json`; raises Unfit where it has another shape."""
    if path.stat().st_size > LARGEST_BYTES:
        raise Unfit(f"{path.name}: larger than {LARGEST_BYTES} bytes")
    try:
        value = json.loads(path.read_text(encoding="utf-8"), parse_constant=_refuse)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise Unfit(f"{path.name}: not JSON: {type(error).__name__}") from error
    if not isinstance(value, dict):
        raise Unfit(f"{path.name}: an object expected")
    _SCHEMA_TEXT.decode(value.pop("schema", None), "schema")
    return cast(Diagnosis, DIAGNOSIS.decode(value, "diagnosis"))


def diagnosis_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of `diagnosis.json`."""
    schema = DIAGNOSIS.schema()
    properties = {"schema": _SCHEMA_TEXT.schema() | {"description": "Version of this layout."}} | schema["properties"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "ILC diagnosis",
        "description": "A diagnosis of low back pain with the reasons for every number. Research and decision support.",
    } | (schema | {"properties": properties, "required": list(properties)})


def _refuse(word: str) -> NoReturn:
    raise Unfit(f"{word} is not a number that a diagnosis may hold")
