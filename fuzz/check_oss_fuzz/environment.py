"""The environment in which OSS-Fuzz calls build.sh, and the one in which it runs what was built.

Source: the Dockerfiles of base-clang, base-builder and base-runner, and `compile`, of google/oss-fuzz. One thing
differs: Debian's libFuzzer is built on libstdc++, so that -stdlib=libc++ is left out here.
"""

from __future__ import annotations

import contextlib
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from fuzz.check_oss_fuzz.tools import Missing, is_not_there, need, need_clang

SANITIZERS = ("address", "undefined", "coverage", "none")
ENGINES = ("libfuzzer", "afl")

COMMON = "-O1 -fno-omit-frame-pointer -gline-tables-only -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION"
UNDEFINED = (
    "array-bounds,bool,builtin,enum,function,integer-divide-by-zero,null,object-size,return,returns-nonnull-attribute,"
    "shift,signed-integer-overflow,unsigned-integer-overflow,unreachable,vla-bound,vptr"
)
FATAL = UNDEFINED.replace("unsigned-integer-overflow,", "")
FLAGS = {
    "address": "-fsanitize=address -fsanitize-address-use-after-scope",
    "undefined": f"-fsanitize={UNDEFINED} -fno-sanitize-recover={FATAL}",
    "coverage": "-fprofile-instr-generate -fcoverage-mapping -pthread -Wl,--no-as-needed -Wl,-ldl -Wl,-lm",
    "none": "",
}
RUN_ARGUMENTS = ("-rss_limit_mb=2560", "-timeout=25")
ASAN_OPTIONS = (
    "alloc_dealloc_mismatch=0:allocator_may_return_null=1:allocator_release_to_os_interval_ms=500:"
    "allow_user_segv_handler=0:check_malloc_usable_size=0:dedup_token_length=3:detect_leaks=1:detect_odr_violation=0:"
    "detect_stack_use_after_return=1:fast_unwind_on_fatal=0:handle_abort=1:handle_segv=1:handle_sigill=1:"
    "max_uar_stack_size_log=16:print_scariness=1:quarantine_size_mb=10:strict_memcmp=1:symbolize=1:use_sigaltstack=1"
)
UBSAN_OPTIONS = "print_stacktrace=1:print_summary=1:silence_unsigned_overflow=1:symbolize=1:dedup_token_length=3"
# What of the caller's environment a build keeps.
KEPT = ("CMAKE_BUILD_PARALLEL_LEVEL", "CMAKE_CXX_COMPILER_LAUNCHER", "HOME", "LANG", "PATH", "TMPDIR")


@dataclass(frozen=True)
class Configuration:
    sanitizer: str
    engine: str

    def __str__(self) -> str:
        return f"{self.sanitizer}/{self.engine}"


def compilers(engine: str) -> tuple[str, str, str]:
    """Return CC, CXX and LIB_FUZZING_ENGINE."""
    if (machine := platform.machine()) != "x86_64":
        raise Missing(f"this machine is {machine}; only OSS-Fuzz's builds for x86-64 are checked")
    need_clang()
    need("cmake", "ninja", "zip")
    if engine == "libfuzzer":
        return "clang", "clang++", "-fsanitize=fuzzer"
    need("afl-clang-fast++", "afl-fuzz")
    driver = next(Path("/usr/lib/afl").glob("libAFLDriver.a"), None)
    if driver is None:
        raise is_not_there("/usr/lib/afl/libAFLDriver.a", "afl++")
    return "afl-clang-fast", "afl-clang-fast++", str(driver)


def of_build(chosen: Configuration, source: Path, out: Path, work: Path) -> dict[str, str]:
    """Return the environment of build.sh. `source` is a folder in which `lockstep` is the checkout."""
    cc, cxx, engine = compilers(chosen.engine)
    coverage = "-fsanitize=fuzzer-no-link" if chosen.engine == "libfuzzer" and chosen.sanitizer != "coverage" else ""
    flags = " ".join(filter(None, [COMMON, FLAGS[chosen.sanitizer], coverage]))
    plain = {name: value for name, value in os.environ.items() if name in KEPT or name.startswith("CCACHE_")}
    return plain | {
        "SRC": str(source), "OUT": str(out), "WORK": str(work), "CC": cc, "CXX": cxx, "CCC": cxx,
        "SANITIZER": chosen.sanitizer, "FUZZING_ENGINE": chosen.engine, "FUZZING_LANGUAGE": "c++",
        "ARCHITECTURE": "x86_64", "LIB_FUZZING_ENGINE": engine,
        "CFLAGS": flags + (" -fno-sanitize=function" if chosen.sanitizer == "undefined" else ""), "CXXFLAGS": flags,
        "PYTHON": sys.executable, "AFL_QUIET": "1", "AFL_PATH": "/usr/lib/afl",
    }  # fmt: skip


def of_run(out: Path) -> dict[str, str]:
    """Return the environment of run_fuzzer: nothing of the build's."""
    symbolizer = shutil.which("llvm-symbolizer") or ""
    return {
        "PATH": "/usr/bin:/bin", "HOME": str(out), "ASAN_OPTIONS": ASAN_OPTIONS, "UBSAN_OPTIONS": UBSAN_OPTIONS,
        "ASAN_SYMBOLIZER_PATH": symbolizer,
    }  # fmt: skip


def run(command: list[str], env: dict[str, str], seconds: float, cwd: Path) -> tuple[int, str]:
    """Run a program; return its exit code (-9 if `seconds` passed) and all that it said.

    If it is not waited for to its end, whatever it started ends with it: make ends, but not its compilers.
    """
    with tempfile.TemporaryFile() as said:
        program = subprocess.Popen(
            command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
        try:
            code = program.wait(seconds)
        except subprocess.TimeoutExpired:
            code = end(program)
        except BaseException:  # Ctrl-C, which does not reach a program in a session of its own
            end(program)
            raise
        said.seek(0)
        return code, said.read().decode(errors="replace")


def end(program: subprocess.Popen[bytes]) -> int:
    with contextlib.suppress(ProcessLookupError):  # whoever interrupts this may have ended that too
        os.killpg(program.pid, signal.SIGKILL)
    return program.wait()
