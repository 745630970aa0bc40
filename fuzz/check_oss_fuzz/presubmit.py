"""The rules for the files of a project in OSS-Fuzz's own repository (infra/presubmit.py there), and for ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

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


def check_project(path: Path) -> Iterator[str]:
    told = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(told, dict):
        yield f"{path.name}: expected sections"
        return
    for section in told.keys() - SECTIONS:
        yield f"{path.name}: no section {section!r} is known"
    for required in ("main_repo", "primary_contact", "language"):
        if not told.get(required):
            yield f"{path.name}: {required} is missing"
    for section, known in VALUES.items():
        given = told.get(section, [])
        for value in given if isinstance(given, list) else [given]:
            if value not in known:
                yield f"{path.name}: {section} has no {value!r}; it has {', '.join(sorted(known))}"
    for address in [told.get("primary_contact"), *told.get("auto_ccs", [])]:
        if address and not ADDRESS.fullmatch(address):
            yield f"{path.name}: {address!r} is no e-mail address"


def check_files(folder: Path) -> Iterator[str]:
    """Yield what is wrong with a project's Dockerfile and build.sh."""
    for name in ("Dockerfile", "build.sh"):
        text = (folder / name).read_text(encoding="utf-8")
        if LICENSE not in text:
            yield f"{name}: the header of the Apache License is missing"
        if "-lFuzzingEngine" in text:
            yield f"{name}: $LIB_FUZZING_ENGINE is the engine, not -lFuzzingEngine"
    docker = (folder / "Dockerfile").read_text(encoding="utf-8")
    if not re.search(r"^FROM gcr\.io/oss-fuzz-base/base-builder", docker, re.MULTILINE):
        yield "Dockerfile: its image is OSS-Fuzz's base-builder"
    install, update = docker.find("apt-get install"), docker.find("apt-get update")
    if install >= 0 and not 0 <= update < install:
        yield "Dockerfile: apt-get update comes before apt-get install"
    if not (folder / "build.sh").stat().st_mode & 0o111:
        yield "build.sh: can't be executed"


def check(checkout: Path) -> Iterator[str]:
    """Yield what is wrong with the files for OSS-Fuzz and ClusterFuzzLite."""
    yield from check_project(checkout / "fuzz" / "oss-fuzz" / "project.yaml")
    for folder in (checkout / "fuzz" / "oss-fuzz", checkout / ".clusterfuzzlite"):
        yield from (f"{folder.name}/{complaint}" for complaint in check_files(folder))
    for seeds in (checkout / "fuzz").rglob("*.zip"):
        yield f"{seeds.relative_to(checkout)}: seeds are files; archives are made by build.sh"
