"""Runs fuzz targets side by side for a time, and tells what libFuzzer says of them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from fuzz.targets import HOME, Target

# What a bot of ClusterFuzz allows: more is a bug.
LIMITS = ("-timeout=25", "-rss_limit_mb=2560")
# As OSS-Fuzz sets it: freed memory is kept from use for a while, but not so much of it that caches are of no use.
SANITIZER = {"ASAN_OPTIONS": "quarantine_size_mb=10", "UBSAN_OPTIONS": "print_stacktrace=1"}
STATUS = re.compile(r"#(\d+)\s+\w+\s+cov: (\d+) ft: (\d+) corp: (\d+)/\S+.*?exec/s: (\d+)")
ARTIFACT = re.compile(r"Test unit written to (\S+)")
LINE = re.compile(r"^(?:Assertion failure|SUMMARY): (.*)$")
KIND = re.compile(r"(crash|leak|timeout|oom|slow-unit)-[0-9a-f]+$")


@dataclass
class Crash:
    line: str  # what tells it from another bug
    kind: str  # crash, leak, timeout or oom
    input: Path
    log: str


@dataclass
class Progress:
    """What one target has done so far."""

    target: Target
    executions: int = 0
    rate: int = 0
    edges: int = 0
    features: int = 0
    corpus: int = 0
    new: int = 0
    seconds: float = 0.0
    crashes: list[Crash] = field(default_factory=list)
    error: str = ""  # it ended in another way than by a crash


def environment() -> dict[str, str]:
    ours = {name: ":".join(filter(None, [value, os.environ.get(name)])) for name, value in SANITIZER.items()}
    return os.environ | ours


def crash_line(log: list[str], kind: str) -> str:
    found = [match[1] for text in log if (match := LINE.match(text))]
    # A property's own line says more than the sanitizer's summary of the abort() that follows it.
    return found[0] if found else kind


class Campaign:
    """One run of some targets. `report` is a folder for what they leave behind."""

    def __init__(self, targets: Iterable[Target], report: Path, seconds: float, seed: int, jobs: int) -> None:
        self.progress = [Progress(target) for target in targets]
        self.report = report
        self.seed = seed
        self.jobs = min(jobs, len(self.progress))
        self.share = max(1, int(seconds * self.jobs / len(self.progress)))
        self.interrupted = False
        self.running: set[subprocess.Popen[str]] = set()

    def command(self, target: Target) -> list[str]:
        corpus = HOME / "build" / "fuzz" / "corpora" / target.name
        corpus.mkdir(parents=True, exist_ok=True)
        # libFuzzer takes a seed of 0 for none.
        options = [f"-seed={self.seed % 2**32 or 1}", f"-max_total_time={self.share}", "-print_final_stats=1"]
        artifacts = f"-artifact_prefix={self.report}/{target.name}-"
        return [
            str(target.program),
            *target.options(),
            *LIMITS,
            *options,
            artifacts,
            str(corpus),
            *map(str, target.seeds),
        ]

    def fuzz(self, progress: Progress) -> None:
        if self.interrupted:
            return
        begun = time.monotonic()
        process = subprocess.Popen(
            self.command(progress.target), cwd=self.report, env=environment(), text=True, errors="replace",
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        self.running.add(process)
        log: list[str] = []
        for text in process.stderr or ():
            log.append(text.rstrip("\n"))
            if status := STATUS.match(text):
                progress.executions, progress.edges, progress.features, progress.corpus, progress.rate = map(
                    int, status.groups()
                )
                progress.new += 1 if " NEW " in text else 0
                log.pop()
        code = process.wait()
        self.running.discard(process)
        progress.seconds = time.monotonic() - begun
        progress.rate = int(progress.executions / max(progress.seconds, 0.001))
        self.conclude(progress, log, code)

    def conclude(self, progress: Progress, log: list[str], code: int) -> None:
        (self.report / f"{progress.target.name}.log").write_text("\n".join(log) + "\n", encoding="utf-8")
        artifact = next((match[1] for text in reversed(log) if (match := ARTIFACT.search(text))), None)
        if artifact is not None and (kind := KIND.search(artifact)) and kind[1] != "slow-unit":
            progress.crashes.append(Crash(crash_line(log, kind[1]), kind[1], Path(artifact), "\n".join(log)))
        elif code and not self.interrupted:
            progress.error = f"{progress.target.name} ended with exit {code}: " + "".join(log[-1:])

    def interrupt(self) -> None:
        """End what runs, as Ctrl-C does: every target says how far it came."""
        self.interrupted = True
        for process in list(self.running):
            os.killpg(process.pid, signal.SIGINT)

    def run(self, show: Callable[[list[Progress]], None]) -> None:
        """Fuzz every target for its share of the time; calls `show` every now and then."""
        done = threading.Event()

        def work() -> None:
            with ThreadPoolExecutor(self.jobs) as pool:
                list(pool.map(self.fuzz, self.progress))
            done.set()

        worker = threading.Thread(target=work)
        worker.start()
        signal.signal(signal.SIGINT, lambda *_: self.interrupt())
        signal.signal(signal.SIGTERM, lambda *_: self.interrupt())
        while not done.wait(0.5):
            show(self.progress)
        worker.join()


class ProgressLine:
    """One live line on a terminal, a plain line every 10 s elsewhere, nothing if quiet."""

    def __init__(self, *, quiet: bool) -> None:
        self.quiet = quiet
        self.terminal = sys.stderr.isatty()
        self.begun = self.shown = time.monotonic()

    def show(self, progress: list[Progress]) -> None:
        now = time.monotonic()
        if self.quiet or (not self.terminal and now - self.shown < 10):
            return
        self.shown = now
        parts = [f"{one.target.name.removeprefix('fuzz_')} {one.executions:,}" for one in progress if one.executions]
        crashes = sum(len(one.crashes) for one in progress)
        text = f"{now - self.begun:.0f} s: {', '.join(parts) or 'starting'}; {crashes} crashes"
        print(
            f"\r\033[K{text[:150]}" if self.terminal else text,
            end="" if self.terminal else "\n",
            file=sys.stderr,
            flush=True,
        )

    def end(self) -> None:
        if self.terminal and not self.quiet:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
