"""What a target with an interpreter inside needs of Python, in one folder: for a machine that has no Python.

``PYTHON -m fuzz.python_files BUILD OUT`` copies the modules that the targets import to ``OUT/pylib`` and the shared
libraries that those and libpython need to ``OUT/lib``, where targets in ``OUT`` look first, and so does what they load:
a Python that was not installed by the system has extension modules that look elsewhere. PYTHON is the interpreter that
the targets were built with, BUILD the folder of the build.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from fuzz.elf import forget_run_path

# What the host of the actors imports, and what Python imports of itself when the moment comes.
IMPORTS = """
import encodings.ascii, encodings.latin_1, encodings.utf_8, warnings, traceback, linecache
import multiprocessing.context, multiprocessing.popen_fork, multiprocessing.process, multiprocessing.queues
import multiprocessing.resource_sharer, multiprocessing.resource_tracker, multiprocessing.synchronize
import multiprocessing.util, multiprocessing.reduction
import lockstep_actor, lockstep_fibers, lockstep_forked
import sys, types
builtin = types.ModuleType("lockstep._lockstep")  # into the targets
builtin.Lock = builtin.RLock = object
sys.modules[builtin.__name__] = builtin
import lockstep, lockstep._support
for module in list(sys.modules.values()):
    file = getattr(module, "__file__", None)
    if file:
        print(module.__name__, file, sep="\\t")
"""

# The C library and what the compilers bring along is there wherever a target runs.
EVERYWHERE = re.compile(r"lib(c|m|dl|rt|util|pthread|gcc_s|stdc\+\+)\.so|ld-linux|linux-vdso")


def modules(build: Path) -> dict[str, Path]:
    """Return every module that is imported, by name, with its file."""
    program = f"import sys; sys.path += [{str(build / 'lib')!r}, {str(build / 'python')!r}]\n" + IMPORTS
    command = [sys.executable, "-I", "-S", "-c", program]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return {name: Path(file) for name, file in (line.split("\t") for line in output.splitlines())}


def place_of(name: str, file: Path) -> Path:
    """Where the module is found, relative to the folder of modules."""
    parts = name.split(".")
    if file.suffix == ".so":
        return Path("lib-dynload" if len(parts) == 1 else Path(*parts[:-1])) / file.name
    return Path(*parts) / file.name if file.name == "__init__.py" else Path(*parts[:-1]) / file.name


def libraries(files: list[Path]) -> set[Path]:
    """Return the shared libraries that the files need and that not every system has."""
    command = ["ldd", *map(str, files)]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    found = (Path(path) for path in re.findall(r"=> (\S+) \(0x", output))
    return {path for path in found if not EVERYWHERE.match(path.name)}


def collect(build: Path, out: Path) -> None:
    found = modules(build)
    folders = sysconfig.get_config_var("LIBDIR"), sysconfig.get_config_var("LIBPL")
    name = sysconfig.get_config_var("INSTSONAME")
    python = next(path for folder in (*folders, "/usr/lib/x86_64-linux-gnu") if (path := Path(folder, name)).is_file())
    extensions = []
    for module, file in found.items():
        target = out / "pylib" / place_of(module, file)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target)
        if file.suffix == ".so":
            forget_run_path(target)
            extensions.append(file)
    (out / "lib").mkdir(parents=True, exist_ok=True)
    for library in {python, *libraries([python, *extensions])}:
        forget_run_path(Path(shutil.copy(library, out / "lib" / library.name)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", type=Path, help="the folder of the build")
    parser.add_argument("out", type=Path, help="the folder of the targets")
    given = parser.parse_args()
    collect(given.build.resolve(), given.out)


if __name__ == "__main__":
    main()
