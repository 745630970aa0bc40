"""Locks between processes that behave like those of :mod:`multiprocessing`.

``Lock``, ``RLock`` and ``get_context`` are used as multiprocessing's are. Where they behave differently, on
purpose, is told in the README beside their source.
"""

from lockstep._contexts import get_context
from lockstep._lockstep import Lock, RLock

__all__ = ["Lock", "RLock", "get_context"]
