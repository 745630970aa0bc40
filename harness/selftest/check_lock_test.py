"""What tests somebody's lock in their CI: the action, the GitLab template, the script behind both, the examples."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

HOME = Path(__file__).resolve().parents[2]
SCRIPT = HOME / ".ci" / "check-lock"
ACTION = HOME / ".github" / "actions" / "check-lock" / "action.yml"
TEMPLATE = HOME / ".gitlab" / "check-lock.yml"
CLI = Path(os.environ.get("LOCKSTEP_CLI", HOME / "build" / "release" / "lockstep"))
LINES_MAX = 20

# Stands for run_tests.py: notes its words, leaves the files of a report.
STUB = """\
#!{python}
import json, os, pathlib, sys
words = sys.argv[1:]
with open(os.environ["NOTES"], "a") as notes:
    notes.write(json.dumps(words) + "\\n")
if "--report" in words:
    folder = pathlib.Path(words[words.index("--report") + 1])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "summary.md").write_text("# the summary\\n")
    (folder / "results.json").write_text("{{}}")
sys.exit(int(os.environ.get("CODE", "0")))
"""

# The real run_tests.py, but for its set-up: the program and the .venv are there.
REAL = """\
#!{python}
import pathlib, sys
sys.path.insert(0, {home!r})
import run_tests
run_tests.BUILD, run_tests.PYTHON = pathlib.Path({build!r}), pathlib.Path(sys.executable)
run_tests.ready = lambda command, words: 0
sys.exit(run_tests.main(sys.argv[1:]))
"""

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def action() -> Any:
    return yaml.safe_load(ACTION.read_text(encoding="utf-8"))


def template() -> tuple[Any, Any]:
    header, jobs = yaml.safe_load_all(TEMPLATE.read_text(encoding="utf-8"))
    return header, jobs


def scripts() -> dict[str, str]:
    """Return every piece of shell by where it stands."""
    found = {"check-lock": SCRIPT.read_text(encoding="utf-8")}
    found |= {f"action {step['id']}": step["run"] for step in action()["runs"]["steps"] if "run" in step}
    for name, job in template()[1].items():
        found |= {f"{name} {part}": "\n".join(job[part]) for part in ("before_script", "script") if part in job}
    return found


def evaluate(text: str, context: dict[str, dict[str, str]]) -> str:
    """Replace the expressions of an action's text, as far as ours go."""

    def value(match: re.Match[str]) -> str:
        python = re.sub(r"(inputs|github|outputs)\.([\w-]+)", r'\1["\2"]', match[1].replace("steps.here.", ""))
        return str(eval(python.replace("||", "or").replace("&&", "and"), {}, context))

    return re.sub(r"\$\{\{ (.*?) \}\}", value, text)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a checkout of Lockstep with nothing in it but what CI needs, and a stub behind it."""
    folder = tmp_path / "lockstep"
    for path in (SCRIPT, ACTION):
        (folder / path.relative_to(HOME)).parent.mkdir(parents=True)
        shutil.copy(path, folder / path.relative_to(HOME))
    front_door = folder / "run_tests.py"
    front_door.write_text(STUB.format(python=sys.executable))
    front_door.chmod(0o755)
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "python").symlink_to(sys.executable)
    return folder


def environment(folder: Path, **settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CHECK_", "GITHUB_", "CI_"))}
    own = {"NOTES": str(folder / "notes"), "GITHUB_OUTPUT": str(folder / "output")}
    return kept | own | {"GITHUB_STEP_SUMMARY": str(folder / "summary"), **settings}


def notes(folder: Path) -> list[list[str]]:
    return [json.loads(line) for line in (folder / "notes").read_text().splitlines()]


@pytest.fixture
def run_action(checkout: Path, tmp_path: Path) -> Run:
    """Run the action's own steps, as a runner would, until one fails."""

    def run(code: int = 0, **inputs: str) -> subprocess.CompletedProcess[str]:
        described = action()
        values = {name: str(declared["default"]) for name, declared in described["inputs"].items()}
        context = {"inputs": values | inputs, "github": {"run_id": "4711"}, "outputs": {}}
        path = str(checkout / ACTION.parent.relative_to(HOME))
        for step in described["runs"]["steps"]:
            if "run" not in step:
                continue
            settings = {name: evaluate(value, context) for name, value in step["env"].items()}
            own = environment(tmp_path, GITHUB_ACTION_PATH=path, CODE=str(code), **settings)
            command = ["bash", "-e", "-o", "pipefail", "-c", step["run"]]
            done = subprocess.run(command, cwd=tmp_path, env=own, capture_output=True, text=True, check=False)
            if done.returncode:
                break
            if (tmp_path / "output").exists():
                told = (tmp_path / "output").read_text().splitlines()
                context["outputs"] = {name: value for name, _, value in (line.partition("=") for line in told)}
        return done

    return run


def test_the_actions_inputs_are_used_and_declared() -> None:
    text = ACTION.read_text(encoding="utf-8")
    assert {*re.findall(r"inputs\.([\w-]+)", text)} == {*action()["inputs"]}
    assert {"impl", "seconds", "level", "seed", "baseline"} <= {*action()["inputs"]}


def test_the_templates_inputs_are_used_and_declared() -> None:
    header, jobs = template()
    used = {*re.findall(r"\$\[\[ inputs\.([\w-]+) \]\]", TEMPLATE.read_text(encoding="utf-8"))}
    assert used == {*header["spec"]["inputs"]}
    assert {"check-lock", "check-lock-merge"} < {*jobs}


@pytest.mark.parametrize("name", scripts())
def test_the_scripts_are_shell(name: str) -> None:
    done = subprocess.run(["bash", "-n"], input=scripts()[name], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", scripts())
def test_no_input_is_taken_for_shell(name: str) -> None:
    assert not re.search(r"\$\{\{|\$\[\[", scripts()[name])


def test_the_inputs_become_the_words_of_run_tests(run_action: Run, tmp_path: Path) -> None:
    hostile = "$(touch broken)/a b.py"
    done = run_action(impl=f"./my_lock.py\n\n{hostile}\n", seconds="5", level="must", baseline="old.json")
    assert (done.returncode, done.stderr) == (0, "")
    words = ["--impl", "./my_lock.py", "--impl", hostile, "--seconds", "5", "--level", "must"]
    assert notes(tmp_path) == [[*words, "--baseline", "old.json", "--report", "lockstep-report"]]
    assert (tmp_path / "summary").read_text() == "# the summary\n"
    assert not (tmp_path / "broken").exists()


def test_shards_share_the_seed_of_their_workflow_run(run_action: Run, tmp_path: Path) -> None:
    run_action(command="conformance", shard="2/3")
    run_action(command="conformance", shard="2/3", seed="9")
    expected = [
        ["conformance", "--seed", seed, "--shard", "2/3", "--report", "lockstep-report"] for seed in ("4711", "9")
    ]
    assert notes(tmp_path) == expected
    assert "artifact=lockstep-2-of-3\n" in (tmp_path / "output").read_text()


@pytest.mark.parametrize("code", [1, 2, 3, 4])
def test_the_exit_code_is_that_of_the_run(run_action: Run, tmp_path: Path, code: int) -> None:
    assert run_action(code=code, impl="x").returncode == code
    assert (tmp_path / "summary").exists()


def test_shards_are_found_and_merged(run_action: Run, tmp_path: Path) -> None:
    for part in ("lockstep-2-of-2", "lockstep-1-of-2"):
        (tmp_path / "parts" / part).mkdir(parents=True)
        (tmp_path / "parts" / part / "results.json").write_text("{}")
    run_action(code=2, merge="parts")
    parts = [f"parts/lockstep-{index}-of-2/results.json" for index in (1, 2)]
    assert notes(tmp_path) == [["merge", "lockstep-report/results.json", *parts]]


def test_an_ordinary_user_installs_what_is_missing_with_sudo(checkout: Path, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name, text in {"id": "echo 1000", "sudo": 'echo "$@" >>"$NOTES.sudo"', "apt-get": "exit 1"}.items():
        (tools / name).write_text(f"#!/bin/sh\n{text}\n")
        (tools / name).chmod(0o755)
    pretended = 'PACKAGES = {"there": "a", "ninja-build": "b"}\nis_there = "a".__eq__\nfind_python = lambda: None\n'
    front_door = checkout / "run_tests.py"
    front_door.write_text(f"#!{sys.executable}\n{pretended}")
    own = environment(tmp_path, PATH=f"{tools}:{os.environ['PATH']}")
    done = subprocess.run(["bash", str(checkout / ".ci" / "check-lock")], cwd=tmp_path, env=own, check=False)
    assert done.returncode == 0
    update, install = (tmp_path / "notes.sudo").read_text().splitlines()
    assert update == "apt-get update -q"
    assert install.split()[-3:] == ["ninja-build", "python3-venv", "python3-dev"]


@pytest.mark.skipif(not CLI.exists(), reason=f"needs a build: no {CLI}")
def test_a_broken_lock_fails_its_check(run_action: Run, checkout: Path, tmp_path: Path) -> None:
    text = REAL.format(python=sys.executable, home=str(HOME), build=str(CLI.parent))
    (checkout / "run_tests.py").write_text(text)
    lock = HOME / "harness" / "selftest" / "locks" / "process_rlock.py"
    done = run_action(impl=str(lock), seconds="3", seed="1")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "DIVERGENCE  process_rlock fork" in done.stdout
    assert "process" in (tmp_path / "summary").read_text()
    assert (tmp_path / "lockstep-report" / "results.sarif").exists()


def test_the_template_fetches_lockstep_and_runs_its_shard(checkout: Path, tmp_path: Path) -> None:
    (checkout / ".gitignore").write_text(".venv\n")
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], [*identity, "commit", "-q", "-m", "a"]):
        subprocess.run(["git", *words], cwd=checkout, check=True)
    header, jobs = template()
    values = {name: declared.get("default", "") for name, declared in header["spec"]["inputs"].items()}
    values |= {"impl": "./my_lock.py", "repository": str(checkout), "command": "conformance", "shards": 3}
    job = jobs[".check-lock"] | jobs["check-lock"]
    settings = {
        name: re.sub(r"\$\[\[ inputs\.([\w-]+) \]\]", lambda match: str(values[match[1]]), text)
        for name, text in (jobs[".check-lock"]["variables"] | jobs["check-lock"]["variables"]).items()
    }
    settings |= {"CI_PIPELINE_ID": "4711", "CI_NODE_INDEX": "2", "CI_NODE_TOTAL": "3"}
    (tmp_path / ".lockstep" / ".venv").mkdir(parents=True)  # as the cache leaves it
    script = "\n".join([*job["before_script"], *job["script"]])
    own = environment(tmp_path, **settings)
    done = subprocess.run(["bash", "-e", "-c", script], cwd=tmp_path, env=own, check=False)
    assert done.returncode == 0
    words = ["conformance", "--impl", "./my_lock.py", "--seed", "4711", "--shard", "2/3"]
    assert notes(tmp_path) == [[*words, "--report", "lockstep-report/2"]]


def examples() -> list[str]:
    section = (HOME / "README.md").read_text(encoding="utf-8").partition("## In CI\n")[2].partition("\n## ")[0]
    return re.findall(r"^```yaml\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)


def test_there_are_examples() -> None:
    assert len(examples()) >= 3


@pytest.mark.parametrize("text", examples())
def test_an_example_is_short_and_uses_declared_inputs(text: str) -> None:
    assert len(text.splitlines()) < LINES_MAX
    example = yaml.safe_load(text)
    used = [
        (step["with"], action()["inputs"])
        for job in example.get("jobs", {}).values()
        for step in job["steps"]
        if "check-lock" in step["uses"]
    ]
    used += [(part["inputs"], template()[0]["spec"]["inputs"]) for part in example.get("include", [])]
    assert used
    for given, declared in used:
        assert {*given} <= {*declared}
        assert {name for name, entry in declared.items() if "default" not in entry} <= {*given}
