"""Runs a program as ClusterFuzz does: in a minijail, which bubblewrap imitates here."""

from __future__ import annotations

import tempfile
from pathlib import Path

from fuzz.check_oss_fuzz.environment import of_run, run

LIBRARIES = ("/lib", "/lib64", "/usr/lib")


def in_sandbox(out: Path, program: str, arguments: list[str], seconds: float) -> tuple[int, str]:
    """Run a program of $OUT as process 1 of a system that has the C library, /proc, /tmp, three devices and no more.

    What of /usr/lib is Python's own is not there either, and /dev/shm is a plain folder, no memory file system.
    """
    with tempfile.TemporaryDirectory(prefix="lockstep-sandbox-") as shm, tempfile.TemporaryDirectory() as nothing:
        command = ["bwrap", "--unshare-pid", "--unshare-ipc", "--unshare-net", "--as-pid-1", "--die-with-parent"]
        for library in LIBRARIES:
            if Path(library).is_symlink():
                command += ["--symlink", str(Path(library).readlink()), library]
            elif Path(library).is_dir():
                command += ["--ro-bind", library, library]
        for python in sorted(Path("/usr/lib").glob("python3*")):
            command += ["--ro-bind", nothing, str(python)]
        for device in ("null", "random", "urandom"):
            command += ["--dev-bind", f"/dev/{device}", f"/dev/{device}"]
        command += ["--bind", shm, "/dev/shm", "--proc", "/proc", "--tmpfs", "/tmp"]  # noqa: S108 - the sandbox's
        command += ["--bind", str(out), "/out"]
        command += ["--chdir", "/out", "--clearenv"]
        for name, value in of_run(Path("/out")).items():
            command += ["--setenv", name, value]
        return run([*command, f"/out/{program}", *arguments], of_run(out), seconds)
