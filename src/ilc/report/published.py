"""What is published about the files this package writes: the JSON Schema and its reference page."""

from __future__ import annotations

import json
from pathlib import Path

from ilc.report.diagnosis_json import diagnosis_schema
from ilc.report.diagnosis_shape import DIAGNOSIS, PARTS, SCHEMA
from ilc.report.shapes import Field

SCHEMA_PATH = Path("schemas/diagnosis.schema.json")
REFERENCE_PATH = Path("docs/reference/diagnosis.md")

_HEAD = f"""# diagnosis.json

Written by `make docs` from the same table that writes the file. Schema `{SCHEMA}`, published as
[diagnosis.schema.json](../../schemas/diagnosis.schema.json).

* Same inputs, versions and seed give the same bytes. There is no patient name in it.
* Ids of repeated things carry their site: `disc_herniation@L4_L5.left`. Complaints are instances too: `leg_pain@left`.
* Numbers are rounded to six significant digits, except the reasons and the probabilities they explain: those keep every
  digit, so that `expit(prior + sum of log_odds)` gives back `p` to 1e-9.
* Intervals are parameter intervals: they leave out structural error of the model. They are null with `--no-intervals`.
* A probability written as a bare number (`p_active`, `p_gone`) has its interval beside it: `[low, high]` or null.
* Shares can be negative by a rounding error of the average; with `unexplained` they add to 1 for each complaint.
* **Migration rule**: within `ilc.diagnosis/1` keys are only added. Removing a key or changing its meaning makes
  `ilc.diagnosis/2`, and the reader of the newer version reads the older.

## The file

| key | value | meaning |
|---|---|---|
| `schema` | `{SCHEMA}` | Version of this layout. |
"""


def render_schema() -> str:
    """Return the published JSON Schema."""
    return json.dumps(diagnosis_schema(), indent=2, ensure_ascii=False) + "\n"


def render_reference() -> str:
    """Return the reference page."""
    lines = [_HEAD + "\n".join(_row(field) for field in DIAGNOSIS.fields)]
    for name, record in PARTS.items():
        rows = "\n".join(_row(field) for field in record.fields)
        lines.append(f"## {name}\n\n| key | value | meaning |\n|---|---|---|\n{rows}")
    return "\n\n".join(lines) + "\n"


def _row(field: Field) -> str:
    return f"| `{field.name}` | {field.shape.words()} | {field.meaning} |"
