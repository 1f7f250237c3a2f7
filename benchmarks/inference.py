"""Time the reasoning at full size beside pyAgrum and pgmpy, in one run: `make bench`.

Processor time stands beside wall time, as other work may load the machine; budgets are judged by processor time.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.parts import explain_by_part
from benchmarks.people import bench_person
from ilc.explanation import explain
from ilc.inference.engine import infer_posterior, plan_elimination
from ilc.knowledge import Slice, load_knowledge
from ilc.pipeline import diagnose
from ilc.report import render_reports

ROOT = Path(__file__).resolve().parent.parent
ROWS = ((1, 5), (2, 20), (2, 150), (4, 150), (6, 150), (8, 150), (13, 150))  # complaints present, findings
PEER_LIMIT_S = 60
WORLDS = 4096
BUDGET_S = {
    "posterior at 8 complaints": 0.5,
    "posterior at 8 complaints, every outcome as likely": 0.5,
    "parameter intervals at 8 complaints": 1.5,
    "everything at 8 complaints": 5.0,
    "ilc diagnose slip_and_stenosis, cold, its MRI included": 16.0,
    "both reports in two languages, HTML and PDF": 3.0,
    "ilc --help": 0.3,
}
BUDGET_MB = 1000.0


@dataclass(frozen=True, slots=True)
class Spent:
    """Wall and processor seconds."""

    wall_s: float
    cpu_s: float

    def __str__(self) -> str:
        return f"{self.wall_s:.2f} / {self.cpu_s:.2f} s"


def timed(work: Callable[[], object]) -> Spent:
    """Time one call in this process."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Spent(time.perf_counter() - wall, time.process_time() - cpu)


def timed_process(command: list[str]) -> Spent:
    """Time one command, with the processor time of what it starts."""
    wall, cpu = time.perf_counter(), _children_cpu_s()
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    return Spent(time.perf_counter() - wall, _children_cpu_s() - cpu)


def _children_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def ours(complaints: int, findings: int, *, hard: bool = False) -> tuple[int, Spent, Spent]:
    """Largest clique, time of all exact marginals (finding the order included), time of drawing worlds."""
    person = bench_person(complaints, findings=findings, hard=hard)
    skippable = frozenset(i for i, d in enumerate(person.model.definitions) if d.slice is Slice.COMPLAINT)
    evidence, network = person.evidence, person.model.network
    plans = []

    def exact() -> None:
        plans.append(plan_elimination(network, evidence, skippable=skippable))
        _ = infer_posterior(network, evidence, plan=plans[0]).p_present

    spent = timed(exact)
    posterior = infer_posterior(network, evidence, plan=plans[0])
    return plans[0].largest_clique, spent, timed(lambda: posterior.worlds(count=WORLDS, seed=1))


def peer(name: str, complaints: int, findings: int) -> tuple[str, float]:
    """What a peer says of the same marginals in a process of its own, and its processor seconds (at least)."""
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.peer", name, str(complaints), str(findings)]
    before = _children_cpu_s()
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PEER_LIMIT_S, check=False)
    except subprocess.TimeoutExpired:
        return f"gave up after {PEER_LIMIT_S} s", _children_cpu_s() - before
    lines = done.stdout.strip().splitlines() or done.stderr.strip().splitlines() or [f"died ({done.returncode})"]
    text = lines[-1][:40]
    return text, float(text.split()[2]) if text.endswith("s") and " / " in text else float("nan")


def documents(case: Path) -> Spent:
    """Time the eight documents of an example, without its diagnosis."""
    knowledge = load_knowledge()
    run = diagnose(case, knowledge=knowledge)
    if run.diagnosis is None:
        raise ValueError(f"no diagnosis of {case}")
    diagnosis = run.diagnosis
    return timed(lambda: render_reports(diagnosis, knowledge, languages=("en", "ja"), images=run.pictures))


def verdict(name: str, spent: Spent) -> None:
    """One budget, met or not."""
    met = "PASS" if spent.cpu_s <= BUDGET_S[name] else "FAIL"
    print(f"{met}  {name}: {spent} wall / processor (budget {BUDGET_S[name]} s)", flush=True)


def print_table() -> Spent:
    """One row for each person; a peer that gave up is not asked about harder ones. Returns the time at eight."""
    print("exact marginals of the whole network, wall / processor time, and processor time as a multiple of ours")
    columns = f"{'pyAgrum':>22} {'':>7} {'pgmpy':>22} {'':>7}"
    print(f"{'present':>7} {'findings':>8} {'clique':>6} {'ours':>14} {'4096 worlds':>14} {columns}", flush=True)
    at_eight = Spent(0.0, 0.0)
    willing = ["pyagrum", "pgmpy"]
    for complaints, findings in ROWS:
        clique, exact, worlds = ours(complaints, findings)
        at_eight = exact if complaints == 8 else at_eight
        row = f"{complaints:>7} {findings:>8} {clique:>6} {exact!s:>14} {worlds!s:>14}"
        for name in ("pyagrum", "pgmpy"):
            text, seconds = peer(name, complaints, findings) if name in willing else ("-", float("nan"))
            if text.startswith("gave up"):
                willing.remove(name)
            ratio = "" if seconds != seconds else f"{seconds / exact.cpu_s:.0f}x"  # noqa: PLR0124 - not a number
            row += f" {text:>22} {ratio:>7}"
        print(row, flush=True)
    return at_eight


def main() -> int:
    """Print the table and the budgets; the exit status is 0 whatever they say."""
    at_eight = print_table()
    verdict("posterior at 8 complaints", at_eight)
    verdict("posterior at 8 complaints, every outcome as likely", ours(8, 150, hard=True)[1])
    person = bench_person(8)
    parts = explain_by_part(person)
    verdict("parameter intervals at 8 complaints", Spent(*parts["parameter intervals"]))
    whole = timed(
        lambda: explain(
            person.knowledge, person.patient, findings=person.findings, complaints=person.complaints, seed=1
        )
    )
    verdict("everything at 8 complaints", whole)
    own_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{'PASS' if own_mb <= BUDGET_MB else 'FAIL'}  memory: {own_mb:.0f} MB at most (budget {BUDGET_MB:.0f} MB)")
    ilc = str(Path(sys.executable).with_name("ilc"))
    case, out = ROOT / "examples" / "slip_and_stenosis", ROOT / "out" / "bench"
    verdict(
        "ilc diagnose slip_and_stenosis, cold, its MRI included",
        timed_process([ilc, "diagnose", str(case), "-o", str(out)]),
    )
    verdict("both reports in two languages, HTML and PDF", documents(case))
    verdict("ilc --help", min((timed_process([ilc, "--help"]) for _ in range(5)), key=lambda spent: spent.cpu_s))
    print("\nparts of the explanation at 8 complaints, wall / processor time")
    for name, (wall_s, cpu_s) in sorted(parts.items(), key=lambda part: -part[1][1]):
        print(f"  {name:<28} {Spent(wall_s, cpu_s)!s:>14}")
    print(f"load of the machine while measuring: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    return 0


if __name__ == "__main__":
    sys.exit(main())
