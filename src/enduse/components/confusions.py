"""Characters that a camera, a reader or a keyboard takes for one another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import combinations, product

_ALIKE = ("0OОΟ", "1ILІΙӀ", "5SЅ", "8BВΒ", "2ZΖ", "6GБ", "3З", "4Ч")
_LETTERS = ("AАΑ", "EЕΕ", "KКΚ", "MМΜ", "HНΗ", "PРΡ", "CС", "TТΤ", "YУΥ", "XХΧ", "JЈ", "NΝ")
"""Pairs that only a keyboard confuses: Latin, Cyrillic, Greek."""

_CLASS = {sign: group[0] for group in (*_ALIKE, *_LETTERS) for sign in group}
_OTHERS = {
    sign: tuple(other for other in group if other != sign and not "\u0370" <= other <= "\u03ff")
    for group in (*_ALIKE, *_LETTERS)
    for sign in group
}
_LATIN = {
    sign: next(other for other in (group if group in _LETTERS else group[1:]) if other.isascii())
    for group in (*_ALIKE[:4], *_LETTERS)
    for sign in group
    if not sign.isascii()
}
_MOST_CHANGES = 4


def look(sign: str) -> str:
    """The class of a character: what looks like it has the same.

    Examples
    --------
    >>> look("O") == look("0"), look("А") == look("A"), look("7")
    (True, True, '7')
    """
    return _CLASS.get(sign, sign)


def looks(text: str) -> str:
    """The classes of all characters of a text."""
    return "".join([_CLASS.get(sign, sign) for sign in text])


def corrected(text: str, fits: Callable[[str], object]) -> str | None:
    """The text with the fewest characters exchanged for look-alikes that `fits`; None: none does.

    Letters of another alphabet are first taken for the Latin ones that they look like.

    Examples
    --------
    >>> import re
    >>> corrected("STM32F4O5RGT6", re.compile(r"STM32F\\d{3}[A-Z]{3}6").fullmatch)
    'STM32F405RGT6'
    """
    latin = "".join([_LATIN.get(sign, sign) for sign in text])
    for start in dict.fromkeys((latin, text)):
        if start != text and fits(start):
            return start
    for changes in range(1, _MOST_CHANGES + 1):
        for start in dict.fromkeys((latin, text)):
            for tried in _exchanged(start, changes):
                if fits(tried):
                    return tried
    return None


def _exchanged(text: str, changes: int) -> Iterator[str]:
    open_to_doubt = [at for at, sign in enumerate(text) if sign in _OTHERS]
    for places in combinations(open_to_doubt, changes):
        for signs in product(*(_OTHERS[text[at]] for at in places)):
            exchanged = list(text)
            for at, sign in zip(places, signs, strict=True):
                exchanged[at] = sign
            yield "".join(exchanged)


def exchanges(seen: str, read: str) -> list[tuple[str, str]]:
    """Each character that was read as another, with that other; separators and case aside.

    Examples
    --------
    >>> exchanges("4O5-b", "405B")
    [('O', '0')]
    """
    before, after = (list(filter(str.isalnum, text)) for text in (seen, read))
    return [(a, b) for a, b in zip(before, after, strict=False) if b not in (a, a.upper())]


def said(exchanged: Iterable[tuple[str, str]]) -> str:
    """Exchanges in words, each kind once.

    Examples
    --------
    >>> said([("O", "0"), ("В", "B"), ("O", "0")])
    'O read as 0, Cyrillic В read as B'
    """
    return ", ".join(
        f"{_named(before)} read as {_named(after)}" for before, after in dict.fromkeys(exchanged)
    )


def _named(sign: str) -> str:
    if "\u0400" <= sign <= "\u04ff":
        return f"Cyrillic {sign}"
    return f"Greek {sign}" if "\u0370" <= sign <= "\u03ff" else sign
