"""The Python cases: they pass where they should, and each kind of mistake is caught by the case that is about it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

CONFORMANCE = Path(__file__).resolve().parents[1]
CASES = CONFORMANCE / "cases" / "python"

# A correct lock around multiprocessing's; what follows it in a test makes a mistake of it.
LOCK = """
import multiprocessing, time

class Lock:
    make = multiprocessing.Lock
    def __init__(self): self._lock = type(self).make()
    def acquire(self, block=True, timeout=None): return self._lock.acquire(block, timeout)
    def release(self): return self._lock.release()
    def __enter__(self): return self.acquire()
    def __exit__(self, *_): return self.release()
"""
RLOCK = "\nclass RLock(Lock):\n    make = multiprocessing.RLock\n"

ACQUIRE = "def acquire(self, block=True, timeout=None):"

# The case -> a mistake that it must catch.
MISTAKES = {
    "acquire_argument_names": """
    def acquire(self, blocking=True, timeout=None): return self._lock.acquire(blocking, timeout)""",
    "acquire_returns_bool": f"{ACQUIRE} return int(self._lock.acquire(block, timeout))",
    "acquire_signature": "def acquire(self, *a, **k): return self._lock.acquire(*a[:2])",
    "acquire_timeout_no_number": f"{ACQUIRE} return self._lock.acquire(block, timeout if block else None)",
    "always_true": "def __bool__(self): return self._lock._semlock._is_zero()",
    "copy_refused": "def __reduce__(self): return type(self), ()",
    "create_unlocked": """
    same = multiprocessing.Lock()
    def __init__(self): self._lock = self.same""",
    "equality_by_identity": "def __eq__(self, other): return True",
    "exclusion": """
    def __enter__(self): time.sleep(0)
    def __exit__(self, *_): pass""",
    "hash_by_identity": "def __hash__(self): return self._lock._semlock._get_value()",
    "no_order": "def __lt__(self, other): return id(self) < id(other)",
    "process_argument": f"{ACQUIRE} return True",
    "release_returns_none": "def release(self): self._lock.release(); return True",
    "release_signature": "def release(self, *_, **k): self._lock.release()",
    "repr_free": "def __repr__(self): return '<Lock>'",
    "signal_interrupt": """
    def acquire(self, *arguments):
        try: return self._lock.acquire(*arguments)
        except KeyboardInterrupt: return False""",
    "weak_references": """
    kept = []
    def __init__(self): super().__init__(); self.kept.append(self)""",
    "with_enter_value": "def __enter__(self): self.acquire(); return self",
    "with_exit_stack": "def __enter__(self): return True",
    "with_exit_value": "def __exit__(self, *_): self.release(); return True",
    "with_release_inside": "def __exit__(self, *_): self._lock.acquire(False); self.release()",
}


# What every lock must do, and whoever makes one need not know anything of multiprocessing.
PROMISED = (
    "acquire_argument_names",
    "acquire_returns_bool",
    "acquire_signature",
    "create_unlocked",
    "exclusion",
    "process_argument",
    "release_returns_none",
    "release_signature",
    "signal_interrupt",
    "with_exit_stack",
    "with_handler_raises",
)


def play(module: str, *cases: str) -> dict[str, dict[str, Any]]:
    """Play cases, or all of them; return the line of each."""
    paths = [str(CASES / f"{case}.py") for case in cases] or sorted(map(str, CASES.glob("*.py")))
    command = [sys.executable, str(CONFORMANCE / "case_host.py"), "--module", module, *paths]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, stdin=subprocess.DEVNULL)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {line["case"].partition("/")[2]: line for line in lines}


def test_multiprocessing_passes_under_fork() -> None:
    later = ("acquire_block_truth",) if sys.version_info < (3, 12) else ("acquire_block_int",)
    unexpected = {
        name: line for name, line in play("multiprocessing").items() if line["verdict"] not in {"pass", "skipped"}
    }
    absent = set() if sys.version_info >= (3, 14) else {"threading_rlock_locked"}
    assert set(unexpected) <= {*later, *absent}, unexpected


@pytest.mark.parametrize(("case", "mistake"), MISTAKES.items(), ids=list(MISTAKES))
def test_a_mistake_is_caught(tmp_path: Path, case: str, mistake: str) -> None:
    (tmp_path / "wrong_lock.py").write_text(f"{LOCK}\nclass Lock(Lock):\n    {mistake}\n{RLOCK}")
    wrong = play(str(tmp_path / "wrong_lock.py"), case)[case]
    assert wrong["verdict"] == "fail", wrong
    assert wrong["what"]


def test_a_right_lock_around_another_passes_what_is_promised(tmp_path: Path) -> None:
    (tmp_path / "right_lock.py").write_text(LOCK + RLOCK)
    assert verdicts(play(str(tmp_path / "right_lock.py"), *PROMISED)) == {"pass"}


@pytest.mark.parametrize("name", ["condition_lock", "flock_lock", "pipe_lock", "socket_server_lock"])
def test_a_lock_made_of_something_else_passes_what_is_promised(name: str) -> None:
    lock = CONFORMANCE.parent / "harness" / "selftest" / "locks" / f"{name}.py"
    assert verdicts(play(str(lock), *PROMISED)) == {"pass"}


def verdicts(lines: dict[str, dict[str, Any]]) -> set[str]:
    """The verdicts, and of a case that did not pass all that is known."""
    return {line["verdict"] if line["verdict"] == "pass" else str(line) for line in lines.values()}
