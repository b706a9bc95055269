"""Consonant classes under which a native word and its Latin spellings meet.

A key is the row of classes of a word's consonants, with an ``a`` before it where the row is short
and the word begins with a vowel. Vowels, w and y, and an h at the end, belong to no class.
"""

from __future__ import annotations

import re
from itertools import islice, product

MOST_KEYS, MOST_LATIN_KEYS = 8, 4
_SHORT = 2

# The classes that a letter's Latin spellings fall into, the most usual first; letters that are
# not named may stand for a vowel and belong to none.
_CLASSES: dict[str, tuple[str, ...]] = {
    "ب": ("b",), "پ": ("b", "f"), "ت": ("t",), "ث": ("t", "s"), "ج": ("g",), "چ": ("s", "g"),
    "ح": ("h",), "خ": ("h", "k"), "د": ("d",), "ذ": ("d", "z"), "ر": ("r",), "ز": ("z",),
    "ژ": ("z", "g"), "س": ("s",), "ش": ("s",), "ص": ("s",), "ض": ("d", "z"), "ط": ("t",),
    "ظ": ("z", "d"), "غ": ("g", "k"), "ف": ("f",), "ڤ": ("f", ""), "ق": ("k", "g"), "ك": ("k",),
    "گ": ("g", "k"), "ل": ("l",), "م": ("m",), "ن": ("n",), "ه": ("h", ""), "ښ": ("s", "h"),
    "ځ": ("z", "s"),
    "ב": ("b", "f", ""), "ג": ("g",), "ד": ("d",), "ה": ("h", ""), "ז": ("z",), "ח": ("h", "s"),
    "ט": ("t",), "כ": ("k", "h", "s"), "ל": ("l",), "מ": ("m",), "נ": ("n",), "ס": ("s",),
    "פ": ("b", "f"), "צ": ("s", "z"), "ק": ("k",), "ר": ("r",), "ש": ("s",), "ת": ("t",),
}  # fmt: skip
_LAST_CLASSES = {"ح": ("",), "ه": ("",), "ה": ("",), "ة": ("", "t"), "د": ("d", "t")}
_VOWEL_LIKE = ("",)
# Letters after which a Latin h is taken for half of a digraph (فتحي Fathi, اسحاق Ishaq).
_BEFORE_H = frozenset("تطسصدزجكقغ")

_DIGRAPHS = {
    "dsch": "G", "tsch": "S", "sch": "S", "tch": "S", "sh": "S", "kh": "H", "gh": "G", "th": "T",
    "dh": "D", "zh": "Z", "ph": "F", "dj": "G", "tz": "S", "ts": "S", "ck": "K", "ce": "C",
    "ci": "C", "ch": "X", "dg": "G", "qu": "K",
    "sz": "S", "cz": "S", "tsh": "tS",
}  # fmt: skip
_DIGRAPH = re.compile("dsch|t?sch|tch|tsh|[cdgkpstz]h|dj|dg|t[sz]|c[eikz]|qu|sz")
_LETTERS = str.maketrans("pqcxGSHTDZFK", "bkkqgshtdzfk", "aeiouyw'")
_DOUBLED = re.compile(r"(.)\1+")
_OPEN = re.compile(r"[vjCXq]")
# What a Latin letter may stand for: Turkish c, French and German ch, German and Turkish j and v.
_READINGS = {
    "v": ("f", ""),
    "j": ("g", ""),
    "C": ("s", "g"),
    "X": ("s", "h"),
    "q": ("ks", "s"),
}
_WEAK_START = frozenset("aeiouyw")
_GLUED_ARTICLES = frozenset(("al", "el", "ul"))


def keys(token: str) -> tuple[str, ...]:
    """The keys of a native word, at most eight.

    Examples
    --------
    >>> keys("قاسم"), latin_keys("kassem"), latin_keys("gasem")
    (('ksm', 'gsm'), ('ksm',), ('gsm',))
    """
    if token.startswith("ال") and len(token) > 4:
        token = token[2:]
    if not token:
        return ()
    last = len(token) - 1
    choices = [_classes(token, n, last) for n in range(len(token))]
    weak = token[0] not in _CLASSES
    found = dict.fromkeys(
        _key("".join(choice), weak) for choice in islice(product(*choices), 4 * MOST_KEYS)
    )
    return tuple(islice(found, MOST_KEYS))


def _classes(token: str, n: int, last: int) -> tuple[str, ...]:
    letter = token[n]
    if n and n == last and letter in _LAST_CLASSES:
        return _LAST_CLASSES[letter]
    if n and letter == "ح" and token[n - 1] in _BEFORE_H:
        return ("h", "")
    return _CLASSES.get(letter, _VOWEL_LIKE)


def latin_keys(token: str) -> tuple[str, ...]:
    """The keys of a Latin word, at most four.

    Examples
    --------
    >>> latin_keys("chalid"), keys("خالد")
    (('sld', 'hld'), ('hld', 'hlt', 'kld', 'klt'))
    """
    found = _latin_keys(token)
    if token[:2] in _GLUED_ARTICLES and len(token) > 4:
        found = (*found[: MOST_LATIN_KEYS - 1], _latin_keys(token[2:])[0])
    return found


def _latin_keys(token: str) -> tuple[str, ...]:
    weak = token[0] in _WEAK_START
    text = token[:-1] if token[-1] == "h" and token[-2:-1] in _WEAK_START else token
    text = _DIGRAPH.sub(lambda letters: _DIGRAPHS[letters.group()], text).translate(_LETTERS)
    if not _OPEN.search(text):
        return (_key(text, weak),)
    readings = [_READINGS.get(letter, (letter,)) for letter in text]
    weak_if_silent = token[0] in "vj"
    found = dict.fromkeys(
        _key("".join(reading), weak or (weak_if_silent and not reading[0]))
        for reading in product(*readings[:24])
    )
    return tuple(islice(found, MOST_LATIN_KEYS))


def _key(classes: str, weak_start: bool) -> str:
    text = _DOUBLED.sub(r"\1", classes)
    return "a" + text if weak_start and len(text) <= _SHORT else text
