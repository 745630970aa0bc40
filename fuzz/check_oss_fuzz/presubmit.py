"""The rules for the folder that a project has in OSS-Fuzz's own repository (infra/presubmit.py there).

Each is a function that is given the folder and yields complaints; what its name says holds if it yields none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

SECTIONS = {
    "architectures", "auto_ccs", "base_os_version", "blackbox", "builds_per_day", "coverage_extra_args", "disabled",
    "file_github_issue", "fuzzing_engines", "help_url", "homepage", "indexer", "labels", "language", "main_repo",
    "primary_contact", "run_tests", "sanitizers", "selective_unpack", "vendor_ccs", "view_restrictions",
}  # fmt: skip
VALUES = {
    "language": {"c", "c++", "go", "javascript", "jvm", "python", "ruby", "rust", "swift"},
    "sanitizers": {"address", "memory", "none", "undefined"},
    "fuzzing_engines": {"afl", "centipede", "honggfuzz", "libfuzzer", "none", "wycheproof"},
    "architectures": {"i386", "x86_64"},
    "base_os_version": {"legacy", "ubuntu-20-04", "ubuntu-24-04"},
}
LICENSE = "http://www.apache.org/licenses/LICENSE-2.0"
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def project_of(folder: Path) -> dict[str, Any]:
    told = yaml.safe_load((folder / "project.yaml").read_text(encoding="utf-8"))
    return told if isinstance(told, dict) else {}


def listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


def sections_are_known(folder: Path) -> Iterator[str]:
    for section in project_of(folder).keys() - SECTIONS:
        yield f"no section {section!r} is known"


def language_is_told(folder: Path) -> Iterator[str]:
    """ClusterFuzzLite wants no more; OSS-Fuzz also wants to know whose project it is."""
    required = ["language"] if folder.name == ".clusterfuzzlite" else ["language", "main_repo", "primary_contact"]
    for section in required:
        if not project_of(folder).get(section):
            yield f"{section} is missing"


def values_are_known(folder: Path) -> Iterator[str]:
    for section, known in VALUES.items():
        for value in listed(project_of(folder).get(section)):
            if value not in known:
                yield f"{section} has no {value!r}; it has {', '.join(sorted(known))}"


def contacts_are_addresses(folder: Path) -> Iterator[str]:
    project = project_of(folder)
    for address in [*listed(project.get("primary_contact")), *listed(project.get("auto_ccs"))]:
        if not ADDRESS.fullmatch(str(address)):
            yield f"{address!r} is no e-mail address"


def files_have_the_license(folder: Path) -> Iterator[str]:
    for name in ("Dockerfile", "build.sh"):
        if LICENSE not in (folder / name).read_text(encoding="utf-8"):
            yield f"{name}: the header of the Apache License is missing"


def image_is_base_builder(folder: Path) -> Iterator[str]:
    docker = (folder / "Dockerfile").read_text(encoding="utf-8")
    if not re.search(r"^FROM gcr\.io/oss-fuzz-base/base-builder", docker, re.MULTILINE):
        yield "the image is not OSS-Fuzz's base-builder"


def packages_are_updated_first(folder: Path) -> Iterator[str]:
    docker = (folder / "Dockerfile").read_text(encoding="utf-8")
    install, update = docker.find("apt-get install"), docker.find("apt-get update")
    if install >= 0 and not 0 <= update < install:
        yield "apt-get install without apt-get update before it"


def engine_is_given(folder: Path) -> Iterator[str]:
    for name in ("Dockerfile", "build.sh"):
        if "-lFuzzingEngine" in re.sub("#.*", "", (folder / name).read_text(encoding="utf-8")):
            yield f"{name}: the engine is $LIB_FUZZING_ENGINE, not -lFuzzingEngine"


def flags_are_given(folder: Path) -> Iterator[str]:
    """Hold if build.sh takes its sanitizer from $CXXFLAGS and has none of its own."""
    if "-fsanitize" in re.sub("#.*", "", (folder / "build.sh").read_text(encoding="utf-8")):
        yield "build.sh: chooses a sanitizer"


def build_can_be_executed(folder: Path) -> Iterator[str]:
    if not (folder / "build.sh").stat().st_mode & 0o111:
        yield "build.sh: can't be executed"


def seeds_are_files(folder: Path) -> Iterator[str]:
    for place in (folder, folder.parent / "corpora", folder.parent / "regressions"):
        for archive in place.rglob("*.zip"):
            yield f"{archive.relative_to(folder.parent)}: archives of seeds are made by build.sh"


RULES: tuple[Callable[[Path], Iterator[str]], ...] = (
    sections_are_known, language_is_told, values_are_known, contacts_are_addresses, files_have_the_license,
    image_is_base_builder, packages_are_updated_first, engine_is_given, flags_are_given, build_can_be_executed,
    seeds_are_files,
)  # fmt: skip
