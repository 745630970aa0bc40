"""A lock of the fork context has no name; that of another context has one, and lies in /dev/shm while it lives."""

import re

CLAUSES = ("sync.names",)


def case(kit):
    locks = [kit.Lock(), kit.RLock()]
    for lock in locks:
        kit.needs(lock, "a lock", "_semlock")
    names = [lock._semlock.name for lock in locks]
    if kit.start_method == "fork":
        kit.expect("names", lambda: names, "[None, None]")
        kit.expect("what lies in /dev/shm", kit.shared_memory, "[]")
        return
    if names == [None, None]:
        kit.skip("locks of %s have no names" % kit.module_name)
    # The host of the cases puts a word of its own before the eight characters.
    pattern = kit.name_of_semaphores + "-[a-z0-9_]{8}"
    kit.expect("the names' form", lambda: [bool(re.fullmatch(pattern, name)) for name in names], "[True, True]")
    kit.expect("what lies in /dev/shm", kit.shared_memory, repr(sorted("sem." + name[1:] for name in names)))
