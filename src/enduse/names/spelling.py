"""Which tokens may be spellings of one another, and how near they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA
from scipy import sparse

from enduse.names.meetings import Flags, Floats, Numbers, ranges

Hashes = npt.NDArray[np.uint64]

LEAST_LIKENESS = 0.66
"""Tokens less alike than this are told apart."""

_SHORTEST, _LONGEST = 3, 24
_AT_ONCE = 8192
_ONE_EDIT, _TWO_EDITS, _SKELETON = 3, 7, 3
# Taken from what letters alone say where words agree only folded; and the part of what is
# missing that agreeing consonants make up for.
_FOLDED, _SAME_SKELETON = 0.04, 0.35
_SOUNDS = {
    "shch": "s", "sch": "s", "tch": "c", "dzh": "i", "sh": "s", "ch": "c", "zh": "i", "kh": "h",
    "gh": "g", "ph": "f", "th": "t", "dj": "i", "tz": "c", "cz": "c", "ts": "c", "ck": "k",
    "ks": "x", "ou": "u", "oo": "u", "ee": "i", "iu": "u", "yu": "u", "q": "k", "w": "v",
    "y": "i", "j": "i",
}  # fmt: skip
# One or two digits among letters may be letters misread.
_MISREAD_LETTERS = re.compile("(?=(?:[0-9]*[a-z]){3})[a-z]*[0-9][a-z]*[0-9]?[a-z]*")
_MISREAD = str.maketrans("0123456789", "olzeasgtbg")
_SOUND = re.compile("|".join(sorted(_SOUNDS, key=len, reverse=True)))
_HARD_C = re.compile("c(?![eihyz])")
_DOUBLED = re.compile(r"(.)\1+")
_VOWELS = re.compile("[aeiou]")


def folded(token: str) -> str:
    """A token with the usual differences of romanisation taken out.

    Examples
    --------
    >>> [folded(t) for t in ("ostec", "ostek", "aleksey", "alexei", "tsoy", "tzoi")]
    ['ostek', 'ostek', 'alexei', 'alexei', 'coi', 'coi']
    """
    if len(token) > _SHORTEST and _MISREAD_LETTERS.fullmatch(token):
        token = token.translate(_MISREAD)
    text = _SOUND.sub(lambda sound: _SOUNDS[sound.group()], _HARD_C.sub("k", token))
    return _DOUBLED.sub(r"\1", text)


class Vocabulary:
    """The distinct tokens of an index, and the search for their spellings."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self.tokens = tokens
        self.number = {token: number for number, token in enumerate(tokens)}
        self._folds = [folded(token) for token in tokens]
        self._is_word = _is_word(tokens)
        hashes, owners = _keys(self._folds)
        order = np.argsort(hashes, kind="stable")
        self._hashes, self._owners = hashes[order], owners[order]

    def spellings(self, tokens: Sequence[str]) -> sparse.csr_array:
        """How near each of some tokens is to each of the vocabulary: 1 the same, 0 apart.

        Tokens meet if they are the same; if they differ by one edit (two from seven letters on)
        after `folded`; or if their consonants agree. Tokens with a digit that is no misread
        letter, and those of fewer than three letters, meet only themselves.

        Notes
        -----
        Two words differ by at most n edits only if they agree with n letters left out of each
        (Bocek, Hunt, Hauswirth and Stiller, 'Fast similarity search in large dictionaries', 2007),
        so that the search is a join of hashes and no comparison of all with all.
        """
        ours, theirs = self._may_be_same(tokens)
        near = _likenesses(
            ([tokens[n] for n in ours], [self.tokens[n] for n in theirs]),
            ([folded(tokens[n]) for n in ours], [self._folds[n] for n in theirs]),
        )
        alike = near > 0
        same = [(n, self.number[token]) for n, token in enumerate(tokens) if token in self.number]
        same_ours, same_theirs = np.array(same, dtype=np.int64).reshape(-1, 2).T
        return sparse.csr_array(
            sparse.coo_array(
                (
                    np.concatenate([near[alike], np.ones(len(same))]),
                    (
                        np.concatenate([ours[alike], same_ours]),
                        np.concatenate([theirs[alike], same_theirs]),
                    ),
                ),
                shape=(len(tokens), len(self.tokens)),
            )
        )

    def _may_be_same(self, tokens: Sequence[str]) -> tuple[Numbers, Numbers]:
        """Pairs of a token and another of the vocabulary that share a key."""
        known = np.array([self.number.get(token, -1) for token in tokens], dtype=np.int64)
        is_word = _is_word(tokens)
        found = [np.empty(0, dtype=np.int64)]
        for start in range(0, len(tokens), _AT_ONCE):
            hashes, owners = _keys([folded(token) for token in tokens[start : start + _AT_ONCE]])
            first = np.searchsorted(self._hashes, hashes, "left")
            count = np.searchsorted(self._hashes, hashes, "right") - first
            ours, theirs = np.repeat(owners, count) + start, self._owners[ranges(first, count)]
            other = (known[ours] != theirs) & (is_word[ours] | self._is_word[theirs])
            found.append(np.unique(ours[other] * len(self.tokens) + theirs[other]))
        return np.divmod(np.concatenate(found), max(len(self.tokens), 1))


def likeness(one: str, other: str) -> float:
    """How near two tokens are: 1 the same, 0 told apart.

    The share of letters that no edit touches, as written or `folded`; nearer where the consonants
    agree, as vowels are what romanisations differ in.

    Examples
    --------
    >>> likeness("ostec", "ostec"), round(likeness("ostec", "ostek"), 2), likeness("1", "2")
    (1.0, 0.97, 0.0)
    """
    folds = folded(one), folded(other)
    if one == other:
        return 1.0
    if not all(map(_may_vary, folds)) or not (one.isalpha() or other.isalpha()):
        return 0.0
    near = _nearness(
        np.array([OSA.normalized_similarity(one, other)]),
        np.array([OSA.normalized_similarity(*folds)]),
        _lengths([folds[0]], [folds[1]]),
        np.array([_skeletons_agree(*folds)]),
    )
    return float(near[0])


def _likenesses(plain: tuple[list[str], list[str]], folds: tuple[list[str], list[str]]) -> Floats:
    likenesses = [
        process.cpdist(*pair, scorer=OSA.normalized_similarity, dtype=np.float32).astype(float)
        for pair in (plain, folds)
    ]
    agree = np.array([_skeletons_agree(*pair) for pair in zip(*folds, strict=True)], dtype=bool)
    return _nearness(likenesses[0], likenesses[1], _lengths(*folds), agree)


def _nearness(
    plain: Floats, folds: Floats, lengths: tuple[Numbers, Numbers], skeletons_agree: Flags
) -> Floats:
    shorter, longer = np.minimum(*lengths), np.maximum(*lengths)
    edits = (1 - folds) * longer
    may_be = (edits < _most_edits(shorter) + 0.5) | skeletons_agree
    near = np.maximum(plain, folds - _FOLDED)
    near = np.where(skeletons_agree, near + (1 - near) * _SAME_SKELETON, near)
    return np.where(may_be & (near >= LEAST_LIKENESS), near, 0.0)


def _most_edits(length: Numbers) -> Numbers:
    return (length >= _ONE_EDIT).astype(np.int64) + (length >= _TWO_EDITS)


def _lengths(ours: Sequence[str], theirs: Sequence[str]) -> tuple[Numbers, Numbers]:
    return np.array([*map(len, ours)], np.int64), np.array([*map(len, theirs)], np.int64)


def _is_word(tokens: Sequence[str]) -> Flags:
    return np.array([token.isalpha() for token in tokens], dtype=bool)


def _skeletons_agree(one: str, other: str) -> bool:
    skeleton = _skeleton(one)
    return len(skeleton) >= _SKELETON and skeleton == _skeleton(other)


def _skeleton(fold: str) -> str:
    return _VOWELS.sub("", fold)


def _may_vary(fold: str) -> bool:
    return len(fold) >= _SHORTEST and fold.isalpha()


def _keys(folds: Sequence[str]) -> tuple[Hashes, Numbers]:
    """Hashes under which spellings of a word meet, and the number of the word in `folds`."""
    forms: dict[tuple[int, bool], tuple[list[str], list[int]]] = {}
    for number, fold in enumerate(folds):
        if not _may_vary(fold):
            continue
        # In capitals, so that a skeleton never meets a whole word.
        for form, is_skeleton in ((fold, False), (_skeleton(fold).upper(), True)):
            if len(form) >= _SKELETON or not is_skeleton:
                texts, numbers = forms.setdefault((min(len(form), _LONGEST), is_skeleton), ([], []))
                texts.append(form[:_LONGEST])
                numbers.append(number)
    hashes, owners = [np.empty(0, np.uint64)], [np.empty(0, np.int64)]
    for (length, is_skeleton), (texts, numbers) in forms.items():
        letters = np.frombuffer("".join(texts).encode(), np.uint8).reshape(-1, length)
        for kept in _kept_letters(length, is_skeleton):
            hashes.append(_hash(letters[:, kept]))
            owners.append(np.array(numbers, dtype=np.int64))
    return np.concatenate(hashes), np.concatenate(owners)


def _kept_letters(length: int, is_skeleton: bool) -> Iterator[list[int]]:
    """Which letters make a key: all, and all but one or two where so many may be wrong."""
    most = 0 if is_skeleton else int(_most_edits(np.array(length)))
    for count in range(most + 1):
        for dropped in combinations(range(length), count):
            yield [n for n in range(length) if n not in dropped]


def _hash(letters: npt.NDArray[np.uint8]) -> Hashes:
    hashed = np.full(len(letters), letters.shape[1] + 1, dtype=np.uint64)
    for column in letters.T:
        hashed = hashed * np.uint64(0x9E3779B97F4A7C15) + column
        hashed ^= hashed >> np.uint64(29)
    return hashed
