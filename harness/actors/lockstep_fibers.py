"""All actors of all processes in one thread of the host: the Python side of carrier F.

The processes are told apart by their lock objects: each has its own, over the same semaphores, as it
would have after a fork or a spawn. What a lock object believes (who took it last, how often) is
therefore apart as well. See fibers.cc for the other side.
"""

import ctypes
import importlib
import os
import sys

lockstep_actor = importlib.import_module("lockstep_actor")  # beside this file, wherever that is

PROCESSES_MAX = 8


def twin_of(lock):
    """The lock as another process has it: over the same semaphore, with a memory of its own."""
    if lock is None:
        return None
    if lockstep_actor.is_reference(lock):
        descriptor, offset = lock._export()
        return type(lock)._attach(os.dup(descriptor), offset)
    twin = object.__new__(type(lock))
    twin.__dict__.update(lock.__dict__)
    semaphore = lock._semlock
    twin._semlock = type(semaphore)._rebuild(semaphore.handle, semaphore.kind, semaphore.maxvalue, None)
    twin._make_methods()
    return twin


def processes_of(loaded, module_name, start_method, locks):
    """Return the hooks of each process, and the file of the extension module that tells threads apart, or None."""
    every = [[twin_of(lock) for lock in locks] for _ in range(PROCESSES_MAX)]
    semaphores = [lock._semlock for lock in locks if lock is not None and not lockstep_actor.is_reference(lock)]
    extension = getattr(sys.modules.get(type(semaphores[0]).__module__), "__file__", None) if semaphores else None
    return [lockstep_actor.Hooks(loaded, module_name, start_method, own) for own in every], extension


def embed(module_name):
    """What processes_of() returns, for a program that has the interpreter inside."""
    _, makers = lockstep_actor.makers_of(lockstep_actor.load(module_name), "fork")
    return processes_of(None, module_name, "fork", lockstep_actor.make_locks(makers))


def live(loaded, module_name, start_method, locks):
    """Be every actor of every process, in this one thread."""
    if not loaded.lockstep_actor_serves_interpreter():
        loaded.lockstep_actor_fail(b"its interpreter lacks the C API that fibers need")
        return 1
    try:
        hooks, extension = processes_of(loaded, module_name, start_method, locks)
    except Exception as error:
        loaded.lockstep_actor_fail(("can't copy its locks: " + lockstep_actor.describe_error(error)).encode()[:1000])
        return 1
    loaded.lockstep_actor_run_fibers.argtypes = (ctypes.py_object, ctypes.c_char_p)
    return loaded.lockstep_actor_run_fibers(hooks, extension.encode() if extension else None)
