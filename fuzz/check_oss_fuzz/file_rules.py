"""The rules for the files that build.sh leaves in $OUT, which are looked at without running them.

Each rule is a function that is given an Out and yields complaints; what its name says holds if it yields none. A rule
that can't be looked at raises Missing.
"""

from __future__ import annotations

import configparser
import re
import zipfile
from collections import Counter
from collections.abc import Iterator

from fuzz.check_oss_fuzz.out import Out, archive_of, read_options
from fuzz.check_oss_fuzz.tools import need

NAME = re.compile(r"[A-Za-z0-9_-]+")
SECTIONS = {"libfuzzer", "asan", "ubsan", "msan", "env", "grammar"}
ANY_NUMBER = float("inf")
CALL = re.compile(r"call[q ]\s*[0-9a-f]+ <(__asan|__dfsan|__msan|__ubsan)")
# Calls that instrumentation leaves, by sanitizer: what is called, at least and at most so often.
CALLS: dict[str, tuple[tuple[str, int, float], ...]] = {
    "address": (("__asan", 1000, ANY_NUMBER), ("__ubsan", 0, 200), ("__msan", 0, 3), ("__dfsan", 0, 0)),
    "undefined": (("__ubsan", 168, ANY_NUMBER), ("__asan", 0, 0), ("__msan", 0, 3), ("__dfsan", 0, 0)),
}


def targets_are_there(out: Out) -> Iterator[str]:
    missing = set(out.only) - {target.name for target in out.targets}
    if missing or not out.targets:
        yield "no target is there" + "".join(f": {name}" for name in sorted(missing))


def sources_are_left_alone(out: Out) -> Iterator[str]:
    """Hold if build.sh writes to $OUT and $WORK only."""
    for name in out.left:
        yield f"build.sh left {name} among the sources"


def names_are_plain(out: Out) -> Iterator[str]:
    for target in out.targets:
        if not NAME.fullmatch(target.name):
            yield f"{target.name}: a target's name is of A-Z, a-z, 0-9, _ and -"


def machine_is_x86_64(out: Out) -> Iterator[str]:
    need("file")
    for target in out.targets:
        _, said = out.run("file", "-b", target)
        if "x86-64" not in said:
            yield f"{target.name}: {said.strip()}"


def libraries_are_beside(out: Out) -> Iterator[str]:
    """Hold if programs and libraries look for others nowhere but in the system and at places relative to themselves."""
    need("objdump")
    for file in [*out.targets, *sorted(out.folder.rglob("*.so*"))]:
        _, said = out.run("objdump", "-p", file)
        for path in ":".join(re.findall(r"R(?:UN)?PATH\s+(\S+)", said)).split(":"):
            if path and not re.match(r"\$ORIGIN\b", path):
                yield f"{file.relative_to(out.folder)}: looks for libraries in {path}, which only the build has"


def calls_are_sanitized(out: Out) -> Iterator[str]:
    need("objdump")
    for target in out.targets:
        _, said = out.run("objdump", "-dC", "--no-show-raw-insn", target)
        counts = Counter(CALL.findall(said))
        for word, least, most in CALLS[out.configuration.sanitizer]:
            if not least <= counts[word] <= most:
                yield f"{target.name}: {counts[word]} calls of {word}*, expected {least} to {most:g}"


def seeds_are_there(out: Out) -> Iterator[str]:
    for target in out.targets:
        archive = archive_of(target)
        if not archive.is_file() or not zipfile.is_zipfile(archive) or not zipfile.ZipFile(archive).namelist():
            yield f"{target.name}: no seed corpus"


def options_are_known(out: Out) -> Iterator[str]:
    for target in out.targets:
        try:
            read = read_options(target)
        except configparser.Error as error:
            yield f"{target.name}.options: {error}".replace("\n", " ")
            continue
        for section in set(read.sections()) - SECTIONS:
            yield f"{target.name}.options: no section [{section}] is known"
        for section in read.sections():
            if read[section].get("detect_leaks", "1") in {"0", "false"}:
                yield f"{target.name}.options: [{section}] hides leaks"
