"""summary.md: the run in Markdown, short enough for the summary page of a CI job."""

from __future__ import annotations

import re

from reports.results import Json, exposed, title, verdict

SHOWN_MAX = 20


def escape(text: str) -> str:
    """Make a text safe inside a Markdown paragraph or table cell, on one line."""
    text = re.sub(r"([\\`*_{}\[\]()#+!|~$@>-])", r"\\\1", " ".join(text.split()))
    return text.replace("&", "&amp;").replace("<", "&lt;")


def fenced(text: str) -> str:
    """Put a text into a code block whose fence the text can't end."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text.rstrip()}\n{fence}"


def _table(results: Json) -> list[str]:
    columns = ("scripts", "cases", "passed", "known", "unexpected", "vanished", "inconclusive")
    lines = ["| implementation | version | start | time | " + " | ".join(columns) + " |"]
    lines.append("|---|---|---|---|" + "---:|" * len(columns))
    for entry in results["implementations"]:
        words = [escape(entry[field]) for field in ("name", "version", "start_method", "time")]
        if entry["skip_reason"]:
            cells = ["skipped: " + escape(entry["skip_reason"]), *[""] * (len(columns) - 1)]
        else:
            cells = [f"{entry[column]:,}" for column in columns]
        lines.append("| " + " | ".join(words + cells) + " |")
    return lines


def render(results: Json) -> str:
    """Return the whole file."""
    machine = results["machine"]
    lines = [f"# Lockstep: {escape(verdict(results)[1])}", ""]
    lines += [fenced(f"seed    {results['seed']}\ncommand {results['command']}"), ""]
    where = f"{machine['kernel']}, {machine['libc']}, {machine['arch']}, {machine['cores']} cores"
    lines += [f"{results['seconds']:.1f} s on Linux {escape(where)}.", "", *_table(results), ""]
    lines += [f"- error: {escape(error)}" for error in results["errors"]]
    shown = [divergence for divergence in results["divergences"] if exposed(divergence)]
    for divergence in shown[:SHOWN_MAX]:
        lines += [f"## {escape(title(divergence))}", "", f"Clause {escape(divergence['clause'])}.", ""]
        lines += [fenced(divergence["script"]), "", fenced(divergence["replay"]), ""]
    if len(shown) > SHOWN_MAX:
        lines += [f"{len(shown) - SHOWN_MAX} more are in index.html.", ""]
    known = len(results["divergences"]) - len(shown)
    if known:
        lines += [f"{known} known divergence{'s' if known > 1 else ''} in index.html.", ""]
    return "\n".join(lines)
