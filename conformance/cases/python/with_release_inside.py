"""If the body has released the lock, the end of with raises; what the body raised is kept as the context."""

CLAUSES = ("lock.with.release-inside", "rlock.with.release-inside")


def case(kit):
    errors = {"lock": "ValueError", "rlock": "AssertionError"}
    for kind, make in kit.kinds():
        lock = make()

        def release_inside(body_raises):
            with lock:
                lock.release()
                if body_raises:
                    raise KeyError("body")

        def context():
            try:
                release_inside(body_raises=True)
            except Exception as error:
                return type(error.__context__).__name__
            return "no exception"

        clause = kind + ".with.release-inside"
        kit.expect("a body that releases", lambda: release_inside(False), "raises " + errors[kind], clause=clause)
        kit.expect("... and raises", lambda: release_inside(True), "raises " + errors[kind], clause=clause)
        kit.expect("the context of that", context, '"KeyError"', clause=clause)
        kit.expect("acquire(False) afterwards", lambda: lock.acquire(False), "True", clause=clause)
