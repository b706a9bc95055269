"""Mandarin as Taiwan spells it."""

from __future__ import annotations

import re
from functools import cache

_INITIALS = {
    "zh": "ch", "ch": "ch", "sh": "sh", "b": "p", "d": "t", "g": "k", "j": "ch", "q": "ch",
    "x": "hs", "z": "ts", "c": "ts", "r": "j", "p": "p", "t": "t", "k": "k", "f": "f", "m": "m",
    "n": "n", "l": "l", "h": "h", "s": "s",
}  # fmt: skip
_SYLLABLE = re.compile("(zh|ch|sh|[bdgjqxzcrptkfmnlhs])([a-z]+)")
_WHOLE = {
    "zi": "tzu", "ci": "tzu", "si": "ssu", "zhi": "chih", "chi": "chih", "shi": "shih",
    "ri": "jih", "yi": "i", "yan": "yen", "ye": "yeh", "you": "yu", "yong": "yung", "e": "o",
    "er": "erh", "ge": "ko", "ke": "ko", "he": "ho", "gui": "kuei", "kui": "kuei",
    "guo": "kuo", "kuo": "kuo", "huo": "huo", "shuo": "shuo", "quan": "chuan", "xuan": "hsuan",
    "juan": "chuan", "xiong": "hsiung", "jiong": "chiung", "qiong": "chiung",
}  # fmt: skip


@cache
def wade_giles(syllable: str) -> str:
    """A syllable of pinyin as Wade and Giles write it, without its apostrophe.

    Examples
    --------
    >>> [wade_giles(syllable) for syllable in ("xiao", "zhong", "guo", "tian", "jie")]
    ['hsiao', 'chung', 'kuo', 'tien', 'chieh']
    """
    parts = _SYLLABLE.fullmatch(syllable)
    if syllable in _WHOLE or not parts:
        return _WHOLE.get(syllable, syllable)
    initial, final = parts.groups()
    final = re.sub("ong$", "ung", re.sub("ian$", "ien", final))
    final = re.sub("(ie|ue)$", r"\1h", final)
    final = final if initial in ("g", "k", "h", "sh") else re.sub("uo$", "o", final)
    return _INITIALS[initial] + final
