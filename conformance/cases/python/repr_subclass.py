"""repr() begins with the name of the object's own class."""

CLAUSES = ("lock.repr.subclass", "rlock.repr.subclass")


def case(kit):
    shown = {"lock": '"<MyLock(owner=None)>"', "rlock": '"<MyLock(None, 0)>"'}
    for kind, make in kit.kinds():
        MyLock = type("MyLock", (type(make()),), {})  # noqa: N806
        lock = MyLock(ctx=kit.context)
        kit.expect("repr(lock)", lambda: repr(lock), shown[kind], clause=kind + ".repr.subclass")
