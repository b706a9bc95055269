"""Words as bytes, one for each letter, as compiled code reads them."""

from __future__ import annotations

from enduse.names.abjad.letters import ARABIC, HEBREW
from enduse.names.abjad.vocalised import VOCALISED, VOWELS

FIRST_CODE = 0x80
LETTERS = VOWELS + ARABIC + HEBREW
"""The letters from `FIRST_CODE` on."""

_CODES = {letter: FIRST_CODE + n for n, letter in enumerate(LETTERS)}
_ARTICLE = "ال"


def encode(token: str) -> bytes:
    """A token with one byte for each letter: ASCII as is, native letters from 0x80 up.

    The short vowels of a usual name, which the token leaves out, come as letters too. Letters of
    other scripts are left out.

    Examples
    --------
    >>> encode("ab"), len(encode("پژمان")), len(encode("محمد"))
    (b'ab', 5, 7)
    """
    if token.isascii():
        return token.encode()
    if token in VOCALISED:
        token = VOCALISED[token]
    elif token.startswith(_ARTICLE) and token[2:] in VOCALISED:
        token = _ARTICLE + VOCALISED[token[2:]]
    return bytes(
        code
        for letter in token
        if (code := _CODES.get(letter, ord(letter) if letter.isascii() else 0))
    )
