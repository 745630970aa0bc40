"""threading's RLock has locked() from 3.14 on."""

import threading

CLAUSES = ("threading.rlock.locked",)


def case(kit):
    if kit.module.__name__ != "multiprocessing":
        kit.skip("threading belongs to the interpreter, not to %s" % kit.module_name)
    lock = threading.RLock()
    locked = getattr(lock, "locked", lambda: "missing")
    kit.expect("locked() of a free lock", locked, "False")
    kit.expect("acquire()", lock.acquire, "True")
    kit.expect("locked() of a held lock", locked, "True")
    kit.expect("locked() elsewhere", lambda: kit.run_in_thread(locked), "True")
