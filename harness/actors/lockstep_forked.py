"""What a process made by a raw ``os.fork()`` must forget before it can start processes of its own.

multiprocessing keeps the process id of its fork server and waits for it before it uses it again; in a
forked child that is nobody's child, and ``Process.start()`` raises ChildProcessError. The step of the
script is a start, not a test of that.
"""

import os
import sys


def fork():
    """Return what ``os.fork()`` does; the child can start processes."""
    pid = os.fork()
    if pid == 0:
        forget_fork_server()
    return pid


def forget_fork_server():
    """Let the next start under ``forkserver`` begin a server of this process's own."""
    for name, module in list(sys.modules.items()):
        server = getattr(module, "_forkserver", None) if name.endswith(".forkserver") else None
        if server is not None and getattr(server, "_forkserver_pid", None) is not None:
            os.close(server._forkserver_alive_fd)
            server._forkserver_address = server._forkserver_alive_fd = server._forkserver_pid = None
