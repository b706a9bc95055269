"""Words of a list found in a text that has no spaces."""

from __future__ import annotations

from collections.abc import Container

_LONGEST = 12


def cut(text: str, words: Container[str]) -> list[str]:
    """A text in words of a list and the pieces between them, with as little between as may be.

    Notes
    -----
    A shortest path over the positions: a word costs one, a character of no word two.

    Examples
    --------
    >>> cut("삼성전자무역", {"전자", "무역", "자무"})
    ['삼성', '전자', '무역']
    """
    best = [(0, 0)]
    for end in range(1, len(text) + 1):
        ways = [(best[end - 1][0] + 2, end - 1)]
        ways += [
            (best[start][0] + 1, start)
            for start in range(max(0, end - _LONGEST), end)
            if text[start:end] in words
        ]
        best.append(min(ways))
    found: list[str] = []
    end, between = len(text), ""
    while end:
        start = best[end][1]
        piece = text[start:end]
        if piece in words:
            found += [between, piece] if between else [piece]
            between = ""
        else:
            between = piece + between
        end = start
    return [*found, between][::-1] if between else found[::-1]
