from __future__ import annotations

import copy
import json
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.disagreements import columns
from reports.merge_run import merge
from reports.merging import MergeError
from reports.results import SCHEMA, Json
from reports.tests.comparing.samples import case, divergence, implementation, results, vanished, verdict

COLUMNS = ("reference fork", "cpython fork", "cpython spawn", "billiard fork")
VERDICTS = ("skipped", "pass", "known", "inconclusive", "flaky", "fail", "hang", "crash")
VALIDATOR = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
COMMAND = "./run_tests.py conformance --seed 7"

# The machine's speed decides nothing, and neither does chance.
MERGING = settings(
    deadline=None, derandomize=True, database=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)


def merged(*runs: Json) -> Json:
    found, _ = merge([(f"{number}.json", copy.deepcopy(run)) for number, run in enumerate(runs)])
    VALIDATOR.validate(found)
    return found


def unordered(part: Any) -> Any:
    """Forget the order of lists, and what rounding did to floats."""
    if isinstance(part, dict):
        return {name: unordered(value) for name, value in part.items()}
    if isinstance(part, list):
        return sorted((unordered(value) for value in part), key=lambda value: json.dumps(value, sort_keys=True))
    return round(part, 9) if isinstance(part, float) else part


@st.composite
def shards(draw: st.DrawFn, count: int) -> list[Json]:
    """Draw the shards of one conformance run, in which each case is in one shard, and of one campaign."""
    found = []
    for shard in range(1, count + 1):
        names = [f"lock/{shard}-{number}" for number in range(draw(st.integers(0, 2)))]
        clauses = st.sampled_from(["lock.a", "lock.b", "rlock.a"])
        cells = st.dictionaries(st.sampled_from(COLUMNS), st.sampled_from(VERDICTS).map(verdict), max_size=4)
        cases = [dict(case(name, draw(clauses)), verdicts=draw(cells)) for name in names]
        outcomes = st.sampled_from(["True", "blocks", "crashes"])
        seen = draw(st.lists(outcomes, max_size=2, unique=True))
        scripts = [
            divergence(observed=word, occurrences=draw(st.integers(1, 9)), steps=draw(st.integers(1, 3)))
            for word in seen
        ]
        gone = [vanished(clause="lock.a")] * draw(st.integers(0, 1))
        known = {column for one in cases for column, cell in one["verdicts"].items() if cell["verdict"] == "known"}
        run = results(
            cases, scripts + ([] if "cpython fork" in known else gone), command=f"{COMMAND} --shard {shard}/{count}"
        )
        run["seconds"] = draw(st.floats(0, 100))
        run["rates"] = dict.fromkeys(run["rates"], draw(st.floats(0, 1e5)))
        run["coverage"].update(contended=draw(st.floats(0, 1)), transitions_reachable=3, transitions_reached=1)
        run["coverage"]["missing"] = draw(st.permutations(["x", "y", "z"]))[:2]
        run["errors"] = draw(st.lists(st.sampled_from(["an actor died", "a timeout"]), unique=True))
        found.append(run)
    return found


@MERGING
@given(shards(1))
def test_the_merge_of_one_is_itself(runs: list[Json]) -> None:
    assert merged(*runs) == runs[0]


@MERGING
@given(shards(3))
def test_merging_is_associative_and_commutative(runs: list[Json]) -> None:
    one, two, three = runs
    whole = unordered(merged(one, two, three))
    assert unordered(merged(merged(one, two), three)) == whole
    assert unordered(merged(one, merged(two, three))) == whole
    assert unordered(merged(three, one, two)) == whole


@MERGING
@given(shards(3))
def test_the_totals_are_those_of_the_implementations(runs: list[Json]) -> None:
    found = merged(*runs)
    for counter, total in found["totals"].items():
        assert total == sum(entry[counter] for entry in found["implementations"])
    assert found["command"] == COMMAND


@MERGING
@given(st.lists(st.tuples(st.sampled_from(COLUMNS), st.sampled_from(VERDICTS), st.integers(0, 2)), max_size=12))
def test_the_shards_of_a_split_sample_give_the_whole(drawn: list[tuple[str, str, int]]) -> None:
    everywhere = {column: implementation(*column.split()) for column in COLUMNS}
    cases = [
        dict(case(f"lock/{number}"), verdicts={column: verdict(word)}) for number, (column, word, _) in enumerate(drawn)
    ]
    parts = [
        results(
            [one for one, (_, _, shard) in zip(cases, drawn, strict=True) if shard == index],
            implementations=copy.deepcopy(everywhere),
            command=f"{COMMAND} --shard {index + 1}/3",
            seconds=0.0,
        )
        for index in range(3)
    ]
    whole = results(cases, implementations=copy.deepcopy(everywhere), command=COMMAND, seconds=0.0)
    assert unordered(merged(*parts)) == unordered(whole)


def campaign(shard: str = "1/2", seed: int = 7, **fields: Any) -> Json:
    entry = implementation("cpython", scripts=100, steps=900, passed=100)
    command = f"./run_tests.py differential --seed {seed} --shard {shard}"
    return results([], [], {"cpython fork": entry}, seed=seed, command=command, **fields)


def test_counters_are_added_and_rates_weighted() -> None:
    slow, fast = campaign(), campaign("2/2")
    slow["rates"].update(scripts_per_second=10.0)
    fast["rates"].update(scripts_per_second=40.0)
    slow["seconds"], fast["seconds"] = 10.0, 5.0
    slow["coverage"].update(contended=0.5)
    found = merged(slow, fast)
    (entry,) = found["implementations"]
    assert (entry["scripts"], entry["steps"], found["totals"]["passed"]) == (200, 1800, 200)
    assert (found["rates"]["scripts_per_second"], found["seconds"], found["coverage"]["contended"]) == (20, 15, 0.25)


def test_a_command_names_the_shards_that_are_in_it_until_all_are() -> None:
    parts = [campaign(f"{index}/3") for index in (1, 2, 3)]
    command = "./run_tests.py differential --seed 7"
    assert merged(parts[2], parts[0])["command"] == f"{command} --shard 1/3 --shard 3/3"
    assert merged(merged(parts[2], parts[0]), parts[1])["command"] == command


@pytest.mark.parametrize(
    ("runs", "complaint"),
    [
        ((campaign(), campaign()), "both replayed scripts of one sample for cpython fork"),
        ((campaign(), campaign("1/4")), "both replayed scripts"),
        ((merged(campaign(), campaign("2/2")), campaign("2/2")), "both replayed scripts"),
        ((merged(campaign(), campaign(seed=8)), campaign(seed=8)), "both replayed scripts"),
        ((results([case("lock/a", x_fork="pass")]),) * 2, "both ran lock/a for x fork"),
        ((campaign(), campaign("2/2", lockstep="0.2.0")), "different versions of Lockstep"),
        ((campaign(), campaign("2/2", edition="3.12")), "different editions"),
        (
            (campaign(), dict(campaign("2/2"), implementations=[implementation("cpython", version="3.12.1")])),
            "cpython is of different versions: 3.11.7, 3.12.1",
        ),
    ],
)
def test_what_would_count_twice_or_mix_is_refused(runs: tuple[Json, ...], complaint: str) -> None:
    with pytest.raises(MergeError, match=complaint):
        merged(*runs)


def test_other_seeds_commands_and_machines_are_warned_of() -> None:
    other = campaign("2/2", seed=8, machine={"kernel": "6.5", "libc": "glibc 2.39", "cores": 8, "arch": "x86_64"})
    found, warnings = merge([("a", campaign()), ("b", other)])
    assert (found["seed"], found["machine"]["kernel"], found["machine"]["cores"]) == (7, "6.1, 6.5", 8)
    assert [warning.partition(" differ")[0] for warning in warnings] == ["the seeds", "the commands", "the machines"]
    rewritten = dict(case("lock/a", y_fork="pass"), text="# other")
    _, warnings = merge([("a", results([case("lock/a", x_fork="pass")])), ("b", results([rewritten]))])
    assert warnings == ["the case lock/a is not the same in all parts"]


def test_divergences_of_one_signature_are_one_with_the_shortest_script() -> None:
    long = results([], [divergence(steps=9, script="long", occurrences=3, also=["a fork"])], command="x --shard 1/2")
    short = results([], [divergence(steps=2, script="short", occurrences=4, also=["b fork"])], command="x --shard 2/2")
    (found,) = merged(long, short)["divergences"]
    assert (found["script"], found["occurrences"], found["also"]) == ("short", 7, ["a fork", "b fork"])
    other = results([], [divergence(observed="True")], command="x --shard 2/2")
    assert len(merged(long, other)["divergences"]) == 2


def test_an_expectation_that_another_shard_showed_has_not_gone() -> None:
    gone = results([case("lock/a", "lock.x", cpython_fork="pass")], [vanished(clause="lock.x")])
    gone["clauses"][0]["verdicts"]["cpython fork"] = "vanished"
    gone["command"] += " --shard 1/2"
    shown = results([case("lock/b", "lock.x", cpython_fork="known")], command=f"{COMMAND} --shard 2/2")
    found = merged(gone, shown)
    assert (found["divergences"], found["totals"]["vanished"]) == ([], 0)
    assert found["clauses"][0]["verdicts"] == {"cpython fork": "known"}
    silent = results([case("lock/b", "lock.x", cpython_fork="pass")], command=f"{COMMAND} --shard 2/2")
    left = merged(gone, silent)
    assert (len(left["divergences"]), left["totals"]["vanished"]) == (1, 1)
    assert left["clauses"][0]["verdicts"] == {"cpython fork": "vanished"}


def test_what_one_shard_skipped_and_another_ran_did_run() -> None:
    skipped = implementation("cpython", skip_reason="no such Python", skipped=1)
    part = results(implementations={"cpython fork": skipped}, command="x --shard 1/2")
    both = merged(part, dict(part, command="x --shard 2/2"))
    assert (both["totals"]["skipped"], both["implementations"][0]["skip_reason"]) == (1, "no such Python")
    ran = merged(part, campaign("2/2"))
    assert (ran["totals"]["skipped"], columns(ran)["cpython fork"]["skip_reason"]) == (0, "")


def test_extremes_are_joined_and_percentiles_are_not() -> None:
    one = results(implementations={"x fork": implementation("x", latency={"p50": 3, "ns_max": 9, "count": 2})})
    other = results(implementations={"x fork": implementation("x", latency={"p50": 5, "ns_max": 4, "count": 3})})
    assert merged(one, other)["implementations"][0]["latency"] == {"ns_max": 9, "count": 5}


def test_a_cell_may_hold_nothing_but_its_verdict() -> None:
    runs = [
        results([case(f"lock/{number}", x_fork={"verdict": "known"})], [vanished("x")], command=f"x --shard {number}/2")
        for number in (1, 2)
    ]
    found = merged(*runs)
    assert (found["totals"]["known"], found["totals"]["vanished"]) == (2, 1)
