"""Keeps a crash in the repository: as a script where the target's inputs are scripts, else as the input itself.

What is kept is first made small, and still fails by the same line. Nothing is ever overwritten.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fuzz.job import LIMITS
from fuzz.libfuzzer import crash_line
from fuzz.targets import Target, beneath

REPLAY_SECONDS = 60
MINIMIZE_SECONDS = 20
SHRINK_SECONDS = 300
UNREADABLE = 2  # the command line's exit code for what is no script, or has a schedule that fits none


class PromoteError(Exception):
    """The file can't be kept; the message is one line. Exit code 2."""


@dataclass(frozen=True)
class Ended:
    code: int
    stdout: str
    said: str  # on stderr, or both


def run(command: Sequence[str | Path], home: Path, seconds: float) -> Ended:
    """Run a program to its end; one that takes too long ends with -9."""
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words, cwd=home, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return Ended(-9, "", "SUMMARY: libFuzzer: timeout\n")
    return Ended(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))


def failure(target: Target, file: Path) -> str:
    """Return the line by which the target fails for this input, or nothing if it does not.

    The ordinary build is asked first. What only a sanitizer sees the fuzzer's build shows, where there is one.
    """
    for program, flags in ((target.replayer, ()), (target.program, LIMITS)):
        if program.exists():
            ended = run([program, *flags, file], target.home, REPLAY_SECONDS)
            if ended.code != 0:
                return crash_line(ended.said, str(target.home)) or f"ended with {ended.code}"
    return ""


def target_of(file: Path, targets: Sequence[Target]) -> Target:
    """Return the target that is named, or whose name the path contains."""
    named = targets if len(targets) == 1 else [target for target in targets if target.name in str(file.absolute())]
    if not named:
        raise PromoteError(f"{file}: say which target it is for; no target's name is in the path")
    return max(named, key=lambda target: len(target.name))


def minimized(target: Target, file: Path, line: str, folder: Path) -> Path:
    """Return a smaller input that fails by the same line, or the input itself."""
    if not target.program.exists():
        return file
    small = folder / "small"
    limits = [f"-max_total_time={MINIMIZE_SECONDS}", f"-artifact_prefix={folder}/", f"-exact_artifact_path={small}"]
    run([target.program, "-minimize_crash=1", *limits, *LIMITS, file], target.home, 2 * MINIMIZE_SECONDS)
    return small if small.exists() and failure(target, small) == line else file


def free_path(folder: Path, stem: str, suffix: str) -> Path:
    """Return the first path of this name, or of this name and a number, where nothing is."""
    names = (stem if number == 1 else f"{stem}-{number}" for number in range(1, 10_000))
    return next(path for path in (folder / (name + suffix) for name in names) if not path.exists())


def write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(content)


class Promotion:
    def __init__(self, target: Target, line: str, folder: Path) -> None:
        self.target = target
        self.line = line
        self.home = target.home
        self._folder = folder
        self._lockstep = target.home / "build" / "release" / "lockstep"
        words = re.sub(r"[^A-Za-z0-9.]+", "-", line.partition(": ")[2] or line).strip("-.").lower()
        self._stem = words[:100]

    def keep(self, file: Path) -> None:
        """Write what stays, and say how it is repeated."""
        small = minimized(self.target, file, self.line, self._folder)
        script = self._folder / "input.lks"
        if not self._write_script(script, small):
            self._keep_input(small)
            return
        shrunk = run([self._lockstep, "shrink", script], self.home, SHRINK_SECONDS)
        if shrunk.code == 1 and shrunk.stdout:
            self._keep_script(shrunk.stdout)
            return
        # No lock that the command line can replay shows it: the input does, and the script says what it is about.
        self._keep_script(script.read_text(encoding="utf-8"))
        self._keep_input(small)

    def _write_script(self, script: Path, file: Path) -> bool:
        """Write the script that the input stands for; tell whether it is one that the command line replays.

        Where the input itself is a text, as for the parser's target, the text is what matters, not the script. The
        schedule is left out if it fits nothing but the target.
        """
        text = self.target.text_of(file)
        if not text or text.encode() == file.read_bytes() or not self._lockstep.exists():
            return False
        for shown in (text, re.sub(r"^schedule .*\n", "", text, flags=re.MULTILINE)):
            script.write_text(shown, encoding="utf-8")
            replayed = run([self._lockstep, "replay", script, "--impl", "reference"], self.home, REPLAY_SECONDS)
            if replayed.code != UNREADABLE:
                return True
        return False

    def _keep_script(self, text: str) -> None:
        path = free_path(self.home / "fuzz" / "regressions", self._stem, ".lks")
        write(path, f"# {self.target.name}: {self.line}\n{text}".encode())
        print(f"kept    {beneath(path, self.home)}\nrepeat  ./run_tests.py replay {beneath(path, self.home)}")

    def _keep_input(self, file: Path) -> None:
        path = free_path(self.home / "fuzz" / "regressions" / self.target.name, self._stem, "")
        write(path, file.read_bytes())
        program = beneath(self.target.replayer, self.home)
        print(f"kept    {beneath(path, self.home)}\nrepeat  {program} {beneath(path, self.home)}")


def promote(file: Path, targets: Sequence[Target], home: Path) -> int:
    """Keep this input below fuzz/regressions. Returns the exit code."""
    try:
        if not file.is_file():
            raise PromoteError(f"{file}: no such file")
        target = target_of(file, targets)
        if not target.replayer.exists():
            raise PromoteError(f"{beneath(target.replayer, home)} is not built")
        line = failure(target, file.absolute())
        if not line:
            raise PromoteError(f"{file}: {target.name} does not fail for it")
        print(f"{target.name}: {line}")
        with tempfile.TemporaryDirectory(prefix="lockstep-promote-") as folder:
            Promotion(target, line, Path(folder)).keep(file.absolute())
    except PromoteError as error:
        print(f"fuzz: {error}", file=sys.stderr)
        return 2
    return 0
