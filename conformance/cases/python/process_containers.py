"""Locks travel to a process inside of lists, dicts and objects, and one lock stays one."""

CLAUSES = ("lock.process.spawned", "rlock.process.spawned")


class Account:
    def __init__(self, lock):
        self.lock = lock


def look(accounts, named):
    return [account.lock is named["lock"] for account in accounts], named["lock"].acquire(False)


def case(kit):
    for kind, make in kit.kinds():
        lock, other = make(), make()
        accounts = [Account(lock), Account(other), Account(lock)]
        in_child = lambda: kit.run_in_child(look, accounts, {"lock": lock})
        clause = kind + ".process.spawned"
        kit.expect("which locks are the same", in_child, "([True, False, True], True)", clause=clause)
        kit.expect("acquire(False) of the lock", lambda: lock.acquire(False), "False", clause=clause)
        kit.expect("acquire(False) of the other", lambda: other.acquire(False), "True", clause=clause)
