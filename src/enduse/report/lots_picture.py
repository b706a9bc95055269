"""The lots of a chain: firms from left to right, bands as wide as the quantities between them.

A band's dark part is what is followed along the chain, its pale part the rest of the line. A stub
at a firm is what was followed to it and is not followed on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from enduse.model.result import N_
from enduse.report.lettering import Box, fitted, meet, width
from enduse.report.steps import Chain, Holder, Step
from enduse.report.wording import Wording
from enduse.report.written import legible

_WIDTH, _HIGHEST = 960.0, 130.0
_NARROWEST = 150.0
"""Of the columns: a chain of many legs is drawn wider, to be scrolled through."""

_POST, _THINNEST = 9.0, 2.0
_LABEL, _GAP, _STUB = 50.0, 22.0, 34.0
_LINE = 15.0


@dataclass(frozen=True, slots=True)
class _Band:
    """The two parts of a line, in pixels."""

    dark: float
    pale: float

    @property
    def whole(self) -> float:
        return self.dark + self.pale


@dataclass(frozen=True, slots=True)
class _Post:
    """A firm in the drawing."""

    holder: Holder
    x: float
    top: float
    height: float


def lots_picture(chain: Chain, spoken: str, wording: Wording) -> Markup:
    """Draw the lots of a chain; widths of one unit are comparable, those of two units are not.

    Parameters
    ----------
    chain
        The chain.
    spoken
        What the drawing says, for those who do not see it.
    wording
        The reader's language, for quantities and countries.
    """
    bands = _bands(chain)
    stages = chain.steps[-1].hop + 2
    wide = max(_WIDTH, _NARROWEST * stages)
    column = wide / stages
    posts, height = _posts(chain.holders, bands, column)
    outs = {step: y for post in posts for step, y in _stack(post, post.holder.sent, bands)}
    ins = {step: y for post in posts for step, y in _stack(post, post.holder.received, bands)}
    ends = {step: post.x for post in posts for step in post.holder.received}
    starts = {step: post.x + _POST for post in posts for step in post.holder.sent}
    drawn = [
        _band(step, bands[step], (starts[step], *outs[step]), (ends[step], *ins[step]), wording)
        for step in chain.steps
    ]
    drawn += [_stub(post, bands) for post in posts]
    drawn += [_post(post, column, wording) for post in posts]
    taken = [box for post in posts for box in _name_boxes(post, column, wording)]
    for step in chain.steps:
        part = 0 if bands[step].dark else 1
        half = (bands[step].dark or bands[step].pale) / 2
        start = (starts[step], outs[step][part] + half)
        end = (ends[step], ins[step][part] + half)
        drawn.append(_quantity(step, start, end, taken, wording))
    return Markup(
        '<svg class="lots{}" viewBox="0 0 {:.0f} {:.0f}" role="img" aria-label="{}">{}</svg>'
    ).format(" long" if wide > _WIDTH else "", wide, height, spoken, Markup("").join(drawn))


def _bands(chain: Chain) -> dict[Step, _Band]:
    """How wide each line is: the fullest stage of each unit is as high as any may be."""
    most: dict[str, float] = {}
    for holder in chain.holders:
        for side in (holder.received, holder.sent):
            for unit in {step.unit for step in side}:
                whole = sum(_whole(step) for step in side if step.unit == unit)
                most[unit] = max(most.get(unit, 0.0), whole)
    bands = {}
    for step in chain.steps:
        scale = _HIGHEST / most[step.unit] if most[step.unit] else 0.0
        dark = max(_THINNEST, step.carried * scale) if step.carried else 0.0
        bands[step] = _Band(dark, max(0.0 if dark else _THINNEST, _whole(step) * scale - dark))
    return bands


def _whole(step: Step) -> float:
    return max(step.quantity, step.carried or 0.0)


def _posts(
    holders: Iterable[Holder], bands: dict[Step, _Band], column: float
) -> tuple[list[_Post], float]:
    """Firms in their places, and how high the drawing is."""
    stages: dict[int, list[Holder]] = {}
    for holder in holders:
        stages.setdefault(holder.stage, []).append(holder)
    high = {holder: _height(holder, bands) for stage in stages.values() for holder in stage}
    totals = {
        stage: sum(_LABEL + high[holder] for holder in at) + _GAP * (len(at) - 1)
        for stage, at in stages.items()
    }
    height = max(totals.values()) + 12
    is_plain = all(len(at) == 1 for at in stages.values())
    posts = []
    for stage, at in stages.items():
        # Without branches all bands run level; with them, stages lie about one middle.
        top = 0.0 if is_plain else (height - totals[stage]) / 2
        for holder in at:
            x = (stage + 0.5) * column - _POST / 2
            posts.append(_Post(holder, x, top + _LABEL, high[holder]))
            top += _LABEL + high[holder] + _GAP
    return posts, height


def _height(holder: Holder, bands: dict[Step, _Band]) -> float:
    sent = sum(bands[step].whole for step in holder.sent) + _kept(holder, bands)
    return max(sent, sum(bands[step].whole for step in holder.received), 8.0)


def _kept(holder: Holder, bands: dict[Step, _Band]) -> float:
    """What was followed to a firm and is not followed on, in pixels."""
    steps = (*holder.received, *holder.sent)
    told_alike = len({step.unit for step in steps}) == 1 and not any(s.by_weight for s in steps)
    if not holder.sent or not told_alike:
        return 0.0
    dark = [sum(bands[step].dark for step in side) for side in (holder.received, holder.sent)]
    return max(0.0, dark[0] - dark[1])


def _stack(
    post: _Post, steps: tuple[Step, ...], bands: dict[Step, _Band]
) -> list[tuple[Step, tuple[float, float]]]:
    """Where the dark and the pale part of each line meet a firm: all dark ones come first."""
    dark = post.top
    pale = post.top + sum(bands[step].dark for step in steps)
    if steps == post.holder.sent:
        pale += _kept(post.holder, bands)
    places = []
    for step in steps:
        places.append((step, (dark, pale)))
        dark += bands[step].dark
        pale += bands[step].pale
    return places


def _band(
    step: Step,
    band: _Band,
    start: tuple[float, float, float],
    end: tuple[float, float, float],
    wording: Wording,
) -> Markup:
    (x0, dark0, pale0), (x1, dark1, pale1) = start, end
    parts = [
        _ribbon(kind, x0, y0, x1, y1, wide)
        for kind, y0, y1, wide in (
            ("pale", pale0, pale1, band.pale),
            ("dark", dark0, dark1, band.dark),
        )
        if wide
    ]
    return Markup("<g><title>{} → {}: {}</title>{}</g>").format(
        legible(step.exporter),
        legible(step.consignee),
        said_quantity(step, wording),
        Markup("").join(parts),
    )


def _ribbon(kind: str, x0: float, y0: float, x1: float, y1: float, wide: float) -> Markup:
    middle = (x0 + x1) / 2
    return Markup(
        '<path class="{0}" d="M{1:.1f} {2:.1f}C{3:.1f} {2:.1f} {3:.1f} {4:.1f} {5:.1f} {4:.1f}'
        'V{6:.1f}C{3:.1f} {6:.1f} {3:.1f} {7:.1f} {1:.1f} {7:.1f}z"/>'
    ).format(kind, x0, y0, middle, y1, x1, y1 + wide, y0 + wide)


def _stub(post: _Post, bands: dict[Step, _Band]) -> Markup:
    kept = _kept(post.holder, bands)
    if kept < 1:
        return Markup()
    top = post.top + sum(bands[step].dark for step in post.holder.sent)
    return Markup(
        '<path class="stub" d="M{:.1f} {:.1f}h{:.0f}l8 {:.1f}l-8 {:.1f}h-{:.0f}z"/>'
    ).format(post.x + _POST, top, _STUB, kept / 2, kept / 2, _STUB)


def _names(post: _Post, column: float, wording: Wording) -> list[tuple[str, float]]:
    """The lines over a firm, and where each stands; the last is the country."""
    name, country = post.holder.party
    lines = [*fitted(name, 0.84 * column, 2), wording.country(country)]
    first = post.top - 8 - _LINE * (len(lines) - 1)
    return [(line, first + _LINE * index) for index, line in enumerate(lines)]


def _name_boxes(post: _Post, column: float, wording: Wording) -> list[Box]:
    middle = post.x + _POST / 2
    return [
        (middle - width(line) / 2 - 4, y - 12, middle + width(line) / 2 + 4, y + 4)
        for line, y in _names(post, column, wording)
    ]


def _post(post: _Post, column: float, wording: Wording) -> Markup:
    *name, country = _names(post, column, wording)
    texts = [
        Markup('<text class="{}" x="{:.1f}" y="{:.1f}">{}</text>').format(
            kind, post.x + _POST / 2, y, line
        )
        for kind, lines in (("firm", name), ("soft", [country]))
        for line, y in lines
    ]
    return Markup(
        '<g><title>{}</title><rect class="post" x="{:.1f}" y="{:.1f}" width="{:.0f}" height="{:.1f}"/>'
        "{}</g>"
    ).format(
        " / ".join(legible(other) for other, _ in post.holder.parties),
        post.x,
        post.top,
        _POST,
        post.height,
        Markup("").join(texts),
    )


def _quantity(
    step: Step,
    start: tuple[float, float],
    end: tuple[float, float],
    taken: list[Box],
    wording: Wording,
) -> Markup:
    """How much of a line is followed, written on its band where nothing else is written."""
    said = said_quantity(step, wording)
    wide = 0.93 * width(said) + 12
    boxes = [
        (x - wide / 2, y - 9, x + wide / 2, y + 9)
        for x, y in (_along(start, end, t) for t in (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74))
    ]
    box = next((b for b in boxes if not any(meet(b, other) for other in taken)), boxes[0])
    taken.append(box)
    return Markup(
        '<rect class="chip" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="18" rx="3"/>'
        '<text class="much" x="{:.1f}" y="{:.1f}">{}</text>'
    ).format(box[0], box[1], wide, box[0] + wide / 2, box[1] + 13.3, said)


def _along(start: tuple[float, float], end: tuple[float, float], t: float) -> tuple[float, float]:
    """A point on the middle of a band; `t` runs from 0 to 1."""
    (x0, y0), (x1, y1) = start, end
    bend = 1.5 * t * (1 - t)
    across = t**3 + bend
    return x0 + (x1 - x0) * across, y0 + (y1 - y0) * (3 - 2 * t) * t * t


def said_quantity(step: Step, wording: Wording) -> str:
    """How much of a line is followed, and how much it is."""
    whole = legible(wording.amount(step.quantity, step.unit))
    if step.carried is None:
        return whole
    return wording.text(N_("{carried} of {amount}")).format(
        carried=wording.quantity(step.carried), amount=whole
    )
