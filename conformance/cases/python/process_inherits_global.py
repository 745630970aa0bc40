"""A forked process inherits its parent's locks through anything that it can reach."""

from __future__ import annotations

from typing import Any

CLAUSES = ("lock.process.inherits", "rlock.process.inherits")
LOCKS: list[Any] = []


def try_all():
    return [lock.acquire(False) for lock in LOCKS]


def case(kit):
    if kit.start_method != "fork":
        kit.skip("only a forked process inherits what was not passed to it")
    for kind, make in kit.kinds():
        LOCKS[:] = make(), make()
        kit.expect("acquire()", LOCKS[0].acquire, "True")
        clause = kind + ".process.inherits"
        kit.expect("acquire(False) in a child", lambda: kit.run_in_child(try_all), "[False, True]", clause=clause)
        kit.expect("acquire(False)", lambda: LOCKS[1].acquire(False), "False", clause=clause)
