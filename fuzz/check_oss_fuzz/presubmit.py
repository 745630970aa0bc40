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


def name_can_be_a_folder(folder: Path) -> Iterator[str]:
    """OSS-Fuzz keeps a project in a folder of its name, which is here that of its repository."""
    name = str(project_of(folder).get("main_repo") or "").rstrip("/").rpartition("/")[2].removesuffix(".git")
    if name and not re.fullmatch("[a-z0-9_-]+", name):
        yield f"{name!r} can't name a project: a-z, 0-9, _ and - can"


def files_have_the_license(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != "project.yaml" and LICENSE not in path.read_text(encoding="utf-8"):
            yield f"{path.name}: the header of the Apache License is missing"


def instructions(folder: Path) -> list[str]:
    """Return the instructions of the Dockerfile, each in one line."""
    lines = (line for line in (folder / "Dockerfile").read_text(encoding="utf-8").splitlines() if line[:1] != "#")
    return re.sub(r"\\\n", " ", "\n".join(lines)).splitlines()


def image_is_base_builder(folder: Path) -> Iterator[str]:
    """Hold for the image in which OSS-Fuzz builds, of the system that the project asks for."""
    images = [re.match(r"FROM gcr\.io/oss-fuzz-base/base-builder(?::(\S+))?$", line) for line in instructions(folder)]
    found = [image[1] for image in images if image]
    if not found:
        yield "the image is not OSS-Fuzz's base-builder"
    system = project_of(folder).get("base_os_version")
    for tag in found if system else ():
        if tag != (None if system == "legacy" else system):
            yield f"the image is base-builder:{tag}, but base_os_version is {system}"


def repository_is_cloned(folder: Path) -> Iterator[str]:
    """Hold if what is built in OSS-Fuzz is the repository that project.yaml names; ClusterFuzzLite has a checkout."""
    repository = project_of(folder).get("main_repo")
    clones = [line for line in instructions(folder) if "git clone" in line]
    if repository and not any(str(repository) in line.split() for line in clones):
        yield f"the image does not clone {repository}"


def packages_are_updated_first(folder: Path) -> Iterator[str]:
    """Hold for each instruction by itself: the layer of an earlier one may be years old."""
    for line in instructions(folder):
        before, installs, _ = line.partition("apt-get install")
        if installs and "apt-get update" not in before:
            yield "apt-get install without apt-get update before it, in the same RUN"


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


def to_fill_in(folder: Path) -> Iterator[str]:
    """Yield what must be told before the project goes to OSS-Fuzz; until then it names nothing real."""
    for section, value in project_of(folder).items():
        if re.search(r"\.example\b", str(value)):
            yield f"{folder.name}/project.yaml: before this goes to OSS-Fuzz, {section} must be yours; it is {value}"


RULES: tuple[Callable[[Path], Iterator[str]], ...] = (
    sections_are_known, language_is_told, values_are_known, contacts_are_addresses, name_can_be_a_folder,
    files_have_the_license, image_is_base_builder, repository_is_cloned, packages_are_updated_first, engine_is_given,
    flags_are_given, build_can_be_executed, seeds_are_files,
)  # fmt: skip
