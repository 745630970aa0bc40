"""Value() and Array() are synchronized by the lock that they are given, or by an RLock of their own."""

CLAUSES = ("sync.value.lock",)


def case(kit):
    kit.needs(kit.module, "the module", "get_context")
    for lock in (kit.Lock(), kit.RLock()):
        value = kit.context.Value("i", 3, lock=lock)
        kit.expect("Value(lock=lock).get_lock() is lock", lambda: value.get_lock() is lock, "True")
        with value:
            kit.expect("acquire(False) elsewhere", lambda: kit.run_in_thread(lock.acquire, False), "False")
        array = kit.context.Array("i", 3, lock=lock)
        kit.expect("Array(lock=lock).get_lock() is lock", lambda: array.get_lock() is lock, "True")
    own = kit.context.Value("i", 3).get_lock()
    kit.expect("type(Value().get_lock()) is that of RLock()", lambda: type(own) is type(kit.RLock()), "True")
