"""Files that went wrong on the way: each reader of results takes them, or refuses them in one line with exit code 2.

The files are sound results with a few things changed in them at random, from a fixed seed.
"""

from __future__ import annotations

import copy
import json
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from reports import __main__ as report
from reports import compare, merge
from reports.results import Json
from reports.tests.comparing.samples import case, divergence, results

# So many find what a reader forgot, in some seconds.
FILES = 300
REPORTS = 60

ODD: list[Any] = [
    *(None, True, False, 0, -1, 1, 2**31, 10**30, 0.5, 1e308, -1e-320, [], {}, [[]], {"": None}),
    *("", " ", "x", "\0", "\ud800", "<b>&'\"", "a\nb", "../../x", "%s {0} {x}", "pass", "vanished", "x fork real"),
    *("https://example.org", "2026-01-01T00:00:00Z", "--shard 1/0", "--shard 9/2 --seed 99999999999999999999"),
]

Place = tuple[Any, Any]


def places(part: Any) -> Iterator[Place]:
    """Yield every container in a piece of JSON with each of its keys or indices."""
    keys: list[Any] = list(part) if isinstance(part, dict) else list(range(len(part))) if isinstance(part, list) else []
    for key in keys:
        yield part, key
        yield from places(part[key])


def alike(value: Any, rng: random.Random) -> Any:
    """Return another value of the same type: one that a schema may let pass."""
    same = [odd for odd in ODD if type(odd) is type(value)]
    return rng.choice(same) if same else value


def change(document: Json, rng: random.Random) -> None:
    found = list(places(document))
    part, key = rng.choice(found)
    other, other_key = rng.choice(found)
    kind = rng.randrange(8)
    if kind == 0:
        del part[key]
    elif kind == 1:
        part[key] = copy.deepcopy(rng.choice(ODD))
    elif kind == 2:
        part[key] = copy.deepcopy(other[other_key])
    elif kind == 3 and isinstance(part, list):
        part.insert(key, copy.deepcopy(part[key]))
    elif kind == 4 and isinstance(part, dict):
        part[rng.choice(["", "x", "cpython fork", "a b c d"])] = part.pop(key)
    else:
        part[key] = copy.deepcopy(alike(part[key], rng))


def spoil(text: str, rng: random.Random) -> str:
    """Cut, repeat or overwrite a piece of the text."""
    at = rng.randrange(len(text))
    pieces = ["", "[" * 5000, "{}", ",", "NaN", '"', "\0", "é", "1e999", text[at : at + 40]]
    return text[:at] + rng.choice(pieces) + ("" if rng.random() < 0.5 else text[at + rng.randrange(3) :])


def sound(rng: random.Random, who: str) -> Json:
    columns = [f"{who}_{start}" for start in rng.sample(["fork", "spawn", "forkserver"], 2)]
    words = ["pass", "fail", "known", "flaky", "skipped", "inconclusive", "vanished", "hang"]
    cases = [case(name, **{column: rng.choice(words) for column in columns}) for name in ("lock/a", "python/b")]
    return results(cases, [divergence(who), divergence(who, kind="vanished", expectation="X-1")])


def write_hostile(path: Path, rng: random.Random, who: str = "x") -> None:
    document = sound(rng, who)
    for _ in range(rng.randrange(4)):
        change(document, rng)
    text = json.dumps(document)
    for _ in range(rng.randrange(4) // 3):
        text = spoil(text, rng)
    path.write_text(text, encoding="utf-8", errors="surrogatepass")


def check(main: Callable[[], int], capsys: pytest.CaptureFixture[str]) -> int:
    code = main()
    complaint = capsys.readouterr().err
    assert code in (0, 1, 2)
    assert code != 2 or complaint.count("\n") == 1, complaint
    return code


def test_results_are_compared_and_merged_or_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rng = random.Random(1)
    codes = set()
    one, other, out = (str(tmp_path / name) for name in ("one.json", "other.json", "out.json"))
    for _ in range(FILES):
        write_hostile(Path(one), rng)
        write_hostile(Path(other), rng, rng.choice("xy"))
        codes.add(("compare", check(lambda: compare.main([one, other, "--json", out, "--markdown", out]), capsys)))
        codes.add(("merge", check(lambda: merge.main([out, one, other]), capsys)))
    assert codes == {("compare", 0), ("compare", 1), ("compare", 2), ("merge", 0), ("merge", 2)}


def test_a_report_is_written_or_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(2)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.setattr(sys, "argv", ["reports", str(tmp_path)])
    codes = set()
    for _ in range(REPORTS):
        write_hostile(tmp_path / "results.json", rng)
        codes.add(check(report.main, capsys))
    assert codes == {0, 2}
