"""The actor's loop over the C ABI of the actor library, for interpreters that the native loop can't serve.

The native loop (actor_loop.cc) needs CPython's C API, which PyPy has under other names. This loop does the
same with the same Hooks, reading actor.h through ctypes. Works on Python 3.8 and newer.
"""

import ctypes
import os
import signal

CALL, SIGNAL, START_THREAD, START_PROCESS, FORK, EXIT, RENEW_LOCKS = range(1, 8)
RESET_SHARED, RESET_OWN = 1, 2
TRUE, FALSE, NONE, VALUE, RAISED = range(5)
SLOT_BYTES = 64  # impl/platform/hooks.h, promise (1)
NEWBORN = object()  # the child of a fork: it has no outcome to tell, its first command is still to come


class Command(ctypes.Structure):
    """A struct lockstep_command."""

    _fields_ = (
        ("kind", ctypes.c_uint32),
        ("lock", ctypes.c_uint32),
        ("reset", ctypes.c_uint32),
        ("party", ctypes.c_uint32),
        ("raises", ctypes.c_uint32),
        ("call", ctypes.c_char_p),
    )


class Loop:
    """What the threads of one process share: only the thread whose turn it is looks."""

    def __init__(self, hooks):
        self.hooks = hooks
        # Entered without the interpreter's lock, for whose turn it is may be another thread of this process.
        self.library = ctypes.CDLL(os.environ["LOCKSTEP_ACTOR_LIBRARY"])
        self.library.lockstep_actor_next.restype = ctypes.POINTER(Command)
        self.library.lockstep_actor_done.argtypes = (ctypes.c_int, ctypes.c_char_p)
        self.calls = {}
        self.commands = {
            SIGNAL: self.signal,
            START_THREAD: self.start_thread,
            START_PROCESS: self.start_process,
            FORK: self.fork,
            RENEW_LOCKS: lambda _command: hooks.renew_locks(),
        }

    def live(self, party, started_by_step):
        """Be that party until told to leave; return whether this process came from a ``fork`` step.

        What an exception from here tells is a failure of the adapter.
        """
        forked = False
        self.attach(party, started_by_step)
        while True:
            command = self.library.lockstep_actor_next().contents
            if command.kind == EXIT:
                self.library.lockstep_actor_leave()
                return forked
            outcome = self.obey(command)
            if outcome is NEWBORN:
                forked = True
                self.attach(command.party, True)
            else:
                self.library.lockstep_actor_done(*outcome)

    def attach(self, party, started_by_step):
        if self.library.lockstep_actor_attach(party, started_by_step):
            raise RuntimeError("the environment names no cell")

    def obey(self, command):
        """Do what is commanded; return its outcome as lockstep_actor_done() wants it."""
        if command.kind == CALL:
            if command.reset:
                self.reset(command.lock, command.reset)
            function, positional, keywords = self.call(command.lock, command.call)
        else:
            function, positional, keywords = self.commands[command.kind], (command,), {}
        try:
            result = function(*positional, **keywords)
        except BaseException as error:  # whatever a call raises is its outcome
            return RAISED, self.hooks.describe_error(error).encode()
        if result is None:
            return NONE, None
        if result is True or result is False:
            return (TRUE if result else FALSE), None
        return NEWBORN if result is NEWBORN else (VALUE, self.hooks.describe(result).encode())

    def call(self, lock, text):
        known = self.calls.get((lock, text))
        if known is None:
            method, positional, keywords = self.hooks.arguments(text.decode())
            known = self.calls[lock, text] = self.hooks.bind(lock, method), positional, keywords or {}
        return known

    def reset(self, lock, due):
        """Make a lock that an earlier script used like new."""
        slot, after_fork = self.hooks.slot(lock), self.hooks.after_fork(lock)
        if slot and due & RESET_SHARED:
            ctypes.memset(slot, 0, SLOT_BYTES)
        if after_fork is not None and due & RESET_OWN:
            after_fork()

    def signal(self, command):
        signal.raise_signal(signal.SIGUSR2 if command.raises else signal.SIGUSR1)

    def start_thread(self, command):
        self.library.lockstep_actor_started(command.party, self.hooks.start_thread(command.party))

    def start_process(self, command):
        self.library.lockstep_actor_started(command.party, self.hooks.start_process(command.party))

    def fork(self, command):
        pid = self.hooks.fork()
        if pid == 0:
            return NEWBORN
        self.library.lockstep_actor_started(command.party, pid)
        return None
