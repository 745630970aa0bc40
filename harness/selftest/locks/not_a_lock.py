"""Broken: a module with neither Lock nor RLock. It can't take part, and the reason must be said."""

from __future__ import annotations


class Mutex:
    """A good name for a lock, but not the one that is looked for."""

    def acquire(self) -> bool:
        return True

    def release(self) -> None:
        pass
