"""What one thread can measure: the cost of a call in a loop, in nanoseconds, the loop included."""

from __future__ import annotations

import itertools
import time
from typing import Any, Callable, Dict, List, NamedTuple, Sequence

from impl.bench.foreign.locks import makers, recursive

SECONDS = 0.002  # for one repetition of one lock
SHARED = ("cpython", "lockstep", "posix_ipc")
TEMPLATE = """
def run(lock, number):
    {before}
    begin = clock()
    for _ in repeat(None, number):
        {body}
    end = clock()
    {after}
    return (end - begin) / number
"""

Times = Dict[str, List[float]]


class Row(NamedTuple):
    """A piece of code that is run again and again, and what is done before and after."""

    body: str
    before: str = "pass"
    after: str = "pass"
    only: Sequence[str] = ()  # implementations; all if it is empty
    recursive: bool = False


ROWS = {
    "pair": Row("lock.acquire(); lock.release()"),
    "bound": Row("acquire(); release()", before="acquire, release = lock.acquire, lock.release"),
    "with": Row("with lock: pass"),
    "rlock": Row("lock.acquire(); lock.release()", recursive=True),
    "recursion": Row("lock.acquire(); lock.release()", "lock.acquire()", "lock.release()", recursive=True),
    "refused": Row("lock.acquire(False)", "lock.acquire()", "lock.release()", ("cpython", "lockstep", "threading")),
    "timed": Row("lock.acquire(True, 1.0); lock.release()", only=("cpython", "lockstep", "threading")),
    "no_time": Row("lock.acquire(True, 0)", "lock.acquire()", "lock.release()", ("cpython", "lockstep")),
}


def compiled(row: Row) -> Callable[[Any, int], float]:
    """Make a function of its own for each lock: the interpreter adapts a piece of code to what it sees there."""
    names: dict[str, Any] = {"clock": time.perf_counter_ns, "repeat": itertools.repeat}
    text = TEMPLATE.format(body=row.body, before=row.before, after=row.after)
    exec(compile(text, "<row>", "exec"), names)  # noqa: S102 - the rows above
    run: Callable[[Any, int], float] = names["run"]
    return run


def measure(row: Row, repetitions: int) -> Times:
    """Run the row with each lock in turn, so often. Returns the nanoseconds of each repetition."""
    made = {
        name: make()
        for name, make in (recursive() if row.recursive else makers()).items()
        if not row.only or name in row.only
    }
    functions = {name: compiled(row) for name in made}
    numbers = {}
    for name, run in functions.items():
        run(made[name], 100)
        numbers[name] = max(20, int(SECONDS * 1e9 / run(made[name], 100)))
    times: Times = {name: [] for name in made}
    for _ in range(repetitions):
        for name, run in functions.items():
            times[name].append(run(made[name], numbers[name]))
    return times


def creation(repetitions: int) -> Times:
    """The nanoseconds of making a lock; those made before are kept, as a program would."""
    made = {name: make for name, make in makers().items() if name in SHARED}
    times: Times = {name: [] for name in made}
    for _ in range(repetitions):
        for name, make in made.items():
            kept = []
            begin = time.perf_counter_ns()
            for _ in range(100):
                kept.append(make())
            times[name].append((time.perf_counter_ns() - begin) / 100)
    return times


def overshoot(repetitions: int) -> Times:
    """How many nanoseconds after its deadline of one millisecond an acquire of a held lock returns."""
    made = {name: make() for name, make in makers().items() if name in ("cpython", "lockstep")}
    times: Times = {name: [] for name in made}
    for lock in made.values():
        lock.acquire()
    for _ in range(repetitions):
        for name, lock in made.items():
            begin = time.perf_counter_ns()
            lock.acquire(True, 0.001)
            times[name].append(time.perf_counter_ns() - begin - 1_000_000)
    return times
