"""Who holds each lock of a trace, and since when: what the strips above the lanes of a timeline show."""

from __future__ import annotations

import re
from dataclasses import dataclass

from reports.bars import Bar, Slot

CALL = re.compile(r"(\w+)\.(acquire|release)\(")
DECLARED = re.compile(r"^\s*lock\s+(\w+)\s*=\s*(R?Lock)\(\)", re.MULTILINE)


@dataclass
class Hold:
    """An actor's time with a lock, from the return of its acquire to the return of the release; without end if none."""

    actor: str
    begin: Slot
    end: Slot | None = None


def holds(found: list[Bar], script: str) -> dict[str, list[Hold]]:
    """Follow the acquires and releases of a trace that succeeded.

    A Lock may be released by anyone; an RLock counts its owner's acquires. Where a broken lock lets two actors in, the
    strip shows the later one from then on, and both acquires stand in their lanes.
    """
    kinds = dict(DECLARED.findall(script))
    result: dict[str, list[Hold]] = {name: [] for name in kinds}
    depths = dict.fromkeys(kinds, 0)
    ended = [(bar.end, bar) for bar in found if bar.kind == "invoked" and bar.end is not None]
    for end, bar in sorted(ended, key=lambda entry: entry[0]):
        call = CALL.match(bar.text)
        if call is None or call[1] not in kinds:
            continue
        name, method = call[1], call[2]
        last = result[name][-1] if result[name] else None
        holder = last if last is not None and last.end is None else None
        if method == "acquire" and bar.outcome == "True":
            recursive = kinds[name] == "RLock" and holder is not None and holder.actor == bar.actor
            depths[name] = depths[name] + 1 if recursive else 1
            if not recursive:
                if holder is not None:
                    holder.end = end
                result[name].append(Hold(bar.actor, end))
        elif method == "release" and bar.outcome == "None" and holder is not None:
            depths[name] -= 1
            if depths[name] == 0:
                holder.end = end
    return result
