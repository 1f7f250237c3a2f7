"""The house: roof and pillars, open windows, warm rooms, the one who lives there."""

from __future__ import annotations

from collections.abc import Mapping

from ilc.report.charts.svg import FAINT, INK, PAPER, QUIET, SOLID, WARM, drawing, element, measure_text, text, wrap

WIDTH = 590.0
HEIGHT = 280.0
SIZE = 15.0
LEADING = 19.0
LABEL_WIDTH = 150.0
_QUIET_LINE, _STRONG_LINE = 1.4, 3.4
_COLOURS = {"roof": INK, "air": SOLID, "warmth": WARM, "resident": INK}
# room -> the left end of its label, and where the thread from it ends in the house
_LABELS = {
    "roof": ((0.0, 60.0), (218.0, 76.0)),
    "warmth": ((0.0, 176.0), (212.0, 176.0)),
    "air": ((436.0, 146.0), (372.0, 152.0)),
    "resident": ((436.0, 218.0), (308.0, 220.0)),
}


def draw_house(labels: Mapping[str, str], filled: frozenset[str], *, description: str) -> str:
    """Draw the house; `filled` names the rooms that have something to say: they get strong lines and bold labels."""
    pens = {room: _pen(room, filled) for room in _LABELS}
    children = [
        _stroke("M120 258H440", {"stroke": FAINT, "stroke_width": 2}),
        _stroke("M186 122H374V258H186Z", {"stroke": QUIET, "stroke_width": _QUIET_LINE, "fill": PAPER}),
        # roof and pillars
        _stroke("M164 124L280 34L396 124Z", pens["roof"]),
        _stroke("M186 126V256M374 126V256", pens["roof"]),
        # an open window, and air that comes in
        _stroke("M318 138H356V178H318ZM337 138V178M356 138L370 146V186L356 178", pens["air"]),
        _stroke("M384 160q9 -7 18 0t18 0M384 172q9 -7 18 0t18 0", pens["air"] | {"fill": "none"}),
        # warmth
        _stroke("M214 206h44v40h-44zM222 246v6M250 246v6", pens["warmth"]),
        _stroke(
            "M224 196q-7 -8 0 -16t0 -16M236 196q-7 -8 0 -16t0 -16M248 196q-7 -8 0 -16t0 -16",
            pens["warmth"] | {"fill": "none"},
        ),
        # the one who lives there
        _stroke("M280 256v-14q0 -14 14 -14t14 14v14", pens["resident"]),
        element("circle", cx=294, cy=214, r=10, **pens["resident"]),
    ]
    for room, label in labels.items():
        children += _label(label, room, filled)
    return drawing(children, width=WIDTH, height=HEIGHT, description=description)


def _pen(room: str, filled: frozenset[str]) -> dict[str, object]:
    strong = room in filled
    return {
        "stroke": _COLOURS[room] if strong else QUIET,
        "stroke_width": _STRONG_LINE if strong else _QUIET_LINE,
        "fill": PAPER,
        "stroke_linejoin": "round",
        "stroke_linecap": "round",
    }


def _stroke(path: str, pen: Mapping[str, object]) -> str:
    return element("path", d=path, **({"fill": "none"} | dict(pen)))


def _label(label: str, room: str, filled: frozenset[str]) -> list[str]:
    (x, y), (end_x, end_y) = _LABELS[room]
    lines = wrap(label, size=SIZE, width=LABEL_WIDTH, most_lines=2)
    start = x - 6 if x > end_x else x + max(measure_text(words, SIZE) for words in lines) + 12
    thread = element(
        "line", x1=start, y1=y - 5, x2=end_x, y2=end_y, stroke=QUIET, stroke_width=1, stroke_dasharray="2 3"
    )
    weight, colour = (700, INK) if room in filled else (400, QUIET)
    return [thread] + [
        text(words, x=x, y=y + i * LEADING, size=SIZE, font_weight=weight, fill=colour) for i, words in enumerate(lines)
    ]
