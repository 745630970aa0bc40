"""How the Python actor reads calls and spells what came of them."""

from __future__ import annotations

import importlib.util
import math
import multiprocessing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

SPEC = importlib.util.spec_from_file_location("lockstep_actor", Path(__file__).with_name("lockstep_actor.py"))
assert SPEC is not None
assert SPEC.loader is not None
actor: Any = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(actor)


def arguments(shape: str) -> Any:
    return actor.Hooks(None, "", "fork", []).arguments(shape)


def same(left: Any, right: Any) -> bool:
    both_nan = type(left) is type(right) is float and math.isnan(left) and math.isnan(right)
    return both_nan or (type(left) is type(right) and left == right)


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(st.characters(min_codepoint=32, max_codepoint=126))
)


@given(st.lists(VALUES, max_size=2), st.dictionaries(st.sampled_from(["block", "timeout", "x"]), VALUES))
def test_a_call_is_read_as_python_reads_it(positional: list[Any], keywords: dict[str, Any]) -> None:
    words = [*map(repr, positional), *(f"{name}={value!r}" for name, value in keywords.items())]
    method, read_positional, read_keywords = arguments(f"acquire({', '.join(words)})")
    assert method == actor.METHODS.index("acquire")
    assert all(map(same, read_positional, positional))
    assert len(read_positional) == len(positional)
    assert list(read_keywords or {}) == list(keywords)
    assert all(same((read_keywords or {})[name], value) for name, value in keywords.items())


def test_spellings_that_are_no_literals() -> None:
    assert arguments("acquire(timeout=10**400)")[2] == {"timeout": 10**400}
    assert arguments("acquire(True, -inf)")[1] == (True, -math.inf)
    assert arguments("release()") == (actor.METHODS.index("release"), (), None)
    assert arguments("with raises") == (actor.METHODS.index("with"), (True,), None)


@pytest.mark.parametrize("shape", ["acquire(timeout=1, timeout=2)", "acquire(2x)", "acquire(1=2)"])
def test_what_is_no_call_is_an_error(shape: str) -> None:
    with pytest.raises((ValueError, SyntaxError)):
        arguments(shape)


def test_errors_are_spelled_as_scripts_spell_them() -> None:
    assert actor.describe_error(ValueError('say "no"')) == 'ValueError("say \\"no\\"")'
    assert actor.describe_error(AssertionError()) == "AssertionError()"
    assert actor.describe_error(OSError(22, "Invalid argument")) == 'OSError("[Errno 22] Invalid argument")'


def test_only_a_module_with_locks_qualifies() -> None:
    with pytest.raises(actor.Unusable, match="neither a callable Lock nor a callable RLock"):
        actor.makers_of(math, "fork")
    with pytest.raises(actor.Unusable, match="no start method"):
        actor.makers_of(multiprocessing, "thread")
    _, makers = actor.makers_of(multiprocessing, "spawn")
    assert sorted(makers) == ["Lock", "RLock"]
