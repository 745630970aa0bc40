"""What a Python case is given: the locks of one implementation, and the means to hold them to what is expected.

Standard library only, Python 3.8 and newer; the processes that cases start import it, too.
"""

from __future__ import annotations

import importlib
import json
import multiprocessing
import os
import sys
import tempfile
import threading
import time
import traceback
from typing import Any, Callable, Iterator

Note = Callable[..., None]  # writes down how far a case is
TEXT_MAX = 500
POLLING_SECONDS = 2.0  # a lock that polls never sleeps for long; after so much of it, it counts as blocked


class Unusable(Exception):
    """The module can't be tested, and why."""


class Skipped(BaseException):
    """The case does not apply, and why."""


class Failed(BaseException):
    """An expectation of the case does not hold; the verdict says which."""


class ChildEnded(Exception):
    """A process ended without an answer."""


def describe_error(error: BaseException) -> str:
    """``ValueError("message")``, the spelling of scripts."""
    message = str(error)
    return "%s(%s)" % (type(error).__name__, json.dumps(message, ensure_ascii=False) if message else "")


def load(name: str) -> Any:
    """Import the module: a name, or the path of a .py file."""
    if name.endswith(".py"):
        folder = os.path.dirname(os.path.abspath(name))
        if folder not in sys.path:
            sys.path.insert(0, folder)
        name = os.path.basename(name)[: -len(".py")]
    try:
        return importlib.import_module(name)
    except BaseException as error:  # even SystemExit at import is a failure of the module
        raise Unusable("can't be imported: " + describe_error(error)) from error


def sources(module: Any, start_method: str) -> tuple[Any, Any]:
    """Return the context whose processes are used, and the object that has the locks."""
    if not hasattr(module, "get_context"):
        return multiprocessing.get_context(start_method), module
    try:
        context = module.get_context(start_method)
    except ValueError as error:
        raise Unusable("has no start method %r: %s" % (start_method, error)) from error
    return context, context


def complaint_about(name: str, start_method: str, prefix: str) -> str:
    """Why the module can't be tested; empty if it can."""
    try:
        _, source = sources(load(name), start_method)
        name_semaphores(prefix)
    except Unusable as unusable:
        return str(unusable)
    makers = [getattr(source, kind) for kind in ("Lock", "RLock") if callable(getattr(source, kind, None))]
    if not makers:
        return "has neither a callable Lock nor a callable RLock"
    try:
        for make in makers:
            make()
    except Exception as error:
        return "can't make its locks: " + describe_error(error)
    return ""


def name_semaphores(prefix: str) -> None:
    """Let the named semaphores of this process and its children begin so, that they can be found and removed."""
    for name, module in list(sys.modules.items()):
        current_process = getattr(module, "current_process", None) if name.endswith(".process") else None
        config = getattr(current_process() if current_process else None, "_config", None)
        if isinstance(config, dict) and "semprefix" in config:
            config["semprefix"] = prefix


def is_asleep(thread_id: int, pid: Any = "self") -> bool:
    """Whether a thread sleeps in the kernel, and went on sleeping between two looks at it."""

    def look() -> list[str]:
        with open("/proc/%s/task/%d/status" % (pid, thread_id), encoding="utf-8", errors="replace") as file:
            return [line for line in file if line.startswith(("State:", "voluntary", "nonvoluntary"))]

    before = look()
    time.sleep(0.02)  # lets a thread that only waits for the interpreter's lock have it
    return "(sleeping)" in before[0] and look() == before


def wait_until_asleep(thread_id: int, pid: Any = "self") -> None:
    """Return when a thread sleeps in the kernel: in the call that it is known to have begun."""
    begun = time.monotonic()
    while time.monotonic() - begun < POLLING_SECONDS:
        if is_asleep(thread_id, pid):
            return


def call_aside(thunk: Callable[[], Any]) -> tuple[bool, Any, BaseException | None]:
    """Make a call that may block, in a thread: whether it blocks, what it returned, what it raised."""
    result: dict[str, Any] = {}

    def run() -> None:
        result["thread"] = threading.get_native_id()
        try:
            result["value"] = thunk()
        except BaseException as error:
            result["error"] = error

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    while "thread" not in result:
        thread.join(0.001)
    begun = time.monotonic()
    while thread.is_alive() and time.monotonic() - begun < POLLING_SECONDS:
        try:
            if is_asleep(result["thread"]) and thread.is_alive():
                return True, None, None
        except FileNotFoundError:
            thread.join()
    return thread.is_alive(), result.get("value"), result.get("error")


def matches(expected: str, observed: str, value: Any) -> bool:
    if expected.startswith("raises ") and "(" not in expected:
        return observed.partition("(")[0] == expected  # of that type, whatever it says
    return expected == observed or (not observed.startswith("raises ") and expected == repr(value))


def answer(connection: Any, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    """Be a child: send what a function returns or raises."""
    try:
        message: tuple[str, Any] = ("value", function(*arguments))
    except BaseException as error:
        message = ("error", error)
    try:
        connection.send(message)
    except Exception:  # it can't be pickled, so its text has to do
        connection.send((message[0], repr(message[1])))
    connection.close()


class Kit:
    """One implementation under one start method, for one case."""

    def __init__(self, options: Any, folder: str, note: Note, clause: str) -> None:
        self.module = load(options.module)
        self.module_name = options.module
        self.start_method = options.start
        self.minor = options.minor
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
        if not any(matches(expected, observed, value) for expected in outcomes):
            self._note({**notes, "verdict": "fail", "observed": observed[:TEXT_MAX]})
            raise Failed
        return value

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

    def note(notes: dict[str, Any]) -> None:
        if os.getpid() == this:  # a child that the case forked has no say
            write(notes)

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
