from __future__ import annotations

from pathlib import Path

from reports.disagreements import disagreements
from reports.places import identifiers, place
from reports.results import Json
from reports.tests.comparing.samples import case, divergence, results, vanished


def written(home: Path) -> Path:
    (home / "conformance" / "expectations").mkdir(parents=True)
    (home / "conformance" / "clauses.toml").write_text(
        'schema = 1\n\n[[clause]]\nid = "lock.acquire.timeout-negative"\n'
    )
    (home / "conformance" / "expectations" / "cpython.toml").write_text('\n[[divergence]]\nid = "X-CPYTHON-001"\n')
    return home


def shown(run: Json, home: Path) -> tuple[str, int]:
    (one,) = disagreements(run)
    return place(one, identifiers(home))


def test_a_case_is_shown_in_its_file(tmp_path: Path) -> None:
    assert shown(results([case("lock/a", x_fork="fail")]), written(tmp_path)) == ("conformance/cases/lock/a.lks", 7)


def test_a_generated_script_is_shown_at_its_clause(tmp_path: Path) -> None:
    assert shown(results([], [divergence()]), written(tmp_path)) == ("conformance/clauses.toml", 4)
    unknown = divergence(clause="lock.unknown")
    assert shown(results([], [unknown]), tmp_path) == ("conformance/clauses.toml", 1)


def test_what_went_away_is_shown_in_its_expectation_file(tmp_path: Path) -> None:
    assert shown(results([], [vanished()]), written(tmp_path)) == ("conformance/expectations/cpython.toml", 3)


def test_without_a_catalogue_there_is_still_a_place(tmp_path: Path) -> None:
    assert shown(results([], [vanished()]), tmp_path) == ("conformance/expectations", 1)
