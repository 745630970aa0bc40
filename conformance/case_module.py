"""The module that is tested: importing it, and finding its locks and processes.

Standard library only, Python 3.8 and newer.
"""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import os
import sys
from typing import Any

from case_calls import describe_error


class Unusable(Exception):
    """The module can't be tested, and why."""


def load(name: str) -> Any:
    """Import the module: a name, or the path of a .py file."""
    if name.endswith(".py"):
        folder = os.path.dirname(os.path.abspath(name))
        if folder not in sys.path:
            sys.path.insert(0, folder)
        name = os.path.basename(name)[: -len(".py")]
    try:
        return importlib.import_module(name)
    except BaseException as error:  # even SystemExit at import is a failure of the module
        raise Unusable("can't be imported: " + describe_error(error)) from error


def sources(module: Any, start_method: str) -> tuple[Any, Any]:
    """Return the context whose processes are used, and the object that has the locks."""
    if not hasattr(module, "get_context"):
        return multiprocessing.get_context(start_method), module
    try:
        context = module.get_context(start_method)
    except ValueError as error:
        raise Unusable("has no start method %r: %s" % (start_method, error)) from error
    return context, context


def complaint_about(name: str, start_method: str, prefix: str) -> str:
    """Why the module can't be tested; empty if it can."""
    try:
        _, source = sources(load(name), start_method)
        name_semaphores(prefix)
    except Unusable as unusable:
        return str(unusable)
    makers = [getattr(source, kind) for kind in ("Lock", "RLock") if callable(getattr(source, kind, None))]
    if not makers:
        return "has neither a callable Lock nor a callable RLock"
    try:
        for make in makers:
            make()
    except Exception as error:
        return "can't make its locks: %s" % describe_error(error)
    return ""


def start_tracker(name: str, start_method: str) -> None:
    """Start the module's resource tracker, if it has one, once for all cases: each would start its own otherwise."""
    if start_method != "fork" and not name.endswith(".py"):
        with contextlib.suppress(ImportError, AttributeError):  # if it is a module in the manner of multiprocessing
            importlib.import_module(name + ".resource_tracker").ensure_running()


def name_semaphores(prefix: str) -> None:
    """Let the named semaphores of this process and its children begin so, that they can be found and removed."""
    for name, module in list(sys.modules.items()):
        current_process = getattr(module, "current_process", None) if name.endswith(".process") else None
        config = getattr(current_process() if current_process else None, "_config", None)
        if isinstance(config, dict) and "semprefix" in config:
            config["semprefix"] = prefix
