"""repr() names the thread that holds the lock, unless it is called MainThread."""

import threading

CLAUSES = ("lock.repr.thread", "rlock.repr.thread")


def acquire_and_show(lock):
    lock.acquire()
    shown = repr(lock)
    lock.release()
    return shown


def case(kit):
    shown = {"lock": '"<Lock(owner=%s)>"', "rlock": '"<RLock(%s, 1)>"'}
    for kind, make in kit.kinds():
        lock = make()
        clause = kind + ".repr.thread"
        for thread, name in (("T1", "MainProcess|T1"), ("a b", "MainProcess|a b"), ("MainThread", "MainProcess")):
            show = lambda: kit.run_in_thread(acquire_and_show, lock, name=thread)
            kit.expect("repr(lock) in thread %r" % thread, show, shown[kind] % name, clause=clause)
        threading.current_thread().name = "first"
        show = lambda: acquire_and_show(lock)
        kit.expect("repr(lock) in a renamed main thread", show, shown[kind] % "MainProcess|first", clause=clause)
        threading.current_thread().name = "MainThread"
