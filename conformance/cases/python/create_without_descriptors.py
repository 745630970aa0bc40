"""Where the system gives no file descriptor, a lock is not created: OSError with the system's number, or it is."""

import os
import resource

CLAUSES = ("sync.create.errors",)


def case(kit):
    kit.expect("Lock().acquire()", lambda: kit.Lock().acquire(), "True")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    used = os.open(os.devnull, os.O_RDONLY)
    os.close(used)
    resource.setrlimit(resource.RLIMIT_NOFILE, (used, hard))
    refused = 'raises OSError("[Errno 24] Too many open files")'
    kit.expect("Lock().acquire() without descriptors", lambda: kit.Lock().acquire(), refused, "True")
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    kit.expect("Lock().acquire() again", lambda: kit.Lock().acquire(), "True")
