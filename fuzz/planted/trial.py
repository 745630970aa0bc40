"""One run of a fuzz target from an empty corpus, until it fails or has used up its time of one core."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
CRASH = re.compile(r"^Assertion failure: (.*)$", re.MULTILINE)
EXECUTIONS = re.compile(r"^stat::number_of_executed_units: (\d+)$", re.MULTILINE)
POLL_S = 0.1


@dataclass(frozen=True)
class Trial:
    seed: int
    seconds: float  # user and system time of all its processes
    executions: int
    line: str | None  # the crash, if a property failed
    died: str = ""  # its last words, if it ended of itself in any other way


def session_times(session: int) -> Iterator[tuple[int, float]]:
    """Yield the processes of a session, and the time that each has used, with that of the children it waited for."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        if int(fields[3]) == session:
            yield int(entry.name), sum(map(int, fields[11:15])) / TICKS


class Interrupted(Exception):
    """Somebody asked for the end of all trials."""


def used_until_end(process: subprocess.Popen[bytes], limit_s: float, stop: threading.Event) -> float:
    """Wait until the process has ended, or its session has used so much time; end all of it. Returns the time used."""
    used: dict[int, float] = {}
    try:
        while os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            used.update(session_times(process.pid))
            if sum(used.values()) >= limit_s:
                break
            if stop.wait(POLL_S):
                raise Interrupted
    finally:
        # Not waited for yet, so that its number still is its own.
        os.killpg(process.pid, signal.SIGKILL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    # Its own account is exact but lacks the children that it left behind; the other lacks the last moment.
    return max(usage.ru_utime + usage.ru_stime, sum(used.values()))


def run(program: Path, options: list[str], seed: int, limit_s: float, stop: threading.Event) -> Trial:
    """Let the target search, seeded, for at most so many seconds of processor time."""
    with tempfile.TemporaryDirectory(prefix="lockstep-planted-") as folder:
        command = [str(program), f"-seed={seed}", f"-artifact_prefix={folder}/", "-print_final_stats=1", *options]
        with Path(folder, "log").open("w+b") as log:
            process = subprocess.Popen(
                command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
            seconds = used_until_end(process, limit_s, stop)
            log.seek(0)
            text = log.read().decode(errors="replace")
    crash = CRASH.search(text)
    died = text[-1000:] or "nothing" if crash is None and seconds < limit_s else ""
    executions = EXECUTIONS.search(text)
    return Trial(seed, round(seconds, 2), int(executions[1]) if executions else 0, crash[1] if crash else None, died)
