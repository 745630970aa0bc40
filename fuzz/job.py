"""One libFuzzer process: started, read while it runs, and what it came to."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from fuzz.libfuzzer import Figures, crash_line
from fuzz.targets import TEXT_MAX, Target, beneath, environment, options_of

LIMITS = ("-timeout=25", "-rss_limit_mb=2560")  # OSS-Fuzz's
INTERRUPTED = 72  # libFuzzer's exit code after SIGINT, of some versions
KINDS = ("crash", "leak", "oom", "timeout")  # how libFuzzer names files; "slow-unit" is no failure


@dataclass(frozen=True)
class Crash:
    """An input for which a target fails."""

    target: str
    line: str
    kind: str
    input: str  # paths as one types them in the checkout
    log: str
    text: str
    replay: str

    def as_json(self) -> dict[str, str]:
        return {"line": self.line, "kind": self.kind, "input": self.input, "text": self.text, "replay": self.replay}


class Job:
    """A target's part of a run."""

    def __init__(self, target: Target, folder: Path, seed: int, seconds: int) -> None:
        self.target = target
        self.seconds = seconds
        self.figures = Figures()
        self.crashes: list[Crash] = []
        self.error = ""
        self.ended = False
        self._stopped = False
        self._log = folder / f"{target.name}.log"
        self._inputs = folder / "inputs"
        self._seed = seed
        self._process: subprocess.Popen[bytes] | None = None
        self._reader: BinaryIO | None = None
        self._rest = b""

    @property
    def running(self) -> bool:
        return self._process is not None and not self.ended

    def start(self) -> None:
        self._inputs.mkdir(parents=True, exist_ok=True)
        self.target.corpus.mkdir(parents=True, exist_ok=True)
        options = [f"-seed={self._seed}", f"-max_total_time={self.seconds}", "-print_final_stats=1", *LIMITS]
        options += [f"-artifact_prefix={self._inputs}/{self.target.name}-"]
        folders = [str(folder) for folder in (self.target.corpus, *self.target.kept)]
        command = [str(self.target.program), *options, *options_of(self.target.name, self.target.home), *folders]
        with self._log.open("wb") as log:
            # In a session of its own: a Ctrl-C is this program's to pass on, once, and to the fuzzer alone.
            self._process = subprocess.Popen(
                command,
                cwd=self.target.home,
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._reader = self._log.open("rb")

    def stop(self) -> None:
        """Ask the fuzzer to end; it then says how far it came."""
        if self.running and self._process is not None and not self._stopped:
            self._stopped = True
            self._process.send_signal(signal.SIGINT)

    def kill(self) -> None:
        """End the fuzzer and whatever it started."""
        if self.running and self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._settle(0)

    def poll(self) -> None:
        """Read what the fuzzer said since the last time, and settle the account if it has ended."""
        if not self.running or self._process is None:
            return
        code = self._process.poll()
        self._read()
        if code is not None:
            self._settle(code)

    def _read(self) -> None:
        if self._reader is None:
            return
        *lines, self._rest = (self._rest + self._reader.read()).split(b"\n")
        for line in lines:
            self.figures = self.figures.after(line.decode(errors="replace"))

    def _settle(self, code: int) -> None:
        self._read()
        self.ended = True
        if self._reader is not None:
            self._reader.close()
        said = self._log.read_text(errors="replace")
        for artifact in self.figures.artifacts:
            kind = Path(artifact).name.removeprefix(f"{self.target.name}-").partition("-")[0]
            if kind in KINDS:
                self.crashes.append(self._crash(kind, Path(artifact), said))
        if code and not self.crashes and not (self._stopped and code in {INTERRUPTED, -signal.SIGINT}):
            log = beneath(self._log, self.target.home)
            self.error = f"{self.target.name} ended with {code} and left no input; see {log}"

    def _crash(self, kind: str, file: Path, said: str) -> Crash:
        home = self.target.home
        limits = LIMITS if kind in {"oom", "timeout"} else ()
        words = [beneath(self.target.program, home), *limits, beneath(file, home)]
        return Crash(
            target=self.target.name,
            line=crash_line(said, str(home)) or kind,
            kind=kind,
            input=beneath(file, home),
            log=beneath(self._log, home),
            text=self.target.text_of(file)[:TEXT_MAX],
            replay=shlex.join(words),
        )

    def as_json(self) -> dict[str, Any]:
        figures = self.figures
        return {
            "name": self.target.name,
            "executions": figures.executions,
            "executions_per_s": figures.per_second,
            "edges": figures.edges,
            "features": figures.features,
            "corpus": figures.corpus,
            "new": figures.new,
            "crashes": [crash.as_json() for crash in self.crashes],
        }
