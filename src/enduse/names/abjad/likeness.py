"""How well a Latin word spells a native one, letter by letter."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from enduse.engine.compiling import compiled
from enduse.names.abjad.encoding import FIRST_CODE, LETTERS
from enduse.names.abjad.romanisation import FIRST, LAST, USUAL
from enduse.names.abjad.vocalised import VOWELS

Bytes = npt.NDArray[np.uint8]

_MOST_LATIN = 4
_SPELLING = re.compile(r"([a-z]+|-)(\d+)")
_FAR = 1e9

_WRONG_LETTER = 1.0
_DOUBLED = 0.02
# A vowel that the native word leaves unwritten; where Latin writes two in a row the native word
# would show one, but for French ou.
_VOWEL, _OU, _SECOND_VOWEL = 0.02, 0.06, 0.4
# One where a usual name is known to have none (Bakr, Baker).
_VOWEL_BETWEEN = 0.2
_VOWEL_BEFORE_WORD, _VOWEL_AFTER_WORD = 0.5, 0.45
_ARTICLE_ASSIMILATED = 0.05
_STEEPNESS = 1.6
_SHORTEST_ARTICLED = 4


def _tables() -> tuple[
    npt.NDArray[np.int64], Bytes, npt.NDArray[np.int64], npt.NDArray[np.float64]
]:
    starts = np.zeros((3, len(LETTERS) + 1), dtype=np.int64)
    letters, lengths, costs = [], [], []
    for place, exceptions in enumerate(({}, FIRST, LAST)):
        for n, letter in enumerate(LETTERS):
            for latin, cost in _SPELLING.findall(exceptions.get(letter, USUAL[letter])):
                latin = "" if latin == "-" else latin
                letters.append(np.frombuffer(latin.ljust(_MOST_LATIN).encode(), np.uint8))
                lengths.append(len(latin))
                costs.append(int(cost) / 100)
            starts[place, n + 1] = len(costs)
        if place < 2:
            starts[place + 1, 0] = len(costs)
    return starts, np.stack(letters), np.array(lengths), np.array(costs)


_STARTS, _SPELT, _SPELT_LENGTHS, _COSTS = _tables()
_ALEF = FIRST_CODE + LETTERS.index("ا")
_LAM = FIRST_CODE + LETTERS.index("ل")
_FIRST_CONSONANT = FIRST_CODE + len(VOWELS)
_IS_VOWEL = np.zeros(256, dtype=np.bool_)
_IS_VOWEL[list(b"aeiou")] = True
_O, _U, _NO_LETTER = ord("o"), ord("u"), 0
_ARTICLE_LEFT_OUT, _NATIVE_STEEPNESS = 0.1, 1.4
# Spellings of one sound at the end of a word or under a hamza, and sounds that are confused.
_SPELT_ALIKE, _SOUND_ALIKE = 0.1, 0.5
_ALIKE = {
    _SPELT_ALIKE: ("هة", "ىي", "ىا", "ءا", "ءي", "ءو"),
    _SOUND_ALIKE: (
        "ضظذزد", "تطة", "سصث", "قغگك", "بپ", "حهخ", "جچژگ", "فڤوب", "سش", "عءا", "يوا",
        "בו", "כחק", "טת", "סצש", "אעה", "וי",
    ),
}  # fmt: skip


def _native_costs() -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """What it costs to take each letter for each other, and to leave each out."""
    apart = np.full((len(LETTERS), len(LETTERS)), _WRONG_LETTER)
    for cost, groups in reversed(_ALIKE.items()):
        for group in groups:
            members = [LETTERS.index(letter) for letter in group]
            apart[np.ix_(members, members)] = cost
    np.fill_diagonal(apart, 0.0)
    left_out = np.full(len(LETTERS), _WRONG_LETTER)
    for letters, cost in (("اءאה", 0.4), ("ويىעוי", 0.6)):
        left_out[[LETTERS.index(letter) for letter in letters]] = cost
    return apart, left_out


_APART, _LEFT_OUT = _native_costs()


@compiled
def likeness(native: Bytes, latin: Bytes) -> float:
    """How well a Latin word spells a native one: 1 in a usual romanisation, 0 not at all.

    Parameters
    ----------
    native, latin : array of uint8
        Words as `encode` gives them.

    Examples
    --------
    >>> from enduse.names.abjad import encode
    >>> word = np.frombuffer(encode("محمد"), np.uint8)
    >>> [round(likeness(word, np.frombuffer(w, np.uint8)), 2) for w in (b"muhammad", b"hamid")]
    [0.99, 0.4]
    """
    n, m = len(native), len(latin)
    if n == 0 or m == 0:
        return 0.0
    cost = np.full((n + 1, m + 1), _FAR)
    cost[0, 0] = 0.0
    vowels = 0
    for i in range(n):
        vowels += native[i] < _FIRST_CONSONANT
    letters = n - vowels
    if letters > _SHORTEST_ARTICLED and native[0] == _ALEF and native[1] == _LAM:
        letters -= 2
        cost[2, 0] = 0.0
        if m > 3 and _IS_VOWEL[latin[0]] and latin[1] == latin[2]:
            cost[2, 2] = _ARTICLE_ASSIMILATED
        if m > 5 and _IS_VOWEL[latin[0]] and latin[1] == latin[3] and latin[2] == latin[4]:
            cost[2, 3] = _ARTICLE_ASSIMILATED
    most = max(letters, 3) / _STEEPNESS
    for i in range(n + 1):
        place = 1 if i == 0 else 2 if i == n - 1 else 0
        for j in range(m + 1):
            here = cost[i, j]
            if here >= most:
                continue
            if j < m:
                more = _unspelt(latin, j, i == 0, i == n, vowels > 0)
                cost[i, j + 1] = min(cost[i, j + 1], here + more)
            if i == n:
                continue
            cost[i + 1, j] = min(cost[i + 1, j], here + _WRONG_LETTER)
            if j < m:
                cost[i + 1, j + 1] = min(cost[i + 1, j + 1], here + _WRONG_LETTER)
            code = native[i] - FIRST_CODE
            for s in range(_STARTS[place, code], _STARTS[place, code + 1]):
                length = _SPELT_LENGTHS[s]
                if j + length <= m and _begins(latin, j, s):
                    cost[i + 1, j + length] = min(cost[i + 1, j + length], here + _COSTS[s])
    return float(max(0.0, 1.0 - cost[n, m] / most))


@compiled
def _unspelt(latin: Bytes, j: int, before_word: bool, after_word: bool, vocalised: bool) -> float:
    """What a Latin letter costs that no native letter stands for."""
    letter = latin[j]
    before = latin[j - 1] if j else _NO_LETTER
    if not _IS_VOWEL[letter]:
        return _DOUBLED if before == letter else _WRONG_LETTER
    if before_word:
        return _VOWEL_BEFORE_WORD
    if after_word:
        return _VOWEL_AFTER_WORD
    if _IS_VOWEL[before]:
        return _OU if before == _O and letter == _U else _SECOND_VOWEL
    return _VOWEL_BETWEEN if vocalised else _VOWEL


@compiled
def _begins(latin: Bytes, j: int, spelling: int) -> bool:
    for k in range(_SPELT_LENGTHS[spelling]):  # noqa: SIM110  compiled code knows no all()
        if _SPELT[spelling, k] != latin[j + k]:
            return False
    return True


@compiled
def native_likeness(one: Bytes, other: Bytes) -> float:
    """How near two native words are: 1 the same, 0 apart.

    Letters that sound alike, or that spellers confuse, differ less than others; the article is as
    good as nothing.

    Examples
    --------
    >>> from enduse.names.abjad import encode
    >>> words = [np.frombuffer(encode(w), np.uint8) for w in ("فاطمة", "فاطمه", "رشيد")]
    >>> round(native_likeness(words[0], words[1]), 2), native_likeness(words[0], words[2])
    (0.94, 0.0)
    """
    ours, theirs = _without_article(one), _without_article(other)
    n, m = len(ours), len(theirs)
    if n == 0 or m == 0:
        return 0.0
    cost = np.zeros((n + 1, m + 1))
    for i in range(n + 1):
        for j in range(m + 1):
            if i == 0 and j == 0:
                continue
            least = _FAR
            if i:
                least = cost[i - 1, j] + _LEFT_OUT[ours[i - 1] - FIRST_CODE]
            if j:
                least = min(least, cost[i, j - 1] + _LEFT_OUT[theirs[j - 1] - FIRST_CODE])
            if i and j:
                apart = _APART[ours[i - 1] - FIRST_CODE, theirs[j - 1] - FIRST_CODE]
                least = min(least, cost[i - 1, j - 1] + apart)
                swapped = i > 1 and j > 1 and ours[i - 1] == theirs[j - 2]
                if swapped and ours[i - 2] == theirs[j - 1]:
                    least = min(least, cost[i - 2, j - 2] + _WRONG_LETTER)
            cost[i, j] = least
    if len(one) - n != len(other) - m:
        cost[n, m] += _ARTICLE_LEFT_OUT
    return float(max(0.0, 1.0 - _NATIVE_STEEPNESS * cost[n, m] / max(n, m, 3)))


@compiled
def _without_article(native: Bytes) -> Bytes:
    """The consonants and long vowels of a native word, less the article."""
    letters = native[native >= _FIRST_CONSONANT]
    if len(letters) > _SHORTEST_ARTICLED and letters[0] == _ALEF and letters[1] == _LAM:
        return letters[2:]
    return letters
