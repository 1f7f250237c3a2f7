"""Where the words of a drawing stand: nothing may leave the picture or the box it begins in."""

import xml.etree.ElementTree as ET

from ilc.report.charts.svg import measure_text

SVG = "{http://www.w3.org/2000/svg}"
PLAIN_TAGS = frozenset({"svg", "title", "text", "line", "rect", "path", "polygon", "circle"})
_LEAST_PAGE = 358.0  # what a phone of 390 px leaves between the margins
_LEAST_LETTERS = 14.0
_Span = tuple[float, float]


def _spans(element: ET.Element) -> tuple[_Span, _Span]:
    words, size = element.text or "", float(element.attrib["font-size"])
    width = measure_text(words, size)
    x, y = float(element.attrib["x"]), float(element.attrib["y"])
    left = x - {"middle": width / 2, "end": width}.get(element.attrib.get("text-anchor", ""), 0.0)
    return (left, left + width), (y - 0.75 * size, y + 0.22 * size)


def _rect(element: ET.Element) -> tuple[_Span, _Span]:
    x, y, width, height = (float(element.attrib[key]) for key in ("x", "y", "width", "height"))
    return (x, x + width), (y, y + height)


def find_overflows(svg: str) -> list[str]:
    """The words that stand outside the picture, leave the box they begin in, or lie on other words."""
    root = ET.fromstring(svg)  # noqa: S314 - made here
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    boxes = [_rect(element) for element in root.iter(f"{SVG}rect")]
    texts = [(element.text or "", *_spans(element)) for element in root.iter(f"{SVG}text")]
    found = [words for words, x, y in texts if x[0] < -0.5 or x[1] > width + 0.5 or y[0] < -0.5 or y[1] > height + 0.5]
    for words, x, y in texts:
        around = [box for box in boxes if box[0][0] <= x[0] <= box[0][1] and box[1][0] <= y[0] <= box[1][1]]
        found += [words for box in around if x[1] > box[0][1] + 0.5 or y[1] > box[1][1] + 0.5]
    for number, (words, x, y) in enumerate(texts):
        others = texts[number + 1 :]
        found += [words for _, x2, y2 in others if x[0] < x2[1] and x2[0] < x[1] and y[0] < y2[1] and y2[0] < y[1]]
    return found


def find_small_letters(svg: str) -> list[str]:
    """The words that would be hard to read on a phone."""
    root = ET.fromstring(svg)  # noqa: S314 - made here
    scale = min(1.0, _LEAST_PAGE / float(root.attrib["width"]))
    return [
        element.text or ""
        for element in root.iter(f"{SVG}text")
        if scale * float(element.attrib["font-size"]) < _LEAST_LETTERS
    ]
