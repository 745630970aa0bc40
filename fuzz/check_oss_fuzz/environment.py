"""The environment in which OSS-Fuzz calls build.sh, and the one in which it runs what was built.

Source: the Dockerfiles of base-clang, base-builder and base-runner, and `compile`, of google/oss-fuzz. One thing
differs: Debian's libFuzzer is built on libstdc++, so that -stdlib=libc++ is left out here.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

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
    "allow_user_segv_handler=0:check_malloc_usable_size=0:detect_leaks=1:detect_odr_violation=0:"
    "detect_stack_use_after_return=1:fast_unwind_on_fatal=0:handle_abort=1:handle_segv=1:handle_sigill=1:"
    "max_uar_stack_size_log=16:print_scariness=1:quarantine_size_mb=10:strict_memcmp=1:symbolize=1:"
    "use_sigaltstack=1:dedup_token_length=3"
)
UBSAN_OPTIONS = "print_stacktrace=1:print_summary=1:silence_unsigned_overflow=1:symbolize=1:dedup_token_length=3"


class Missing(Exception):
    """The machine lacks what a configuration takes; the message says what."""


@dataclass(frozen=True)
class Configuration:
    sanitizer: str
    engine: str

    def __str__(self) -> str:
        return f"{self.sanitizer}/{self.engine}"


def compilers(engine: str) -> tuple[str, str, str]:
    """Return CC, CXX and LIB_FUZZING_ENGINE."""
    if engine == "libfuzzer":
        return "clang", "clang++", "-fsanitize=fuzzer"
    driver = next(Path("/usr/lib").glob("**/libAFLDriver.a"), None)
    if driver is None or shutil.which("afl-clang-fast++") is None:
        raise Missing("afl++ is not installed")
    return "afl-clang-fast", "afl-clang-fast++", str(driver)


def of_build(chosen: Configuration, source: Path, out: Path, work: Path) -> dict[str, str]:
    """Return the environment of build.sh. `source` is a folder in which `lockstep` is the checkout."""
    cc, cxx, engine = compilers(chosen.engine)
    coverage = "-fsanitize=fuzzer-no-link" if chosen.engine == "libfuzzer" and chosen.sanitizer != "coverage" else ""
    flags = " ".join(filter(None, [COMMON, FLAGS[chosen.sanitizer], coverage]))
    plain = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
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
        "ASAN_SYMBOLIZER_PATH": symbolizer, "AFL_NO_AFFINITY": "1", "AFL_NO_UI": "1", "AFL_SKIP_CPUFREQ": "1",
        "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES": "1",
    }  # fmt: skip


def run(command: list[str], env: dict[str, str], seconds: float, cwd: Path | None = None) -> tuple[int, str]:
    """Run a program; return its exit code (None of it after `seconds`: -9) and all that it said."""
    try:
        done = subprocess.run(
            command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            timeout=seconds, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as late:
        return -9, (late.stdout or b"").decode(errors="replace")
    return done.returncode, done.stdout.decode(errors="replace")
