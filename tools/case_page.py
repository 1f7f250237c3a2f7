"""The reference page of case.yaml, made from its published JSON Schema."""

import json
from typing import Any

HEAD = """# case.yaml

Written by `make docs` from the same models that read the file. Published as
[case.schema.json](../../schemas/case.schema.json); an editor that knows JSON Schema completes and checks the keys.
[Write a case](../how-to/write_a_case.md) shows a full example.

* A case is a folder with this file in it; images lie in the same folder.
* A finding, answer or complaint that is not listed is *unknown*, never *absent*.
* A key that is not listed here is refused; the message names the line and what to do.
* `ilc knowledge list findings` names every finding that can be entered, and what it may be.

A file that is enough to begin:

```yaml
patient: {age: 54, sex: female}
complaints:
  - {id: low_back_pain, intensity: 6}
findings:
  fever: absent
```
"""

Schema = dict[str, Any]


def render_case_page(schema: Schema) -> str:
    """Return the page: the file first, then each block."""
    parts = [HEAD, _render_table("The file", schema)]
    parts += [_render_table(name, block) for name, block in schema["$defs"].items()]
    return "\n".join(parts)


def _render_table(title: str, block: Schema) -> str:
    required = block.get("required", [])
    rows = [
        f"| `{key}` | {_say_value(entry)}{', required' if key in required else ''} | {entry.get('description', '')} "
        f"| {_say_examples(entry)} |"
        for key, entry in block["properties"].items()
    ]
    lead = block.get("description", "")
    table = "\n".join(["| key | value | meaning | example |", "|---|---|---|---|", *rows])
    return f"## {title}\n\n{lead}\n\n{table}\n"


def _say_examples(entry: Schema) -> str:
    return ", ".join(f"`{example}`" for example in entry.get("examples", []))


def _say_value(entry: Schema) -> str:
    if "anyOf" in entry:
        options = [_say_value(option) for option in entry["anyOf"] if option.get("type") != "null"]
        return " or ".join(dict.fromkeys(options))
    if "allOf" in entry:
        return " and ".join(_say_value(option) for option in entry["allOf"])
    if "$ref" in entry:
        return str(entry["$ref"]).rsplit("/", 1)[-1]
    for fixed in ("const", "enum"):
        if fixed in entry:
            values = entry[fixed] if isinstance(entry[fixed], list) else [entry[fixed]]
            return ", ".join(f"`{json.dumps(value) if value is None else value}`" for value in values)
    return _say_type(entry)


def _say_type(entry: Schema) -> str:
    kind = entry.get("type", "")
    if kind == "array":
        return f"list of {_say_value(entry['items'])}"
    if kind == "object":
        values = entry.get("additionalProperties")
        return f"map of name to {_say_value(values)}" if isinstance(values, dict) else "map"
    words = {"string": "text", "integer": "whole number", "boolean": "`true`, `false`", "": "anything"}
    word = "date" if entry.get("format") == "date" else words.get(kind, str(kind))
    low, high = entry.get("minimum"), entry.get("maximum")
    return f"{word} {low} to {high}" if low is not None and high is not None else word
