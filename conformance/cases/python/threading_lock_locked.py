"""threading's Lock has locked() in every edition."""

CLAUSES = ("threading.lock.locked",)


def case(kit):
    threading = kit.contrast
    lock = threading.Lock()
    locked = getattr(lock, "locked", lambda: "missing")
    kit.expect("locked() of a free lock", locked, "False")
    kit.expect("acquire()", lock.acquire, "True")
    kit.expect("locked() of a held lock", locked, "True")
    kit.expect("locked() elsewhere", lambda: kit.run_in_thread(locked), "True")
