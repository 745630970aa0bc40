"""Correct, but unusual: a server process keeps the locks, and its clients ask it for them.

The first Lock starts the server, which is this file run as a program. It ends when the process that started it does: it
sees the end of a pipe that nobody else keeps open. Each call is a connection of its own. A waiter is told when the lock
is freed, and asks again; it is not handed the lock, for it may be stopped or dead by then.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

LONGEST_WAIT = 3600.0  # of one wait, in seconds; there are timeouts that no system call takes


class Entry:
    """What the server knows of one lock."""

    def __init__(self) -> None:
        self.held = False
        self.waiters: set[socket.socket] = set()


class Server:
    def __init__(self, listener: socket.socket, lifeline: int) -> None:
        self._listener = listener
        self._lifeline = lifeline
        self._locks: list[Entry] = []
        self._selector = selectors.DefaultSelector()
        self._selector.register(listener, selectors.EVENT_READ)
        self._selector.register(lifeline, selectors.EVENT_READ)

    def serve(self) -> None:
        while True:
            for key, _ in self._selector.select():
                if key.fileobj == self._lifeline:
                    return
                if key.fileobj is self._listener:
                    self._selector.register(self._listener.accept()[0], selectors.EVENT_READ)
                else:
                    self._serve_client(key.fileobj)

    def _serve_client(self, client: Any) -> None:
        request, _, number = receive(client).partition(" ")
        if request == "new":
            self._locks.append(Entry())
            send(client, str(len(self._locks) - 1))
        elif request == "acquire":
            send(client, self._acquire(self._locks[int(number)], client))
        elif request == "release":
            send(client, self._release(self._locks[int(number)]))
        else:
            self._selector.unregister(client)
            client.close()
            for lock in self._locks:
                lock.waiters.discard(client)

    @staticmethod
    def _acquire(lock: Entry, client: socket.socket) -> str:
        if lock.held:
            lock.waiters.add(client)
            return "held"
        lock.held = True
        return "granted"

    @staticmethod
    def _release(lock: Entry) -> str:
        if not lock.held:
            return "not held"
        lock.held = False
        for waiter in lock.waiters:
            send(waiter, "freed")
        lock.waiters.clear()
        return "released"


def send(connection: socket.socket, message: str) -> None:
    with contextlib.suppress(ConnectionError):  # whoever is gone is noticed by the next receive()
        connection.send(message.encode())


def receive(connection: socket.socket) -> str:
    """One message; nothing if the other side is gone."""
    try:
        return connection.recv(64).decode()
    except ConnectionError:
        return ""


class Connections:
    """The client's side of one server, started by the process that makes the first Lock."""

    def __init__(self) -> None:
        self.address = f"\0socket_server_lock-{secrets.token_hex(8)}"
        lifeline, self._keep_alive = os.pipe()
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
            listener.bind(self.address)
            listener.listen(128)
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(listener.fileno()), str(lifeline)],
                pass_fds=(listener.fileno(), lifeline),
                stdin=subprocess.DEVNULL,
            )
        os.close(lifeline)
        os.register_at_fork(after_in_child=lambda: os.close(self._keep_alive))


_open: set[socket.socket] = set()  # not for a forked child: the server is to see the end of its parent's
_started: list[Connections] = []


def _close_in_child() -> None:
    for connection in _open:
        connection.close()
    _open.clear()


os.register_at_fork(after_in_child=_close_in_child)


class Lock:
    def __init__(self) -> None:
        if not _started:
            _started.append(Connections())
        self._address = _started[0].address
        with self._connection() as connection:
            self._number = self._ask(connection, "new")

    @contextlib.contextmanager
    def _connection(self) -> Iterator[socket.socket]:
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection:
            _open.add(connection)
            try:
                connection.connect(self._address)
                yield connection
            finally:
                _open.discard(connection)

    def _ask(self, connection: socket.socket, request: str) -> str:
        connection.settimeout(None)
        send(connection, request)
        answer = receive(connection)
        while answer == "freed":  # too late for the wait before
            answer = receive(connection)
        if not answer:
            raise ConnectionError("the lock server has ended")
        return answer

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        deadline = None if timeout is None else time.monotonic() + max(0.0, timeout)
        with self._connection() as connection:
            while self._ask(connection, f"acquire {self._number}") != "granted":
                remaining = LONGEST_WAIT if deadline is None else deadline - time.monotonic()
                if not block or not remaining > 0:
                    return False
                connection.settimeout(None if deadline is None else min(remaining, LONGEST_WAIT))
                with contextlib.suppress(socket.timeout):
                    receive(connection)
        return True

    def release(self) -> None:
        with self._connection() as connection:
            if self._ask(connection, f"release {self._number}") != "released":
                raise ValueError("semaphore or lock released too many times")

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()


class RLock:
    """Recursive, on top of Lock. What a process notes here is its own: a forked child's pid is another."""

    def __init__(self) -> None:
        self.__setstate__(Lock())

    def __getstate__(self) -> Lock:
        return self._lock

    def __setstate__(self, lock: Lock) -> None:
        self._lock = lock
        self._owner: tuple[int, threading.Thread] | None = None
        self._depth = 0

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        caller = os.getpid(), threading.current_thread()
        if self._owner != caller:
            if not self._lock.acquire(block, timeout):
                return False
            self._owner, self._depth = caller, 0
        self._depth += 1
        return True

    def release(self) -> None:
        if self._owner != (os.getpid(), threading.current_thread()):
            raise AssertionError("attempt to release recursive lock not owned by thread")
        self._depth -= 1
        if self._depth == 0:
            self._owner = None
            self._lock.release()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's; the client decides
    Server(socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2])).serve()
