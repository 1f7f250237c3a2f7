"""The product carries no licence that would bind it, and its lock names every file by hash and no registry."""

import re
from pathlib import Path

import pytest

from tools.third_party import LOCK, PAGE, detect_refusals, parse_lock, read_licence, render_page

REQUIREMENTS = LOCK.parent
LOCKS = sorted(REQUIREMENTS.glob("*.txt"))


def test_no_package_binds_the_product_or_hides_its_licence() -> None:
    pins = parse_lock(LOCK.read_text(encoding="utf-8"))
    assert len(pins) > 20
    assert detect_refusals({pin.name: read_licence(pin.name) for pin in pins}) == []


def test_the_page_of_licences_is_up_to_date() -> None:
    pins = parse_lock(LOCK.read_text(encoding="utf-8"))
    assert PAGE.read_text(encoding="utf-8") == render_page(pins, {pin.name: read_licence(pin.name) for pin in pins})


@pytest.mark.parametrize(
    "licence", ["GPL-3.0-only", "AGPL-3.0-or-later", "GNU General Public License v3 (GPLv3)", "MIT AND GPL-2.0", ""]
)
def test_a_binding_or_missing_licence_is_refused(licence: str) -> None:
    assert len(detect_refusals({"package": licence})) == 1


@pytest.mark.parametrize(
    "licence", ["MIT", "LGPL-2.1-or-later", "BSD-3-Clause AND GPL-3.0-or-later WITH GCC-exception-3.1"]
)
def test_a_free_licence_passes(licence: str) -> None:
    assert detect_refusals({"package": licence}) == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_pin_has_a_hash(lock: Path) -> None:
    blocks = re.split(r"^(?=[A-Za-z0-9])", lock.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert blocks
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("name", ["dev", "bench"])
def test_what_is_tested_is_what_runs(name: str) -> None:
    run = set(parse_lock((REQUIREMENTS / "run.txt").read_text(encoding="utf-8")))
    assert run <= set(parse_lock((REQUIREMENTS / f"{name}.txt").read_text(encoding="utf-8")))


def test_torch_is_in_no_lock() -> None:
    names = {pin.name for lock in LOCKS for pin in parse_lock(lock.read_text(encoding="utf-8"))}
    assert "torch" not in names


def test_every_font_lies_beside_its_licence_and_is_named_in_the_notice() -> None:
    root = REQUIREMENTS.parent
    fonts = sorted((root / "src").rglob("*.ttf")) + sorted((root / "src").rglob("*.otf"))
    assert fonts
    assert [font.name for font in fonts if not (font.parent / "OFL.txt").is_file()] == []
    assert "SIL Open Font License" in (root / "NOTICE").read_text(encoding="utf-8")
