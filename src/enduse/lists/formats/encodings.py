"""In which encoding a table that is not Unicode is written: certain, or not said at all."""

from __future__ import annotations

import re
from pathlib import Path

from enduse.errors import InputError

_ENOUGH_TO_GUESS = 200
"""With so many bytes past ASCII, what no rule settles may be told by their frequencies."""

_WORD = re.compile(r"[^\W\d_]+")
_CYRILLIC = re.compile(r"[А-ЯЁІЇЄҐ]?[а-яёіїєґ]+|[А-ЯЁІЇЄҐ]+")
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_PUNCTUATION = re.compile(r"[\xa0’‘“”«»–—…·\u3000-\u303f\uff01-\uff0f\uff1a-\uff1f]")
# Lead bytes of the characters in everyday use. Windows' Big5 has letters that the standard lacks.
_FREQUENT = {"cp950": (0xA4, 0xC6), "gb18030": (0xB0, 0xD7)}
_ONE_SCRIPT = 0.9
_ACCENTED = 0.7  # A French 'à' stands alone.


def legacy_encoding(path: Path, odd: bytes) -> str:
    """The encoding of a text that is neither UTF-8 nor UTF-16.

    Read strictly as Windows-1251, Big5, GB18030 and Windows-1252, it must be text of one script
    in exactly one of them: Cyrillic words of one case, characters of everyday Chinese that stick
    to no Latin letter, or accents within Latin words. A long text that none of this settles is
    told by the frequencies of its letters.

    Parameters
    ----------
    odd
        Whole lines of the file, those that are not ASCII.

    Raises
    ------
    InputError
        If it is not certain: a name read in the wrong encoding meets nobody.
    """
    possible = [e for e in ("cp1251", "cp950", "gb18030", "cp1252") if _is_plausible(odd, e)]
    if len(possible) == 1:
        return possible[0]
    if len(odd.translate(None, bytes(range(128)))) >= _ENOUGH_TO_GUESS:
        from charset_normalizer import from_bytes

        best = from_bytes(odd).best()
        if best is not None:
            return best.encoding
    may_be = f"it may be {' or '.join(possible)}" if possible else "it is not UTF-8"
    raise InputError(
        f"The encoding of {path} is not certain: {may_be}.",
        hint="Name it with --encoding (windows-1251, big5, gb18030 …), or save it as UTF-8.",
    )


def _is_plausible(odd: bytes, encoding: str) -> bool:
    try:
        text = odd.decode(encoding)
    except UnicodeDecodeError:
        return False
    beyond = [c for c in text if not c.isascii() and not _PUNCTUATION.match(c)]
    if not beyond:  # Quotes and dashes are the same in all code pages of Windows.
        return encoding == "cp1252"
    if encoding == "cp1252":
        return _accents(text) > _ACCENTED * len(beyond)
    natural = _cyrillic(text) if encoding == "cp1251" else _chinese(text, encoding)
    return natural > _ONE_SCRIPT * len(beyond)


def _cyrillic(text: str) -> int:
    return sum(len(word) for word in _WORD.findall(text) if _CYRILLIC.fullmatch(word))


def _accents(text: str) -> int:
    """Letters past ASCII in words of which at least half is ASCII."""
    beyond = 0
    for word in _WORD.findall(text.replace("ƒ", "¤")):  # A currency's sign, and kana as Latin.
        plain = sum(map(str.isascii, word))
        beyond += len(word) - plain if plain >= len(word) - plain else 0
    return beyond


def _chinese(text: str, encoding: str) -> int:
    first, last = _FREQUENT[encoding]
    codes = [
        character.encode(encoding)
        for run in _WORD.findall(text)
        if _HAN.fullmatch(run)
        for character in run
    ]
    return sum(
        first <= code[0] <= last and (encoding == "cp950" or code[1] >= 0xA1) for code in codes
    )
