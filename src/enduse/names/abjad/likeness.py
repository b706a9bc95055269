"""How well a Latin word spells a native one, letter by letter."""

from __future__ import annotations

import re

import numba
import numpy as np
import numpy.typing as npt

from enduse.names.abjad.letters import ARABIC, FIRST_CODE, HEBREW
from enduse.names.abjad.romanisation import FIRST, LAST, USUAL

Bytes = npt.NDArray[np.uint8]

_LETTERS = ARABIC + HEBREW
_MOST_LATIN = 4
_SPELLING = re.compile(r"([a-z]+|-)(\d+)")
_FAR = 1e9

_WRONG_LETTER = 1.0
_DOUBLED = 0.02
# A vowel that the native word leaves unwritten, and the second letter of one (ou, ee, ei).
_VOWEL, _SECOND_VOWEL = 0.04, 0.1
_VOWEL_BEFORE_WORD, _VOWEL_AFTER_WORD = 0.5, 0.35
_ARTICLE_ASSIMILATED = 0.05
_STEEPNESS = 1.3
_SHORTEST_ARTICLED = 4


def _tables() -> tuple[npt.NDArray[np.int64], Bytes, npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    starts = np.zeros((3, len(_LETTERS) + 1), dtype=np.int64)
    letters, lengths, costs = [], [], []
    for place, exceptions in enumerate(({}, FIRST, LAST)):
        for n, letter in enumerate(_LETTERS):
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
_ALEF = FIRST_CODE + ARABIC.index("ا")
_LAM = FIRST_CODE + ARABIC.index("ل")
_IS_VOWEL = np.zeros(256, dtype=np.bool_)
_IS_VOWEL[list(b"aeiou")] = True


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
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
    [0.95, 0.5]
    """
    n, m = len(native), len(latin)
    if n == 0 or m == 0:
        return 0.0
    spelt = np.full((n + 1, m + 1), _FAR)
    voweled = np.full((n + 1, m + 1), _FAR)
    spelt[0, 0] = 0.0
    letters = n
    if n > _SHORTEST_ARTICLED and native[0] == _ALEF and native[1] == _LAM:
        letters = n - 2
        spelt[2, 0] = 0.0
        if m > 3 and _IS_VOWEL[latin[0]] and latin[1] == latin[2]:
            spelt[2, 2] = _ARTICLE_ASSIMILATED
        if m > 5 and _IS_VOWEL[latin[0]] and latin[1] == latin[3] and latin[2] == latin[4]:
            spelt[2, 3] = _ARTICLE_ASSIMILATED
    letters = max(letters, 3)
    most = letters / _STEEPNESS
    for i in range(n + 1):
        place = 1 if i == 0 else 2 if i == n - 1 else 0
        for j in range(m + 1):
            here = min(spelt[i, j], voweled[i, j])
            if here >= most:
                continue
            if j < m:
                letter = latin[j]
                if _IS_VOWEL[letter]:
                    first = (
                        _VOWEL_BEFORE_WORD if i == 0 else _VOWEL_AFTER_WORD if i == n else _VOWEL
                    )
                    cost = min(spelt[i, j] + first, voweled[i, j] + _SECOND_VOWEL)
                    voweled[i, j + 1] = min(voweled[i, j + 1], cost)
                elif j > 0 and latin[j - 1] == letter:
                    spelt[i, j + 1] = min(spelt[i, j + 1], spelt[i, j] + _DOUBLED)
                spelt[i, j + 1] = min(spelt[i, j + 1], here + _WRONG_LETTER)
            if i == n:
                continue
            spelt[i + 1, j] = min(spelt[i + 1, j], here + _WRONG_LETTER)
            if j < m:
                spelt[i + 1, j + 1] = min(spelt[i + 1, j + 1], here + _WRONG_LETTER)
            code = native[i] - FIRST_CODE
            for s in range(_STARTS[place, code], _STARTS[place, code + 1]):
                length = _SPELT_LENGTHS[s]
                if j + length > m:
                    continue
                same = True
                for k in range(length):
                    if _SPELT[s, k] != latin[j + k]:
                        same = False
                        break
                if same:
                    cost = here + _COSTS[s]
                    spelt[i + 1, j + length] = min(spelt[i + 1, j + length], cost)
    return max(0.0, 1.0 - min(spelt[n, m], voweled[n, m]) / most)


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def native_likeness(one: Bytes, other: Bytes) -> float:
    """How near two native words are: 1 the same, 0 apart."""
    n, m = len(one), len(other)
    return 1.0 if n == m and (one == other).all() else 0.0
