"""Runs build.sh as OSS-Fuzz does."""

from __future__ import annotations

import contextlib
import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from fuzz.check_oss_fuzz.environment import Configuration, of_build, run
from fuzz.check_oss_fuzz.out import Out

PATIENCE_S = 3600.0


class NotBuilt(Exception):
    """build.sh failed; the message is the end of what it said."""


def link(checkout: Path, source: Path) -> Path:
    """Return the checkout as build.sh finds it: below $SRC."""
    source.mkdir(parents=True, exist_ok=True)
    place = source / "lockstep"
    if place.resolve() != checkout.resolve():  # or the checkout was moved since
        place.unlink(missing_ok=True)
        place.symlink_to(checkout)
    return place


def seen(checkout: Path) -> set[str]:
    """Return what lies in the checkout, but for the caches of tools that may run beside the build."""
    return {path.name for path in checkout.iterdir() if not path.name.startswith(".")}


@contextlib.contextmanager
def built(checkout: Path, configuration: Configuration, *, keep: bool = False) -> Iterator[Out]:
    """Yield the folder that build.sh filled, moved to where nothing of the build is known."""
    home = checkout / "build" / "oss-fuzz"
    place, work = link(checkout, home / "src"), home / str(configuration)  # kept, so that the next build is quick
    work.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix="out-", dir=home))
    try:
        out = scratch / "out"
        out.mkdir()
        script, before = checkout / "fuzz" / "oss-fuzz" / "build.sh", seen(checkout)
        with (home / "lock").open("w") as guard:
            fcntl.flock(guard, fcntl.LOCK_EX)  # Two checks at a time must not build in each other's way.
            code, said = run([str(script)], of_build(configuration, place.parent, out, work), PATIENCE_S, place)
        if code:
            raise NotBuilt(f"build.sh ended with {code}:\n" + "\n".join(said.splitlines()[-25:]))
        moved = Path(shutil.move(str(out), tempfile.mkdtemp(prefix="moved-", dir=scratch)))
        yield Out(moved, configuration, left=tuple(sorted(seen(checkout) - before)))
        if keep:
            print(f"{configuration}: kept in {moved}")
    finally:
        if not keep:
            shutil.rmtree(scratch)
