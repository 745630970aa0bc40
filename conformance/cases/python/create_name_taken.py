"""After a hundred names that were all taken, a lock is not created: FileExistsError."""

from __future__ import annotations

from typing import Any

CLAUSES = ("sync.create.errors",)


def case(kit):
    cls = type(kit.Lock())
    kit.needs(cls, "a lock", "_make_name")
    name = kit.name_of_semaphores + "-taken"
    tries: list[str] = []

    def make_name():
        tries.append(name)
        return name

    base: Any = next(base for base in cls.__mro__ if "_make_name" in vars(base))
    base._make_name = staticmethod(make_name)
    with open("/dev/shm/sem." + name[1:], "wb") as taken:  # noqa: S108 - this is where glibc keeps them
        taken.write(bytes(32))
    kit.expect("Lock()", kit.Lock, 'raises FileExistsError("cannot find name for semaphore")')
    kit.expect("how many names were tried", lambda: len(tries), "100")
