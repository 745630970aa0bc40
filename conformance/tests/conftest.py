"""A small catalogue with nothing wrong in it, for tests to break."""

from __future__ import annotations

from pathlib import Path

import pytest

CLAUSES = """\
schema = 1

[[clause]]
id = "lock.acquire.free"
level = "MUST"
text = "acquire() takes a free Lock."
since = "3.9"
until = "3.11"
anchor = "library/locks.html#acquire"
quote = "acquire() doesn't wait"

[[clause]]
id = "lock.hash"
level = "OBSERVED"
text = "A Lock is hashable."
source = "CPython Lib/multiprocessing/synchronize.py, SemLock"
"""
PAGE = "<style>b {}</style><p id='acquire'><code>acquire()</code>\n doesn\u2019t <em>wait</em> &amp; returns.</p>"
SCRIPT = "# A free Lock is taken.\nclause lock.acquire.free\nlock L = Lock()\nprocess P: a\n\na: L.acquire() -> True\n"
PYTHON = '"""A Lock is a key."""\n\nCLAUSES = ("lock.hash",)\n\n\ndef case(kit):\n    hash(kit.Lock())\n'
EXPECTATIONS = """\
extends = "cpython"

[[divergence]]
id = "X-PYPY-001"
clause = "*.hash"
observed = "*"
reason = "Its hash is another."
link = "https://example.org/issues/1"
"""


class Tree:
    """A checkout with a catalogue only."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.documentation = home / "html"
        self.write("html/library/locks.html", PAGE)
        self.write("conformance/clauses.toml", CLAUSES)
        self.write("conformance/cases/lock/free.lks", SCRIPT)
        self.write("conformance/cases/python/key.py", PYTHON)
        self.write("conformance/expectations/pypy.toml", EXPECTATIONS)

    def write(self, path: str, text: str) -> None:
        file = self.home / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a piece of a file that stands in it once."""
        text = (self.home / path).read_text(encoding="utf-8")
        if text.count(old) != 1:
            raise ValueError(f"{old!r} does not stand once in {path}")
        self.write(path, text.replace(old, new))


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path)
