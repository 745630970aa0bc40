"""Runs a program as ClusterFuzz does: in a minijail, which bubblewrap imitates here."""

from __future__ import annotations

import tempfile
from pathlib import Path

from fuzz.check_oss_fuzz.environment import of_run, run
from fuzz.python_files import EVERYWHERE

SYSTEM = Path("/lib/x86_64-linux-gnu")
LOADER = Path("/lib64/ld-linux-x86-64.so.2")


def in_sandbox(out: Path, program: str, arguments: list[str], seconds: float) -> tuple[int, str]:
    """Run a program of $OUT as process 1 of a system that has the C library, /proc, /tmp, three devices and no more.

    /dev/shm is a plain folder, no memory file system: one beside $OUT, since /tmp may be such a file system.
    """
    with tempfile.TemporaryDirectory(prefix="shm-", dir=out.parent) as shm:
        command = ["bwrap", "--unshare-pid", "--unshare-ipc", "--unshare-net", "--as-pid-1", "--die-with-parent"]
        libraries = [path for path in SYSTEM.iterdir() if EVERYWHERE.match(path.name)]
        for library in [LOADER, *sorted(libraries)]:
            command += ["--ro-bind", str(library.resolve()), str(library)]
        for device in ("null", "random", "urandom"):
            command += ["--dev-bind", f"/dev/{device}", f"/dev/{device}"]
        command += ["--bind", shm, "/dev/shm", "--proc", "/proc", "--tmpfs", "/tmp"]  # noqa: S108 - the sandbox's
        command += ["--bind", str(out), "/out"]
        command += ["--chdir", "/out", "--clearenv"]
        for name, value in of_run(Path("/out")).items():
            command += ["--setenv", name, value]
        return run([*command, f"/out/{program}", *arguments], of_run(out), seconds, out)
