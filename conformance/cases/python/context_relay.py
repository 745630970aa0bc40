"""A process can pass a lock that it was given on to a process of its own."""

import importlib

CLAUSES = ("sync.context.relay",)


def try_it(connection, lock):
    connection.send(lock.acquire(False))


def pass_on(module, start_method, lock):
    context = importlib.import_module(module).get_context(start_method)
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=try_it, args=(sender, lock))
    child.start()
    taken = receiver.recv()
    child.join()
    return taken


def case(kit):
    kit.needs(kit.module, "the module", "get_context")
    lock = kit.Lock()
    relay = lambda: kit.run_in_child(pass_on, kit.module.__name__, kit.start_method, lock)
    kit.expect("acquire(False) in the grandchild", relay, "True")
    kit.expect("acquire(False) here", lambda: lock.acquire(False), "False")
    kit.expect("acquire(False) in another grandchild", relay, "False")
