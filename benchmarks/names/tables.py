"""Results as Markdown tables."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence


def markdown(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the first column to the left, the others to the right.

    Examples
    --------
    >>> print(markdown(["system", "recall"], [["enduse", "0.99"]]))
    | system | recall |
    |---|--:|
    | enduse | 0.99 |
    """
    lines = [header, ["---", *("--:" for _ in header[1:])], *rows]
    told = ["| " + " | ".join(line) + " |" for line in lines]
    told[1] = told[1].replace(" ", "")
    return "\n".join(told)


def share(value: float) -> str:
    """A share to four places; a dash for none."""
    return "–" if math.isnan(value) else f"{value:.4f}"


def number(value: float | None, unit: str = "") -> str:
    """Three figures that count, thousands apart; a dash for none.

    Examples
    --------
    >>> number(12345.6), number(0.01234, " s"), number(None)
    ('12,346', '0.0123 s', '–')
    """
    if value is None:
        return "–"
    text = f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
    return text + unit
