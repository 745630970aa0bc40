"""The timelines of one divergence: every implementation's trace as inline SVG, a lane for each actor.

Above the lanes a strip for each lock says who holds it. All traces share the axis of reports/bars.py. A slot is as wide
as the widest text that any trace writes into it; seconds stand below the lanes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from reports.bars import KILLED, Bar, Slot, bars, first_difference, members
from reports.holders import holds
from reports.results import Json

CHARACTER_PX = 6.4  # of the monospaced 10.5 px that the style sheet gives to the labels
CHARACTERS_MAX = 34
SLOT_PX_MIN = 46
BOX_PX = 30
LANE_PX = 46
HEADER_PX = 34
STRIP_PX = 20
MARKS = {
    "kill": "✕", "fork": "↳", "start": "↳", "pause": "…", "stop": "‖", "continue": "▸", "signal": "↯", "exit": "■",
    "clock": "◷",
}  # fmt: skip


@dataclass(frozen=True)
class Layout:
    """The shared axis: where each slot begins, and where the last one ends; and where the lanes begin."""

    lefts: dict[Slot, float]
    gutter: float
    width: float
    top: float

    def middle(self, lane: int) -> float:
        return self.top + LANE_PX * lane + LANE_PX / 2


def shorten(text: str) -> str:
    return text if len(text) <= CHARACTERS_MAX else text[: CHARACTERS_MAX - 1] + "…"


def arrow(outcome: str) -> str:
    return f"→ {outcome}" if outcome else ""


def lay_out(traces: list[list[Bar]], actors: Iterable[str], locks: Iterable[str]) -> Layout:
    """Give every slot that any of the traces uses a place and a width."""
    locks = list(locks)
    needed: Counter[Slot] = Counter()
    for bar in (bar for found in traces for bar in found):
        needed[bar.begin] = max(needed[bar.begin], len(shorten(bar.text)) + 2 * (not bar.actor))
        if bar.end is not None:
            needed[bar.end] = max(needed[bar.end], len(shorten(arrow(bar.outcome))))
    names = [*actors, *(f"{lock} held" for lock in locks)]
    gutter = 26 + CHARACTER_PX * max((len(shorten(name)) for name in names), default=0)
    lefts: dict[Slot, float] = {}
    left = gutter
    for slot in sorted(needed):
        lefts[slot] = left
        left += max(SLOT_PX_MIN, CHARACTER_PX * needed[slot] + 14)
    return Layout(lefts, gutter, left + 26, HEADER_PX + STRIP_PX * len(locks))


def text_at(x: float, y: float, words: str, style: str) -> str:
    """Write one label, shortened; the whole text appears when it is pointed at."""
    short = shorten(words)
    whole = f"<title>{escape(words)}</title>" if short != words else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{style}">{whole}{escape(short)}</text>'


def rectangle(left: float, top: float, width: float, height: float, style: str) -> str:
    size = f'width="{width:.1f}" height="{height:.1f}"'
    return f'<rect x="{left:.1f}" y="{top:.1f}" {size} rx="3" class="{style}"/>'


def draw_bar(bar: Bar, lane: int, layout: Layout) -> list[str]:
    """Draw a bar into its actor's lane."""
    middle = layout.middle(lane)
    left = layout.lefts[bar.begin]
    colour = f"actor{lane % 6}"
    shown = [text_at(left, middle - 10, bar.text, "call")]
    if bar.kind == "skipped":
        return [*shown, rectangle(left, middle - 7, BOX_PX, 14, "ghost"), text_at(left, middle + 18, "skipped", "call")]
    if bar.kind == "done":
        mark = MARKS.get(bar.text.partition(" ")[0], "◆")
        return [*shown, text_at(left, middle + 5, mark, "mark"), text_at(left, middle + 18, arrow(bar.outcome), "call")]
    right = layout.width - 12 if bar.end is None else layout.lefts[bar.end]
    if bar.end is None or bar.end != bar.begin:
        shown.append(rectangle(left, middle - 7, right - left, 14, f"{colour} {bar.waits or 'busy'}"))
    if bar.end is None:
        last = {"blocked": "still blocked", "pending": "still pending"}.get(bar.waits, "not returned")
        return [*shown, text_at(left, middle + 18, last, "call")]
    shown.append(rectangle(right, middle - 7, BOX_PX, 14, f"{colour} full"))
    wrong = " raised" if bar.outcome.startswith(("raises", "crashes", "hangs", KILLED)) else ""
    return [*shown, text_at(right, middle + 18, arrow(bar.outcome), "call" + wrong)]


def draw_clock(trace: Json, layout: Layout, bottom: float) -> list[str]:
    """Write the seconds below each step at which the clock has moved on."""
    shown: list[str] = []
    last = ""
    for event in trace["events"]:
        left = layout.lefts.get((event["step"], 0))
        seconds = f"{event['time_ns'] / 1e9:.6f}".rstrip("0").rstrip(".") + " s"
        if event["kind"] in ("invoked", "done") and left is not None and seconds != last:
            shown.append(text_at(left, bottom, seconds, "tick"))
            last = seconds
    return shown


def draw_strips(found: list[Bar], script: str, lanes: dict[str, int], layout: Layout) -> list[str]:
    """Draw who holds each lock."""
    shown: list[str] = []
    for number, (lock, held) in enumerate(holds(found, script).items()):
        top = HEADER_PX + STRIP_PX * number
        shown.append(text_at(4, top + 11, f"{lock} held", "tick"))
        shown.append(f'<path d="M{layout.gutter:.1f} {top + 7}H{layout.width - 8:.1f}" class="rule"/>')
        for hold in held:
            left = layout.lefts[hold.begin] + BOX_PX / 2
            right = layout.width - 12 if hold.end is None else layout.lefts[hold.end] + BOX_PX / 2
            if right > left:
                shown.append(rectangle(left, top, right - left, 14, f"actor{lanes.get(hold.actor, 0) % 6} hold"))
                shown.append(text_at(left + 5, top + 11, hold.actor, "call"))
    return shown


def draw_marks(bar: Bar, lanes: dict[str, int], victims: Iterable[str], layout: Layout, bottom: float) -> list[str]:
    """Draw a step that no actor takes: a line through all lanes, and its mark on the lanes of those whom it hits."""
    left = layout.lefts[bar.begin]
    mark = MARKS.get(bar.text.partition(" ")[0], "◆")
    shown = [f'<path d="M{left + 4:.1f} {HEADER_PX - 4}V{bottom}" class="event"/>']
    shown.append(text_at(left, 27, f"{mark} {bar.text}", "call"))
    hit = [actor for actor in victims if actor in lanes]
    return shown + [text_at(left - 1, layout.middle(lanes[actor]) + 5, mark, "mark") for actor in hit]


def draw(trace: Json, found: list[Bar], script: str, layout: Layout, difference: Slot) -> str:
    """Draw one trace."""
    lanes = {actor: lane for lane, actor in enumerate(trace["actors"])}
    processes = members(script)
    bottom = layout.top + LANE_PX * len(lanes)
    height = bottom + 22
    name = escape(f"Timeline of {trace['implementation']}")
    size = f'width="{layout.width:.0f}" height="{height}" viewBox="0 0 {layout.width:.0f} {height}"'
    shown = [f'<svg class="timeline" role="img" aria-label="{name}" {size}>']
    for actor, lane in lanes.items():
        middle = layout.middle(lane)
        shown.append(text_at(4, middle + 4, actor, f"lane ink{lane % 6}"))
        shown.append(f'<path d="M{layout.gutter:.1f} {middle}H{layout.width - 8:.1f}" class="rule"/>')
    shown += [text_at(left, 12, str(slot[0] + 1), "tick") for slot, left in layout.lefts.items() if slot[1] == 0]
    shown += draw_strips(found, script, lanes, layout)
    for bar in found:
        if bar.actor in lanes:
            shown += draw_bar(bar, lanes[bar.actor], layout)
        else:
            victims = processes.get(bar.text.partition(" ")[2].strip(), [])
            shown += draw_marks(bar, lanes, victims, layout, bottom)
    shown += draw_clock(trace, layout, bottom + 16)
    line = layout.lefts.get(difference)
    if line is not None:
        shown.append(f'<path d="M{line - 6:.1f} 2V{bottom + 4}" class="difference"/>')
    return "".join([*shown, "</svg>"])


def timelines(divergence: Json) -> list[tuple[Json, str]]:
    """Return each trace of a divergence with its drawing."""
    traces = divergence["traces"]
    script = divergence["script"]
    found = [bars(trace, members(script)) for trace in traces]
    layout = lay_out(found, [actor for trace in traces for actor in trace["actors"]], holds([], script))
    difference = first_difference(divergence["step"], found)
    return [(trace, draw(trace, own, script, layout, difference)) for trace, own in zip(traces, found, strict=True)]
