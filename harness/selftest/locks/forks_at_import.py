"""Broken: its import forks, and the child goes on as if it were its parent."""

import os
from multiprocessing import Lock, RLock

__all__ = ["Lock", "RLock"]

os.fork()
