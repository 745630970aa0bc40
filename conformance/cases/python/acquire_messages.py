"""A call of acquire() with wrong arguments is refused in the words of its edition."""

CLAUSES = ("lock.acquire.messages", "rlock.acquire.messages")


def case(kit):
    function = "acquire()" if kit.minor >= 10 else "this function"
    unknown = "'blocking' is an invalid keyword argument for " + function
    if kit.minor >= 13:
        unknown = "acquire() got an unexpected keyword argument 'blocking'"
    for kind, make in kit.kinds():
        lock = make()

        def expect(what, thunk, message, clause=kind + ".acquire.messages"):
            kit.expect(what, thunk, 'raises TypeError("%s")' % message, clause=clause)

        expect("acquire(blocking=True)", lambda: lock.acquire(blocking=True), unknown)
        expect("acquire(1, 2, 3)", lambda: lock.acquire(1, 2, 3), "acquire() takes at most 2 arguments (3 given)")
        given = "argument for %s given by name ('block') and position (1)" % function
        expect("acquire(True, block=True)", lambda: lock.acquire(True, block=True), given)
        expect("acquire(True, 'x')", lambda: lock.acquire(True, "x"), "must be real number, not str")
        expect("acquire(False, b'x')", lambda: lock.acquire(False, b"x"), "must be real number, not bytes")
        expect("acquire(True, [])", lambda: lock.acquire(True, []), "must be real number, not list")
