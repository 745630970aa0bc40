"""Where a shared library looks for those that it needs, in its file."""

from __future__ import annotations

import struct
from pathlib import Path

ENTRY = struct.Struct("<qQ")  # of the dynamic section: a tag and its value
NULL, RPATH, RUNPATH = 0, 15, 29
DYNAMIC = 2  # the segment's type


def dynamic_section(data: bytes | bytearray) -> tuple[int, int]:
    """Return the offset and the size of the dynamic section of a 64-bit little-endian ELF file."""
    if data[:6] != b"\x7fELF\2\1":
        raise ValueError("this is no 64-bit little-endian ELF file")
    (headers,) = struct.unpack_from("<Q", data, 32)
    size, count = struct.unpack_from("<HH", data, 54)
    for place in range(headers, headers + size * count, size):
        kind, _, offset, _, _, length = struct.unpack_from("<IIQQQQ", data, place)
        if kind == DYNAMIC:
            return offset, length
    raise ValueError("this ELF file has no dynamic section")


def forget_run_path(file: Path) -> None:
    """Make a library look where the program looks that loads it: a run path of its own would be in the way."""
    data = bytearray(file.read_bytes())
    offset, length = dynamic_section(data)
    entries = list(ENTRY.iter_unpack(data[offset : offset + length]))
    kept = [entry for entry in entries if entry[0] not in {RPATH, RUNPATH}]
    kept += [(NULL, 0)] * (len(entries) - len(kept))
    data[offset : offset + length] = b"".join(ENTRY.pack(*entry) for entry in kept)
    file.write_bytes(data)
