"""Lock and RLock are functions that return instances of the classes in the module's synchronize."""

import importlib

CLAUSES = ("lock.factory", "rlock.factory")


def case(kit):
    try:
        synchronize = importlib.import_module(kit.module.__name__ + ".synchronize")
    except ImportError:
        kit.skip("%s has no module synchronize" % kit.module_name)
    for kind, make in kit.kinds():
        wanted = {"lock": "Lock", "rlock": "RLock"}[kind]
        cls, lock = getattr(synchronize, wanted), make()
        what = "type(%s()) is synchronize.%s" % (wanted, wanted)
        kit.expect(what, lambda: type(lock) is cls, "True", clause=kind + ".factory")
        kit.expect("%s() is another one" % wanted, lambda: make() is lock, "False", clause=kind + ".factory")
