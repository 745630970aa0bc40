"""Runs Python cases against one implementation, in that implementation's own interpreter.

    PYTHON case_host.py --module multiprocessing --start fork --minor 11 CASE.py...

prints one JSON line a case, or a single line {"error": ...} and exit code 3 if the module can't be tested. Each case
runs in a forked child, the leader of a session of its own; whatever that leaves behind is killed and removed before
the next one starts. Standard library only, Python 3.8 and newer.
"""

from __future__ import annotations

import argparse
import ctypes
import glob
import json
import mmap
import os
import shutil
import signal
import struct
import sys
import tempfile
import time
import traceback
from typing import Any, Callable

import case_kit
import case_module

PR_SET_CHILD_SUBREAPER = 36
SLOW_FACTOR = 10  # a case marked slow may take so much longer
VERDICT_KEYS = ("verdict", "clause", "what", "expected", "observed", "reason")


class Slate:
    """Shared memory on which a child says how far it is, so that it is known even of one that was killed."""

    SIZE = 1 << 16

    def __init__(self) -> None:
        self.memory = mmap.mmap(-1, self.SIZE)

    def write(self, notes: dict[str, Any]) -> None:
        data = json.dumps(notes).encode()
        if len(data) > self.SIZE - 4:
            raise ValueError("too much to say: %d bytes" % len(data))
        self.memory[:4] = struct.pack("I", 0)  # what is only half written does not count
        self.memory[4 : 4 + len(data)] = data
        self.memory[:4] = struct.pack("I", len(data))

    def read(self) -> dict[str, Any]:
        (length,) = struct.unpack("I", self.memory[:4])
        return dict(json.loads(self.memory[4 : 4 + length])) if length else {}


class Ended:
    """How a child ended, and what it had said by then."""

    def __init__(self, notes: dict[str, Any], status: int, timed_out: bool) -> None:
        self.notes = notes
        self.timed_out = timed_out
        self.signal_name = signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else ""
        self.exit_code = -1 if self.signal_name else os.WEXITSTATUS(status)


class Scratch:
    """A temporary folder, and a name that begins the names of semaphores; nothing is left of either."""

    START = "lockstep-case-"

    def __enter__(self) -> Scratch:
        self.folder = tempfile.mkdtemp(prefix=self.START)
        self.prefix = "/mp-" + os.path.basename(self.folder)[len(self.START) :]
        return self

    def __exit__(self, *_: Any) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        for leftover in glob.glob("/dev/shm/sem." + glob.escape(self.prefix[1:]) + "*"):  # noqa: S108
            os.unlink(leftover)


def run_isolated(function: Callable[[Slate], None], limit: float, private: int, spared: set[int]) -> Ended:
    """Call a function in a forked child, which is killed at the limit; then kill all that is left of it."""
    slate = Slate()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        be_child(function, slate, private)
    timed_out = []

    def end_it(*_: Any) -> None:
        timed_out.append(True)
        os.kill(pid, signal.SIGKILL)

    signal.signal(signal.SIGALRM, end_it)
    signal.setitimer(signal.ITIMER_REAL, limit)
    try:
        _, status = os.waitpid(pid, 0)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        kill_descendants(spared)
    return Ended(slate.read(), status, bool(timed_out))


def be_child(function: Callable[[Slate], None], slate: Slate, private: int) -> None:
    """Never returns: whatever comes back here ends, even if it is not the child but a child of that."""
    code = 1
    try:
        os.close(private)
        os.setsid()
        del sys.modules["__main__"].__file__  # a spawned process would run it, and needs nothing of it
        for number in (signal.SIGALRM, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        function(slate)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(code)


def descendants() -> set[int]:
    """The processes below this one, by their parents in /proc."""
    children: dict[int, set[int]] = {}
    for path in glob.glob("/proc/[0-9]*/stat"):
        try:
            with open(path, encoding="ascii", errors="replace") as file:
                parent = int(file.read().rpartition(")")[2].split()[1])
        except OSError:
            continue  # it has ended
        children.setdefault(parent, set()).add(int(path.split("/")[2]))
    found: set[int] = set()
    unseen = [os.getpid()]
    while unseen:
        below = children.get(unseen.pop(), set()) - found
        found |= below
        unseen += below
    return found


def has_children() -> bool:
    """Whether any process is a child of this one; far cheaper than to look at all processes."""
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return False
    return True


def kill_descendants(spared: set[int]) -> None:
    """Kill and reap what a child left behind. Orphans become ours, as this process is their subreaper."""
    while has_children():
        found = descendants() - spared
        if not found:
            return
        for pid in found:
            try:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
            except (ChildProcessError, ProcessLookupError):
                continue  # not our child yet, or already gone


def become_subreaper() -> None:
    """Let orphans of the cases become children of this process, where there is such a thing."""
    prctl = getattr(ctypes.CDLL(None, use_errno=True), "prctl", None)
    if prctl is not None:
        prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def check_module(options: argparse.Namespace, private: int) -> str:
    """Say why the module can't be tested; empty if it can. It is tried in a child, as it may do anything."""

    def probe(slate: Slate) -> None:
        this = os.getpid()
        answer = case_module.complaint_about(options.module, options.start, scratch.prefix)
        if os.getpid() == this:  # not in a child that the module forked at import
            slate.write({"answer": answer})

    with Scratch() as scratch:
        ended = run_isolated(probe, options.limit, private, set())
    if ended.timed_out:
        return "can't be imported: no end in %g s" % options.limit
    if ended.signal_name:
        return "can't be imported: the interpreter is killed by " + ended.signal_name
    if "answer" not in ended.notes:
        return "can't be imported: it ends the interpreter with exit code %d" % ended.exit_code
    return str(ended.notes["answer"])


def judge(ended: Ended, limit: float) -> dict[str, Any]:
    """The verdict of a case: its own, or what its end says."""
    notes = {key: ended.notes.get(key, "") for key in VERDICT_KEYS}
    if notes["verdict"]:
        return notes
    if ended.timed_out:
        notes.update(verdict="hang", observed="no end in %g s" % limit)
    elif ended.signal_name:
        notes.update(verdict="crash", observed="killed by " + ended.signal_name)
    else:
        notes.update(verdict="error", reason="the case ended its process with exit code %d" % ended.exit_code)
    return notes


def is_slow(path: str) -> bool:
    try:
        with open(path, encoding="utf-8") as file:
            return any(line.startswith("SLOW =") for line in file)
    except OSError:
        return False


def run_case(path: str, options: argparse.Namespace, private: int, spared: set[int]) -> dict[str, Any]:
    def play(slate: Slate) -> None:
        case_module.name_semaphores(scratch.prefix)
        case_kit.play(path, options, scratch.folder, slate.write)

    started = time.monotonic()
    limit = options.limit * (SLOW_FACTOR if options.slow and is_slow(path) else 1)
    with Scratch() as scratch:
        ended = run_isolated(play, limit, private, spared)
    name = "python/" + os.path.splitext(os.path.basename(path))[0]
    return {"case": name, **judge(ended, limit), "seconds": round(time.monotonic() - started, 4)}


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Run Python cases against one implementation.")
    parser.add_argument("--module", required=True, help="an importable name, or the path of a .py file")
    parser.add_argument("--start", default="fork", help="the start method: fork, spawn or forkserver")
    parser.add_argument("--minor", type=int, default=sys.version_info[1], help="the edition: N of Python 3.N")
    parser.add_argument("--by-type", action="store_true", help="hold exceptions to their type, not their message")
    parser.add_argument("--slow", action="store_true", help="run the cases that take long, too")
    parser.add_argument("--limit", type=float, default=30.0, help="seconds until a case counts as hanging")
    parser.add_argument("cases", nargs="*", metavar="CASE.py")
    return parser.parse_args()


def main() -> int:
    options = parse_options()
    private = os.dup(1)  # what modules and cases print is not for the reader of the verdicts
    os.dup2(2, 1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)

    def say(line: dict[str, Any]) -> None:
        os.write(private, json.dumps(line).encode() + b"\n")

    become_subreaper()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    this = os.getpid()
    error: str | None = check_module(options, private)
    try:
        if not error:
            case_module.load(options.module)
            case_module.start_tracker(options.module, options.start)
            spared = descendants()  # helpers that the module started at import
            for path in options.cases if os.getpid() == this else ():
                say(run_case(path, options, private, spared))
    except case_module.Unusable as unusable:  # it could be imported once, but not again
        error = str(unusable)
    finally:
        if os.getpid() != this:  # a child that the module forked at import
            os._exit(0)
        kill_descendants(set())
    if error:
        say({"error": "%s %s" % (options.module, error)})
    return 3 if error else 0


if __name__ == "__main__":
    sys.exit(main())
