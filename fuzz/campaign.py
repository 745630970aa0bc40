"""A fuzzing run: all targets share its time, so many at once as there are jobs."""

from __future__ import annotations

import shlex
import signal
import time
from collections.abc import Sequence
from pathlib import Path

from fuzz import results
from fuzz.job import Job
from fuzz.progress import ProgressLine, story, table
from fuzz.targets import Target

POLL_S = 0.2
GRACE_S = 10  # between asking a fuzzer to end and ending it


class Campaign:
    def __init__(self, targets: Sequence[Target], folder: Path, seed: int, seconds: float, jobs: int) -> None:
        rounds = -(-len(targets) // jobs)
        share = max(1, round(seconds / rounds))
        self.jobs = [Job(target, folder.absolute(), seed, share) for target in targets]
        self.seed = seed
        self._at_once = jobs
        self._folder = folder
        self._interrupted_at: float | None = None

    def run(self, words: Sequence[str], *, quiet: bool) -> int:
        """Fuzz, write results.json, and tell what came of it. Returns the exit code."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._interrupt)
        begun, started = time.monotonic(), results.utc_now()
        try:
            self._run_jobs(ProgressLine(quiet=quiet))
        finally:
            for job in self.jobs:
                job.kill()
        run = results.Run(
            seed=self.seed,
            command=shlex.join(["./run_tests.py", "fuzz", *words]),
            started=started,
            seconds=round(time.monotonic() - begun, 3),
            interrupted=self._interrupted_at is not None,
        )
        results.write(results.results(run, self.jobs), self._folder)
        return self._tell()

    def _interrupt(self, *_: object) -> None:
        self._interrupted_at = self._interrupted_at or time.monotonic()

    def _run_jobs(self, progress: ProgressLine) -> None:
        waiting = list(self.jobs)
        while any(job.running for job in self.jobs) or (waiting and self._interrupted_at is None):
            while waiting and self._interrupted_at is None and self._running() < self._at_once:
                waiting.pop(0).start()
            if self._interrupted_at is not None:
                for job in self.jobs:
                    job.stop()
                if time.monotonic() - self._interrupted_at > GRACE_S:
                    break
            time.sleep(POLL_S)
            for job in self.jobs:
                job.poll()
            progress.show(self.jobs)
        progress.clear()

    def _running(self) -> int:
        return sum(job.running for job in self.jobs)

    def _tell(self) -> int:
        crashes = [crash for job in self.jobs for crash in job.crashes]
        errors = [job.error for job in self.jobs if job.error]
        print(table(self.jobs))
        for crash in crashes:
            print(f"\n{story(crash)}")
        for error in errors:
            print(f"\n{error}")
        if self._interrupted_at is not None:
            return 130
        return 1 if crashes else 3 if errors else 0
