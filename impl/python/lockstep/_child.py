"""Run by a spawned process before it knows where to look for modules: finds the package beside this file."""

import importlib.util
import sys
from pathlib import Path

if "lockstep" not in sys.modules:
    package = Path(__file__).parent
    spec = importlib.util.spec_from_file_location("lockstep", package / "__init__.py")
    if spec is None or spec.loader is None:
        raise ImportError(f"{package} is no package")
    sys.modules["lockstep"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules["lockstep"])

sys.modules["lockstep"].install()
