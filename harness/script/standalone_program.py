"""Shows what a lock does, with nothing but Python and the lock's own module.

Every actor is a real thread of a real process, and gets its steps over a pipe, one after the other. A call that has not
returned after WAIT seconds counts as blocked, which is no proof. Exit status: 1 if the outcome is not the expected one.
"""

import importlib
import multiprocessing.connection
import os
import signal
import sys
import threading
import time

# begin script
# mypy: allow-untyped-defs, allow-untyped-calls
# mypy: disable-error-code="var-annotated, union-attr, call-arg"
MODULE = "multiprocessing"
START_METHOD = "fork"
LOCKS = {"L": "Lock"}
PROCESSES = {"P": ["a"], "Q": ["b"]}
LATER = []  # actors that steps start
STEPS = [
    ("a: L.acquire()", "call", "a", "L", "acquire", (), {}),
    ("b: L.acquire(timeout=1)", "call", "b", "L", "acquire", (), {"timeout": 1}),
]
WATCHED = 1  # the step whose outcome matters,
MOMENT = 1  # as it is after this step
EXPECTED = ["blocks"]
OBSERVED = "False"
RACED = {}  # what the racing steps came to
ATTEMPTS = 1
# end script

WAIT = 0.5


class SignalRaised(Exception):
    """What a signal handler raises that is to raise."""


def load():
    """The lock's module, and what starts its processes."""
    if MODULE.endswith(".py"):
        sys.path.insert(0, os.path.dirname(os.path.abspath(MODULE)))
        module = importlib.import_module(os.path.basename(MODULE)[: -len(".py")])
    else:
        module = importlib.import_module(MODULE)
    if hasattr(module, "get_context"):
        context = module.get_context(START_METHOD)
        return context, context
    return module, multiprocessing.get_context(START_METHOD)


def raise_from_signal(*_):
    raise SignalRaised("signal")


def spell(value):
    return '"%s"' % value.replace("\\", "\\\\").replace('"', '\\"') if isinstance(value, str) else repr(value)


def outcome_of(function):
    """What a call comes to: True, False, None, a repr, or raises ValueError("...")."""
    try:
        value = function()
    except Exception as error:
        return "raises %s(%s)" % (type(error).__name__, ", ".join(spell(part) for part in error.args))
    return value if isinstance(value, str) else repr(value)


def call(lock, method, args, kwargs):
    if method == "repr":
        return repr(lock)
    if method == "with":
        with lock:
            if kwargs["raises"]:
                raise RuntimeError("body")
        return None
    return getattr(lock, method)(*args, **kwargs)


def serve(actor, locks, pipes):
    """Takes steps until it is told to exit."""
    pipe = pipes[actor][1]
    main_thread = threading.current_thread() is threading.main_thread()
    if main_thread:
        signal.signal(signal.SIGUSR1, lambda *_: None)
        signal.signal(signal.SIGUSR2, raise_from_signal)
    pipe.send(os.getpid())
    while True:
        try:
            kind, rest = pipe.recv()
        except SignalRaised:
            continue  # It came too late for the call that it was meant for.
        if kind == "exit":
            break
        obey(kind, rest, pipe, locks, pipes)
    if main_thread:
        os._exit(0)


def obey(kind, rest, pipe, locks, pipes):
    if kind == "call":
        lock, method, args, kwargs = rest
        pipe.send(outcome_of(lambda: call(locks[lock], method, args, kwargs)))
    elif kind == "signal":
        pipe.send(outcome_of(lambda: signal.raise_signal(rest)))
    elif kind == "thread":
        threading.Thread(target=serve, args=(rest, locks, pipes), daemon=True).start()
    elif kind == "process":
        load()[1].Process(target=serve, args=(rest, locks, pipes)).start()
    elif os.fork() == 0:
        serve(rest, locks, pipes)


def serve_process(actors, locks, pipes):
    for actor in actors[1:]:
        threading.Thread(target=serve, args=(actor, locks, pipes), daemon=True).start()
    serve(actors[0], locks, pipes)


def gone(pid):
    """Whether a process has ended, waited for or not."""
    try:
        with open("/proc/%d/stat" % pid) as file:
            return file.read().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


class Stage:
    """One performance of the script."""

    def __init__(self):
        source, context = load()
        self.locks = {name: getattr(source, kind)() for name, kind in LOCKS.items()}
        make_pipe = getattr(context, "Pipe", multiprocessing.Pipe)
        names = [actor for actors in PROCESSES.values() for actor in actors] + LATER
        self.pipes = {actor: make_pipe() for actor in names}
        self.process_of = {}
        self.pids = {}
        self.stopped = set()
        self.open = {}  # actor: the step whose call has not returned
        self.outcomes = {}
        self.children = []
        for process, actors in PROCESSES.items():
            child = context.Process(target=serve_process, args=(actors, self.locks, self.pipes))
            child.start()
            self.children.append(child)
            for actor in actors:
                self.started(process, actor)

    def started(self, process, actor):
        pipe = self.pipes[actor][0]
        if not pipe.poll(30):
            raise SystemExit("%s did not start" % actor)
        self.pids[process] = pipe.recv()
        self.process_of[actor] = process

    def free(self, actor):
        process = self.process_of.get(actor)
        return process in self.pids and process not in self.stopped and actor not in self.open

    def send(self, actor, kind, rest=None):
        self.pipes[actor][0].send((kind, rest))

    def settle(self):
        """Waits until no open call has returned for a while."""
        while self.open:
            actor_of = {self.pipes[actor][0]: actor for actor in self.open}
            ready = multiprocessing.connection.wait(list(actor_of), WAIT)
            for pipe in ready:
                self.close_call(actor_of[pipe], pipe.recv())
            if not ready:
                for actor in list(self.open):
                    if gone(self.pids[self.process_of[actor]]):
                        self.close_call(actor, "crashes")
                return

    def close_call(self, actor, outcome):
        step = self.open.pop(actor)
        self.outcomes[step] = outcome
        print("%30s %s" % (STEPS[step][0], outcome if outcome == "crashes" else "returned " + outcome))

    def end(self, process):
        """Waits for a process that is about to end."""
        deadline = time.monotonic() + 30
        while not gone(self.pids[process]) and time.monotonic() < deadline:
            time.sleep(0.01)
        del self.pids[process]
        self.open = {a: step for a, step in self.open.items() if self.process_of[a] != process}

    # Steps by their kinds. Each is False if it can't be taken.

    def take_call(self, index, actor, *rest):
        if not self.free(actor):
            return False
        self.open[actor] = index
        self.outcomes[index] = "blocks"
        self.send(actor, "call", rest)
        return True

    def take_pause(self, _index, seconds):
        time.sleep(seconds)
        return True

    def take_thread(self, _index, new, process):
        starters = [a for a in self.process_of if self.process_of[a] == process and self.free(a)]
        if starters:
            self.send(starters[0], "thread", new)
            self.started(process, new)
        return bool(starters)

    def take_begin(self, _index, actor, process, new, how):
        if not self.free(actor):
            return False
        self.send(actor, how, new)
        self.started(process, new)
        return True

    def take_exit(self, _index, actor, main_thread):
        if not self.free(actor):
            return False
        self.send(actor, "exit")
        if main_thread:
            self.end(self.process_of[actor])
        else:
            del self.process_of[actor]
        return True

    def take_signal(self, index, actor, raises):
        number = signal.SIGUSR2 if raises else signal.SIGUSR1
        process = self.process_of.get(actor)
        if process not in self.pids or process in self.stopped:
            return False
        if actor in self.open:
            os.kill(self.pids[process], number)
        else:
            self.send(actor, "signal", number)
            self.outcomes[index] = self.pipes[actor][0].recv()
        return True

    def take_kill(self, _index, process, name):
        if process not in self.pids:
            return False
        os.kill(self.pids[process], getattr(signal, name))
        (self.stopped.add if name == "SIGSTOP" else self.stopped.discard)(process)
        if name == "SIGKILL":
            self.end(process)
        return True

    def play(self):
        """The outcome of the watched step, at the moment that matters."""
        racing = False
        for index, (text, kind, *rest) in enumerate(STEPS):
            racing = kind == "race" or (racing and kind != "end")
            taken = kind in ("race", "end") or getattr(self, "take_" + kind)(index, *rest)
            print("%3d  %s%s" % (index + 1, text, "" if taken else "   (skipped)"))
            if not racing:
                self.settle()
            if self.outcomes.get(index) == "blocks" and not racing:
                print("%30s blocks" % text)
            if index == MOMENT:
                break
        return self.outcomes.get(WATCHED, "nothing: the step was skipped")

    def close(self):
        for pid in self.pids.values():
            if not gone(pid):
                os.kill(pid, signal.SIGKILL)
        for child in self.children:
            child.join()


def matches(outcome, pattern):
    """Whether it is that outcome: raises ValueError stands for every ValueError, crashes for every way to crash."""
    return outcome == pattern or outcome.startswith(pattern + "(") or pattern.startswith(outcome + " (")


def main():
    for attempt in range(1, ATTEMPTS + 1):
        stage = Stage()
        try:
            outcome = stage.play()
        finally:
            stage.close()
        print("\nstep %d, %s\n  expected: %s" % (WATCHED + 1, STEPS[WATCHED][0], " or ".join(EXPECTED)))
        print("  observed: %s" % outcome)
        others = all(matches(stage.outcomes.get(step, ""), seen) for step, seen in RACED.items())
        if others and not any(matches(outcome, pattern) for pattern in EXPECTED):
            same = "the recorded one" if matches(outcome, OBSERVED) else "not even the recorded one, %s" % OBSERVED
            print("It diverges (%s), in attempt %d of at most %d." % (same, attempt, ATTEMPTS))
            return 1
    print("It does not diverge, in %d attempt%s." % (ATTEMPTS, "" if ATTEMPTS == 1 else "s"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
