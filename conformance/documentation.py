"""Python's documentation in HTML, as Debian's python3.11-doc installs it: the anchors and the text of a page."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

FOLDER = Path("/usr/share/doc/python3.11/html")

_PLAIN_QUOTES = str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")


def normalize(text: str) -> str:
    """Make two ways to write the same sentence equal: white space and typographic quotation marks."""
    return " ".join(text.translate(_PLAIN_QUOTES).split())


@dataclass(frozen=True)
class Page:
    """One page of the documentation."""

    text: str
    anchors: frozenset[str]

    def says(self, quotation: str) -> bool:
        return normalize(quotation) in self.text


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.anchors: set[str] = set()
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in {"script", "style"}
        self.anchors.update(value for name, value in attrs if name == "id" and value)

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.text.append(data)


class Documentation:
    """The pages below a folder, each read once."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.folder = folder
        self.page = functools.cache(self._read)

    def is_there(self) -> bool:
        return self.folder.is_dir()

    def _read(self, path: str) -> Page | None:
        """Return a page such as library/threading.html, or None if there is none."""
        file = self.folder / path
        if not file.is_file():
            return None
        reader = _Reader()
        reader.feed(file.read_text(encoding="utf-8", errors="replace"))
        return Page(normalize("".join(reader.text)), frozenset(reader.anchors))
