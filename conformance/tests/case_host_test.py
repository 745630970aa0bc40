"""The host of Python cases: whatever a module or a case does, every case gets its own verdict and nothing is left."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

HOST = Path(__file__).resolve().parents[1] / "case_host.py"
GOOD = """
    lock = kit.Lock()
    kit.expect("lock.acquire()", lock.acquire, "True")
"""


class Run:
    """What the host printed, and how it ended."""

    def __init__(self, module: str, cases: list[Path], *options: str) -> None:
        command = [sys.executable, str(HOST), "--module", module, *options, *map(str, cases)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        self.code = done.returncode
        self.stderr = done.stderr
        self.lines = [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(autouse=True)
def scratch(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Watch where temporary files lie; its path is short enough for the sockets of a fork server."""
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setenv("TMPDIR", folder)
        yield
        assert os.listdir(folder) == []


def write_case(folder: Path, name: str, body: str, head: str = "") -> Path:
    path = folder / f"{name}.py"
    path.write_text(
        f'import os, signal, sys, threading, time\nCLAUSES = ("lock.main",)\n{head}\ndef case(kit):\n{body}\n'
    )
    return path


def play(tmp_path: Path, body: str, *options: str, head: str = "", module: str = "multiprocessing") -> dict[str, Any]:
    """Play a case between two good ones, which it must not disturb, and return its line."""
    case = write_case(tmp_path, "the_case", body, head)
    before, after = write_case(tmp_path, "before", GOOD), write_case(tmp_path, "after", GOOD)
    run = Run(module, [before, case, after], *options)
    assert run.code == 0, run.stderr
    assert [line["case"] for line in run.lines] == ["python/before", "python/the_case", "python/after"]
    assert [run.lines[0]["verdict"], run.lines[2]["verdict"]] == ["pass", "pass"]
    line: dict[str, Any] = run.lines[1]
    assert set(line) == {"case", "verdict", "clause", "what", "expected", "observed", "reason", "seconds"}
    return line


@pytest.mark.parametrize(
    ("thunk", "outcome"),
    [
        ("lambda: True", '"True"'),
        ("lambda: None", '"False", "None"'),
        ("lambda: 3", '"3"'),
        ("lambda: 'text'", "'\"text\"'"),
        ("lambda: 'text'", "\"'text'\""),
        ("lambda: int('x')", '"raises ValueError"'),
        ("lambda: [].pop()", "'raises IndexError(\"pop from empty list\")'"),
        ("held.acquire", '"blocks"'),
        ("free.acquire", '"blocks", "True"'),
        ("lambda: signal.raise_signal(signal.SIGINT)", '"raises KeyboardInterrupt"'),
    ],
)
def test_an_outcome_that_is_expected_passes(tmp_path: Path, thunk: str, outcome: str) -> None:
    body = f"""
    held, free = kit.Lock(), kit.Lock()
    held.acquire()
    kit.expect("it", {thunk}, {outcome})"""
    assert play(tmp_path, body)["verdict"] == "pass"


@pytest.mark.parametrize(
    ("thunk", "outcome", "observed"),
    [
        ("lambda: 1", "True", "1"),
        ("lambda: True", "1", "True"),
        ("lambda: 'True'", "True", '"True"'),
        ("lambda: int('x')", "raises TypeError", "raises ValueError(\"invalid literal for int() with base 10: 'x'\")"),
        ("lambda: os.stat('/no')", "raises OSError", None),
        ("lambda: {}['x']", 'raises KeyError("y")', "raises KeyError(\"'x'\")"),
        ("lambda: 'raises KeyError'", "raises KeyError", '"raises KeyError"'),
        ("lambda: None", "blocks", "None"),
        ("lambda: int('x')", "blocks", None),
    ],
)
def test_an_outcome_that_is_not_expected_fails(tmp_path: Path, thunk: str, outcome: str, observed: str | None) -> None:
    line = play(tmp_path, f"    kit.expect('it', {thunk}, {outcome!r}, clause='lock.other')\n    os._exit(9)")
    assert (line["verdict"], line["clause"], line["what"]) == ("fail", "lock.other", "it")
    assert line["expected"] == outcome
    assert observed is None or line["observed"] == observed


def test_the_first_expectation_that_fails_is_reported(tmp_path: Path) -> None:
    line = play(tmp_path, "    kit.expect('a', bool, 'False')\n    kit.expect('b', bool, 'None', 'True')\n    1/0")
    assert (line["what"], line["expected"], line["observed"]) == ("b", "None | True", "False")
    assert line["clause"] == "lock.main"


def test_what_happens_on_the_way_out_of_a_failed_case_does_not_count(tmp_path: Path) -> None:
    body = "    try: kit.expect('a', bool, 'True')\n    finally: raise ValueError('it was not held')"
    assert play(tmp_path, body)["verdict"] == "fail"


@pytest.mark.parametrize(
    ("body", "verdict", "text"),
    [
        ("    kit.skip('no need')", "skipped", "no need"),
        ("    raise KeyError('x')", "error", "KeyError(\"'x'\")"),
        ("    sys.exit(0)", "error", 'SystemExit("0")'),
        ("    os._exit(7)", "error", "exit code 7"),
        ("    os.kill(os.getpid(), signal.SIGSEGV)", "crash", "SIGSEGV"),
        ("    threading.Thread(target=os.abort).start()\n    time.sleep(60)", "crash", "SIGABRT"),
    ],
)
def test_how_a_case_ends_decides(tmp_path: Path, body: str, verdict: str, text: str) -> None:
    line = play(tmp_path, body)
    assert line["verdict"] == verdict
    assert text in line["reason"] + line["observed"]


@pytest.mark.parametrize(
    "body", ["    while True: pass", "    os.kill(os.getpid(), signal.SIGSTOP)", "    time.sleep(90)"]
)
def test_a_case_that_does_not_end_hangs(tmp_path: Path, body: str) -> None:
    line = play(
        tmp_path, "    kit.expect('it', lambda: run(kit), 'None')", "--limit", "2", head=f"def run(kit):\n{body}"
    )
    assert (line["verdict"], line["what"], line["observed"]) == ("hang", "it", "no end in 2 s")


def test_a_slow_case_runs_only_when_asked_for_and_may_take_longer(tmp_path: Path) -> None:
    assert play(tmp_path, GOOD, head='SLOW = "it counts"')["reason"] == "slow: it counts"
    longer = play(tmp_path, "    time.sleep(2.5)", "--slow", "--limit", "2", head='SLOW = "it counts"')
    assert longer["verdict"] == "pass"
    assert play(tmp_path, GOOD, "--slow", head='SLOW = "it counts"')["verdict"] == "pass"


@pytest.mark.parametrize(
    "body",
    [
        "    kit.expect('stdin', sys.stdin.read, repr(''))",
        "    print('to stdout'); os.write(1, b'raw'); sys.stdout.write('no line end')",
        "    [os.close(number) for number in range(3)]",
        "    os.closerange(3, 100)",
        "    import shutil; shutil.rmtree(kit.folder)",
        "    open(os.path.join(kit.folder, 'left'), 'w').write('x')",
        "    kit.module.set_start_method('spawn', force=True)",
        "    kit.module.process = None; sys.modules.clear()",
        "    signal.signal(signal.SIGTERM, signal.SIG_IGN); signal.setitimer(signal.ITIMER_REAL, 50)",
        "    threading.Thread(target=time.sleep, args=(90,)).start()",
        "    kit.context.Process(target=time.sleep, args=(90,)).start()",
        "    if os.fork() == 0: return kit.expect('it', bool, 'True')",
        "    if os.fork() == 0: raise KeyError",
    ],
)
def test_a_case_may_do_as_it_likes(tmp_path: Path, body: str) -> None:
    assert play(tmp_path, body)["verdict"] == "pass"


def running_with(mark: str) -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if path.parent.name != str(os.getpid()) and mark.encode() in path.read_bytes():
                found.append(path.parent.name)
    return found


@pytest.mark.parametrize("start", ["fork", "spawn", "forkserver"])
def test_what_a_case_leaves_behind_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: str) -> None:
    body = """
    kit.context.Process(target=time.sleep, args=(90,)).start()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            time.sleep(90)
        os._exit(0)"""
    monkeypatch.setenv("MARK_OF_THIS_TEST", str(tmp_path))
    assert play(tmp_path, body, "--start", start)["verdict"] == "pass"
    assert running_with(f"MARK_OF_THIS_TEST={tmp_path}") == []


def test_a_host_that_is_asked_to_end_takes_everything_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = tmp_path / "begun"
    case = write_case(tmp_path, "sleeps", f"    open({str(begun)!r}, 'w').close()\n    time.sleep(90)")
    monkeypatch.setenv("MARK_OF_THIS_TEST", str(tmp_path))
    with subprocess.Popen([sys.executable, HOST, "--module", "multiprocessing", case]) as host:
        while not begun.exists():
            assert host.poll() is None
        host.terminate()
    assert host.returncode == 128 + signal.SIGTERM
    assert running_with(f"MARK_OF_THIS_TEST={tmp_path}") == []


def test_named_semaphores_are_removed(tmp_path: Path) -> None:
    names = tmp_path / "names"
    body = f"""
    lock = kit.Lock()
    open({str(names)!r}, "w").write("sem." + lock._semlock.name[1:])
    os.kill(os.getpid(), signal.SIGKILL)"""
    assert play(tmp_path, body, "--start", "spawn")["verdict"] == "crash"
    assert not (Path("/dev/shm") / names.read_text()).exists()


@pytest.mark.parametrize("start", ["fork", "spawn", "forkserver"])
def test_a_function_runs_in_a_child(tmp_path: Path, start: str) -> None:
    head = """
def value(lock): return lock.acquire(False)
def error(lock): raise KeyError("x")
def unsendable(lock): return lambda: 0
def ends(lock): os._exit(5)"""
    body = """
    lock = kit.Lock()
    kit.expect("value", lambda: kit.run_in_child(value, lock), "True")
    kit.expect("acquire", lambda: lock.acquire(False), "False")
    kit.expect("error", lambda: kit.run_in_child(error, lock), "raises KeyError")
    kit.expect("unsendable", lambda: "<lambda>" in kit.run_in_child(unsendable, lock), "True")
    kit.expect("ends", lambda: kit.run_in_child(ends, lock), 'raises ChildEnded("exit code 5")')"""
    assert play(tmp_path, body, "--start", start, head=head)["verdict"] == "pass"


def test_a_case_that_can_not_be_imported_is_an_error(tmp_path: Path) -> None:
    assert play(tmp_path, GOOD, head="import no_such_module")["verdict"] == "error"
    assert play(tmp_path, GOOD, head="del CLAUSES")["verdict"] == "error"
    (tmp_path / "queue.py").write_text('CLAUSES = ("lock.main",)\ndef case(kit): pass\n')
    run = Run("multiprocessing", [tmp_path / "missing.py", tmp_path / "queue.py"])
    assert [line["verdict"] for line in run.lines] == ["error", "error"]
    assert "another module is called 'queue'" in run.lines[1]["reason"]


LOCKS = "from multiprocessing import Lock, RLock\n"


@pytest.mark.parametrize(
    "text",
    [
        LOCKS,
        LOCKS + "print('hello', flush=True)",
        LOCKS + "import os\nos.write(1, b'hello')",
        LOCKS + "import os\nos.fork()",
        LOCKS + "import os\nif os.fork() == 0: raise KeyError",
        LOCKS + "import os\nif os.fork() == 0: os.kill(os.getpid(), 9)",
        LOCKS + "import threading, time\nthreading.Thread(target=time.sleep, args=(90,), daemon=True).start()",
    ],
)
def test_a_module_may_do_as_it_likes(tmp_path: Path, text: str) -> None:
    (tmp_path / "my_lock.py").write_text(text)
    assert play(tmp_path, GOOD, module=str(tmp_path / "my_lock.py"))["verdict"] == "pass"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("1/0", 'can\'t be imported: ZeroDivisionError("division by zero")'),
        ("raise SystemExit('bye')", 'can\'t be imported: SystemExit("bye")'),
        ("import sys; sys.exit()", "can't be imported: SystemExit()"),
        ("import os; os._exit(0)", "can't be imported: it ends the interpreter with exit code 0"),
        ("import os; os.abort()", "can't be imported: the interpreter is killed by SIGABRT"),
        ("import time; time.sleep(90)", "can't be imported: no end in 2 s"),
        ("Lock = 3", "has neither a callable Lock nor a callable RLock"),
        ("def Lock(): raise OSError(28, 'full')", 'can\'t make its locks: OSError("[Errno 28] full")'),
        ("def get_context(name): raise ValueError('none')", "has no start method 'fork': none"),
    ],
)
def test_a_module_that_can_not_be_tested_is_one_line(tmp_path: Path, text: str, complaint: str) -> None:
    module = tmp_path / "my_lock.py"
    module.write_text(text)
    run = Run(str(module), [write_case(tmp_path, "good", GOOD)], "--limit", "2")
    assert (run.code, run.lines) == (3, [{"error": f"{module} {complaint}"}])


def test_a_missing_kind_is_skipped_and_contexts_are_multiprocessings(tmp_path: Path) -> None:
    (tmp_path / "my_lock.py").write_text("from multiprocessing import Lock")
    module = str(tmp_path / "my_lock.py")
    assert play(tmp_path, "    kit.RLock()", module=module)["reason"] == f"{module} has no RLock"
    body = """
    kit.expect("kinds", lambda: [kind for kind, _ in kit.kinds()], "['lock']")
    kit.expect("start", kit.context.get_start_method, '"spawn"')"""
    assert play(tmp_path, body, "--start", "spawn", module=module)["verdict"] == "pass"
