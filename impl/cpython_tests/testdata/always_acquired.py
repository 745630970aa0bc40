"""A replacement with a planted defect: a lock that can't be had in time is said to be had."""

import _multiprocessing


class SemLock(_multiprocessing.SemLock):
    def acquire(self, block=True, timeout=None):
        super().acquire(block, timeout)
        return True


def install():
    _multiprocessing.SemLock = SemLock
