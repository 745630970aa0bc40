"""Value() and Array() are synchronized by the lock that they are given, or by a new RLock."""

CLAUSES = ("sync.value.lock",)


def case(kit):
    value, array = kit.context.Value, kit.context.Array
    lock, rlock = kit.Lock(), kit.RLock()
    kit.expect("a Lock given to Value()", lambda: value("i", 0, lock=lock).get_lock() is lock, "True")
    kit.expect("an RLock given to Value()", lambda: value("i", 0, lock=rlock).get_lock() is rlock, "True")
    kit.expect("a Lock given to Array()", lambda: array("i", 3, lock=lock).get_lock() is lock, "True")
    kit.expect("an RLock given to Array()", lambda: array("i", 3, lock=rlock).get_lock() is rlock, "True")
    own = value("i", 0).get_lock()
    kit.expect("acquire() of Value's own lock", own.acquire, "True")
    kit.expect("acquire() of Value's own lock again", lambda: own.acquire(False), "True")
    kit.expect("a Value without a lock", lambda: hasattr(value("i", 0, lock=False), "get_lock"), "False")
