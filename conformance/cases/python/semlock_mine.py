"""_is_mine() tells whether the calling thread is the one that acquired the lock last."""

CLAUSES = ("lock.semlock.mine", "rlock.semlock.mine")


def case(kit):
    for kind, make in kit.kinds():
        lock = make()
        kit.needs(lock, "a lock", "_semlock")
        is_mine = lock._semlock._is_mine
        clause = kind + ".semlock.mine"
        kit.expect("_is_mine() at first", is_mine, "False", clause=clause)
        kit.expect("acquire()", lock.acquire, "True")
        kit.expect("_is_mine() of the holder", is_mine, "True", clause=clause)
        kit.expect("_is_mine() in another thread", lambda: kit.run_in_thread(is_mine), "False", clause=clause)
        kit.expect("_is_mine() in a child", lambda: kit.run_in_child(is_mine_in_child, lock), "False", clause=clause)
        kit.expect("release()", lock.release, "None")
        kit.expect("_is_mine() in the end", is_mine, "False", clause=clause)
        with kit.held(lock):
            kit.expect("_is_mine() of another thread's lock", is_mine, "False", clause=clause)


def is_mine_in_child(lock):
    return lock._semlock._is_mine()
