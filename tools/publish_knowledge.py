"""The reference pages of the knowledge base, from the same sections that `ilc knowledge show` prints."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ilc.knowledge import Basis, Group, Knowledge, NodeDef, Slice, summarise_knowledge
from ilc.knowledge.describe_assumptions import describe_assumptions
from ilc.knowledge.describe_findings import describe_test
from ilc.knowledge.describe_nodes import describe_node
from ilc.knowledge.describe_rules import describe_red_flag
from ilc.knowledge.describe_sources import describe_source, list_left_out
from ilc.knowledge.facts import Cited, Kind, Section, parts_of, text
from ilc.knowledge.number import inputs_of
from ilc.report.texts import read_texts
from tools.publish_markdown import Address, Writer, anchor

FOLDER = Path("docs/reference/knowledge")
FINDINGS, RED_FLAGS, SOURCES, ASSUMPTIONS, LEFT_OUT = (
    "findings.md",
    "red_flags.md",
    "sources.md",
    "assumptions.md",
    "left_out.md",
)

INDEX = """# The knowledge base

Written by `make docs` from the files in [src/ilc/knowledge/data](../../../src/ilc/knowledge/data).
`ilc knowledge show ID` prints the same facts of one entry, `ilc knowledge check` checks them all.

{counts}

{pages}

## How to read these pages

* A **factor** could keep the pain going. Whether it *exists* and whether it *acts on this pain* are two things:
  "shown by" lists the findings of the first, "its part in the pain is shown by" those of the second.
* **How common** is existence in all people of that age and sex, with and without pain. Brackets hold the interval.
* **Strength** is the chance that a cause that is there acts on its effect. *Hypotheses* are drawn dashed and can be
  switched off as a group.
* **Sensitivity, specificity and likelihood ratios** are those in use. A *discount* of 0.5 means that the square root
  of the stated ratio counts, because of how or in whom it was studied; the page of the [sources](sources.md) has the
  stated numbers.
* **Rests on** names the source with the place in it, or says that the number is assumed and why.
* "Each level" and the like say where an entry is repeated; each place has the same links and findings.
"""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of nodes."""

    name: str
    title: str
    lead: str
    holds: Callable[[NodeDef], bool]


def _group(group: Group) -> Callable[[NodeDef], bool]:
    return lambda node: node.group is group and not node.latent


def _slice(slice_: Slice) -> Callable[[NodeDef], bool]:
    return lambda node: node.slice is slice_


NODE_PAGES = (
    Page("structure.md", "Structure", "Discs, joints, bones and alignment.", _group(Group.STRUCTURE)),
    Page("nerve.md", "Nerve", "Roots, nerves and their irritation.", _group(Group.NERVE)),
    Page("muscle_fascia.md", "Muscle and fascia", "Muscle, fascia and tendon.", _group(Group.MUSCLE_FASCIA)),
    Page("flow.md", "Blood flow", "Arteries and small vessels.", _group(Group.FLOW)),
    Page("brain.md", "Brain", "Distress, fear, sleep and sensitisation.", _group(Group.BRAIN)),
    Page("serious.md", "Serious causes", "Watched over by [red flags](red_flags.md).", _group(Group.SERIOUS)),
    Page("history.md", "History", "Traits and past events that lead to factors.", _slice(Slice.HISTORY)),
    Page("pain_sources.md", "Pain sources", "What hurts now, between factors and complaints.", _slice(Slice.SOURCE)),
    Page("complaints.md", "Complaints", "What the person feels.", _slice(Slice.COMPLAINT)),
    Page(
        "shared.md",
        "Shared steps",
        "Hidden steps that make findings of one kind agree; computed, never reported.",
        lambda node: node.latent,
    ),
)


def render_knowledge_pages(knowledge: Knowledge) -> dict[Path, str]:
    """Every page by its path in the repository."""
    texts = dict(_Pages(knowledge).render())
    return {FOLDER / name: page.rstrip() + "\n" for name, page in texts.items()}


class _Pages:
    """All pages of one knowledge base."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._sentences = read_texts("en").sentences
        self._page_of = {
            node.id: page.name for node in knowledge.nodes.values() for page in NODE_PAGES if page.holds(node)
        }

    def find(self, kind: Kind, id_: str) -> Address | None:
        """Where an entry stands; None where no page tells of it."""
        if kind in (Kind.NODE, Kind.PLAUSIBLE):
            return self._page_of[id_], id_
        if kind is Kind.LINK:
            return self.find(Kind.NODE, id_.partition("->")[0])
        if kind is Kind.NUMBER:
            return self._find_number(id_)
        if kind is Kind.TEST:
            return FINDINGS, f"test-{id_}"  # findings bear the names of tests now and then
        pages = {Kind.FINDING: FINDINGS, Kind.RED_FLAG: RED_FLAGS, Kind.SOURCE: SOURCES, Kind.LEFT_OUT: LEFT_OUT}
        return (pages[kind], id_) if kind in pages else None

    def _find_number(self, id_: str) -> Address | None:
        number = self._knowledge.parameters[id_]
        if inputs_of(number):
            return None
        if number.sources:
            return SOURCES, id_
        return (ASSUMPTIONS, id_) if id_.startswith("p.") else None

    def render(self) -> Iterator[tuple[str, str]]:
        known = self._knowledge
        told: list[tuple[str, str, str]] = []
        for page in NODE_PAGES:
            nodes = [node for node in known.nodes.values() if page.holds(node)]
            if nodes:
                told.append((page.name, page.title, f"{len(nodes)}. {page.lead}"))
                yield page.name, self._node_page(page, nodes)
        tests = [id_ for id_ in known.tests if any(finding.test == id_ for finding in known.findings.values())]
        others = (
            (FINDINGS, "Findings by test", len(known.findings), self._entries(Kind.TEST, tests, describe_test)),
            (
                RED_FLAGS,
                "Red flags",
                len(known.red_flags),
                self._entries(Kind.RED_FLAG, known.red_flags, describe_red_flag),
            ),
            (
                SOURCES,
                "Sources",
                len(known.references),
                self._entries(Kind.SOURCE, sorted(known.references), describe_source),
            ),
            (ASSUMPTIONS, "Assumptions", self._assumed(), self._assumptions()),
            (LEFT_OUT, "Read and left out", len(known.left_out), self._left_out()),
        )
        for name, title, count, body in others:
            if count:
                told.append((name, title, f"{count}. {LEADS[name]}"))
                yield name, f"# {title}\n\n{LEADS[name]}\n\n{body}"
        yield "index.md", INDEX.format(counts=self._counts(), pages=_table_of_pages(told))

    def _writer(self, page: str) -> Writer:
        return Writer(page, self.find, self._sentences)

    def _node_page(self, page: Page, nodes: list[NodeDef]) -> str:
        contents = " · ".join(f"[{node.label}](#{node.id})" for node in nodes)
        blocks = [f"# {page.title}", page.lead, contents, *(self._node(page.name, node) for node in nodes)]
        return "\n\n".join(blocks)

    def _node(self, page: str, node: NodeDef) -> str:
        writer = self._writer(page)
        first, *rest = describe_node(self._knowledge, node.id)
        blocks = [f"{anchor(node.id)}\n\n## {node.label}", writer.write_section(first, titled=False, without=["label"])]
        blocks += [writer.write_section(section) for section in rest]
        if cited := _cited([first, *rest]):
            blocks.append("Sources: " + ", ".join(writer.write_text(text(Cited(key, ""))) for key in cited) + ".")
        return "\n\n".join(blocks)

    def _entries(self, kind: Kind, ids: Iterable[str], describe: Callable[[Knowledge, str], Iterator[Section]]) -> str:
        blocks = []
        for id_ in ids:
            page, place = self.find(kind, id_) or ("", id_)
            writer = self._writer(page)
            [section] = describe(self._knowledge, id_)
            label = next((writer.write_text(said) for name, said in section.lines if name == "label"), id_)
            blocks.append(f"{anchor(place)}\n\n## {label}")
            blocks.append(writer.write_section(section, titled=False, without=["label"]))
        return "\n\n".join(blocks)

    def _assumptions(self) -> str:
        writer = self._writer(ASSUMPTIONS)
        return "\n\n".join(writer.write_section(section) for section in describe_assumptions(self._knowledge))

    def _left_out(self) -> str:
        return self._writer(LEFT_OUT).write_table(list_left_out(self._knowledge))

    def _assumed(self) -> int:
        return sum(len(found) for found in summarise_knowledge(self._knowledge).assumptions.values())

    def _counts(self) -> str:
        summary = summarise_knowledge(self._knowledge)
        bases = ", ".join(
            f"{summary.by_basis[basis]} {words}" for basis, words in BASES.items() if summary.by_basis[basis]
        )
        return (
            f"Version {summary.version}: {summary.node_templates} entries of the map, repeated over the body "
            f"{summary.node_instances}; {summary.links} links, {summary.hypothesis_links} of them hypotheses; "
            f"{summary.findings} findings by {summary.tests} tests; {summary.red_flags} red-flag rules; "
            f"{summary.parameters} numbers, of which {bases}."
        )


BASES = {
    Basis.META_ANALYSIS: "from meta-analyses",
    Basis.STUDY: "from studies",
    Basis.GUIDELINE: "from guidelines",
    Basis.EXPERT: "from experts",
    Basis.ASSUMPTION: "assumed or computed from assumptions",
}
LEADS = {
    FINDINGS: "What can be entered, by the test that brings it. A ratio above 1 speaks for, below 1 against.",
    RED_FLAGS: "A level holds when all findings of one of its conditions are there, or from the probability named.",
    SOURCES: "Everything that is cited, with each number as the source states it and where it is used.",
    ASSUMPTIONS: "Numbers nobody has measured, or that were not found. Whoever knows better is asked to say so.",
    LEFT_OUT: "What was read and is no number here, with the reason, open to judgement.",
}


def _cited(sections: Iterable[Section]) -> list[str]:
    return sorted({part.key for part in parts_of(sections) if isinstance(part, Cited)})


def _table_of_pages(told: Iterable[tuple[str, str, str]]) -> str:
    rows = [f"| [{title}]({name}) | {holds} |" for name, title, holds in told]
    return "\n".join(["| page | holds |", "|---|---|", *rows])
