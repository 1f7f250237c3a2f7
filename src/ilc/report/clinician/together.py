"""What T1, T2 and STIR show together, in words: what stands out where, and what a missing series prevents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ilc.report.document import Block, Paragraph, Run, line
from ilc.report.figures import share
from ilc.report.texts import Texts

TOGETHER = "mri_together"

_SERIOUS = frozenset({"fracture_fresh", "infection_pattern", "marrow_lesion"})

Entry = Mapping[str, Any]


def tell_together(entries: Sequence[Entry], texts: Texts) -> list[Block]:
    """Compose a paragraph with what stands out, the serious first, and one with what could not be judged and why."""
    together = next((entry for entry in entries if entry.get("kind") == TOGETHER), None)
    if together is None:
        return []
    names = texts.join([sequence.upper() for sequence in together["sequences"]])
    seen = sorted(together["seen"], key=lambda entry: entry["finding"] not in _SERIOUS)
    if not seen:
        blocks: list[Block] = [Paragraph(line(texts.say("together.none", sequences=names)), "small")]
    else:
        runs: list[Run | str] = [texts.say("together.seen", sequences=names), " "]
        for number, entry in enumerate(seen):
            runs.append(Run(_tell(entry, texts), "alert" if entry["finding"] in _SERIOUS else ""))
            runs.append(texts.say("together.end" if number == len(seen) - 1 else "together.next"))
        blocks = [Paragraph(line(*runs), "small")]
    missing = [
        texts.say(f"together_missing.{part['code']}", sequence=part["sequence"].upper()) for part in together["missing"]
    ]
    if missing:
        blocks.append(Paragraph(line(" ".join(missing)), "note"))
    return blocks


def _tell(entry: Entry, texts: Texts) -> str:
    what = texts.choose("together_finding", entry["finding"])
    place = entry["place"].replace("_", "/")
    if entry["side"] is not None:
        place = f"{place} {texts.choose('together_side', entry['side'])}"
    return texts.say("together.one", what=what, place=place, p=share(entry["p"]))
