"""A pool passes a lock to its processes through its initializer."""

from __future__ import annotations

from typing import Any

CLAUSES = ("lock.process.spawned", "rlock.process.spawned")
LOCKS: list[Any] = []


def keep(*locks):
    LOCKS[:] = locks


def try_it(index):
    return LOCKS[index].acquire(False)


def case(kit):
    kit.needs(kit.module, "the module", "get_context")
    locks = [kit.Lock(), kit.RLock()]
    for lock in locks:
        kit.expect("acquire()", lock.acquire, "True")
    with kit.context.Pool(1, keep, locks) as pool:
        kit.expect("acquire(False) of held locks", lambda: pool.map(try_it, (0, 1)), "[False, False]")
        for lock in locks:
            kit.expect("release()", lock.release, "None")
        kit.expect("acquire(False) of free locks", lambda: pool.map(try_it, (0, 1)), "[True, True]")
