"""The command lines of runs that were merged: which samples they replayed, and which shards of them.

A merged run's command names every shard that is in it, until all are: then it is that of the whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

JOINED = " && "
SHARD = re.compile(r" --shard[ =](\d+)/(\d+)")
REPORT = re.compile(r" --report[ =]\S+")

SEED = re.compile(r" --seed[ =](\d+)")

# Of a sample: (2, 8) is the second of eight parts, (1, 1) the whole.
Shards = set[tuple[int, int]]

# The shards of each sample, which goes by its command without them.
Samples = dict[str, Shards]


def samples(command: str) -> Samples:
    """Return what a command line, of one run or merged, says was replayed."""
    found: Samples = {}
    for part in command.split(JOINED):
        shards = {(int(index), int(count)) for index, count in SHARD.findall(part)} or {(1, 1)}
        found.setdefault(REPORT.sub("", SHARD.sub("", part)), set()).update(shards)
    return found


def seed(command: str, otherwise: int) -> int:
    """Return the seed that a command names; without one it is that of the run's results."""
    found = SEED.search(command)
    return int(found[1]) if found else otherwise


def overlapping(some: Shards, others: Shards) -> bool:
    """Tell whether two sets of shards of one sample may hold the same scripts; splits in different counts may."""
    return bool(some & others) or len({count for _, count in some | others}) > 1


def spell(command: str, shards: Shards) -> str:
    counts = {count for _, count in shards}
    if len(counts) == 1 and len(shards) == counts.pop():
        return command
    return command + "".join(f" --shard {index}/{count}" for index, count in sorted(shards))


def join(commands: Iterable[str]) -> str:
    """Return the command line of a merged run."""
    found: Samples = {}
    for command in commands:
        for sample, shards in samples(command).items():
            found.setdefault(sample, set()).update(shards)
    return JOINED.join(spell(sample, found[sample]) for sample in sorted(found))
