"""The planted bugs fit the sources of today, and the runner tells what is found from what is not."""

from __future__ import annotations

import subprocess
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from fuzz.planted import table, trial
from fuzz.planted.bugs import AREAS, ROOT, Bug, PatchError, all_bugs, read
from fuzz.planted.copy import BuildError, Copy
from fuzz.targets import options_of

BUGS = all_bugs()
PATCH = """what: It says that 3 is 4.
target: fuzz_reference
needs: nothing
--- a/impl/lock/a.h
+++ b/impl/lock/a.h
@@ -1,3 +1,3 @@
 one
-3
+4
 two
"""


def write_patch(folder: Path, text: str = PATCH, area: str = "reference") -> Path:
    path = folder / area / "a.patch"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: f"{bug.area}/{bug.name}")
def test_a_planted_bug_fits_the_sources(bug: Bug) -> None:
    done = subprocess.run(["git", "apply", "--check", bug.path], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (ROOT / "fuzz" / f"{bug.target}.cc").is_file()


def test_there_are_enough_of_them_in_every_area() -> None:
    areas = Counter(bug.area for bug in BUGS)
    assert areas.total() >= 24
    assert all(areas[area] >= 5 for area in AREAS)
    assert sum(bug.deep for bug in BUGS) >= 8
    assert len({bug.name for bug in BUGS}) >= 24


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("target: fuzz_reference\n", "", "head"),
        ("needs: nothing", "needs: luck", "needs"),
        ("impl/lock/a.h", "harness/cell/a.h", "area"),
        ("+4\n", "+4\n" * 7, "1 to 6"),
        ("--- a/impl/lock/a.h\n", "", "no patch"),
    ],
)
def test_a_patch_that_does_not_say_what_it_must_is_refused(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    with pytest.raises(PatchError, match=complaint):
        read(write_patch(tmp_path, PATCH.replace(old, new)))


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    source = tmp_path / "impl" / "lock" / "a.h"
    source.parent.mkdir(parents=True)
    source.write_text("one\n3\ntwo\n")
    (tmp_path / ".gitignore").write_text("/build/\n")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    made = Copy(tmp_path)
    made.refresh()
    return made


def test_a_bug_is_planted_in_the_copy_and_taken_away_again(copy: Copy, tmp_path: Path) -> None:
    bug = read(write_patch(tmp_path / "patches"))
    planted = copy.source / bug.files[0]
    copy.plant(bug)
    assert planted.read_text() == "one\n4\ntwo\n"
    assert (copy.root / bug.files[0]).read_text() == "one\n3\ntwo\n"
    copy.refresh(bug.files)
    assert planted.read_text() == "one\n3\ntwo\n"


def test_a_refresh_repairs_what_an_interrupted_run_left(copy: Copy, tmp_path: Path) -> None:
    bug = read(write_patch(tmp_path / "patches"))
    copy.plant(bug)
    copy.refresh()
    assert (copy.source / bug.files[0]).read_text() == "one\n3\ntwo\n"


def test_a_bug_that_no_longer_fits_is_an_error(copy: Copy, tmp_path: Path) -> None:
    bug = read(write_patch(tmp_path / "patches"))
    (copy.source / bug.files[0]).write_text("one\n5\ntwo\n")
    with pytest.raises(BuildError, match="does not apply"):
        copy.plant(bug)


def target(folder: Path, body: str) -> Path:
    program = folder / "target"
    program.write_text(f"#!/bin/sh\n{body}\n")
    program.chmod(0o755)
    return program


def run(program: Path, limit_s: float = 60) -> trial.Trial:
    return trial.run(program, [], 7, limit_s, threading.Event())


def test_a_crash_is_found_with_its_line(tmp_path: Path) -> None:
    lines = "Assertion failure: one-other-clause-kind", "stat::number_of_executed_units: 42"
    done = run(target(tmp_path, "\n".join(f"echo '{line}' >&2" for line in lines)))
    assert done.line == "one-other-clause-kind"
    assert (done.seed, done.executions) == (7, 42)


def test_another_death_is_no_crash_of_ours(tmp_path: Path) -> None:
    done = run(target(tmp_path, "echo 'ERROR: AddressSanitizer: heap-use-after-free' >&2; kill -ABRT $$"))
    assert done.line is None
    assert "AddressSanitizer" in done.died
    assert "died otherwise" in table.text([table.result(some_bug(tmp_path), [done], 60)])


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_target_that_finds_nothing_is_ended_with_all_its_children(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    done = run(target(tmp_path, f"(while :; do :; done) & echo $! $$ >{pids}; while :; do :; done"), limit_s=0.3)
    assert done.line is None
    assert not done.died
    assert done.seconds >= 0.3
    for pid in map(int, pids.read_text().split()):
        while is_running(pid):  # killed, but perhaps not yet told
            time.sleep(0.01)


def test_an_interrupt_ends_a_trial(tmp_path: Path) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(trial.Interrupted):
        trial.run(target(tmp_path, "while :; do :; done"), [], 1, 60, stop)


def some_bug(tmp_path: Path) -> Bug:
    return read(write_patch(tmp_path))


def test_a_bug_is_found_in_time_if_most_seeds_find_it(tmp_path: Path) -> None:
    found = [trial.Trial(seed, 10.0, 1000, "x") for seed in (1, 2)]
    entry = table.result(some_bug(tmp_path), [*found, trial.Trial(3, 60.1, 5000, None)], 60)
    assert entry["in_time"]
    assert (entry["median_s"], entry["worst_s"], entry["found"]) == (10.0, 60.1, 2)
    assert "over 60.1" in table.text([entry])


def test_a_bug_that_is_missed_or_late_is_not_in_time(tmp_path: Path) -> None:
    missed = [trial.Trial(seed, 60.0, 1000, None) for seed in (1, 2, 3)]
    late = [trial.Trial(seed, 61.0, 1000, "x") for seed in (1, 2, 3)]
    assert not table.result(some_bug(tmp_path), missed, 60)["in_time"]
    assert not table.result(some_bug(tmp_path), late, 90)["in_time"]


def test_of_several_runs_the_later_counts(tmp_path: Path) -> None:
    bug = some_bug(tmp_path)
    runs = [
        {"seeds": 1, "seconds": 60, "controls": {bug.target: control}, "bugs": [table.result(bug, [found], 60)]}
        for control, found in ((30, trial.Trial(1, 60.0, 9, None)), (0, trial.Trial(1, 2.0, 7, "x-line")))
    ]
    page = table.markdown(table.together(runs))
    assert "1 of 1 bugs were found in time" in page
    assert "for 30 s each" in page
    assert "| a | reference |  | fuzz_reference | 2.0 | 2.0 | 1/1 | 7 | x-line |".replace("  ", " ") in page


def test_two_runs_do_not_share_a_copy(copy: Copy) -> None:
    copy.claim()
    with pytest.raises(BuildError, match="another run"):
        Copy(copy.root).claim()


def test_the_options_beside_a_target_are_libfuzzers_part_of_them(tmp_path: Path) -> None:
    (tmp_path / "fuzz").mkdir()
    (tmp_path / "fuzz" / "fuzz_a.options").write_text("[libfuzzer]\nmax_len = 9\n[asan]\ndetect_leaks = 1\n")
    assert options_of("fuzz_a", tmp_path) == ["-max_len=9"]
