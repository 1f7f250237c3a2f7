"""One peer on the benchmark person, by itself: `python -m benchmarks.peer pyagrum|pgmpy COMPLAINTS FINDINGS`."""

from __future__ import annotations

import resource
import sys
import time

from benchmarks.people import BenchPerson, bench_person
from tests.support.agrum_networks import agrum_chains, agrum_marginals

MOST_MEMORY_BYTES = 8 << 30


def run_pyagrum(person: BenchPerson) -> tuple[float, float]:
    """Wall and processor seconds of the junction tree (LazyPropagation) for all marginals, one thread."""
    start = time.perf_counter(), time.process_time()
    network, evidence = person.model.network, person.evidence
    agrum_marginals(network, agrum_chains(network, evidence), evidence)
    return time.perf_counter() - start[0], time.process_time() - start[1]


def run_pgmpy(person: BenchPerson) -> tuple[float, float]:
    """Wall and processor seconds of belief propagation for all marginals; pyAgrum writes the network to a file."""
    import tempfile
    from pathlib import Path

    import pyagrum as gum
    from pgmpy.inference import BeliefPropagation
    from pgmpy.readwrite import BIFReader

    evidence = person.evidence
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "network.bif")
        gum.saveBN(agrum_chains(person.model.network, evidence), path)
        model = BIFReader(path).get_model()
    seen = {f"e{number}": model.get_cpds(f"e{number}").state_names[f"e{number}"][1] for number in range(len(evidence))}
    start = time.perf_counter(), time.process_time()
    inference = BeliefPropagation(model)
    for position in range(len(person.model.network.nodes)):
        inference.query([f"n{position}"], evidence=seen, show_progress=False)
    return time.perf_counter() - start[0], time.process_time() - start[1]


def main() -> int:
    """Print the seconds, or why the peer gave up, as the last line."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
    run = {"pyagrum": run_pyagrum, "pgmpy": run_pgmpy}[sys.argv[1]]
    try:
        wall_s, cpu_s = run(bench_person(int(sys.argv[2]), findings=int(sys.argv[3])))
        print(f"{wall_s:.2f} / {cpu_s:.2f} s")
    except (MemoryError, ModuleNotFoundError) as error:
        print("out of memory" if isinstance(error, MemoryError) else f"{error.name} is not installed")
    except Exception as error:
        print(f"{type(error).__name__}: {str(error)[:40]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
