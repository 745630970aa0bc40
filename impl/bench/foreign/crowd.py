"""What takes several processes: contention, hand-off, memory, and life after a waiter was killed."""

from __future__ import annotations

import mmap
import os
import signal
import struct
import time
from functools import partial
from typing import Any, Callable

from impl.bench.foreign.locks import makers
from impl.bench.foreign.loops import ROWS, SHARED, Times, compiled

SECONDS = 0.1  # of contention, for one repetition of one lock
HANDS = 2000  # there and back, in one repetition
FIRST_HANDS = 500  # before those, not measured: the two do not start at once


class Board:
    """Numbers that processes share."""

    def __init__(self) -> None:
        self.memory = mmap.mmap(-1, 4096)

    def __getitem__(self, index: int) -> int:
        return int(struct.unpack_from("q", self.memory, 8 * index)[0])

    def __setitem__(self, index: int, value: int) -> None:
        struct.pack_into("q", self.memory, 8 * index, value)


def in_child(work: Callable[[], None], processor: int = -1) -> int:
    """Start a process that does the work and ends. Returns its number."""
    child = os.fork()
    if child:
        return child
    try:
        if processor >= 0:
            os.sched_setaffinity(0, {processor})
        work()
        os._exit(0)
    finally:
        os._exit(1)


def ended(child: int) -> None:
    _, status = os.waitpid(child, 0)
    if status:
        raise RuntimeError("a process of the benchmark failed, status %d" % status)


def processors(number: int) -> list[int]:
    """One for each process, as far as they go."""
    known = sorted(os.sched_getaffinity(0))
    return [known[index % len(known)] for index in range(number)]


def rate(lock: Any, crowd: int) -> float:
    """The nanoseconds between two acquisitions of a lock that `crowd` processes take and leave at once."""
    board = Board()

    def work(place: int) -> None:
        board[place + 1] = 1
        while not board[0]:
            time.sleep(0)
        end = time.monotonic() + SECONDS
        count = 0
        while time.monotonic() < end:
            for _ in range(50):
                with lock:
                    count += 1
        board[place + 1] = count

    children = [in_child(partial(work, place), cpu) for place, cpu in enumerate(processors(crowd))]
    while not all(board[place + 1] for place in range(crowd)):
        time.sleep(0.001)
    board[0] = 1
    for child in children:
        ended(child)
    return SECONDS * 1e9 / sum(board[place + 1] for place in range(crowd))


def hand_off(make: Callable[[], Any], same: bool) -> float:
    """The nanoseconds from a release to the acquisition that waited for it, in another process."""
    ping, pong, board = make(), make(), Board()
    ping.acquire()
    pong.acquire()
    cpus = processors(2)

    def answer() -> None:
        for _ in range(FIRST_HANDS + HANDS):
            ping.acquire()
            pong.release()

    def ask() -> None:
        for count in (FIRST_HANDS, HANDS):
            begin = time.perf_counter_ns()
            for _ in range(count):
                ping.release()
                pong.acquire()
        board[0] = time.perf_counter_ns() - begin

    children = [in_child(answer, cpus[0] if same else cpus[1]), in_child(ask, cpus[0])]
    for child in children:
        ended(child)
    return board[0] / (2 * HANDS)


def memory(make: Callable[[], Any]) -> float:
    """The bytes that one of 10,000 locks takes of a process, each used once."""
    board = Board()

    def resident() -> int:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * mmap.PAGESIZE

    def work() -> None:
        kept = [make() for _ in range(10)]
        before = resident()
        for _ in range(10_000):
            lock = make()
            lock.acquire()
            kept.append(lock)
        board[0] = resident() - before

    ended(in_child(work))
    return board[0] / 10_000


def after_a_kill(make: Callable[[], Any]) -> float:
    """How many times as long a pair takes once a waiter was killed."""
    lock, board = make(), Board()
    run = compiled(ROWS["pair"])
    run(lock, 1000)
    before = min(run(lock, 20_000) for _ in range(5))
    lock.acquire()

    def wait() -> None:
        board[0] = 1
        lock.acquire()

    child = in_child(wait)
    asleep = "/proc/%d/stat" % child
    while not board[0] or open(asleep, encoding="ascii").read().rpartition(")")[2].split()[0] != "S":  # noqa: SIM115
        time.sleep(0.001)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    lock.release()
    return min(run(lock, 20_000) for _ in range(5)) / before


def measure(name: str, repetitions: int) -> Times:
    """Measure a row with each lock in turn, so often."""
    made = {key: make for key, make in makers().items() if key in SHARED}
    rows: dict[str, Callable[[Callable[[], Any]], float]] = {
        "contended_2": lambda make: rate(make(), 2),
        "contended_4": lambda make: rate(make(), 4),
        "handed_across": lambda make: hand_off(make, same=False),
        "handed_here": lambda make: hand_off(make, same=True),
        "memory": memory,
        "killed_waiter": after_a_kill,
    }
    times: Times = {key: [] for key in made}
    for _ in range(repetitions):
        for key, make in made.items():
            times[key].append(rows[name](make))
    return times
