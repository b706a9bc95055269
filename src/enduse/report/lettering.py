"""Names in drawings: how wide they are about, and how they are broken into lines."""

from __future__ import annotations

from enduse.report.written import legible

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""

_LETTER, _IDEOGRAPH = 6.9, 13.0
_MOST = 160


def width(text: str) -> float:
    """About how wide a text is at 13 pixels."""
    return sum(_IDEOGRAPH if ord(letter) > 0x2E80 else _LETTER for letter in text)


def meet(one: Box, other: Box) -> bool:
    """Whether two boxes cover something of each other."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def fitted(text: object, wide: float, most: int = 1) -> list[str]:
    """A text in at most so many lines, each about so wide; what is left over is cut.

    Examples
    --------
    >>> fitted("Green Harbour Trading International", 110, 2)
    ['Green Harbour', 'Trading Intern…']
    """
    lines: list[str] = []
    rest = legible(text, _MOST).strip()
    while rest and len(lines) < most:
        whole = len(lines) + 1 == most
        line = _head(rest, wide)
        if not whole and line != rest and " " in line:
            line = line[: line.rindex(" ")]
        rest = rest[len(line) :].lstrip()
        lines.append(line)
    if rest:
        lines[-1] = f"{_head(lines[-1], wide - _LETTER)}…"
    return lines


def _head(text: str, wide: float) -> str:
    """As much of the beginning of a text as fits."""
    end = len(text)
    while end > 1 and width(text[:end]) > wide:
        end -= 1
    return text[:end]
