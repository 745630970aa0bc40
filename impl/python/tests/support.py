"""What the tests share: running code elsewhere, and waiting for an observed state."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import lockstep

HERE = Path(__file__).parent
PACKAGES = Path(lockstep.__file__).resolve().parent.parent


def run_python(*arguments: Any, **environment: Any) -> Any:
    """Run this interpreter with arguments in a fresh process and return what it printed."""
    done = subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONPATH": str(PACKAGES), **environment},
        cwd=HERE,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return done.stdout


def rows(module: str, edition: Any = "") -> Any:
    """What ``rows.py`` prints of a module, speaking an edition if it can."""
    return json.loads(run_python("rows.py", module, LOCKSTEP_EDITION=edition))


def await_sleepers(lock: Any, count: int) -> None:
    """Return when so many threads wait for the lock, in whatever processes."""
    while lock._sleepers() != count:
        os.sched_yield()


def await_asleep(pid: int) -> None:
    """Return when a process, of one thread, sleeps in the kernel."""
    while Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "S":
        os.sched_yield()


def in_thread(function: Any, *arguments: Any, name: Any = None) -> Any:
    """What a function returns in a new thread."""
    answers = []
    thread = threading.Thread(target=lambda: answers.append(function(*arguments)), name=name)
    thread.start()
    thread.join()
    return answers[0]


def raw_fork(function: Any) -> Any:
    """Run a function in a child of os.fork(), of which multiprocessing knows nothing; whether it returned True."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            code = 0 if function() is True else 1
        finally:
            os._exit(code)
    return os.waitpid(pid, 0)[1] == 0


def outcome(function: Any, *arguments: Any, **keywords: Any) -> Any:
    """What a call returned, or its exception and text."""
    try:
        return function(*arguments, **keywords)
    except Exception as error:  # Any exception is an outcome.
        return f"{type(error).__name__}: {error}"
