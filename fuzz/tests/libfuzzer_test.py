from __future__ import annotations

from functools import reduce

import pytest

from fuzz.libfuzzer import Figures, crash_line

LOG = """\
INFO: Running with entropic power schedule (0xFF, 100).
#2	INITED cov: 3 ft: 4 corp: 1/1b exec/s: 0 rss: 25Mb
#7	NEW    cov: 5 ft: 6 corp: 2/3b lim: 4 exec/s: 0 rss: 25Mb L: 2/2 MS: 5 CopyPart-
#65536	pulse  cov: 412 ft: 1809 corp: 203/4312b lim: 53 exec/s: 32768 rss: 71Mb
artifact_prefix='/r/'; Test unit written to /r/fuzz_a-crash-12
stat::number_of_executed_units: 70000
stat::average_exec_per_sec:     35000
stat::new_units_added:          201
stat::slowest_unit_time_sec:    0
"""


def figures(log: str) -> Figures:
    return reduce(Figures.after, log.splitlines(), Figures())


def test_the_log_is_read_as_figures() -> None:
    assert figures(LOG) == Figures(70000, 35000, 412, 1809, 203, 201, ("/r/fuzz_a-crash-12",))


def test_a_log_that_breaks_off_has_the_figures_so_far() -> None:
    assert figures("\n".join(LOG.splitlines()[:4])) == Figures(65536, 32768, 412, 1809, 203)


@pytest.mark.parametrize(
    ("log", "line"),
    [
        ("words\nAssertion failure: a-b-lock.held-broken\nSUMMARY: libFuzzer: deadly signal\n", "a-b-lock.held-broken"),
        ("Assertion failure: x == 1 (/home/me/impl/a.cc:7)\n", "x == 1 (impl/a.cc:7)"),
    ],
)
def test_a_propertys_own_line_wins_and_holds_no_path_of_this_machine(log: str, line: str) -> None:
    assert crash_line(log, "/home/me") == f"Assertion failure: {line}"


@pytest.mark.parametrize(
    ("log", "line"),
    [
        (
            "==1==ERROR: AddressSanitizer: heap-use-after-free on address 0x602000\n"
            "SUMMARY: AddressSanitizer: heap-use-after-free /home/me/impl/a.cc:7:3 in f(int)\n",
            "AddressSanitizer: heap-use-after-free in f(int)",
        ),
        (
            "impl/a.cc:7:3: runtime error: signed integer overflow: 2147483647 + 1 cannot be represented\n"
            "SUMMARY: UndefinedBehaviorSanitizer: undefined-behavior impl/a.cc:7:3 in\n",
            "UndefinedBehaviorSanitizer: signed integer overflow in impl/a.cc",
        ),
        ("SUMMARY: AddressSanitizer: 48 byte(s) leaked in 1 allocation(s).\n", "LeakSanitizer: memory leaked"),
        ("SUMMARY: libFuzzer: timeout\n", "libFuzzer: timeout"),
        ("SUMMARY: libFuzzer: out-of-memory (malloc(3221225472))\n", "libFuzzer: out-of-memory"),
        ("Done 4 runs in 0 second(s)\n", ""),
    ],
)
def test_what_a_sanitizer_sums_up_loses_what_differs_between_inputs(log: str, line: str) -> None:
    assert crash_line(log, "/home/me") == line
