"""Processes that make calls of a lock on request, for the tests of the locks in `locks/`."""

from __future__ import annotations

import importlib
import multiprocessing
import multiprocessing.connection
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

LOCKS = Path(__file__).parent / "locks"
PATIENCE = 60.0  # seconds; only a failing test waits for so long


class PeerDied(Exception):
    """A peer ended inside a call."""


def serve(pipe: Any, lock: Any) -> None:
    """Make the calls that come through the pipe: in the main thread for 0, else in a new one."""
    while True:
        thread, method, arguments = pipe.recv()
        answer: list[Any] = []
        pipe.send("begun")
        if thread == 0:
            call(lock, method, arguments, answer)
        else:
            other = threading.Thread(target=call, args=(lock, method, arguments, answer))
            other.start()
            other.join()
        pipe.send(answer[0])


def call(lock: Any, method: str, arguments: tuple[Any, ...], answer: list[Any]) -> None:
    try:
        answer.append(getattr(lock, method)(*arguments))
    except Exception as error:
        answer.append(type(error))


class Peer:
    """A process that makes calls of one lock, one at a time."""

    def __init__(self, method: str, lock: Any) -> None:
        context: Any = multiprocessing.get_context(method)
        self.lock = lock  # a spawned process finds the semaphores of multiprocessing only while somebody keeps them
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=serve, args=(theirs, lock), daemon=True)
        self.process.start()
        theirs.close()

    def start(self, method: str, *arguments: Any, thread: int = 0) -> None:
        self.pipe.send((thread, method, arguments))
        self.receive()  # it has begun

    def receive(self) -> Any:
        if not self.pipe.poll(PATIENCE):
            raise TimeoutError("the call did not return")
        try:
            return self.pipe.recv()
        except (EOFError, ConnectionResetError):
            raise PeerDied from None

    def __call__(self, method: str, *arguments: Any, thread: int = 0) -> Any:
        self.start(method, *arguments, thread=thread)
        return self.receive()

    def until(self, fact: Callable[[list[str]], bool]) -> None:
        """Wait until the system call of the peer's main thread, as the kernel shows it, has this property."""
        deadline = time.monotonic() + PATIENCE
        while not fact(Path(f"/proc/{self.process.pid}/syscall").read_text().split()):
            if time.monotonic() > deadline:
                raise TimeoutError("never seen")

    def cpu_ticks(self) -> int:
        """Field 14 of stat, the ticks in user mode."""
        return int(Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()[11])

    def close(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


def make(module: str, kind: str = "Lock") -> Any:
    return getattr(importlib.import_module(module), kind)()


def wait_for_one(peers: list[Peer]) -> list[Peer]:
    ready = multiprocessing.connection.wait([peer.pipe for peer in peers], PATIENCE)
    return [peer for peer in peers if peer.pipe in ready]
