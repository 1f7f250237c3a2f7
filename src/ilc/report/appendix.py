"""On paper nothing can be opened: details move to an appendix, and a line in their place says where they are."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ilc.report.document import Block, Card, Details, Document, Grid, Notice, Paragraph, Run, Section, Table, line


def with_appendix(document: Document) -> Document:
    """Return the document with its details as the sections of a last part; without details it stays as it is."""
    collector = _Collector(document)
    front = [collector.section(section) for section in document.sections[: document.front]]
    if collector.found:
        front[-1] = replace(front[-1], blocks=(*front[-1].blocks, collector.refer_to_all()))
    collector.quiet = False
    sections = (*front, *(collector.section(section) for section in document.sections[document.front :]))
    if not collector.found:
        return document
    appendix = Section("appendix", document.labels.appendix, (), tuple(collector.found))
    return replace(document, sections=(*sections, appendix))


@dataclass
class _Collector:
    """Takes details out of blocks and keeps them in the order of reading."""

    document: Document
    found: list[Section] = field(default_factory=list)
    numbers: dict[tuple[object, ...], int] = field(default_factory=dict)
    quiet: bool = True  # the first page has one line for all of its details

    def refer_to_all(self) -> Paragraph:
        """A line that leads to the first of several."""
        numbers = "A1" if len(self.found) == 1 else f"A1–A{len(self.found)}"
        return Paragraph(line(Run(f"{self.document.labels.see_appendix} {numbers}", "", "appendix-1")), "small")

    def section(self, section: Section) -> Section:
        blocks = self.blocks(section.blocks)
        return replace(section, blocks=blocks, sections=tuple(self.section(inner) for inner in section.sections))

    def blocks(self, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        kept = (self._block(block) for block in blocks)
        return tuple(block for block in kept if block is not None)

    def _block(self, block: Block) -> Block | None:
        if isinstance(block, Details):
            reference = self._refer(block)
            return None if self.quiet else reference
        if isinstance(block, Grid):
            return replace(block, cells=tuple(self._card(cell) for cell in block.cells))
        if isinstance(block, Card):
            return self._card(block)
        if isinstance(block, Notice):
            return replace(block, blocks=self.blocks(block.blocks))
        return block

    def _card(self, card: Card) -> Card:
        return replace(card, blocks=self.blocks(card.blocks))

    def _refer(self, details: Details) -> Paragraph:
        """A line that leads to the details; what is in the appendix already is not printed twice."""
        said = tuple((block.columns, block.rows) if isinstance(block, Table) else block for block in details.blocks)
        if said not in self.numbers:
            self.numbers[said] = number = len(self.numbers) + 1
            title = f"A{number}. {details.summary}"
            self.found.append(Section(f"appendix-{number}", title, _untitled(details)))
        number = self.numbers[said]
        words = f"{self.document.labels.see_appendix} A{number}"
        return Paragraph(line(Run(words, "", f"appendix-{number}")), "small")


def _untitled(details: Details) -> tuple[Block, ...]:
    """The blocks; a table whose caption the head of its section says already goes without."""
    return tuple(
        replace(block, caption="") if isinstance(block, Table) and block.caption == details.summary else block
        for block in details.blocks
    )
