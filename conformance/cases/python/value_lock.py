"""Value() and Array() are synchronized by the lock that they are given, or by a new RLock."""

CLAUSES = ("sync.value.lock",)


def case(kit):
    value, array = kit.context.Value, kit.context.Array
    for make in (kit.Lock, kit.RLock):
        lock = make()
        kit.expect("Value's lock is the given one", lambda: value("i", 0, lock=lock).get_lock() is lock, "True")
        kit.expect("Array's lock is the given one", lambda: array("i", 3, lock=lock).get_lock() is lock, "True")
    own = value("i", 0).get_lock()
    kit.expect("acquire() of Value's own lock", own.acquire, "True")
    kit.expect("acquire() of Value's own lock again", lambda: own.acquire(False), "True")
    kit.expect("a Value without a lock", lambda: hasattr(value("i", 0, lock=False), "get_lock"), "False")
