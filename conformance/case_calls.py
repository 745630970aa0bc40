"""Making a call, and saying what came of it in the spelling of scripts; whether it blocks is seen from outside.

Standard library only, Python 3.8 and newer.
"""

from __future__ import annotations

import json
import threading
import time
from typing import Any, Callable

POLLING_SECONDS = 2.0  # a lock that polls never sleeps for long; after so much of it, it counts as blocked


def describe_error(error: BaseException) -> str:
    """``ValueError("message")``, the spelling of scripts."""
    message = str(error)
    return "%s(%s)" % (type(error).__name__, json.dumps(message, ensure_ascii=False) if message else "")


def is_asleep(thread_id: int, pid: Any = "self") -> bool:
    """Whether a thread sleeps in the kernel, and went on sleeping between two looks at it."""

    def look() -> list[str]:
        with open("/proc/%s/task/%d/status" % (pid, thread_id), encoding="utf-8", errors="replace") as file:
            return [line for line in file if line.startswith(("State:", "voluntary", "nonvoluntary"))]

    before = look()
    time.sleep(0.02)  # lets a thread that only waits for the interpreter's lock have it
    return "(sleeping)" in before[0] and look() == before


def wait_until_asleep(thread_id: int, pid: Any = "self") -> None:
    """Return when a thread sleeps in the kernel: in the call that it is known to have begun."""
    begun = time.monotonic()
    while time.monotonic() - begun < POLLING_SECONDS:
        if is_asleep(thread_id, pid):
            return


def call_aside(thunk: Callable[[], Any]) -> tuple[bool, Any, BaseException | None]:
    """Make a call that may block, in a thread: whether it blocks, what it returned, what it raised."""
    result: dict[str, Any] = {}

    def run() -> None:
        result["thread"] = threading.get_native_id()
        try:
            result["value"] = thunk()
        except BaseException as error:
            result["error"] = error

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    while "thread" not in result:
        thread.join(0.001)
    begun = time.monotonic()
    while thread.is_alive() and time.monotonic() - begun < POLLING_SECONDS:
        try:
            if is_asleep(result["thread"]) and thread.is_alive():
                return True, None, None
        except FileNotFoundError:
            thread.join()
    return thread.is_alive(), result.get("value"), result.get("error")


def matches(expected: str, observed: str, value: Any) -> bool:
    if expected.startswith("raises ") and "(" not in expected:
        return observed.partition("(")[0] == expected  # of that type, whatever it says
    return expected == observed or (not observed.startswith("raises ") and expected == repr(value))
