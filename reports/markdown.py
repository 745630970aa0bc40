"""Text that Markdown can't take for its own, and a bound on how much of it there is."""

from __future__ import annotations

import re


def escape(text: str) -> str:
    """Make a text safe inside a Markdown paragraph or table cell, on one line."""
    text = re.sub(r"([\\`*_{}\[\]()#+!|~$@>-])", r"\\\1", " ".join(text.split()))
    return text.replace("&", "&amp;").replace("<", "&lt;")


def fenced(text: str) -> str:
    """Put a text into a code block whose fence the text can't end."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text.rstrip()}\n{fence}"


def shorten(text: str, characters_max: int) -> str:
    """Cut a text that is too long to show."""
    return text if len(text) <= characters_max else text[:characters_max] + " ..."
