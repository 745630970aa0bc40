"""Runs build.sh as OSS-Fuzz does."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from fuzz.check_oss_fuzz.environment import Configuration, Missing, of_build, run

PATIENCE_S = 3600.0


@contextlib.contextmanager
def built(checkout: Path, configuration: Configuration, *, keep: bool = False) -> Iterator[Path]:
    """Yield the folder that build.sh filled, moved to where nothing of the build is known."""
    home = checkout / "build" / "oss-fuzz"
    source, work = home / "src", home / str(configuration)  # kept, so that the next build is quick
    for folder in (source, work):
        folder.mkdir(parents=True, exist_ok=True)
    if not (source / "lockstep").is_symlink():
        (source / "lockstep").symlink_to(checkout)
    scratch = Path(tempfile.mkdtemp(prefix="out-", dir=home))
    try:
        out = scratch / "out"
        out.mkdir()
        script = checkout / "fuzz" / "oss-fuzz" / "build.sh"
        code, said = run([str(script)], of_build(configuration, source, out, work), PATIENCE_S, source / "lockstep")
        if code:
            raise Missing(f"build.sh ended with {code}:\n" + "\n".join(said.splitlines()[-25:]))
        moved = Path(shutil.move(str(out), tempfile.mkdtemp(prefix="moved-", dir=scratch)))
        yield moved
        if keep:
            print(f"{configuration}: kept in {moved}")
    finally:
        if not keep:
            shutil.rmtree(scratch)
