"""The shipped knowledge with one factor split into two halves that together act as the one did."""

from __future__ import annotations

import json
from typing import Any

import yaml

from ilc.knowledge import Knowledge
from ilc.knowledge.files import kind_of, packaged_data, read_knowledge_files
from ilc.knowledge.loader import knowledge_from

SECOND = "_second"


def split_in_two(factor: str) -> Knowledge:
    """Two copies of a factor, each with the chance that makes either of the two as likely as the one was.

    Links into a copy are weakened in the same way; links out of it keep their strength.
    """
    base = read_knowledge_files(packaged_data())
    nodes, links = _entries(base, "nodes"), _entries(base, "links")
    half = nodes[factor] | {"prior": _halved_prior(nodes[factor]["prior"])}
    new_nodes = {factor: half, factor + SECOND: half | {"label": half["label"] + " (second half)"}}
    new_links: dict[str, Any] = {}
    for id_, link in links.items():
        cause, _, effect = id_.partition("->")
        if effect == factor:
            weaker = link | {
                "strength": {"assume": _halves(link["strength"]["assume"]), "because": "one of two halves"}
            }
            new_links |= {id_: weaker, f"{cause}->{factor}{SECOND}": weaker}
        elif cause == factor:
            new_links[f"{factor}{SECOND}->{effect}"] = link
    overlay = {  # JSON is YAML without the aliases that are refused
        "nodes/split.yaml": json.dumps(new_nodes, indent=1),
        "links/split.yaml": json.dumps(new_links, indent=1),
    }
    return knowledge_from(base, overlay)


def _entries(texts: dict[str, str], kind: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, text in texts.items():
        if kind_of(name) == kind:
            found |= yaml.safe_load(text)
    return found


def _halved_prior(prior: dict[str, Any]) -> dict[str, Any]:
    bands = [
        band | {"p": {"assume": _halves(band["p"]["assume"]), "because": "one of two halves"}}
        for band in prior["bands"]
    ]
    return prior | {"bands": bands}


def _halves(numbers: list[float]) -> list[float]:
    """The chance of each of two independent causes whose union has the chance stated."""
    return [1.0 - (1.0 - p) ** 0.5 for p in numbers]
