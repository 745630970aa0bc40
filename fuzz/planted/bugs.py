"""The planted bugs: patches with a head that says what each one breaks and which target is to find it.

what: a release forgets the waiter          one sentence
target: fuzz_reference                      the fuzz target that finds it
needs: 3 actors                             "3 actors", "2 preemptions", or "nothing" that is hard to come by
--- a/impl/lock/lock.h                      the patch, as git makes it
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
AREAS = {
    "reference": ("impl/lock/", "impl/platform/", "impl/python/"),
    "checker": ("harness/judge/", "harness/spec/"),
    "parser": ("harness/script/", "harness/model/"),
    "shim": ("harness/shim/", "harness/actors/"),
    "scheduler": ("harness/cell/", "harness/processes/"),
}
NEEDS = ("nothing", "2 preemptions", "3 actors")
CHANGED_MAX = 6


class PatchError(Exception):
    """A patch that does not say what a planted bug has to say."""


@dataclass(frozen=True)
class Bug:
    area: str
    name: str
    path: Path
    what: str
    target: str
    needs: str
    files: tuple[str, ...]  # that the patch changes
    changed: int  # lines: those taken away or those put in their place, whichever are more

    @property
    def deep(self) -> bool:
        return self.needs != "nothing"


def read(path: Path) -> Bug:
    """Read a patch. Raises PatchError, with the file's name, if its head or its size is wrong."""
    head, found, diff = path.read_text(encoding="utf-8").partition("--- ")
    if not found:
        raise PatchError(f"{path}: no patch in it")
    said = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
    if list(said) != ["what", "target", "needs"]:
        raise PatchError(f"{path}: expected a head of what, target and needs")
    if said["needs"] not in NEEDS:
        raise PatchError(f"{path}: expected needs to be one of {', '.join(NEEDS)}")
    lines = ["--- ", *diff.splitlines()]
    added = sum(line.startswith("+") and not line.startswith("+++ ") for line in lines)
    removed = sum(line.startswith("-") and not line.startswith("--- ") for line in lines)
    files = tuple(line.removeprefix("+++ b/") for line in lines if line.startswith("+++ b/"))
    area = path.parent.name
    if not files or not all(name.startswith(AREAS.get(area, ("?",))) for name in files):
        raise PatchError(f"{path}: expected a patch of the folders of its area")
    if not 1 <= max(added, removed) <= CHANGED_MAX:
        raise PatchError(f"{path}: expected 1 to {CHANGED_MAX} changed lines, not {max(added, removed)}")
    return Bug(area, path.stem, path, said["what"], said["target"], said["needs"], files, max(added, removed))


def all_bugs(folder: Path = HERE) -> list[Bug]:
    """Return every bug, in the order of the areas and then of the names."""
    order = list(AREAS)
    found = [read(path) for path in sorted(folder.glob("*/*.patch"))]
    return sorted(found, key=lambda bug: (order.index(bug.area), bug.name))
