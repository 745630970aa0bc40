"""Run CPython's tests of multiprocessing in this interpreter, and write down what became of each.

A line of the file named is ["begun", test], or [outcome, test, text]: so it says what ran when a test took all with it.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import traceback
import unittest
from typing import Any


def text_of(error: Any) -> str:
    return "".join(traceback.format_exception(*error))


class Record(unittest.TestResult):
    """Writes down every outcome as it comes."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.lines = open(path, "a", encoding="utf-8")  # noqa: SIM115 - it stays open until the process ends

    def note(self, outcome: str, test: Any, text: str = "") -> None:
        self.lines.write(json.dumps([outcome, test.id(), text]) + "\n")
        self.lines.flush()

    def startTest(self, test: Any) -> None:  # noqa: N802 - unittest's spelling, here and below
        super().startTest(test)
        self.note("begun", test)

    def addSuccess(self, test: Any) -> None:  # noqa: N802
        self.note("passed", test)

    def addError(self, test: Any, err: Any) -> None:  # noqa: N802
        self.note("failed", test, text_of(err))

    addFailure = addError  # noqa: N815

    def addSubTest(self, test: Any, subtest: Any, err: Any) -> None:  # noqa: N802, ARG002
        if err is not None:
            self.note("failed", test, text_of(err))

    def addSkip(self, test: Any, reason: str) -> None:  # noqa: N802
        self.note("skipped", test, reason)

    def addExpectedFailure(self, test: Any, err: Any) -> None:  # noqa: N802, ARG002
        self.note("passed", test)

    def addUnexpectedSuccess(self, test: Any) -> None:  # noqa: N802
        self.note("failed", test, "unexpected success")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("method")
    parser.add_argument("record")
    parser.add_argument("names", nargs="*", help="classes or tests; all of them without")
    parser.add_argument("--path", help="a folder to import the replacement from")
    parser.add_argument("--replacement", help="a module whose install() puts it under multiprocessing")
    options = parser.parse_args()
    if options.replacement:
        sys.path.insert(1, options.path)
        importlib.import_module(options.replacement).install()
    loader = unittest.defaultTestLoader
    module = importlib.import_module("mp_" + options.method)
    names = [name for name in options.names if hasattr(module, name.split(".")[0])]
    suite = loader.loadTestsFromNames(names, module) if options.names else loader.loadTestsFromModule(module)
    suite.run(Record(options.record))


if __name__ == "__main__":
    main()
