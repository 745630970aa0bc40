"""Print what a module's locks answer to calls of every kind, as JSON: {"call": "outcome"}.

``rows.py multiprocessing`` under each CPython made the files editions/cpython-3.*.json; ``rows.py lockstep`` must print
the same for that edition. No row sleeps: a timeout of NaN shows whether a call would have, since then it is an error.
Each module has its own error for that; both are shown as "must wait".
"""

from __future__ import annotations

import copy
import importlib
import json
import pickle
import sys
import warnings
from decimal import Decimal
from fractions import Fraction
from typing import Any

VOCABULARY = (copy, pickle, Decimal, Fraction)  # The rows name these, too.


class Index:
    def __init__(self, value: Any) -> None:
        self.value = value

    def __index__(self) -> Any:
        return self.value


class Int:
    def __int__(self) -> Any:
        return 0


class Bool:
    def __bool__(self) -> Any:
        raise KeyError("bool")


class Float:
    def __init__(self, value: Any) -> None:
        self.value = value

    def __float__(self) -> Any:
        if isinstance(self.value, Exception):
            raise self.value
        return self.value


class FloatSubclass(float):
    def __float__(self) -> Any:
        raise KeyError("not called")


class FloatAndIndex(Float):
    def __index__(self) -> Any:
        raise KeyError("not called")


class Name(str):
    pass


class Doing:
    """A timeout whose conversion does something, and is then this long."""

    def __init__(self, action: Any, value: Any) -> None:
        self.action = action
        self.value = value

    def __float__(self) -> Any:
        self.action()
        return self.value


PLAIN = ["", "block=True", "timeout=None", "True, None", "block=True, timeout=1", "timeout=1, block=True"]
BLOCKS = [
    "True", "False", "None", "''", "[]", "0.0", "1.5", "0.1", "nan", "'x'", "0", "1", "2", "256", "-1", "-2**31",
    "2**31", "2**31-1", "-2**31-1", "2**63", "2**64", "-2**64", "Index(0)", "Index(1)", "Index('x')", "Int()",
    "Bool()", "object",
]  # fmt: skip
TIMEOUTS = [
    "True", "False", "0", "0.0", "-0.0", "-1", "-1e300", "-inf", "None", "'x'", "b'x'", "[]", "1j", "Int()",
    "Index(0)", "Index('x')", "Float(0.0)", "Float(3)", "Float(KeyError('float'))", "FloatSubclass(-1)",
    "FloatAndIndex(0.0)", "10**400", "-10**400", "Fraction(-1, 2)", "Decimal('-0.5')", "nan", "inf", "2**63", "1e19",
    "1e300", "sys.maxsize",
]  # fmt: skip
SHAPES = [
    "blocking=True", "True, 0, 3", "True, 0, block=3", "True, timeout=0, block=3", "True, block=True",
    "0, 0, timeout=3", "block=1, timeout=2, x=3", "x=3", "1, x=2", "True, timeout=0, x=2", "x=1, y=2, z=3",
    "1, 2, 3, x=1", "'a', block=1", "**{'blocj': 1, 'timeouu': 2}", "timeoux=1", "Block=0", "timeoutt=0",
    "**{Name('block'): 0}", "block='x', timeout='y'", "'x', 'y'", "'x', x=1",
]  # fmt: skip
NO_WAIT = {
    "False", "0", "0.0", "-0.0", "-1", "-1e300", "-inf", "Index(0)", "Float(0.0)", "FloatSubclass(-1)",
    "FloatAndIndex(0.0)", "Fraction(-1, 2)", "Decimal('-0.5')", "nan", "'x'", "b'x'", "[]", "1j", "Int()",
    "Index('x')", "Float(3)", "Float(KeyError('float'))", "10**400", "-10**400",
}  # fmt: skip
OTHERS = [
    "free: l.release(1)", "held: l.release(1)", "held: l.release(x=1)", "held: l.release(1, 2)",
    "held: l.release(1, x=2)", "held: l.__enter__(1)", "held: l.__enter__(x=1)", "held: l.__exit__(1, 2, 3, 4)",
    "held: l.__exit__(x=2)", "held: l.__exit__()", "held: l.__exit__(None, None, None)", "free: l.__enter__()",
    "free: l.__exit__()", "free: l.release()", "held: l.release()", "free: l.acquire()", "free: l._semlock.kind",
    "free: l._semlock.maxvalue", "free: l._semlock.name", "free: l._semlock.SEM_VALUE_MAX",
    "free: l._semlock.handle > 0", "free: repr(l)", "held: repr(l)", "free: l._semlock._count()",
    "held: l._semlock._count()", "held: l._semlock._is_mine()", "free: l._semlock._is_mine()",
    "held: l._semlock._get_value()", "free: l._semlock._get_value()", "held: l._semlock._is_zero()",
    "free: l._semlock._is_zero()", "held: l._semlock._after_fork()", "free: bool(l)", "held: l == l", "held: l < l",
    "held: hash(l) == hash(l)", "free: pickle.dumps(l)", "free: copy.copy(l)", "free: copy.deepcopy(l)",
    "free: isinstance(l.release, object)", "held: setattr(l._semlock, 'handle', 1)",
    "held: (l.release(), l.release())", "held: (l._semlock._after_fork(), l._semlock._is_mine())",
    "held: l.acquire(False, Doing(l.release, 0.0))", "free: l.acquire(False, Doing(l.acquire, 0.0))",
    "free: (l.acquire(True, Doing(l.acquire, 0.0)), l._semlock._count())",
]  # fmt: skip


def calls() -> Any:
    """Every row, as "state: expression"."""
    for arguments in PLAIN:
        yield f"free: l.acquire({arguments})"
    for value in BLOCKS:
        yield f"free: l.acquire({value})"
        yield f"held: l.acquire({value}, nan)"
    for value in TIMEOUTS:
        yield f"free: l.acquire(True, {value})"
        yield f"held: l.acquire(False, {value})"
        if value in NO_WAIT:
            yield f"held: l.acquire(True, {value})"
    for arguments in SHAPES:
        yield f"held: l.acquire({arguments})"
    yield from OTHERS


def outcome(lock: Any, call: str) -> Any:
    """The outcome of one row: what it returned, or the exception and its text."""
    state, _, expression = call.partition(": ")
    if state == "held":
        lock.acquire()
    names = {**globals(), "l": lock, "nan": float("nan"), "inf": float("inf")}
    try:
        answer = repr(eval(expression, names))  # noqa: S307 - the rows are ours
    except Exception as error:  # Any exception is an outcome.
        answer = f"{type(error).__name__}: {error}"
    if answer in ("OSError: [Errno 22] Invalid argument", "ValueError: timeout must not be NaN"):
        return "must wait"
    return answer


def rows(module: Any) -> Any:
    """Every row of both kinds, each on a fresh lock."""
    warnings.simplefilter("ignore")
    made = {}
    for kind in ("Lock", "RLock"):
        for call in calls():
            made[f"{kind} {call}"] = outcome(getattr(module, kind)(), call)
    return made


if __name__ == "__main__":
    json.dump(rows(importlib.import_module(sys.argv[1])), sys.stdout, indent=0, sort_keys=True)
    sys.stdout.write("\n")
