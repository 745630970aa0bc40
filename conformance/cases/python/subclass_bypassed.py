"""A subclass that overrides acquire() or release() is bypassed.

Each lock carries the methods of its semaphore as attributes of its own, and these come before those of its class.
"""

CLAUSES = ("lock.subclass", "rlock.subclass")


def case(kit):
    for kind, make in kit.kinds():
        if "acquire" not in vars(make()):
            kit.skip("%s has its methods in its classes, where they can be overridden" % kit.module_name)

        class Overridden(type(make())):  # type: ignore[misc]
            def acquire(self, block=True, timeout=None):
                return "overridden"

            def release(self):
                return "overridden"

        lock = Overridden(ctx=kit.context)
        clause = kind + ".subclass"
        kit.expect("lock.acquire()", lock.acquire, "True", clause=clause)
        kit.expect("lock.release()", lock.release, "None", clause=clause)
        kit.expect("Overridden.acquire(lock)", lambda: Overridden.acquire(lock), '"overridden"', clause=clause)
