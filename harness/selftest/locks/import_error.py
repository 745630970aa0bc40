"""Broken: its import fails, as that of a lock whose extension module was never built."""

from _a_module_that_nobody_has_built import Lock, RLock  # type: ignore[import-not-found]

__all__ = ["Lock", "RLock"]
