"""badges/NAME.json: a badge for each implementation, in the format of a shields endpoint."""

from __future__ import annotations

import json
import re

from reports.results import Json


def file_name(name: str) -> str:
    """Make a file's name of an implementation's, which may be anything."""
    return re.sub(r"[^\w.+-]+", "-", name, flags=re.ASCII).lstrip(".-")[:80] or "implementation"


def badge(name: str, entries: list[Json]) -> Json:
    """Return the badge of an implementation under all its start methods."""
    ran = [entry for entry in entries if not entry["skip_reason"]]
    counts = {
        counter: sum(entry[counter] for entry in ran)
        for counter in ("passed", "known", "unexpected", "vanished", "inconclusive")
    }
    wrong = counts["unexpected"] + counts["vanished"]
    decided = sum(counts.values())
    if not decided:
        message, color = "not run", "lightgrey"
    elif wrong:
        message, color = f"{wrong:,} of {decided:,} wrong", "red"
    elif counts["inconclusive"]:
        message, color = f"{counts['inconclusive']:,} of {decided:,} undecided", "yellow"
    elif counts["known"]:
        message, color = f"{counts['passed']:,} of {decided:,} as documented", "green"
    else:
        message, color = f"{decided:,} as documented", "brightgreen"
    return {"schemaVersion": 1, "label": name, "message": message, "color": color}


def render(results: Json) -> dict[str, str]:
    """Return the files of all badges by their names."""
    by_name: dict[str, list[Json]] = {}
    for entry in results["implementations"]:
        by_name.setdefault(entry["name"], []).append(entry)
    files: dict[str, str] = {}
    for name, entries in by_name.items():
        stem, number = file_name(name), 1
        while f"{stem}.json" in files:
            number += 1
            stem = f"{file_name(name)}-{number}"
        files[f"{stem}.json"] = json.dumps(badge(name, entries)) + "\n"
    return files
