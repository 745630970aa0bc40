"""What a process that a case starts needs of the kit: little, as each spawned one imports it.

Standard library only, Python 3.8 and newer.
"""

from __future__ import annotations

from typing import Any, Callable


def answer(connection: Any, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    """Be a child: send what a function returns or raises."""
    try:
        message: tuple[str, Any] = ("value", function(*arguments))
    except BaseException as error:
        message = ("error", error)
    try:
        connection.send(message)
    except Exception:  # it can't be pickled, so its text has to do
        connection.send((message[0], repr(message[1])))
    connection.close()
