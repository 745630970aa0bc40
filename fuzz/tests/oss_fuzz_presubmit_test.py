from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import yaml

from fuzz.check_oss_fuzz import presubmit
from fuzz.check_oss_fuzz.__main__ import DEFAULT
from fuzz.check_oss_fuzz.results import name_of

HOME = Path(__file__).resolve().parents[2]
FOLDERS = (HOME / "fuzz" / "oss-fuzz", HOME / ".clusterfuzzlite")
WORKFLOWS = sorted((HOME / ".github" / "workflows").glob("*.yml"))


def broken(folder: Path) -> list[str]:
    return [name_of(rule) for rule in presubmit.RULES if list(rule(folder))]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_files_keep_every_rule(folder: Path) -> None:
    assert broken(folder) == []


@pytest.mark.parametrize(
    ("rule", "file", "old", "new"),
    [
        ("sections-are-known", "project.yaml", "homepage:", "home_page:"),
        ("language-is-told", "project.yaml", "primary_contact:.*", ""),
        ("language-is-told", "project.yaml", "main_repo:.*", ""),
        ("values-are-known", "project.yaml", "- libfuzzer", "- libFuzzer"),
        ("values-are-known", "project.yaml", "- undefined", "- coverage"),
        ("values-are-known", "project.yaml", r"language: c\+\+", "language: cpp"),
        ("contacts-are-addresses", "project.yaml", "@", " at "),
        ("files-have-the-license", "build.sh", "LICENSE-2.0", "LICENSE-1.1"),
        ("files-have-the-license", "Dockerfile", "LICENSE-2.0", "LICENSE-1.1"),
        ("image-is-base-builder", "Dockerfile", "FROM .*", "FROM debian:12"),
        ("image-is-base-builder", "Dockerfile", "base-builder:ubuntu-24-04", "base-builder"),
        ("image-is-base-builder", "project.yaml", "base_os_version: ubuntu-24-04", "base_os_version: legacy"),
        ("repository-is-cloned", "Dockerfile", "git clone --depth 1 https://git.example/lockstep", "git clone else"),
        ("packages-are-updated-first", "Dockerfile", "apt-get update && ", ""),
        ("packages-are-updated-first", "Dockerfile", "WORKDIR", "RUN apt-get install -y file\nWORKDIR"),
        ("engine-is-given", "build.sh", r"\$LIB_FUZZING_ENGINE", "-lFuzzingEngine"),
        ("flags-are-given", "build.sh", "-G Ninja", "-G Ninja -DCMAKE_CXX_FLAGS=-fsanitize=address"),
    ],
)
def test_a_broken_file_is_seen(rule: str, file: str, old: str, new: str, tmp_path: Path) -> None:
    folder = shutil.copytree(FOLDERS[0], tmp_path / "oss-fuzz")
    text = (folder / file).read_text()
    changed = re.sub(old, new, text)
    assert changed != text
    (folder / file).write_text(changed)
    assert broken(folder) == [rule]


def test_a_script_that_cannot_be_executed_is_seen(tmp_path: Path) -> None:
    folder = shutil.copytree(FOLDERS[0], tmp_path / "oss-fuzz")
    (folder / "build.sh").chmod(0o644)
    assert broken(folder) == ["build-can-be-executed"]


def test_a_helper_without_the_license_is_seen(tmp_path: Path) -> None:
    folder = shutil.copytree(FOLDERS[0], tmp_path / "oss-fuzz")
    (folder / "helper.py").write_text("print()\n")
    assert broken(folder) == ["files-have-the-license"]


@pytest.mark.parametrize(("name", "bad"), [("Lockstep", True), ("lock.step", True), ("lock_step-2.git", False)])
def test_a_name_that_no_folder_of_oss_fuzz_has_is_seen(name: str, bad: bool, tmp_path: Path) -> None:
    (tmp_path / "project.yaml").write_text(f"main_repo: https://git.example/{name}\n")
    assert ["can't name a project" in line for line in presubmit.name_can_be_a_folder(tmp_path)] == [True] * bad


def test_what_is_to_be_filled_in_is_told(tmp_path: Path) -> None:
    (tmp_path / "project.yaml").write_text(
        'main_repo: "https://git.example/a"\nprimary_contact: "a@b.example"\nhomepage: "https://example.org/examples"\n'
    )
    told = [line.partition(" must be yours")[0].split()[-1] for line in presubmit.to_fill_in(tmp_path)]
    assert told == ["main_repo", "primary_contact"]


def test_an_archive_of_seeds_is_seen(tmp_path: Path) -> None:
    folder = shutil.copytree(FOLDERS[0], tmp_path / "oss-fuzz")
    archive = tmp_path / "corpora" / "fuzz_script" / "seeds.zip"
    archive.parent.mkdir(parents=True)
    archive.write_bytes(b"")
    assert broken(folder) == ["seeds-are-files"]


def test_every_configuration_of_the_project_is_checked() -> None:
    project = yaml.safe_load((FOLDERS[0] / "project.yaml").read_text())
    assert {one.sanitizer for one in DEFAULT} >= set(project["sanitizers"])
    assert {one.engine for one in DEFAULT} == set(project["fuzzing_engines"])


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_takes_each_action_at_one_commit(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text())
    assert workflow["permissions"] is not None
    for job in workflow["jobs"].values():
        assert job["runs-on"] == "ubuntu-24.04"
        for step in job["steps"]:
            assert "run" in step or re.fullmatch(r"[\w-]+(/[\w-]+)+@[0-9a-f]{40}", step["uses"])
    for line in path.read_text().splitlines():
        assert "uses:" not in line or re.search(r"  # v[\d.]+$", line), "which version the commit is"


@pytest.mark.parametrize("path", [path for path in WORKFLOWS if path.stem.startswith("cflite_")], ids=lambda p: p.stem)
def test_a_workflow_fuzzes_with_the_sanitizer_that_it_built_with(path: Path) -> None:
    for job in yaml.safe_load(path.read_text())["jobs"].values():
        steps = [step for step in job["steps"] if "clusterfuzzlite" in step["uses"]]
        assert "build_fuzzers" in steps[0]["uses"]
        assert len({step["with"].get("sanitizer") for step in steps}) == 1


@pytest.mark.parametrize(
    ("name", "modes"),
    [("cflite_pr", ["code-change"]), ("cflite_batch", ["batch"]), ("cflite_cron", ["prune", "coverage"])],
)
def test_a_workflow_runs_in_its_mode(name: str, modes: list[str]) -> None:
    workflow = yaml.safe_load((HOME / ".github" / "workflows" / f"{name}.yml").read_text())
    steps = [step for job in workflow["jobs"].values() for step in job["steps"] if "run_fuzzers" in step["uses"]]
    assert [step["with"]["mode"] for step in steps] == modes
    assert all(step["with"].get("output-sarif", False) == (name == "cflite_pr") for step in steps)
