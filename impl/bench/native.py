"""The C++ rows: the locks without an interpreter, as Google Benchmark measures them, in turns."""

from __future__ import annotations

import json
import subprocess

from impl.interpreters import ROOT, BuildError

BUILD = ROOT / "build" / "release"
TARGET = "impl_lock_benchmark"
OPTIONS = (
    "--benchmark_enable_random_interleaving=true",
    "--benchmark_repetitions=15",
    "--benchmark_min_time=0.02",
    "--benchmark_report_aggregates_only=true",
    "--benchmark_format=json",
)

Medians = dict[str, dict[str, float]]  # {lock: {"pair" or "refused": nanoseconds of processor time}}


def measure() -> Medians:
    """Build the program and run it. Empty where Google Benchmark is not installed. Raises BuildError."""
    listed = subprocess.run(["ninja", "-C", BUILD, "-t", "query", TARGET], check=False, capture_output=True)
    if listed.returncode:
        return {}
    program = str(BUILD / "impl" / "bench" / TARGET)
    for command in (["ninja", "-C", str(BUILD), TARGET], [program, *OPTIONS]):
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode:
            raise BuildError(f"{TARGET}: {(done.stdout + done.stderr)[-2000:]}")
    medians: Medians = {}
    for run in json.loads(done.stdout)["benchmarks"]:
        if run["aggregate_name"] == "median":
            lock, row = run["run_name"].split("/")
            medians.setdefault(lock, {})[row] = run["cpu_time"]
    return medians


def exact_release_ns(medians: Medians) -> float:
    """Return what it costs a release that of two which race exactly one succeeds, against one that looks and stores."""
    return medians["lock"]["pair"] - medians["looks_and_stores"]["pair"] if medians else 0


def table(medians: Medians) -> str:
    """Lay the figures out, with how many times better than CPython's way with its semaphore each is."""
    if not medians:
        return "C++ rows: skipped: Google Benchmark is not installed"
    lines = [f"{'C++, uncontended':<24}{'acquire(); release(), ns':>26}{'times':>8}{'refused, ns':>14}{'times':>8}"]
    stock = medians["cpython"]
    for lock, rows in medians.items():
        pair, refused = rows["pair"], rows["refused"]
        lines.append(
            f"{lock:<24}{pair:>26.1f}{stock['pair'] / pair:>8.2f}{refused:>14.1f}{stock['refused'] / refused:>8.2f}"
        )
    return "\n".join(lines)
