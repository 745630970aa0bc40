"""A process forked below a spawned one does not own the RLock of the thread that forked.

A lock that came by pickling must forget its owner in a forked process as any other lock does.
"""

import importlib

CLAUSES = ("rlock.fork.below-spawn",)


def try_it(connection, lock):
    connection.send(lock.acquire(False))


def hold_and_fork(module, lock):
    context = importlib.import_module(module).get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    with lock:
        child = context.Process(target=try_it, args=(sender, lock))
        child.start()
        taken = receiver.recv()
        child.join()
    return taken


def case(kit):
    kit.needs(kit.module, "the module", "get_context")
    if kit.start_method == "fork":
        kit.skip("nothing is spawned")
    in_child = lambda: kit.run_in_child(hold_and_fork, kit.module.__name__, kit.RLock())
    kit.expect("acquire(False) in the grandchild", in_child, "False")
