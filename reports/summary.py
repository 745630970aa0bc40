"""summary.md: the run in Markdown, for the summary page of a CI job.

GitHub takes 1 MiB of it, so what does not fit is left out block by block, and said to be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reports import comparison_text, fuzzing
from reports.disagreements import Disagreement, disagreements
from reports.markdown import escape, fenced, shorten
from reports.results import Json, verdict

BYTES_MAX = 1_000_000
SHOWN_MAX = 50
TITLE_MAX = 300
CODE_MAX = 4_000
COUNTS = ("scripts", "cases", "passed", "known", "unexpected", "vanished", "inconclusive")


def cell(text: str) -> str:
    return escape(shorten(text, TITLE_MAX))


def table(results: Json) -> str:
    """Return the matrix in short: every implementation with its counts, or why it was skipped."""
    lines = ["| implementation | version | start | time | " + " | ".join(COUNTS) + " |"]
    lines.append("|---|---|---|---|" + "---:|" * len(COUNTS))
    for entry in results["implementations"]:
        words = [cell(entry[field]) for field in ("name", "version", "start_method", "time")]
        counts = [f"{entry[count]:,}" for count in COUNTS]
        if entry["skip_reason"]:
            counts = ["skipped: " + cell(entry["skip_reason"]), *[""] * (len(COUNTS) - 1)]
        lines.append("| " + " | ".join(words + counts) + " |")
    return "\n".join(lines)


def fuzz_table(results: Json) -> str:
    """Return the figures of each fuzz target; nothing if none ran."""
    rows = [
        [cell(target["name"]), *(f"{target[name]:,.0f}" for name in fuzzing.COLUMNS), f"{len(target['crashes']):,}"]
        for target in fuzzing.targets(results)
    ]
    heads = ["target", *(name.replace("_per_", "/") for name in fuzzing.COLUMNS), "crashes"]
    lines = [" | ".join(heads), "---|" + "---:|" * (len(heads) - 1), *(" | ".join(row) for row in rows)]
    return "\n".join(f"| {line} |" if "---" not in line else f"|{line}" for line in lines) if rows else ""


def crash(one: fuzzing.Crash) -> str:
    """Tell one crash of a fuzz target, with the line that repeats it."""
    parts = [f"## {cell(one.title)}", f"Input {cell(one.input)}."]
    return "\n\n".join([*parts, *(fenced(shorten(code, CODE_MAX)) for code in (one.text, one.replay) if code)])


def grouped(found: Iterable[Disagreement]) -> list[list[Disagreement]]:
    """Join what differs in its column only."""
    groups: dict[tuple[str, ...], list[Disagreement]] = {}
    for one in found:
        key = (one.verdict, one.clause, one.case, one.expected, one.observed, one.expectation)
        groups.setdefault(key, []).append(one)
    return list(groups.values())


def failure(group: list[Disagreement]) -> str:
    """Tell one failure, with the line that repeats it."""
    first = group[0]
    lines = [f"## {cell(first.title)}", "", f"Clause {cell(first.clause)}."]
    if len(group) > 1:
        lines += ["", "Also " + cell(", ".join(one.column for one in group[1:])) + "."]
    if first.reason:
        lines += ["", f"{cell(first.reason)}"]
    for code in (first.script, first.replay):
        lines += ["", fenced(shorten(code, CODE_MAX))] if code else []
    return "\n".join(lines)


def blocks(results: Json, comparison: Json | None) -> Iterator[str]:
    machine = results["machine"]
    where = f"{machine['kernel']}, {machine['libc']}, {machine['arch']}, {machine['cores']} cores"
    yield f"# Lockstep: {escape(verdict(results)[1])}"
    yield fenced(f"seed    {results['seed']}\ncommand {shorten(results['command'], CODE_MAX)}")
    yield f"{results['seconds']:.1f} s on Linux {cell(where)}."
    if results["implementations"] or not results["fuzz"]:
        yield table(results)
    yield fuzz_table(results)
    yield "\n".join(f"- error: {cell(error)}" for error in results["errors"][:SHOWN_MAX])
    if comparison is not None:
        yield comparison_text.markdown(comparison)
    yield from map(crash, fuzzing.crashes(results)[:SHOWN_MAX])
    found = disagreements(results)
    failures = grouped(one for one in found if one.failing)
    yield from map(failure, failures[:SHOWN_MAX])
    if len(failures) > SHOWN_MAX:
        yield f"{len(failures) - SHOWN_MAX} more are in index.html."
    for word in ("known", "flaky", "inconclusive"):
        count = len(grouped(one for one in found if one.verdict == word))
        if count:
            yield f"{count} {word}{' divergence' if word == 'known' else ''}{'s' if count > 1 else ''} in index.html."


def render(results: Json, comparison: Json | None = None, bytes_max: int = BYTES_MAX) -> str:
    """Return the whole file; the comparison is with the run's baseline."""
    kept: list[str] = []
    size = omitted = 0
    for block in filter(None, blocks(results, comparison)):
        length = len(block.encode(errors="backslashreplace")) + 2
        if size + length > bytes_max:
            omitted += 1
        else:
            kept.append(block)
            size += length
    if omitted:
        kept.append(f"{omitted} parts are left out, for length; index.html has them.")
    return "\n\n".join(kept) + "\n"
