"""The chain of a recovered part as one picture: a line for each path, gaps drawn as gaps."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from enduse.model.result import N_
from enduse.pipeline.component_links import Joined, Kind, Link
from enduse.report.lettering import fitted, width
from enduse.report.wording import Wording
from enduse.report.written import legible, sentence

_COLUMN, _BOX, _HIGH, _ROW, _TOP = 190.0, 138.0, 58.0, 96.0, 34.0
_LEFT = 4.0
_TIE = _COLUMN - _BOX
_HEADS = {
    Kind.PART: N_("Part"),
    Kind.SALE: N_("Sale"),
    Kind.CUSTOMER: N_("Customer"),
}
_GAP_LINES = 4
_MOST_COLUMNS = 16


def component_picture(paths: Sequence[Joined], spoken: str, words: Wording) -> Markup:
    """Draw paths from the part to where it went, one under the other.

    Parameters
    ----------
    paths
        At least one; all begin with the same part.
    spoken
        What the drawing says, for those who do not see it.
    words
        The reader's language.
    """
    columns = min(_MOST_COLUMNS, max(len(_HEADS), *(len(path.links) for path in paths)))
    wide = 2 * _LEFT + columns * _COLUMN - _TIE
    high = _TOP + len(paths) * _ROW
    part = paths[0].links[0]
    middle = _TOP + (len(paths) - 1) * _ROW / 2
    parts = [_head(words.text(text), place) for place, text in enumerate(_HEADS.values())]
    if part.gap:
        parts += [_box(0, middle, [part.source]), _gap(part, 0, middle, wide, words)]
    else:
        soft = "" if part.strength is None else words.degree(part.strength)
        parts.append(_box(0, middle, [part.target or "", soft]))
    parts += [
        _lane(path, middle, _TOP + row * _ROW, wide, words)
        for row, path in enumerate(paths)
        if not part.gap
    ]
    return Markup(
        '<svg class="tree columns-{}" viewBox="0 0 {:.0f} {:.0f}" role="img" aria-label="{}">{}</svg>'
    ).format(columns, wide, high, spoken, Markup("").join(parts))


def _head(text: str, column: int) -> Markup:
    return Markup('<text class="head" x="{:.1f}" y="14">{}</text>').format(_x(column), text)


def _x(column: int) -> float:
    return _LEFT + column * _COLUMN


def _lane(path: Joined, origin: float, top: float, wide: float, words: Wording) -> Markup:
    """One path: its places from the sale on, and the links between them."""
    parts = []
    for column, link in enumerate(path.links[1:], 1):
        start = origin if column == 1 else top
        if link.gap:
            parts.append(_gap(link, column - 1, top, wide, words, start=start))
            break
        parts.append(_tie(link, column - 1, start, top, words))
        parts.append(_box(column, top, _lines(link, words), is_end=link.kind == Kind.DESTINATION))
    return Markup("").join(parts)


def _lines(link: Link, words: Wording) -> list[str]:
    """What is written of the place that a link leads to."""
    day = words.day(link.date) if link.date else ""
    if link.kind == Kind.DESTINATION:
        return [words.country(link.country) if link.country else link.target or "", day]
    place = words.country(link.country) if link.country else ""
    if link.kind == Kind.SALE:
        amount = words.amount(link.quantity, link.unit or "NAR") if link.quantity else ""
        return [link.target or "", day, amount]
    if link.kind == Kind.CUSTOMER:
        return [link.target or "", place]
    return [link.target or "", " · ".join(filter(None, (place, day)))]


def _box(column: int, top: float, lines: Sequence[str], *, is_end: bool = False) -> Markup:
    name, *rest = lines
    soft = [fitted(text, 1.04 * _BOX)[0] for text in rest if text]
    told = fitted(name, _BOX - 14, 2 if len(soft) < 2 else 1)
    texts = [("name end" if is_end else "name", text) for text in told]
    texts += [("soft", text) for text in soft]
    first = top + _HIGH / 2 - 8 * (len(texts) - 1) + 4
    return Markup(
        '<g><title>{}</title><rect class="place{}" x="{:.1f}" y="{:.1f}" width="{:.0f}" height="{:.0f}" rx="4"/>{}</g>'
    ).format(
        " · ".join(legible(text) for text in lines if text),
        " end" if is_end else "",
        _x(column),
        top,
        _BOX,
        _HIGH,
        Markup("").join(
            Markup('<text class="{}" x="{:.1f}" y="{:.1f}"{}>{}</text>').format(
                kind, _x(column) + 7, first + 16 * place, _held(text), text
            )
            for place, (kind, text) in enumerate(texts)
        ),
    )


def _held(text: str) -> Markup:
    """What holds a text that about fills a box within it, whatever font a reader has."""
    room = _BOX - 14
    if width(text) < 0.6 * room:
        return Markup("")
    return Markup(' textLength="{:.0f}" lengthAdjust="spacingAndGlyphs"').format(
        min(width(text), room)
    )


def _tie(link: Link, column: int, start: float, top: float, words: Wording) -> Markup:
    x0, x1 = _x(column) + _BOX, _x(column + 1)
    y0, y1 = start + _HIGH / 2, top + _HIGH / 2
    middle = (x0 + x1) / 2
    strength = link.strength or 0.0
    said = "" if link.strength in (None, 1.0) else words.degree(strength)
    return Markup(
        '<path class="tie" d="M{0:.1f} {1:.1f}C{2:.1f} {1:.1f} {2:.1f} {3:.1f} {4:.1f} {3:.1f}" stroke-width="{5:.1f}"/>'
        '<text class="much" x="{6:.1f}" y="{7:.1f}">{8}</text>'
    ).format(x0, y0, middle, y1, x1, 1 + 7 * strength, x1 - _TIE / 2, y1 - 8 - 3.5 * strength, said)


def _gap(
    link: Link,
    column: int,
    top: float,
    wide: float,
    words: Wording,
    *,
    start: float | None = None,
) -> Markup:
    """A broken line to a question mark, and why what follows is not known."""
    x0, x1 = _x(column) + _BOX, _x(column + 1)
    y0, y1 = (top if start is None else start) + _HIGH / 2, top + _HIGH / 2
    middle = (x0 + x1) / 2
    assert link.gap is not None
    said = sentence(link.gap, words).striptags()
    lines = fitted(said, min(1.1 * (wide - x1 - 18), 2 * _COLUMN), _GAP_LINES)
    first = y1 - 8 * (len(lines) - 1) + 4
    return Markup(
        '<g class="gap"><title>{0}</title>'
        '<path class="open" d="M{1:.1f} {2:.1f}C{3:.1f} {2:.1f} {3:.1f} {4:.1f} {5:.1f} {4:.1f}"/>'
        '<circle class="unknown" cx="{6:.1f}" cy="{4:.1f}" r="11"/>'
        '<text class="query" x="{6:.1f}" y="{7:.1f}">?</text>{8}</g>'
    ).format(
        legible(said),
        x0,
        y0,
        middle,
        y1,
        x1 - 14,
        x1 - 3,
        y1 + 4.5,
        Markup("").join(
            Markup('<text class="why" x="{:.1f}" y="{:.1f}">{}</text>').format(
                x1 + 14, first + 15 * place, line
            )
            for place, line in enumerate(lines)
        ),
    )
