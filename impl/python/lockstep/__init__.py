"""Locks between processes that behave like those of :mod:`multiprocessing`.

``Lock``, ``RLock`` and ``get_context`` are used as multiprocessing's are; after ``install()`` multiprocessing itself
makes these locks. Where they behave differently, on purpose, is told in the README beside their source.
"""

import lockstep._support  # noqa: F401 - locks may need it when no file can be opened any more
from lockstep._contexts import get_context
from lockstep._install import install
from lockstep._lockstep import Lock, RLock

__all__ = ["Lock", "RLock", "get_context", "install"]
