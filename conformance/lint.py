"""The rules of the conformance catalogue: ``python -m conformance.lint`` prints a line for each that is broken.

Every check reads a catalogue and yields problems. Exit code 0, or 2 if there is one. What can't be checked
goes to stderr.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from conformance.catalogue import Case, Catalogue, Clause, Problem, load
from conformance.documentation import Documentation

HOME = Path(__file__).resolve().parents[1]

LEVELS = ("MUST", "SHOULD", "MAY", "OBSERVED")
KINDS = ("lock", "rlock", "threading.lock", "threading.rlock", "sync")
CLAUSE_ID = re.compile(rf"(?:{'|'.join(map(re.escape, KINDS))})(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)+")
CASE_NAME = re.compile(r"[a-z]+/[a-z0-9]+(?:[-_][a-z0-9]+)*")
EXPECTATION_ID = re.compile(r"X(?:-[A-Z0-9]+)+-\d{3}")
EDITION = re.compile(r"3\.(\d+)")
URL = re.compile(r"https?://[\w.-]+\.[a-z]+(?:/\S*)?")
UNWRITTEN = re.compile(r"\W*(?:TO" + r"DO\b.*)?", re.DOTALL)


def matches(glob: str, text: str) -> bool:
    """Tell whether a text matches a pattern of an expectation file, in which * stands for any text."""
    return re.fullmatch(".*".join(map(re.escape, glob.split("*"))), text) is not None


def check_clauses(catalogue: Catalogue) -> Iterator[Problem]:
    """Each clause is well-formed, and says where it comes from."""
    seen: dict[str, Clause] = {}
    for clause in catalogue.clauses:
        for what in _wrong_with(clause):
            yield Problem(clause.file, clause.line, what)
        first = seen.setdefault(clause.id, clause)
        if first is not clause:
            yield Problem(clause.file, clause.line, f"{clause.id} again, expected an id not used on line {first.line}")


def _wrong_with(clause: Clause) -> Iterator[str]:
    name = clause.id or "a clause"
    if not CLAUSE_ID.fullmatch(clause.id):
        yield f'id = "{clause.id}", expected one such as lock.acquire.timeout-negative'
    if clause.level not in LEVELS:
        yield f'{name} has level "{clause.level}", expected one of {", ".join(LEVELS)}'
    if not clause.text.endswith("."):
        yield f"{name} has no text, expected a sentence"
    for key in clause.unknown_keys:
        yield f"{name} has a key {key}, which no clause has"
    yield from _wrong_editions(clause, name)
    if clause.level == "OBSERVED":
        if not clause.source or clause.anchor or clause.quote:
            yield f"{name} is OBSERVED, expected a source instead of anchor and quote"
    elif not clause.anchor or not clause.quote or clause.source:
        yield f"{name} is {clause.level}, expected an anchor and a quote instead of a source"


def _wrong_editions(clause: Clause, name: str) -> Iterator[str]:
    editions = {"since": clause.since, "until": clause.until, "quoted_from": clause.quoted_from}
    wrong = [key for key, edition in editions.items() if edition and not EDITION.fullmatch(edition)]
    for key in wrong:
        yield f'{name} has {key} = "{editions[key]}", expected an edition such as 3.12'
    if not wrong and clause.since and clause.until and _minor(clause.since) > _minor(clause.until):
        yield f"{name} holds since {clause.since} until {clause.until}, expected no later a since"


def _minor(edition: str) -> int:
    return int(edition.partition(".")[2])


def check_quotations(catalogue: Catalogue, documentation: Documentation) -> Iterator[Problem]:
    """The documentation has each anchor, and says each quotation on the anchor's page."""
    for clause in catalogue.clauses:
        if not clause.anchor or clause.quoted_from:
            continue
        path, _, anchor = clause.anchor.partition("#")
        page = documentation.page(path)
        if page is None:
            yield Problem(
                clause.file, clause.line, f"{clause.id}: no page {path}, expected one of {documentation.folder}"
            )
            continue
        if anchor not in page.anchors:
            yield Problem(
                clause.file, clause.line, f"{clause.id}: no anchor #{anchor} in {path}, expected one that is there"
            )
        if not page.says(clause.quote):
            yield Problem(
                clause.file, clause.line, f'{clause.id}: {path} does not say "{clause.quote}", expected a quotation'
            )


def check_cases(catalogue: Catalogue) -> Iterator[Problem]:
    """Each case has a name, a title of its own, and clauses that are known and hold together in some edition."""
    known = {clause.id: clause for clause in catalogue.clauses}
    titles: dict[str, Case] = {}
    for case in catalogue.cases:
        if not CASE_NAME.fullmatch(case.name):
            yield Problem(
                case.file, 1, f"a case called {case.name}, expected small letters and digits, joined by - or _"
            )
        if not case.title.endswith("."):
            yield Problem(case.file, 1, "no title, expected one sentence on the first line, ended by a full stop")
        elif titles.setdefault(case.title, case) is not case:
            yield Problem(case.file, 1, f"the title of {titles[case.title].name}, expected one of its own")
        if not case.clauses:
            yield Problem(case.file, 1, "no clause, expected one or more that the case tests")
        for line, clause in case.clauses:
            if clause not in known:
                yield Problem(case.file, line, f"unknown clause {clause}, expected one of conformance/clauses.toml")
        held = [known[clause] for _, clause in case.clauses if clause in known]
        since = max((_minor(clause.since) for clause in held if EDITION.fullmatch(clause.since)), default=0)
        until = min((_minor(clause.until) for clause in held if EDITION.fullmatch(clause.until)), default=since)
        if since > until:
            yield Problem(case.file, 1, "no edition in which all its clauses hold, expected one")
        if not case.runnable:
            yield Problem(case.file, 1, "no function case(kit), expected one")


def check_coverage(catalogue: Catalogue) -> Iterator[Problem]:
    """Each clause has a case."""
    tested = {clause for case in catalogue.cases for _, clause in case.clauses}
    for clause in catalogue.clauses:
        if clause.id not in tested:
            yield Problem(clause.file, clause.line, f"{clause.id}, {clause.level}, has no case, expected one or more")


def check_expectations(catalogue: Catalogue) -> Iterator[Problem]:
    """Each expectation has an id of its own and a reason, and is about something."""
    clauses = [clause.id for clause in catalogue.clauses]
    cases = [case.name for case in catalogue.cases]
    seen: dict[str, str] = {}
    for entry in catalogue.expectations:
        place = f"{entry.file}:{entry.line}"
        wrong: list[str] = []
        if not EXPECTATION_ID.fullmatch(entry.id):
            wrong.append(f'id = "{entry.id}", expected one such as X-CPYTHON-001')
        elif seen.setdefault(entry.id, place) != place:
            wrong.append(f"{entry.id} again, expected an id not used at {seen[entry.id]}")
        if UNWRITTEN.fullmatch(entry.reason):
            wrong.append(f"{entry.id} has no reason, expected why the implementation diverges")
        if entry.link and not URL.fullmatch(entry.link):
            wrong.append(f'{entry.id} has link = "{entry.link}", expected a URL')
        if bool(entry.clause) == bool(entry.case):
            wrong.append(f"{entry.id} names neither or both, expected a clause or a case")
        for key, glob, names in (("clause", entry.clause, clauses), ("case", entry.case, cases)):
            if glob and not any(matches(glob, name) for name in names):
                wrong.append(f'{entry.id} has {key} = "{glob}", which matches nothing, expected a {key} that there is')
        yield from (Problem(entry.file, entry.line, what) for what in wrong)


CHECKS: tuple[Callable[[Catalogue], Iterator[Problem]], ...] = (
    check_clauses,
    check_cases,
    check_coverage,
    check_expectations,
)


def lint(catalogue: Catalogue, documentation: Documentation) -> list[Problem]:
    """Return all problems, in the order of their places."""
    found = [*catalogue.problems, *(problem for check in CHECKS for problem in check(catalogue))]
    if documentation.is_there():
        found += check_quotations(catalogue, documentation)
    return sorted(found)


def remarks(catalogue: Catalogue, documentation: Documentation) -> Iterator[str]:
    """Say what was not checked."""
    if not documentation.is_there():
        yield f"not checked: quotations and anchors, as there is no {documentation.folder} (Debian's python3.11-doc)"
    for clause in catalogue.clauses:
        if clause.quoted_from:
            yield f"not checked: {clause.id}, whose quotation stands in {clause.quoted_from} only"


def main(home: Path = HOME) -> int:
    catalogue, documentation = load(home), Documentation()
    for remark in remarks(catalogue, documentation):
        print(remark, file=sys.stderr)
    problems = lint(catalogue, documentation)
    for problem in problems:
        print(problem)
    return 2 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
