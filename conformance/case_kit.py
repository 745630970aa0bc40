"""What a Python case is given: the locks of one implementation, and the means to hold them to what is expected.

Standard library only, Python 3.8 and newer; the processes that cases start import it, too.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import traceback
from typing import Any, Callable, Iterator

from case_calls import call_aside, describe_error, matches, wait_until_asleep
from case_child import answer
from case_module import load, name_semaphores, sources

Note = Callable[..., None]  # writes down how far a case is
TEXT_MAX = 500


class Skipped(BaseException):
    """The case does not apply, and why."""


SKIPPED = "skipped"  # the file in which a program says why its case is skipped


class Failed(BaseException):
    """An expectation of the case does not hold; the verdict says which."""


class ChildEnded(Exception):
    """A process ended without an answer."""


class Kit:
    """One implementation under one start method, for one case."""

    def __init__(self, options: Any, folder: str, note: Note, clause: str) -> None:
        self.module = load(options.module)
        self.module_name = options.module
        self.start_method = options.start
        self.minor = options.minor
        self._by_type = options.by_type
        self.folder = folder
        self.context, self._source = sources(self.module, options.start)
        self._note = note
        self._clause = clause

    @property
    def Lock(self) -> Any:  # noqa: N802 - as the module spells it
        return self._maker("Lock")

    @property
    def RLock(self) -> Any:  # noqa: N802
        return self._maker("RLock")

    def _maker(self, kind: str) -> Any:
        make = getattr(self._source, kind, None)
        if not callable(make):
            self.skip("%s has no %s" % (self.module_name, kind))
        return make

    @property
    def contrast(self) -> Any:
        """The interpreter's own threading, the contrast to its multiprocessing; of no other module."""
        if self.module_name != "multiprocessing":
            self.skip("threading belongs to the interpreter, not to %s" % self.module_name)
        return threading

    def kinds(self) -> Iterator[tuple[str, Any]]:
        """Yield ("lock", Lock) and ("rlock", RLock): what of them the module has."""
        for kind in ("Lock", "RLock"):
            if callable(getattr(self._source, kind, None)):
                yield kind.lower(), getattr(self._source, kind)

    def skip(self, reason: str) -> None:
        raise Skipped(reason)

    def expect(self, what: str, thunk: Callable[[], Any], *outcomes: str, clause: str | None = None) -> Any:
        """Make a call and return its value; the case fails if the outcome is none of these.

        A call that may block is made in a thread of its own.
        """
        notes = {"clause": clause or self._clause, "what": what, "expected": " | ".join(outcomes)}
        self._note(notes)
        value, error = None, None
        if "blocks" in outcomes:
            blocked, value, error = call_aside(thunk)
            if blocked:
                return None
        else:
            try:
                value = thunk()
            except (Skipped, Failed):
                raise
            except BaseException as raised:
                error = raised
        if error is not None:
            observed = "raises " + describe_error(error)
        else:
            observed = json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)
        if not any(matches(expected, observed, value, self._by_type) for expected in outcomes):
            self._note({**notes, "verdict": "fail", "observed": observed[:TEXT_MAX]})
            raise Failed
        return value

    def needs(self, thing: Any, what: str, *names: str) -> None:
        """Skip the case if an attribute that it looks at is not there."""
        for name in names:
            if not hasattr(thing, name):
                self.skip("%s of %s has no %s" % (what, self.module_name, name))

    def run_in_child(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Return what a function returns in a process of the context, or raise what it raises."""
        receiver, sender = self.context.Pipe(duplex=False)
        child = self.context.Process(target=answer, args=(sender, function, arguments))
        child.start()
        sender.close()
        try:
            how, value = receiver.recv()
        except EOFError:
            child.join()
            raise ChildEnded("exit code %s" % child.exitcode) from None
        child.join()
        if how == "error":
            raise value
        return value

    def run_in_thread(self, function: Callable[..., Any], *arguments: Any, name: str | None = None) -> Any:
        """Return what a function returns in a new thread, or raise what it raises."""
        messages: list[Any] = []

        def run() -> None:
            try:
                messages.append((function(*arguments), None))
            except BaseException as error:
                messages.append((None, error))

        thread = threading.Thread(target=run, name=name)
        thread.start()
        thread.join()
        value, error = messages[0]
        if error is not None:
            raise error
        return value

    @contextlib.contextmanager
    def held(self, lock: Any) -> Iterator[threading.Event]:
        """Let another thread hold a lock, until the end of the block or until the event is set."""
        acquired, wanted_back = threading.Event(), threading.Event()

        def hold() -> None:
            lock.acquire()
            acquired.set()
            wanted_back.wait()
            lock.release()

        thread = threading.Thread(target=hold, daemon=True)
        thread.start()
        acquired.wait()
        yield wanted_back
        wanted_back.set()
        thread.join()

    def once_asleep(self, *actions: Callable[[], Any]) -> threading.Thread:
        """Do things one by one in a thread, each as soon as the thread that calls this now sleeps: in its next call."""
        sleeper = threading.get_native_id()

        def act() -> None:
            for action in actions:
                wait_until_asleep(sleeper)
                action()

        thread = threading.Thread(target=act, daemon=True)
        thread.start()
        return thread

    def run_program(self, text: str) -> str:
        """Return what a program prints; it begins with ``from case_kit import kit_of_program``, and may skip."""
        path = os.path.join(self.folder, "program.py")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        command = [sys.executable, path, self.module_name, self.start_method, str(self.minor), self.folder]
        environment = dict(os.environ, PYTHONPATH=os.pathsep.join(filter(None, sys.path)))
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=False)
        with contextlib.suppress(FileNotFoundError), open(os.path.join(self.folder, SKIPPED), encoding="utf-8") as file:
            self.skip(file.read())
        return done.stdout.decode().strip()

    def shared_memory(self) -> list[str]:
        """Return what lies in /dev/shm and carries a name of this case's locks."""
        return sorted(name for name in os.listdir("/dev/shm") if self.name_of_semaphores[1:] in name)  # noqa: S108

    @property
    def name_of_semaphores(self) -> str:
        return "/mp-" + os.path.basename(self.folder).rpartition("-")[2]


def kit_of_program() -> Kit:
    """The kit of a program that a case runs."""
    module, start, minor, folder = sys.argv[1:]
    options = argparse.Namespace(module=module, start=start, minor=int(minor), by_type=False)

    def tell(kind: Any, error: BaseException, trace: Any) -> None:
        if isinstance(error, Skipped):
            with open(os.path.join(folder, SKIPPED), "w", encoding="utf-8") as file:
                file.write(str(error))
        else:
            sys.__excepthook__(kind, error, trace)

    sys.excepthook = tell
    kit = Kit(options, folder, lambda _: None, "")
    name_semaphores(kit.name_of_semaphores)
    return kit


def case_at(path: str) -> Any:
    """Import a case, so that the processes that it starts can import it, too."""
    folder, name = os.path.split(os.path.splitext(os.path.abspath(path))[0])
    sys.path.append(folder)
    case = importlib.import_module(name)
    if os.path.realpath(str(getattr(case, "__file__", ""))) != os.path.realpath(path):
        raise ImportError("another module is called %r" % name)
    return case


def play(path: str, options: Any, folder: str, write: Note) -> None:
    """Run a case, and write its verdict."""
    this = os.getpid()
    os.environ["TMPDIR"] = tempfile.tempdir = folder  # so that nothing is left of sockets and the like

    verdicts: list[str] = []

    def note(notes: dict[str, Any]) -> None:
        # A child that the case forked has no say, nor what happens on the way out of a case that has failed.
        if os.getpid() == this and not verdicts:
            write(notes)
            verdicts.extend(value for key, value in notes.items() if key == "verdict")

    verdict: dict[str, Any] = {}
    try:
        case = case_at(path)
        if getattr(case, "SLOW", "") and not options.slow:
            raise Skipped("slow: %s" % case.SLOW)
        case.case(Kit(options, folder, note, case.CLAUSES[0]))
        verdict = {"verdict": "pass"}
    except Skipped as skipped:
        verdict = {"verdict": "skipped", "reason": str(skipped)}
    except Failed:
        return
    except BaseException as error:
        traceback.print_exc()
        verdict = {"verdict": "error", "reason": describe_error(error)[:TEXT_MAX]}
    note(verdict)
