"""Tables of letters and words, written as text."""

from __future__ import annotations


def by_letter(letters: str, sounds: str) -> dict[str, str]:
    """Each of some letters to its sound, in the same order; a sound `_` is none.

    Examples
    --------
    >>> by_letter("жь", "zh _")
    {'ж': 'zh', 'ь': ''}
    """
    read = [sound.replace("_", "") for sound in sounds.split()]
    return dict(zip(letters, read, strict=True))


def by_word(table: str, between: str | None = None) -> dict[str, str]:
    """Words to their English, from lines 'english: word word'.

    Examples
    --------
    >>> by_word("bank: банк банка")
    {'банк': 'bank', 'банка': 'bank'}
    """
    words = {}
    for line in table.strip().splitlines():
        english, _, native = line.partition(":")
        for word in native.split(between):
            words[word.strip()] = english.strip()
    return words
