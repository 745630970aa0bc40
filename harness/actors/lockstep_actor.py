"""The Python actor: one stdlib-only file that makes the processes and threads of a script real.

Run as ``python lockstep_actor.py MODULE START_METHOD``, it is the *host*: it imports the module, makes
a pool of locks, and starts processes (the implementation's own, where it has them) that inherit the
locks. Each of their threads then lives in the native loop of the actor library, which calls back here
for whatever it does not know yet, or, where an interpreter lacks CPython's C API, in the loop of
lockstep_ctypes_loop.py. Works on Python 3.8 and newer.
"""

import ctypes
import functools
import gc
import importlib
import json
import multiprocessing
import os
import platform
import signal
import sys
import threading

KINDS = ("Lock", "RLock")
LOCKS_PER_KIND = 8
HOST_PARTY = 64
THREADS_MAX = 8
METHODS = ("acquire", "release", "locked", "with", "repr")
TEXT_MAX = 500
CONSTANTS = {"None": None, "True": True, "False": False, "nan": float("nan"), "inf": float("inf")}


class SignalRaised(Exception):
    """Raised by the handler of a ``signal ... raises`` step."""


class Unusable(Exception):
    """The module can't be tested, and why."""


def library():
    """The actor library, or the program that contains it, entered with the interpreter's lock held."""
    loaded = getattr(ctypes, "PyDLL", ctypes.CDLL)(os.environ["LOCKSTEP_ACTOR_LIBRARY"] or None)
    loaded.lockstep_actor_in_cell.argtypes = (ctypes.c_ulonglong,)
    return loaded


def loop_of(loaded, hooks):
    """Return the loop that suits the interpreter: live(party, started_by_step), which returns as actor_loop.cc says."""
    if loaded.lockstep_actor_serves_interpreter() and os.environ.get("LOCKSTEP_ACTOR_LOOP") != "ctypes":
        loaded.lockstep_actor_run.argtypes = (ctypes.py_object, ctypes.c_int, ctypes.c_int)
        return functools.partial(loaded.lockstep_actor_run, hooks)
    return importlib.import_module("lockstep_ctypes_loop").Loop(hooks).live


def load(module_name):
    """Import the module: a name, or the path of a .py file. What it raises is its author's to see."""
    if module_name.endswith(".py"):
        sys.path.insert(0, os.path.dirname(os.path.abspath(module_name)))
        module_name = os.path.basename(module_name)[: -len(".py")]
    importer = os.getpid()
    try:
        module = importlib.import_module(module_name)
    except BaseException as error:  # SystemExit at import is a failure of the module too
        raise Unusable("can't be imported: %s" % describe_error(error)) from error
    if os.getpid() != importer:
        raise Unusable("forks at import, and the child goes on as if it were its parent")
    return module


def makers_of(module, start_method):
    """Return (Process, {kind: callable}): the module's own, where it has contexts."""
    if hasattr(module, "get_context"):
        try:
            context = module.get_context(start_method)
        except ValueError as error:
            raise Unusable("has no start method %r: %s" % (start_method, error)) from error
        source = context
    else:
        context, source = multiprocessing.get_context(start_method), module
    makers = {kind: getattr(source, kind) for kind in KINDS if callable(getattr(source, kind, None))}
    if not makers:
        raise Unusable("has neither a callable Lock nor a callable RLock")
    return context.Process, makers


def is_reference(lock):
    return type(lock).__module__.partition(".")[0] == "lockstep"


def is_bare(loaded, lock):
    """Whether its methods are those of a semaphore in the cell, with nothing around them."""
    semaphore = getattr(lock, "_semlock", None)
    handle = getattr(semaphore, "handle", None)
    return (
        isinstance(handle, int)
        and loaded.lockstep_actor_in_cell(handle) != 0
        and type(semaphore).__module__ != "_billiard"  # its own build of SemLock waits by polling a clock
        and getattr(lock.acquire, "__self__", None) is semaphore
        and getattr(lock.release, "__self__", None) is semaphore
        and all(c is object or c.__module__.endswith(".synchronize") for c in type(lock).__mro__)
    )


def unreachable(loaded, locks):
    """Why virtual time does not reach these locks; empty if it does."""
    if not loaded.lockstep_actor_has_shim():
        return "the interpreter did not load the shim"
    if not all(is_reference(lock) or is_bare(loaded, lock) for lock in locks):
        return "its locks are more than one semaphore"
    return ""


def reaches_semlock():
    """Whether anything made so far is a semaphore of multiprocessing's, or of a fork of it: its ways are inherited."""
    modules = [module for name, module in sys.modules.items() if name.endswith(".synchronize")]
    classes = tuple(module.SemLock for module in modules if isinstance(getattr(module, "SemLock", None), type))
    return any(isinstance(thing, classes) for thing in gc.get_objects())


def describe_error(error):
    """Return ``ValueError("message")``, the spelling of the script language."""
    return spell_error(type(error).__name__, str(error))


@functools.lru_cache(maxsize=256)  # most errors are the same few, and quoting is slow
def spell_error(name, message):
    return "%s(%s)" % (name, json.dumps(message) if message else "")


def collect(*positional, **keywords):
    return positional, keywords


def value_of(spelling):
    """Return the object that an argument's spelling stands for."""
    if spelling in CONSTANTS:
        return CONSTANTS[spelling]
    try:
        return float(spelling) if "." in spelling else int(spelling)
    except ValueError:
        return eval(spelling, dict(CONSTANTS))  # noqa: S307 - written by the harness: 10**400, -1e300, "x"


class Hooks:
    """What the native loop asks of Python. An exception from here is a failure of the adapter."""

    def __init__(self, loaded, module_name, start_method, locks, started_by_step=False):
        self.loaded = loaded
        self.loop = None
        self.module_name = module_name
        self.start_method = start_method
        self.locks = locks
        self.started_by_step = started_by_step
        self.children = {}
        self.is_host = False
        self.Process = None

    def arguments(self, shape):
        """Read the text of a call: (method, positional, keyword arguments or None)."""
        if shape.startswith("with "):
            return METHODS.index("with"), (shape == "with raises",), None
        name, _, rest = shape[:-1].partition("(")
        if '"' in rest or "'" in rest:  # a str may hold anything
            positional, keywords = eval("collect(%s)" % rest, {"collect": collect, **CONSTANTS})  # noqa: S307
            return METHODS.index(name), positional, keywords or None
        positional, keywords = [], {}
        for argument in rest.split(", ") if rest else ():
            keyword, equals, spelling = argument.rpartition("=")
            if not equals:
                positional.append(value_of(spelling))
            elif keyword in keywords or not keyword.isidentifier():
                raise ValueError("not a call: " + shape)
            else:
                keywords[keyword] = value_of(spelling)
        return METHODS.index(name), tuple(positional), keywords or None

    def bind(self, index, method):
        lock = self.locks[index]
        name = METHODS[method]
        if name == "with":
            return lambda raises: run_body(lock, raises)
        if name == "repr":
            return lambda: repr(lock)
        if name == "locked":
            return lambda: lock.locked()  # looked up in the call: it may be absent
        return getattr(lock, name)

    def after_fork(self, index):
        return getattr(getattr(self.locks[index], "_semlock", None), "_after_fork", None)

    def slot(self, index):
        lock = self.locks[index]
        return lock._semlock.handle if is_reference(lock) else 0

    def describe(self, value):
        return (value if isinstance(value, str) else repr(value))[:TEXT_MAX]

    def describe_error(self, error):
        return describe_error(error)[:TEXT_MAX]

    def start_thread(self, party):
        threading.Thread(target=self.live, args=(party,), daemon=True).start()
        return os.getpid()

    def start_process(self, party):
        if self.Process is None:
            self.Process, _ = makers_of(load(self.module_name), self.start_method)
        if party in self.children:
            self.children.pop(party).join()
        arguments = self.module_name, self.start_method, self.locks, party, not self.is_host
        process = self.Process(target=child, args=arguments)
        process.start()
        self.children[party] = process
        return process.pid

    def fork(self):
        pid = importlib.import_module("lockstep_forked").fork()
        self.started_by_step = self.started_by_step or pid == 0
        return pid

    def renew_locks(self):
        """Only after every child has ended: nobody else holds the old ones."""
        for process in self.children.values():
            process.join()
        self.children.clear()
        _, makers = makers_of(load(self.module_name), self.start_method)
        self.locks[:] = make_locks(makers)

    def live(self, party):
        """Be that party until told to leave."""
        try:
            self.loop = self.loop or loop_of(self.loaded, self)
            leaving = self.loop(party, self.started_by_step)
        except Exception as error:
            self.loaded.lockstep_actor_fail(describe_error(error).encode())
            os._exit(3)
        if leaving == 1:
            os._exit(0)
        if leaving >= 2:
            os._exit(3)


def run_body(lock, raises):
    with lock:
        if raises:
            raise RuntimeError("body")


def make_locks(makers):
    return [makers[kind]() if kind in makers else None for kind in KINDS for _ in range(LOCKS_PER_KIND)]


def raise_signal(_number, _frame):
    raise SignalRaised("signal")


def child(module_name, start_method, locks, party, started_by_step):
    """The main thread of a process of the script."""
    signal.signal(signal.SIGUSR1, lambda _number, _frame: None)
    signal.signal(signal.SIGUSR2, raise_signal)
    hooks = Hooks(library(), module_name, start_method, locks, started_by_step)
    hooks.live(party)
    if hooks.children:
        os._exit(0)  # multiprocessing would wait for them, but the script wants this process gone


def host(module_name, start_method):
    try:
        loaded = library()
    except OSError as error:
        sys.exit("this interpreter can't load the actor library: %s" % error)
    try:
        module = load(module_name)
        process, makers = makers_of(module, start_method)
        locks = make_locks(makers)
    except Unusable as error:
        loaded.lockstep_actor_fail(str(error).encode()[:1000])
        return 1
    except Exception as error:
        loaded.lockstep_actor_fail(("can't make its locks: " + describe_error(error)).encode()[:1000])
        return 1
    loaded.lockstep_actor_announce(
        "Lock" in makers,
        "RLock" in makers,
        reaches_semlock(),
        unreachable(loaded, [lock for lock in locks if lock is not None]).encode(),
        str(getattr(module, "__version__", None) or platform.python_version()).encode(),
        platform.python_version().encode(),
    )
    if loaded.lockstep_actor_wants_fibers():
        return importlib.import_module("lockstep_fibers").live(loaded, module_name, start_method, locks)
    hooks = Hooks(loaded, module_name, start_method, locks)
    hooks.is_host = True
    hooks.Process = process
    hooks.live(HOST_PARTY)
    return 0


if __name__ == "__main__":
    # Under its own name, so that child() is found where not every module runs this file again in what it spawns.
    sys.exit(importlib.import_module("lockstep_actor").host(sys.argv[1], sys.argv[2]))
