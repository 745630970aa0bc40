"""Shows a race of a lock, with nothing but Python and the lock's own module.

Whether a race shows is a matter of chance, so this is a loop: every attempt has fresh locks, and the racing calls
begin at once, each after a small random delay, until they come to what they came to when the race was found. Every
actor is a real thread of a real process. A call that has not returned after PATIENCE seconds counts as blocked: good
enough for a demonstration, though no proof. Exit status: 1 if the race showed, 0 if it did not.

Usage: python3 THIS_FILE [SECONDS]; it gives up after so many, 60 if not told.
"""

import collections
import importlib
import mmap
import multiprocessing
import multiprocessing.connection
import os
import random
import resource
import signal
import struct
import sys
import tempfile
import threading
import time

# begin script
# mypy: allow-untyped-defs, allow-untyped-calls
# mypy: disable-error-code="var-annotated, attr-defined"
MODULE = "multiprocessing"
START_METHOD = "fork"
LOCKS = {"L": "Lock"}
PROCESSES = {"P": ["a"], "Q": ["b"]}
# What is called, in which phase, and by whom: the calls of a phase race, though each actor makes its own in order.
STEPS = [
    ("a: L.acquire()", 0, "a", "L", "acquire", (), {}),
    ("a: L.release()", 1, "a", "L", "release", (), {}),
    ("b: L.release()", 1, "b", "L", "release", (), {}),
]
OBSERVED = ["True", "None", "None"]  # what they came to when it diverged; "": that does not matter
BLOCKED = []  # the steps, counted from 0, that were blocked when the next phase began
AFTER = []  # pairs of racing steps: the second began after the first had returned
WATCHED = 2  # the step that diverged, given all the others,
EXPECTED = 'raises ValueError("semaphore or lock released too many times")'  # and what it should have come to
# end script

ATTEMPTS = 1000000  # at most
SETS = 1000  # of locks for one round of processes, at most
PATIENCE = 1.0 if "blocks" in OBSERVED else 0.2
SETTLE = 0.02  # seconds that a call is given to block before the next phase
ACTORS = [actor for actors in PROCESSES.values() for actor in actors]
BEGUN, READY, RETURNED = 1, 2, 3
SLOT = struct.Struct("BQQ400s")  # of a step: how far it is, when its call began and returned, the outcome


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


def spell(value):
    return '"%s"' % value.replace("\\", "\\\\").replace('"', '\\"') if isinstance(value, str) else repr(value)


def call(lock, method, args, kwargs):
    """What a call comes to: True, False, None, a repr, or raises ValueError("...")."""
    try:
        if method == "repr":
            return repr(lock)
        if method == "with":
            with lock:
                if kwargs["raises"]:
                    raise RuntimeError("body")
            return "None"
        value = getattr(lock, method)(*args, **kwargs)
    except Exception as error:
        return "raises %s(%s)" % (type(error).__name__, ", ".join(spell(part) for part in error.args))
    return value if isinstance(value, str) else repr(value)


class Board:
    """What all processes of a round see: shared memory, with a byte for each actor, then a slot for each step."""

    def __init__(self, path):
        with open(path, "r+b") as file:
            self.memory = mmap.mmap(file.fileno(), 0)
        self.parent = os.getppid()

    @staticmethod
    def at(attempt, step=0):
        return len(ACTORS) + (attempt * len(STEPS) + step) * SLOT.size

    def progress(self):
        """How far the actors are, and the steps."""
        return self.memory[: len(ACTORS)], self.memory[len(ACTORS) :: SLOT.size]

    def wait(self, places, least, spins=100):
        """Until the byte at each place is as large; it leaves the processor to others after so many looks."""
        for place in places:
            while self.memory[place] < least:
                spins -= 1
                if spins < 0:
                    time.sleep(0.00005)
                    if os.getppid() != self.parent:
                        os._exit(1)  # Nobody is left who would end this process.


class Part:
    """What one actor does in one phase."""

    def __init__(self, actor, phase):
        steps = [i for i, step in enumerate(STEPS) if step[1] == phase]
        before = [i for i, step in enumerate(STEPS) if step[1] < phase]
        self.mine = [i for i in steps if STEPS[i][2] == actor]
        self.racing = [next(i for i in steps if STEPS[i][2] == rival) for rival in {STEPS[i][2] for i in steps}]
        self.returned = [i for i in before if i not in BLOCKED]
        self.blocked = [i for i in before if i in BLOCKED]

    def play(self, locks, board, attempt):
        board.wait([board.at(attempt, i) for i in self.returned], RETURNED)
        board.wait([board.at(attempt, i) for i in self.blocked], BEGUN)
        if self.blocked:
            time.sleep(SETTLE)
        if len(self.racing) > 1:
            self.line_up(board, attempt)
        for i in self.mine:
            at = board.at(attempt, i)
            board.memory[at] = READY
            lock, method, args, kwargs = STEPS[i][3:]
            begun = time.monotonic_ns()
            outcome = call(locks[lock], method, args, kwargs)
            SLOT.pack_into(board.memory, at, READY, begun, time.monotonic_ns(), outcome.encode())
            board.memory[at] = RETURNED

    def line_up(self, board, attempt):
        """Waits until all rivals are there, then until all are awake, then for a moment of its own."""
        racing = [board.at(attempt, i) for i in self.racing]
        at = board.at(attempt, self.mine[0])
        # Of every order of magnitude: what shows a race may be a matter of nanoseconds or of much more.
        delay_ns = random.random() * 2 ** random.randrange(6, 18)
        board.memory[at] = BEGUN
        board.wait(racing, BEGUN)
        board.memory[at] = READY
        board.wait(racing, READY, 10000)
        start = time.monotonic_ns() + delay_ns
        while time.monotonic_ns() < start:
            pass


def act(actor, sets, path):
    """Makes the actor's calls, attempt by attempt."""
    board = Board(path)
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[ACTORS.index(actor) % len(cores)]})  # Rivals on one core would take turns.
    board.memory[ACTORS.index(actor)] = BEGUN
    board.wait(range(len(ACTORS)), BEGUN)
    parts = [Part(actor, phase) for phase in sorted({step[1] for step in STEPS if step[2] == actor})]
    for attempt, locks in enumerate(sets):
        for part in parts:
            part.play(locks, board, attempt)


def act_all(actors, sets, path):
    sys.setswitchinterval(1e-5)  # Threads race too.
    threads = [threading.Thread(target=act, args=(actor, sets, path)) for actor in actors[1:]]
    for thread in threads:
        thread.start()
    act(actors[0], sets, path)
    for thread in threads:
        thread.join()
    os._exit(0)


def watch(children, board):
    """Waits until all have ended, or nothing has moved for a while."""
    progress, since = board.progress(), time.monotonic()
    running = {child.sentinel for child in children}
    while running and time.monotonic() - since < (PATIENCE if all(progress[0]) else 30):
        running -= set(multiprocessing.connection.wait(running, 0.02))
        before, progress = progress, board.progress()
        since = time.monotonic() if progress != before else since


def play(source, context, attempts):
    """A round: new processes, and a set of new locks for each attempt. Returns its results."""
    sets = [{name: getattr(source, kind)() for name, kind in LOCKS.items()} for _ in range(attempts)]
    with tempfile.NamedTemporaryFile() as file:
        file.truncate(Board.at(attempts))
        board = Board(file.name)
        children = [context.Process(target=act_all, args=(actors, sets, file.name)) for actors in PROCESSES.values()]
        try:
            for child in children:
                child.start()
            watch(children, board)
            ended = zip(children, PROCESSES.values())
            crashed = [actor for child, actors in ended if child.exitcode for actor in actors]
        finally:
            for child in children:
                if child.pid and child.is_alive():
                    os.kill(child.pid, signal.SIGKILL)
                    child.join()
        return list(results(board, attempts, crashed))


def results(board, attempts, crashed):
    """Of each attempt, up to the first that came to a halt: the outcomes, and whether it diverged as observed."""
    for attempt in range(attempts):
        slots = [SLOT.unpack_from(board.memory, board.at(attempt, i)) for i in range(len(STEPS))]
        outcomes = []
        for step, (state, _, _, outcome) in zip(STEPS, slots):
            still = "crashes" if step[2] in crashed else "blocks"
            outcomes.append(["nothing", still, still, outcome.rstrip(b"\0").decode(errors="replace")][state])
        same = all(matches(outcome, seen) for outcome, seen in zip(outcomes, OBSERVED))
        yield tuple(outcomes), same and all(slots[first][2] <= slots[second][1] for first, second in AFTER)
        if any(slot[0] != RETURNED for slot in slots):
            return


def matches(outcome, pattern):
    """Whether it is that outcome: raises ValueError stands for every ValueError, crashes for every way to crash."""
    return pattern in ("", outcome) or outcome.startswith(pattern + "(") or pattern.startswith(outcome + " (")


def report(tally, hits):
    for i, (text, phase, *_) in enumerate(STEPS):
        races = [step[1] for step in STEPS].count(phase) > 1
        print("step %d, %s%s" % (i + 1, text, " (races)" if races else ""))
    for (outcomes, same), count in tally.most_common():
        print("%8d times %s%s" % (count, ", ".join(outcomes), "   <- diverges" if same else ""))
    print("step %d, given the others\n  expected: %s\n  observed: %s" % (WATCHED + 1, EXPECTED, OBSERVED[WATCHED]))
    attempts = sum(tally.values())
    if hits:
        rate = "(rate: about 1 in %d)" % (attempts // len(hits))
        print("It diverges in attempt %d, after %.1f s %s." % (*hits[0], rate))
    else:
        print("It does not diverge, in %d attempts." % attempts)


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))  # A lock may be made of files.
    source, context = load()
    begun = time.monotonic()
    elapsed, attempts, sets, tally, hits = 0.0, 0, 10, collections.Counter(), []
    while elapsed < seconds and attempts < ATTEMPTS and len(hits) < 10:
        played = play(source, context, sets)
        elapsed = time.monotonic() - begun
        for number, result in enumerate(played, attempts + 1):
            tally[result] += 1
            if result[1]:
                hits.append((number, elapsed))
        attempts += len(played)
        if hits:
            seconds = min(seconds, 2 * hits[0][1] + 5)  # That will do for the rate.
        # After a halt the rest of the round's locks were made in vain.
        sets = min(2 * sets, SETS) if len(played) == sets else len(played)
    report(tally, hits)
    return 1 if hits else 0


if __name__ == "__main__":
    sys.exit(main())
