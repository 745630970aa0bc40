"""The level of an RLock never wraps: the acquire() that is too many raises, and the lock stays owned."""

import collections
import itertools

CLAUSES = ("rlock.recursion.overflow",)
SLOW = "it acquires a lock 2147483648 times"


def case(kit):
    lock = kit.RLock()
    calls = itertools.starmap(lock.acquire, itertools.repeat((), 2**31 - 1))
    kit.expect("2147483647 times acquire()", lambda: len(collections.deque(calls, maxlen=0)), "0")
    kit.expect("acquire() once more", lock.acquire, "raises OverflowError")
    kit.expect("release()", lock.release, "None")
    kit.expect("acquire()", lock.acquire, "True")
    kit.expect("acquire(False) elsewhere", lambda: kit.run_in_thread(lock.acquire, False), "False")
