"""Text that was read in another encoding than it was written in."""

from __future__ import annotations

import re
from itertools import pairwise

# How UTF-8 looks to readers of one byte a letter: a lead byte, then continuation bytes.
_UTF8_AS_LATIN = re.compile(
    "[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)
_UTF8_AS_CYRILLIC = re.compile(
    "[РС][\u00a0-\u00bf\u0402-\u040f\u0452-\u045f\u0490\u0491\u2013-\u203a\u20ac\u2116\u2122]"
)
_HIGH_LETTERS = re.compile("[\u00c0-\u00ff]")
_LETTERS = re.compile(r"[^\W\d_]")
_LEAST = 4
# Letters in Cyrillic text of one-byte encodings read as Latin: nearly all, where a Latin
# language with marks has one in three at most.
_SHARE = 0.8


def repaired(text: str) -> str | None:
    """A text as it was meant, if it clearly was read in a wrong encoding; None if it was not.

    UTF-8 read as Latin-1, Windows-1252 or Windows-1251; Windows-1251 or KOI8-R read as Latin.

    Examples
    --------
    >>> repaired("Ð˜Ð²Ð°Ð½"), repaired("Ivan"), repaired("Århus")
    ('Иван', None, None)
    """
    if text.isascii():
        return None
    if _UTF8_AS_LATIN.search(text):
        return _decoded(_bytes(text, "cp1252"), "utf-8")
    if len(_UTF8_AS_CYRILLIC.findall(text)) > 1:
        return _decoded(_bytes(text, "cp1251"), "utf-8")
    high, letters = len(_HIGH_LETTERS.findall(text)), len(_LETTERS.findall(text))
    if high < max(_LEAST, _SHARE * letters):
        return None
    ways = [_decoded(_bytes(text, "latin-1"), encoding) for encoding in ("cp1251", "koi8-r")]
    # In the wrong one of the two, capitals and small letters change places.
    return min(filter(None, ways), key=_misplaced_capitals, default=None)


def _bytes(text: str, encoding: str) -> bytes | None:
    """The bytes that were read; those that an encoding has no letter for come through as they are."""
    try:
        return b"".join(
            bytes([ord(c)]) if 0x80 <= ord(c) < 0xA0 else c.encode(encoding) for c in text
        )
    except UnicodeEncodeError:
        return None


def _decoded(read: bytes | None, encoding: str) -> str | None:
    try:
        text = read.decode(encoding) if read else None
    except UnicodeDecodeError:
        return None
    return text if text and _LETTERS.search(text) and text.isprintable() else None


def _misplaced_capitals(text: str) -> int:
    """How often a capital follows a small letter, or a word begins with a small one."""
    return sum(
        (one.islower() and other.isupper()) or (one.isspace() and other.islower())
        for one, other in pairwise(f" {text}")
    )
