"""A comparison for people: plain text for a terminal, Markdown for a job summary, sections for the page.

What several columns share is told once, with the columns in one line.
"""

from __future__ import annotations

from typing import Any

from reports.comparison import LISTS
from reports.markdown import escape, fenced, shorten
from reports.results import Json

TOLD_MAX = 500  # characters of a line
SHOWN_MAX = 60  # groups, and lines of other lists, in a job summary

HEADINGS = {
    "new": "new",
    "changed": "changed",
    "vanished": "foreseen divergences that went away",
    "fixed": "fixed",
    "not_run": "seen before, not run or not met this time",
}


def outcome(side: Json | None) -> str:
    if side is None:
        return ""
    named = f" ({side['expectation']})" if side["expectation"] else ""
    observed = f": {side['observed']}" if side["observed"] else ""
    return f"{side['verdict']}{named}{observed}"


def group(changes: list[Json]) -> list[Json]:
    """Join the changes that differ in their column only."""
    found: dict[Any, Json] = {}
    for change in changes:
        new, old = outcome(change["new"]), outcome(change["old"])
        expected = (change["new"] or change["old"])["expected"]
        key = (change["case"], change["clause"], old, new, expected, change["worse"], change["reason"])
        told = {"old": old, "new": new, "expected": expected, "columns": []}
        found.setdefault(key, {**change, **told})["columns"].append(change["column"])
    return sorted(found.values(), key=lambda one: (not one["worse"], one["case"], one["clause"], one["columns"]))


def sections(comparison: Json) -> list[Json]:
    """Return what changed as titled lists of groups, without the empty ones."""
    return [
        {"name": name, "title": f"{HEADINGS[name]}: {len(comparison[name])}", "groups": group(comparison[name])}
        for name in LISTS
        if comparison[name]
    ]


def implementation_lines(comparison: Json) -> list[str]:
    changes = comparison["implementations"]
    return [
        *(f"{column} appeared" for column in changes["appeared"]),
        *(f"{gone['column']} did not run: {gone['reason']}" for gone in changes["gone"]),
        *(
            f"{one['column']} is {one['new'] or 'of no version'}, was {one['old'] or 'of none'}"
            for one in changes["changed"]
        ),
    ]


def clause_lines(comparison: Json) -> list[str]:
    found: dict[tuple[str, str, str], list[str]] = {}
    for change in comparison["clauses"]:
        found.setdefault((change["clause"], change["old"], change["new"]), []).append(change["column"])
    return [f"{clause}: {old}, now {new} ({', '.join(names)})" for (clause, old, new), names in found.items()]


def sentence(comparison: Json) -> str:
    counted = {name: len(comparison[name]) for name in LISTS if comparison[name]}
    told = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counted.items())
    if comparison["worse"]:
        return f"Something got worse: {told or 'see below'}"
    return f"Nothing got worse: {told}" if told else "Nothing changed"


def run_line(side: Json) -> str:
    machine = side["machine"]
    edition = f", edition {side['edition']}" if side["edition"] else ""
    where = f"{machine['kernel']}, {machine['libc']}, {machine['arch']}, {machine['cores']} cores"
    return (
        f"{side['command']}  ({side['started']}, Lockstep {side['lockstep']}{edition}, Linux {where}; {side['file']})"
    )


def view(comparison: Json) -> Json:
    """Return what the page's template shows of a comparison."""
    return {
        "worse": comparison["worse"],
        "sentence": sentence(comparison),
        "old": run_line(comparison["old_run"]),
        "new": run_line(comparison["new_run"]),
        "remarks": comparison["remarks"],
        "sections": sections(comparison),
        "implementations": implementation_lines(comparison),
        "clauses": clause_lines(comparison),
    }


def group_lines(one: Json) -> list[str]:
    """Tell one group in a few lines: where, in which columns, what was and what is."""
    place = "  ".join(filter(None, (one["case"], one["clause"])))
    told = {"expected": one["expected"], "before": one["old"], "now": one["new"], "because": one["reason"]}
    lines = [place, f"  {', '.join(one['columns'])}"]
    lines += [f"  {name:9} {' '.join(text.split())}" for name, text in told.items() if text]
    lines += [f"  repeat    {one['replay']}"] if one["replay"] and one["worse"] else []
    return [shorten(line, TOLD_MAX) for line in lines]


def first(lines: list[str]) -> list[str]:
    """Return as many lines as a job summary takes, and how many more there are."""
    rest = len(lines) - SHOWN_MAX
    return [*lines[:SHOWN_MAX], *([f"{rest} more"] if rest > 0 else [])]


def printable(line: str) -> str:
    """Spell out what would steer a terminal, or has no UTF-8: a plug-in chooses its own messages."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in line)


def text(comparison: Json) -> str:
    """Return the comparison for a terminal."""
    shown = view(comparison)
    lines = [f"new  {shown['new']}", f"old  {shown['old']}", *shown["remarks"]]
    for section in shown["sections"]:
        lines += ["", section["title"].upper()]
        lines += [f"  {line}" for one in section["groups"] for line in group_lines(one)]
    for title in ("clauses", "implementations"):
        if shown[title]:
            lines += ["", title.upper(), *(f"  {line}" for line in shown[title])]
    return "\n".join(map(printable, [*lines, "", shown["sentence"], ""]))


def markdown(comparison: Json) -> str:
    """Return the comparison for a job summary."""
    shown = view(comparison)
    lines = [f"## {escape(shown['sentence'])}", "", f"Compared with {escape(shorten(shown['old'], TOLD_MAX))}.", ""]
    lines += [f"- {escape(shorten(remark, TOLD_MAX))}" for remark in shown["remarks"]]
    for section in shown["sections"]:
        blocks = ["\n".join(group_lines(one)) for one in section["groups"]]
        lines += ["", f"### {escape(section['title'].capitalize())}", "", fenced("\n\n".join(first(blocks)))]
    for title in ("clauses", "implementations"):
        if shown[title]:
            lines += [
                "",
                f"### {title.capitalize()}",
                "",
                *(f"- {escape(shorten(line, TOLD_MAX))}" for line in first(shown[title])),
            ]
    return "\n".join([*lines, ""])
