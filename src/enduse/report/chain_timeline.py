"""A chain over time: a lane for each firm, an arrow for each leg, a bar while the goods stayed."""

from __future__ import annotations

from datetime import date

from markupsafe import Markup

from enduse.report.lettering import Box, fitted, meet, width
from enduse.report.steps import Chain, Holder, Step
from enduse.report.wording import Wording
from enduse.report.written import legible

_WIDTH, _LANE, _TOP = 960.0, 58.0, 24.0
_NAMES = 270.0
_LEFT, _RIGHT = 300.0, 920.0
_BAR = 14.0


def chain_timeline(chain: Chain, spoken: str, wording: Wording) -> Markup:
    """Draw a chain; equal lengths are equal times.

    Parameters
    ----------
    chain
        The chain.
    spoken
        What the drawing says, for those who do not see it.
    wording
        The reader's language, for days and countries.
    """
    lanes = {holder: _TOP + index * _LANE for index, holder in enumerate(chain.holders)}
    begin = min(step.date for step in chain.steps)
    span = (max(step.date for step in chain.steps) - begin).days

    def at(day: date) -> float:
        if not span:
            return (_LEFT + _RIGHT) / 2
        return _LEFT + (_RIGHT - _LEFT) * (day - begin).days / span

    parts = [_lane(holder, y, wording) for holder, y in lanes.items()]
    for holder, y in lanes.items():
        if holder.received and holder.sent:
            arrival = min(step.date for step in holder.received)
            departure = max(step.date for step in holder.sent)
            parts.append(_stay(at(arrival), at(departure), y, (departure - arrival).days, wording))
    arrows = {
        step: (
            at(step.date),
            next(y for holder, y in lanes.items() if step in holder.sent),
            next(y for holder, y in lanes.items() if step in holder.received),
        )
        for step in chain.steps
    }
    lines = [(x - 2, source, x + 2, target) for x, source, target in arrows.values()]
    days: list[Box] = []
    for step, arrow in arrows.items():
        said = wording.day(step.date)
        days.append(_free(*arrow, 0.93 * width(said), lines, days))
        parts.append(_leg(step, said, *arrow, days[-1]))
    return Markup(
        '<svg class="lanes" viewBox="0 0 {:.0f} {:.0f}" role="img" aria-label="{}">{}</svg>'
    ).format(_WIDTH, _TOP + (len(lanes) - 1) * _LANE + 34, spoken, Markup("").join(parts))


def _lane(holder: Holder, y: float, wording: Wording) -> Markup:
    name, country = holder.party
    return Markup(
        '<line class="lane" x1="{0:.0f}" x2="{1:.0f}" y1="{2:.1f}" y2="{2:.1f}"/>'
        '<text class="firm" x="0" y="{3:.1f}">{4}<title>{5}</title></text>'
        '<text class="soft" x="0" y="{6:.1f}">{7}</text>'
    ).format(
        _LEFT - 16,
        _WIDTH,
        y,
        y - 1,
        fitted(name, _NAMES)[0],
        legible(name),
        y + 15,
        wording.country(country),
    )


def _stay(left: float, right: float, y: float, days: int, wording: Wording) -> Markup:
    said = wording.days(days)
    bar = Markup(
        '<rect class="stay" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.0f}" rx="2"/>'
    ).format(left, y - _BAR / 2, max(2.0, right - left), _BAR)
    if width(said) + 8 > right - left:
        return bar
    return bar + Markup(
        '<text class="soft" x="{:.1f}" y="{:.1f}" text-anchor="middle">{}</text>'
    ).format((left + right) / 2, y + 4, said)


def _leg(step: Step, said: str, x: float, source: float, target: float, box: Box) -> Markup:
    is_right = box[0] > x
    return Markup(
        "<g><title>{}: {} → {}</title>"
        '<path class="leg" d="M{:.1f} {:.1f}V{:.1f}"/>'
        '<path class="tip" d="M{:.1f} {:.1f}l-5.5-10h11z"/>'
        '<circle class="dot" cx="{:.1f}" cy="{:.1f}" r="3.5"/></g>'
        '<text class="day" x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>'
    ).format(
        said,
        legible(step.exporter),
        legible(step.consignee),
        x,
        source,
        target - 8,
        x,
        target,
        x,
        source,
        box[0] if is_right else box[2],
        box[3] - 3,
        "start" if is_right else "end",
        said,
    )


def _free(
    x: float, source: float, target: float, wide: float, lines: list[Box], days: list[Box]
) -> Box:
    """A place for a day: beside its arrow, between two lanes, clear of other days and arrows."""
    boxes = [
        (left, middle + shift - 8, left + wide, middle + shift + 7)
        for shift in (0, -15, 15)
        for middle in (source + _LANE / 2, target - _LANE / 2)
        for left in (x + 8, x - 8 - wide)
        if left + wide <= _WIDTH
    ]

    def cost(box: Box) -> int:
        return 9 * sum(meet(box, day) for day in days) + sum(meet(box, line) for line in lines)

    return min(boxes, key=cost)
