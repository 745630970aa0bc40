"""The wheel that ``pip install .`` builds works without the rest of the repository."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

PROGRAM = """
import lockstep

def hold(lock, ready):
    with lock:
        ready.put(lock.locked())

if __name__ == "__main__":
    for method in "fork", "spawn", "forkserver":
        context = lockstep.get_context(method)
        lock, ready = context.RLock(), context.Queue()
        process = context.Process(target=hold, args=(lock, ready))
        process.start()
        assert ready.get(timeout=60)
        process.join()
        assert not lock.locked()
    print(lockstep.__file__)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder)]
    done = subprocess.run([*command, str(ROOT)], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (made,) = folder.glob("lockstep-*.whl")
    return made


def test_the_package_and_its_types_are_in_it_and_nothing_else(wheel: Path) -> None:
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    sources = {f"lockstep/{path.name}" for path in (ROOT / "impl/python/lockstep").iterdir() if path.is_file()}
    (module,) = names - sources
    assert names - {module} == sources
    assert module.startswith("lockstep/_lockstep.cpython-")
    assert {"lockstep/py.typed", "lockstep/_lockstep.pyi"} <= names


def test_it_works_without_the_repository(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [sys.executable, program],
        cwd=tmp_path,
        env=environment | {"PYTHONPATH": str(tmp_path / "site")},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()) == tmp_path / "site" / "lockstep" / "__init__.py"
