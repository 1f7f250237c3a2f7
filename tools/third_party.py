"""Write or check docs/safety/third_party.md: the run-time lock with the licence each installed package declares.

A licence that would bind the whole product (GPL, AGPL) is refused, as is a package that declares none.
"""

import re
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements" / "run.txt"
PAGE = ROOT / "docs" / "safety" / "third_party.md"

# Locked for another operating system and so absent from this one: licence as its metadata declares it there.
ELSEWHERE = {"colorama": "BSD License"}

_PIN = re.compile(r"^(?P<name>[A-Za-z0-9_.-]+)==(?P<version>[^\s;]+)(?:\s*;\s*(?P<marker>[^\\]+))?")
_BINDING = re.compile(r"\bA?GPL|GNU (Affero )?General Public", re.IGNORECASE)
# The run-time exception makes the GPL of a compiler's own library harmless to what is compiled with it.
_EXEMPT = re.compile(r"\bGPL\S* WITH GCC-exception\S*", re.IGNORECASE)

HEAD = """# Third-party packages at run time

Written by `make docs` from `requirements/run.txt` and the metadata of the installed packages. `make check` fails when
this page is out of date, when a package declares no licence, or when a licence would bind the whole product (GPL,
AGPL). Each version is pinned by the hashes of its files. Packages used only for development, tests and benchmarks are
in `requirements/dev.txt` and `requirements/bench.txt` and are not part of the product.

The built packages of numpy and scipy carry OpenBLAS (BSD) and the GCC run-time library (GPL with the run-time
exception, which leaves programs that use it free). The whole licence texts lie beside each installed package.

| package | version | needed when | licence |
|---|---|---|---|
"""


@dataclass(frozen=True)
class Pin:
    """One line of the lock."""

    name: str
    version: str
    marker: str


def parse_lock(text: str) -> tuple[Pin, ...]:
    """Return the pins of a lock file in its order."""
    matches = (_PIN.match(line) for line in text.splitlines())
    return tuple(Pin(m["name"], m["version"], (m["marker"] or "").strip()) for m in matches if m)


def read_licence(name: str) -> str:
    """Return the licence an installed package declares; empty where it declares none."""
    try:
        declared = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ELSEWHERE.get(name, "")
    expression = " ".join(declared.get_all("License-Expression") or [])
    classifiers = [
        value.rsplit(" :: ", 1)[-1]
        for value in declared.get_all("Classifier") or []
        if value.startswith("License :: ") and not value.endswith(":: OSI Approved")
    ]
    free_text = " ".join(declared.get_all("License") or []).strip()
    return expression or ", ".join(classifiers) or (free_text if len(free_text.splitlines()) == 1 else "")


def detect_refusals(licences: dict[str, str]) -> list[str]:
    """Return one sentence for each package whose licence is missing or binding."""
    refusals = [f"{name}: declares no licence" for name, licence in licences.items() if not licence]
    refusals += [
        f"{name}: {licence} would bind the whole product"
        for name, licence in licences.items()
        if _BINDING.search(_EXEMPT.sub("", licence))
    ]
    return refusals


def render_page(pins: tuple[Pin, ...], licences: dict[str, str]) -> str:
    """Return the whole page."""
    rows = [
        f"| {pin.name} | {pin.version} | {f'`{pin.marker}`' if pin.marker else 'always'} | {licences[pin.name]} |"
        for pin in pins
    ]
    return HEAD + "\n".join(rows) + "\n"


def main(arguments: list[str]) -> int:
    """Check the page, or write it with --write."""
    pins = parse_lock(LOCK.read_text(encoding="utf-8"))
    licences = {pin.name: read_licence(pin.name) for pin in pins}
    refusals = detect_refusals(licences)
    for refusal in refusals:
        print(refusal)
    page = render_page(pins, licences)
    if "--write" in arguments:
        PAGE.write_text(page, encoding="utf-8")
        print(f"wrote {PAGE.relative_to(ROOT)}")
    elif not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != page:
        print(f"{PAGE.relative_to(ROOT)} is out of date: run `make docs`")
        return 1
    return 1 if refusals else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
