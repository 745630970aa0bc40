from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from fuzz.elf import forget_run_path


def compiled(target: Path, text: str, *words: str | Path) -> Path:
    source = target.with_suffix(".c")
    source.write_text(text)
    subprocess.run(["gcc", source, "-o", target, *words], check=True, timeout=300)
    return target


@pytest.mark.parametrize("tags", ["--enable-new-dtags", "--disable-new-dtags"])
def test_a_library_without_its_run_path_looks_where_the_program_does(tags: str, tmp_path: Path) -> None:
    """As a target, an extension module and libffi do, of which the second has a run path of its own."""
    beside = tmp_path / "lib"
    beside.mkdir()
    inner = compiled(
        beside / "libinner.so", "int inner(void) { return 7; }", "-shared", "-fPIC", "-Wl,-soname,libinner.so"
    )
    text = "int inner(void); int outer(void) { return inner(); }"
    elsewhere = f"-Wl,{tags},-rpath,{tmp_path / 'gone'}"
    outer = compiled(tmp_path / "outer.so", text, "-shared", "-fPIC", inner, elsewhere)
    text = f"""
        #include <dlfcn.h>
        int main(void) {{
          void* const outer = dlopen("{outer}", RTLD_NOW);
          return outer ? ((int (*)(void))dlsym(outer, "outer"))() : 1;
        }}
    """
    program = compiled(tmp_path / "program", text, "-Wl,--disable-new-dtags,-rpath,$ORIGIN/lib")
    before = subprocess.run([program], check=False).returncode
    forget_run_path(outer)
    assert before == (1 if tags == "--enable-new-dtags" else 7)
    assert subprocess.run([program], check=False).returncode == 7


def test_what_is_no_library_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("INPUT(libc.so.6)")
    with pytest.raises(ValueError, match="no 64-bit"):
        forget_run_path(tmp_path / "text")
