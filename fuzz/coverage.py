"""How many lines the corpora reach: builds the targets with gcc's counters and replays what every run begins with.

``python -m fuzz.coverage`` prints a table of the folders below and, with ``--missing``, the lines that nothing reached.
Exit: 0 every folder has the share that is asked for, 1 one has less, 3 a build failed or a target fails.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from fuzz.building import build, run
from fuzz.targets import Target, all_targets, home

FOLDERS = ("impl/lock", "harness/script", "harness/judge", "harness/spec")
# Beside what is tested lie its tests, and what stands between programs for people only.
NOT_COUNTED = ("_test.cc", "_for_test.h", "judge/testing.cc", "judge/player.cc", "judge/player_lock.cc")

Lines = dict[str, dict[int, int]]  # a file's lines that have code, and how often each ran


def replay(folder: Path, targets: Sequence[Target], root: Path) -> None:
    for old in folder.rglob("*.gcda"):
        old.unlink()
    seeds = folder / "seeds"
    shutil.rmtree(seeds, ignore_errors=True)
    run([str(folder / "fuzz" / "fuzz_seeds"), str(seeds), str(root / "conformance" / "cases")], root)
    for target in targets:
        inputs = [path for path in (*target.kept, seeds / target.name) if path.is_dir()]
        run([str(folder / "fuzz" / target.name), *map(str, inputs)], root)


def lines_of(notes: Path, root: Path) -> Lines:
    told = json.loads(run(["gcov", "--json-format", "--stdout", str(notes)], notes.parent).stdout)
    found: Lines = {}
    for file in told["files"]:
        path = os.path.normpath(notes.parent / told["current_working_directory"] / file["file"])
        name = os.path.relpath(path, root)
        if name.startswith(FOLDERS) and not name.endswith(NOT_COUNTED):
            found[name] = {line["line_number"]: line["count"] for line in file["lines"]}
    return found


def gather(folder: Path, root: Path) -> Lines:
    """Add up the counters of all objects: a header's lines are in many.

    An object that no target links has no counters, only notes of its lines. These count as well: nothing reached them.
    """
    total: Lines = defaultdict(lambda: defaultdict(int))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(lambda path: lines_of(path, root), folder.rglob("*.gcno")):
            for name, lines in found.items():
                for number, count in lines.items():
                    total[name][number] += count
    return total


def ranges(numbers: Sequence[int]) -> str:
    """Spell 1, 2, 3, 7 as 1-3, 7."""
    parts: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if parts and parts[-1][1] == number - 1:
            parts[-1] = (parts[-1][0], number)
        else:
            parts.append((number, number))
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in parts)


def print_table(total: Lines, share_wanted: float, missing: bool) -> bool:
    """Print the share of each folder; return whether all have what is wanted."""
    enough = True
    print(f"{'folder':16} {'lines':>6} {'reached':>8}")
    for name in FOLDERS:
        files = {file: lines for file, lines in sorted(total.items()) if file.startswith(name + "/")}
        counts = [count for lines in files.values() for count in lines.values()]
        share = sum(count > 0 for count in counts) / max(1, len(counts))
        enough = enough and share >= share_wanted
        print(f"{name:16} {len(counts):6} {share:8.1%}")
        for file, lines in files.items() if missing else ():
            if unreached := [number for number, count in lines.items() if count == 0]:
                print(f"    {file}: {ranges(unreached)}")
    return enough


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m fuzz.coverage", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--missing", action="store_true", help="list the lines that nothing reached")
    parser.add_argument("--share", type=float, default=0.95, help="of the lines of each folder (default 0.95)")
    options = parser.parse_args(words)
    root = home()
    folder = build("coverage", ["fuzz_targets"], root)
    replay(folder, [target for target in all_targets(root) if (folder / "fuzz" / target.name).exists()], root)
    return 0 if print_table(gather(folder, root), options.share, options.missing) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
