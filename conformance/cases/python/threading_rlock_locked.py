"""threading's RLock has locked() from 3.14 on."""

import threading

CLAUSES = ("threading.rlock.locked",)


def case(kit):
    if kit.module.__name__ != "multiprocessing":
        kit.skip("threading belongs to the interpreter, not to %s" % kit.module_name)
    lock = threading.RLock()
    kit.expect("locked() of a free lock", lock.locked, "False")
    kit.expect("acquire()", lock.acquire, "True")
    kit.expect("locked() of a held lock", lock.locked, "True")
    kit.expect("locked() elsewhere", lambda: kit.run_in_thread(lock.locked), "True")
