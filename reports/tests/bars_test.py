from __future__ import annotations

from reports.bars import bars, first_difference, members, outcomes
from reports.results import Json


def event(kind: str, step: int, actor: str = "", text: str = "", outcome: str = "") -> Json:
    return {"kind": kind, "step": step, "actor": actor, "text": text, "outcome": outcome, "time_ns": 0}


def trace(*events: Json) -> Json:
    actors = sorted({entry["actor"] for entry in events} - {""})
    return {"implementation": "x", "start_method": "fork", "time": "virtual", "actors": actors, "events": list(events)}


BLOCKED = [event("invoked", 0, "a", "L.acquire()"), event("blocked", 0, "a")]


def test_a_call_that_returns_at_once_ends_where_it_began() -> None:
    (bar,) = bars(trace(event("invoked", 0, "a", "L.acquire()"), event("returned", 0, "a", "", "True")), {})
    assert (bar.begin, bar.end, bar.waits, bar.outcome) == ((0, 0), (0, 0), "", "True")


def test_a_woken_call_ends_in_a_slot_after_the_step_that_woke_it() -> None:
    release = [event("invoked", 1, "b", "L.release()"), event("returned", 1, "b", "", "None")]
    woken, _ = bars(trace(*BLOCKED, *release, event("returned", 0, "a", "", "True")), {})
    assert (woken.begin, woken.end, woken.waits) == ((0, 0), (1, 1), "blocked")


def test_a_call_that_never_returns_has_no_end() -> None:
    (bar,) = bars(trace(*BLOCKED, event("ended", -1)), {})
    assert bar.end is None


def test_a_kill_ends_the_calls_of_its_process_and_no_others() -> None:
    other = [event("invoked", 1, "b", "L.acquire()"), event("blocked", 1, "b")]
    killed, spared, _ = bars(trace(*BLOCKED, *other, event("done", 2, "", "kill P")), {"P": ["a"], "Q": ["b"]})
    assert (killed.end, killed.outcome) == ((2, 0), "killed")
    assert spared.end is None


def test_calls_of_a_race_that_return_out_of_order_get_slots_in_order() -> None:
    race = [event("invoked", 1, "a", "L.release()"), event("invoked", 2, "b", "L.release()")]
    first, second = bars(trace(*race, event("returned", 2, "b"), event("returned", 1, "a")), {})
    assert (second.end, first.end) == ((2, 0), (2, 1))


def test_the_first_difference_is_where_two_traces_part() -> None:
    wakes = bars(trace(*BLOCKED, event("done", 1, "", "pause 1"), event("returned", 0, "a", "", "True")), {})
    sleeps = bars(trace(*BLOCKED, event("done", 1, "", "pause 1")), {})
    assert first_difference(0, [wakes, sleeps]) == (1, 1)
    assert first_difference(1, [wakes, wakes]) == (1, 0)


def test_members_knows_declared_and_started_actors() -> None:
    script = "process P: a b  # two\nstart thread c in P\nstart process R: d from a\na: L.acquire()\n"
    assert members(script) == {"P": ["a", "b", "c"], "R": ["d"]}


def test_the_outcomes_stand_side_by_side(results: Json) -> None:
    rows = outcomes(results["divergences"][0])
    assert (3, "c: L.acquire(timeout=-1)", ["False", "blocks, then killed"]) in rows


def test_waits_that_differ_in_length_alone_tell_their_ends() -> None:
    def waited(end_ns: int) -> Json:
        shared = {"step": 0, "actor": "a", "text": "L.acquire(timeout=60)"}
        events = [
            {**shared, "kind": "invoked", "outcome": "", "time_ns": 0},
            {**shared, "kind": "blocked", "outcome": "", "time_ns": 0},
            {**shared, "kind": "returned", "outcome": "False", "time_ns": end_ns},
        ]
        return {"time": "virtual", "events": events}

    def told(*ends_ns: int) -> list[str]:
        return outcomes({"script": "", "traces": [waited(end_ns) for end_ns in ends_ns]})[0][2]

    assert told(60 * 10**9, 20 * 10**9) == ["blocks, then False at 60 s", "blocks, then False at 20 s"]
    assert told(60 * 10**9, 60 * 10**9) == ["blocks, then False", "blocks, then False"]
