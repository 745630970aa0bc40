"""multiprocessing with the reference installed under it, as a plug-in for the conformance catalogue."""

import pathlib
import sys

try:
    import lockstep
except ImportError:  # Then `python -m conformance.installed` has built it for this interpreter.
    build = pathlib.Path(__file__).resolve().parents[2] / "build"
    sys.path.insert(0, str(build / "cpython-{}.{}".format(*sys.version_info[:2]) / "python"))
    import lockstep

lockstep.install()

from multiprocessing import *  # noqa: E402, F403 - get_context, and whatever else a case looks for
