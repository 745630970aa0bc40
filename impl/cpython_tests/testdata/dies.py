"""A replacement with a planted defect: it takes the process with it."""

import _multiprocessing
import os


class SemLock(_multiprocessing.SemLock):
    def release(self):
        os.abort()


def install():
    _multiprocessing.SemLock = SemLock
