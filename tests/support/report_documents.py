"""Both documents of a diagnosis, and what a reader sees of them."""

from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from io import BytesIO

from PIL import Image

from ilc.explanation.model import Diagnosis
from ilc.report.clinician.compose import compose_clinician_report
from ilc.report.document import Block, Bullets, Card, Details, Document, Grid, Line, Notice, Section
from ilc.report.material import gather
from ilc.report.patient.compose import compose_patient_report
from ilc.report.texts import read_texts
from tests.support.sample_knowledge import sample_knowledge


def make_picture(*, kind: str = "PNG") -> bytes:
    """A small grey picture."""
    stream = BytesIO()
    Image.new("L", (32, 48), 90).save(stream, kind)
    return stream.getvalue()


def make_images() -> Mapping[str, bytes]:
    """The pictures that the sample diagnosis names."""
    return {"sagittal_t2.png": make_picture()}


def clinician_document(diagnosis: Diagnosis, images: Mapping[str, bytes] | None = None) -> Document:
    """The clinician's report of a diagnosis."""
    pictures = make_images() if images is None else images
    return compose_clinician_report(gather(diagnosis, sample_knowledge(), read_texts("en"), pictures))


def patient_document(diagnosis: Diagnosis) -> Document:
    """The patient's report of a diagnosis."""
    return compose_patient_report(gather(diagnosis, sample_knowledge(), read_texts("en"), make_images()))


def walk_sections(sections: tuple[Section, ...]) -> Iterator[Section]:
    """Every section, also those inside others."""
    for section in sections:
        yield section
        yield from walk_sections(section.sections)


def walk_blocks(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """Every block, also those inside others."""
    for block in blocks:
        yield block
        if isinstance(block, Card | Notice | Details):
            yield from walk_blocks(block.blocks)
        elif isinstance(block, Grid):
            yield from walk_blocks(block.cells)


def blocks_of(document: Document) -> list[Block]:
    """Every block of a document."""
    return [block for section in walk_sections(document.sections) for block in walk_blocks(section.blocks)]


def section_of(document: Document, id_: str) -> Section:
    """The section with an id."""
    return next(section for section in walk_sections(document.sections) if section.id == id_)


def items_of(section: Section) -> list[str]:
    """The items of the first list of a section."""
    bullets = next(block for block in section.blocks if isinstance(block, Bullets))
    return [plain(item) for item in bullets.items]


def plain(line: Line) -> str:
    """A line without its tones."""
    return "".join(run.text for run in line)


class Page(HTMLParser):
    """The tags and the visible text of a page."""

    VOID = frozenset({"meta", "img", "col", "br"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.pieces: list[str] = []
        self.styles: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.pieces).split())

    def having(self, name: str) -> list[dict[str, str | None]]:
        """The attributes of every tag with a name."""
        return [attributes for tag, attributes in self.tags if tag == name]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "style":
            self.styles.append(data)
        elif data.strip():
            self.pieces.append(data)
