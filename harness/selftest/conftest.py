"""The peers of a test, and where the locks are found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from harness.selftest.peer import LOCKS, Peer


@pytest.fixture
def peers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., list[Peer]]]:
    monkeypatch.syspath_prepend(str(LOCKS))
    started: list[Peer] = []

    def start(count: int, lock: Any, method: str = "fork") -> list[Peer]:
        started.extend(Peer(method, lock) for _ in range(count))
        return started[-count:]

    yield start
    for peer in started:
        peer.close()
