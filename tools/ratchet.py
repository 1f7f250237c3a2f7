"""Keep modules, functions and parameter lists small; an exception needs a number and a reason in ratchet.toml.

An exception is a ratchet: it may shrink, never grow, and must go once it is no longer needed.
Docstrings do not count towards the length of a function; they do towards the length of a module.
"""

import ast
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REASONS = Path(__file__).resolve().with_name("ratchet.toml")
FOLDERS = ("src", "tests", "tools", "benchmarks", "training")
LIMITS = {"module lines": 400, "function lines": 40, "parameters": 5}

AnyFunction = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Size:
    """One measured size: where (path, or path::qualified.name), which kind, how much."""

    where: str
    kind: str
    value: int


@dataclass(frozen=True)
class Exemption:
    """A size above its limit that is accepted, with the reason."""

    where: str
    kind: str
    value: int
    reason: str


def measure_module(source: str, where: str) -> Iterator[Size]:
    """Yield every size of one module."""
    yield Size(where, "module lines", len(source.splitlines()))
    yield from _measure_body(ast.parse(source), where, "")


def _measure_body(node: ast.AST, where: str, prefix: str) -> Iterator[Size]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            name = prefix + child.name
            yield Size(f"{where}::{name}", "function lines", _count_lines(child))
            yield Size(f"{where}::{name}", "parameters", _count_parameters(child))
            yield from _measure_body(child, where, name + ".")
        elif isinstance(child, ast.ClassDef):
            yield from _measure_body(child, where, prefix + child.name + ".")
        else:
            yield from _measure_body(child, where, prefix)


def _count_lines(function: AnyFunction) -> int:
    first = function.body[0]
    docstring = 0
    if ast.get_docstring(function, clean=False) is not None:
        docstring = (first.end_lineno or first.lineno) - first.lineno + 1
    return (function.end_lineno or function.lineno) - function.lineno + 1 - docstring


def _count_parameters(function: AnyFunction) -> int:
    arguments = function.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return len([argument for argument in named if argument.arg not in ("self", "cls")])


def read_exemptions(path: Path) -> tuple[Exemption, ...]:
    """Read the accepted exceptions; each must give its reason."""
    entries = tomllib.loads(path.read_text(encoding="utf-8")).get("exemption", [])
    exemptions = tuple(Exemption(entry["where"], entry["kind"], entry["value"], entry["reason"]) for entry in entries)
    for exemption in exemptions:
        if exemption.kind not in LIMITS or len(exemption.reason.split()) < 4:
            raise ValueError(f"{path.name}: {exemption.where}: needs a known kind and a reason in words")
    return exemptions


def detect_complaints(sizes: list[Size], exemptions: tuple[Exemption, ...]) -> list[str]:
    """Return what is too large without a reason, and every exception that no longer fits its number."""
    accepted = {(exemption.where, exemption.kind): exemption.value for exemption in exemptions}
    measured = {(size.where, size.kind): size.value for size in sizes}
    complaints = []
    for (where, kind), value in measured.items():
        limit = accepted.get((where, kind), LIMITS[kind])
        if value > limit:
            complaints.append(f"{where}: {value} {kind}, limit {limit}: split it, or give a reason in ratchet.toml")
    for (where, kind), value in accepted.items():
        now = measured.get((where, kind), 0)
        if now <= LIMITS[kind]:
            complaints.append(f"{where}: its exception for {kind} is no longer needed: remove it from ratchet.toml")
        elif now < value:
            complaints.append(f"{where}: now {now} {kind}: lower its exception in ratchet.toml from {value}")
    return complaints


def read_sizes() -> list[Size]:
    """Measure every Python file of the repository."""
    sizes: list[Size] = []
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            where = path.relative_to(ROOT).as_posix()
            sizes.extend(measure_module(path.read_text(encoding="utf-8"), where))
    return sizes


def main() -> int:
    """Print every complaint; status 1 if there is one."""
    complaints = detect_complaints(read_sizes(), read_exemptions(REASONS))
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
