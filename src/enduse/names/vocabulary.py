"""The distinct tokens of an index, and which tokens may be spellings of them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from enduse.engine.compiling import compiled
from enduse.names import abjad
from enduse.names.letters import (
    LONGEST,
    Bytes,
    Hashes,
    Letters,
    Numbers,
    Places,
    Shares,
    count_deletions,
    deletions,
    edit_cost,
    hash_of,
    hashes,
)
from enduse.names.words import SAME_NAME, SAME_WORD

Arrays: TypeAlias = tuple[npt.NDArray[Any], ...]

LEAST_LIKENESS = 0.66
"""Tokens less alike than this are told apart."""

WORD, NUMBER, NATIVE = 0, 1, 2
"""Sorts of token: letters; with a digit that is no misread letter; Arabic or Hebrew letters."""

_FOLDED, _SAME_SKELETON, _SAME_NAME, _SKELETON = 0.04, 0.35, 0.92, 3
_OTHER_NAME = 0.12
_EXACT_TAG, _SKELETON_TAG, _NATIVE_TAG, _GROUP_TAG, _PRINT_TAG = 1, 2, 3, 4, 6
_SOUNDS = {
    "schtsch": "s", "tsch": "c", "dsch": "i", "shch": "s", "stch": "s", "sch": "s", "tch": "c", "dzh": "i", "sh": "s", "ch": "c", "zh": "i", "kh": "h",
    "gh": "g", "ph": "f", "th": "t", "dj": "i", "tz": "c", "cz": "c", "ts": "c", "ck": "k",
    "ks": "x", "ou": "u", "oo": "u", "ee": "i", "iu": "u", "yu": "u", "q": "k", "w": "v",
    "y": "i", "j": "i",
}  # fmt: skip
# One or two digits among letters may be letters misread.
_MISREAD_LETTERS = re.compile("(?=(?:[0-9]*[a-z]){3})[a-z]*[0-9][a-z]*[0-9]?[a-z]*")
_SHORT_MISREAD = re.compile("[a-z][015][a-z]|[015][a-z]{2}")
_MISREAD = str.maketrans("0123456789", "olzeasgtbg")
_SOUND = re.compile("|".join(sorted(_SOUNDS, key=len, reverse=True)))
_HARD_C = re.compile("c(?![eihyz])")
# Pairs of letters that look like another letter in print.
_PRINT = {"rn": "m", "cl": "d", "vv": "w", "ii": "u", "ri": "n", "li": "h"}
_PRINTED = re.compile("|".join(_PRINT))
_DOUBLED = re.compile(r"([a-z])\1+")
_VOWELS = re.compile("[aeiou]")

_KEYBOARD = "qwertyuiop asdfghjkl zxcvbnm"
_ALIKE = {
    0.2: "vw 0o 1l 1i 5s 8b",
    0.25: "ck kq ij iy jy",
    0.3: "sz 2z",
    0.4: "uw 6g ch",
    0.5: "uv gh gj dt bp fv cs ou ei ai ae ea ao oa ie eo iu au eu aj",
    0.6: "kx hk cz kg bv mn pf",
}
_VOWEL_DROPPED, _H_DROPPED, _NEIGHBOUR = 0.6, 0.5, 0.75


def folded(tokens: Sequence[str]) -> list[str]:
    """Tokens with the usual differences of romanisation taken out.

    Examples
    --------
    >>> folded(["ostec", "ostek", "aleksey", "alexei", "tsoy", "tzoi", "s0lar"])
    ['ostek', 'ostek', 'alexei', 'alexei', 'coi', 'coi', 'solar']
    """
    read = [
        token.translate(_MISREAD) if not token.isalpha() and _is_misread(token) else token
        for token in tokens
    ]
    # All at once: a call for each token would cost more than the work.
    text = _HARD_C.sub("k", "\n".join(read))
    text = _SOUND.sub(lambda sound: _SOUNDS[sound.group()], text)
    return _DOUBLED.sub(r"\1", text).split("\n") if read else []


def _is_misread(token: str) -> bool:
    if len(token) == 3:
        return bool(_SHORT_MISREAD.fullmatch(token))
    return len(token) > 3 and bool(_MISREAD_LETTERS.fullmatch(token))


def _as_printed(tokens: Sequence[str]) -> list[str]:
    """Tokens with what looks alike in print read as one letter."""
    text = "\n".join(tokens).translate(_MISREAD)
    return _PRINTED.sub(lambda pair: _PRINT[pair.group()], text).split("\n") if tokens else []


@dataclass(frozen=True, slots=True)
class Tokens:
    """Some distinct tokens, ready to be compared: one row each."""

    letters: Letters
    folds: Letters
    sort: npt.NDArray[np.uint8]
    """`WORD`, `NUMBER` or `NATIVE`."""
    group: Places
    """Of equal given names (`words.SAME_NAME`); -1: none."""
    keys: Hashes
    """Hashes under which spellings of a token meet."""
    owner: Places
    """The token of each key."""

    @classmethod
    def of(cls, tokens: Sequence[str]) -> Tokens:
        """Distinct tokens in any order."""
        folds = folded(tokens)
        sort = np.array([_sort(token, fold) for token, fold in zip(tokens, folds, strict=True)])
        group = np.array([_GROUPS.get(token, -1) for token in tokens], dtype=np.int32)
        letters, fold_letters = Letters.of(tokens), Letters.of(folds)
        keys, owner = _keys(tokens, folds, sort.astype(np.uint8), group)
        return cls(letters, fold_letters, sort.astype(np.uint8), group, keys, owner)


def _sort(token: str, fold: str) -> int:
    if fold.isascii():
        return WORD if fold.isalpha() else NUMBER
    return NATIVE if token.isalpha() else NUMBER


def _keys(
    tokens: Sequence[str], folds: Sequence[str], sort: npt.NDArray[np.uint8], group: Places
) -> tuple[Hashes, Places]:
    words = np.flatnonzero(sort == WORD).tolist()
    letters = Letters.of([folds[n][:LONGEST] for n in words])
    ends = count_deletions(letters.start, 2)
    found, owner = deletions(letters.bytes, letters.start, ends, 2)
    keys, owners = [found], [np.array(words, dtype=np.int32)[owner]]
    # A letter wrong in what folding reads as one ('kh') leaves the folds two apart.
    other = [n for n in words if folds[n] != tokens[n]]
    letters = Letters.of([tokens[n][:LONGEST] for n in other])
    ends = count_deletions(letters.start, 1)
    found, owner = deletions(letters.bytes, letters.start, ends, 1)
    keys.append(found)
    owners.append(np.array(other, dtype=np.int32)[owner])

    def add(texts: list[str], numbers: Sequence[int], tag: int) -> None:
        of = Letters.of(texts)
        keys.append(hashes(of.bytes, of.start, tag))
        owners.append(np.array(numbers, dtype=np.int32))

    bones = _VOWELS.sub("", "\n".join(folds[n] for n in words)).split("\n") if len(words) else []
    long = [(bone, n) for bone, n in zip(bones, words, strict=True) if len(bone) >= _SKELETON]
    add([bone for bone, _ in long], [n for _, n in long], _SKELETON_TAG)
    native = [
        (key, n)
        for n, token in enumerate(tokens)
        if sort[n] != NUMBER
        for key in (abjad.keys(token) if sort[n] == NATIVE else abjad.latin_keys(token))
    ]
    add([key for key, _ in native], [n for _, n in native], _NATIVE_TAG)
    printed = _as_printed([tokens[n] for n in words])
    misread = [(text, n) for text, n in zip(printed, words, strict=True) if len(text) >= 3]
    add([text for text, _ in misread], [n for _, n in misread], _PRINT_TAG)
    # What no spelling leads to must still lead to itself.
    alone = [n for n, fold in enumerate(folds) if sort[n] != WORD or len(fold) < 3]
    add([tokens[n] for n in alone], alone, _EXACT_TAG)
    named = np.flatnonzero(group >= 0).tolist()
    add([str(group[n]) for n in named], named, _GROUP_TAG)
    return np.concatenate(keys), np.concatenate(owners)


def _groups(same: Mapping[str, str]) -> dict[str, int]:
    number = {name: n for n, name in enumerate(sorted(set(same.values())))}
    return {token: number[name] for token, name in same.items()}


_GROUPS = _groups(SAME_NAME)


@dataclass(frozen=True, slots=True)
class Near:
    """For each of some tokens, the tokens of a vocabulary that may be spellings of it."""

    start: Numbers
    token: Places
    likeness: Shares
    """1 the same; below `LEAST_LIKENESS` they would be told apart."""
    exact: Places
    """The very token; -1: it is not in the vocabulary."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The distinct tokens of an index, to be found again by exact letters and by spelling.

    Arrays only, so that it can be written and mapped from disk as it is.
    """

    letters: Bytes
    start: Numbers
    folds: Bytes
    fold_start: Numbers
    sort: npt.NDArray[np.uint8]
    group: Places
    exact: Hashes
    """Hashes of the letters, ascending."""
    exact_owner: Places
    keys: Hashes
    """Ascending."""
    owner: Places
    buckets: Numbers
    """Where the keys of each leading bits begin."""
    meant: Places
    """The token by which each is compared (`words.SAME_WORD`): mostly itself."""

    @classmethod
    def of(cls, tokens: Sequence[str]) -> Vocabulary:
        """Distinct tokens; their numbers are their places.

        Of a word with a usual other form (`words.SAME_WORD`), both should be among them: what is
        near one is near the other.
        """
        them = Tokens.of(tokens)
        exact = hashes(them.letters.bytes, them.letters.start, _EXACT_TAG)
        by_letters = np.argsort(exact, kind="stable").astype(np.int32)
        order = np.argsort(them.keys, kind="stable")
        keys = them.keys[order]
        bits = max(1, min(24, len(keys).bit_length() - 2))
        edges = np.arange((1 << bits) + 1, dtype=np.uint64) << np.uint64(32 - bits)
        return cls(
            letters=them.letters.bytes,
            start=them.letters.start,
            folds=them.folds.bytes,
            fold_start=them.folds.start,
            sort=them.sort,
            group=them.group,
            exact=exact[by_letters],
            exact_owner=by_letters,
            keys=keys,
            owner=them.owner[order],
            buckets=np.searchsorted(keys, edges).astype(np.int64),
            meant=_meant(tokens),
        )

    def __len__(self) -> int:
        return len(self.start) - 1

    def token(self, number: int) -> str:
        """The letters of a token."""
        return self.letters[self.start[number] : self.start[number + 1]].tobytes().decode("latin-1")

    def numbers(self, tokens: Sequence[str]) -> Places:
        """The number of each token; -1 for one that is not in it."""
        asked = Letters.of(tokens)
        found: Places = _numbers(
            asked.bytes, asked.start, self.letters, self.start, self.exact, self.exact_owner
        )
        return found

    def numbers_of(self, other: Vocabulary) -> Places:
        """The number here of each token of another vocabulary; -1 for one that is not here."""
        found: Places = _numbers(
            other.letters, other.start, self.letters, self.start, self.exact, self.exact_owner
        )
        return found

    def near(self, tokens: Tokens) -> Near:
        """The spellings of each token."""
        start, token, likeness, exact = _near(
            (tokens.letters.bytes, tokens.letters.start, tokens.folds.bytes, tokens.folds.start),
            (tokens.sort, tokens.group, tokens.keys, tokens.owner),
            (self.letters, self.start, self.folds, self.fold_start),
            (self.sort, self.group, self.keys, self.owner, self.buckets, self.meant),
            (SWAPS, DROPS),
        )
        return Near(start, token, likeness, exact)


def likeness(one: str, other: str) -> float:
    """How near two tokens are: 1 the same, 0 told apart.

    Examples
    --------
    >>> likeness("ostec", "ostec"), round(likeness("ostec", "ostek"), 2), likeness("1", "2")
    (1.0, 0.97, 0.0)
    """
    if one == other:
        return 1.0
    near = Vocabulary.of([other]).near(Tokens.of([one]))
    return float(near.likeness[0]) if len(near.likeness) else 0.0


def _meant(tokens: Sequence[str]) -> Places:
    number = {token: n for n, token in enumerate(tokens)}
    return np.array(
        [number.get(SAME_WORD.get(token, token), n) for token, n in number.items()], dtype=np.int32
    )


def _costs() -> tuple[Shares, Shares]:
    swaps = np.ones((256, 256), dtype=np.float32)
    for one in "aeiouy":
        for other in "aeiouy":
            swaps[ord(one), ord(other)] = 0.6
    rows = _KEYBOARD.split()
    for row in rows:
        for one, other in itertools.pairwise(row):
            swaps[ord(one), ord(other)] = swaps[ord(other), ord(one)] = _NEIGHBOUR
    for cost, pairs in _ALIKE.items():
        for pair in pairs.split():
            here, there = map(ord, pair)
            swaps[here, there] = swaps[there, here] = cost
    np.fill_diagonal(swaps, 0.0)
    drops = np.ones(256, dtype=np.float32)
    drops[[*b"aeiouy"]] = _VOWEL_DROPPED
    drops[ord("h")] = _H_DROPPED
    return swaps, drops


SWAPS, DROPS = _costs()


@compiled
def _numbers(asked: Bytes, asked_start: Numbers, letters: Bytes, start: Numbers,
             exact: Hashes, owner: Places) -> Places:  # fmt: skip
    found = np.full(len(asked_start) - 1, -1, dtype=np.int32)
    for n in range(len(found)):
        first, last = asked_start[n], asked_start[n + 1]
        key = hash_of(asked, first, last, _EXACT_TAG)
        at = np.searchsorted(exact, key)
        while at < len(exact) and exact[at] == key:
            other = owner[at]
            if _same(asked[first:last], letters[start[other] : start[other + 1]]):
                found[n] = other
                break
            at += 1
    return found


@compiled
def _same(one: Bytes, other: Bytes) -> bool:
    if len(one) != len(other):
        return False
    return bool((one == other).all())


@compiled
def _has_digit(letters: Bytes) -> bool:
    return bool(((letters >= 48) & (letters <= 57)).any())


@compiled
def _is_vowel(letter: int) -> bool:
    return letter in (97, 101, 105, 111, 117)


@compiled
def _skeletons_agree(one: Bytes, other: Bytes) -> bool:
    i, j, agreed = 0, 0, 0
    while True:
        while i < len(one) and _is_vowel(one[i]):
            i += 1
        while j < len(other) and _is_vowel(other[j]):
            j += 1
        if i == len(one) or j == len(other):
            return i == len(one) and j == len(other) and agreed >= _SKELETON
        if one[i] != other[j]:
            return False
        i, j, agreed = i + 1, j + 1, agreed + 1


@compiled
def _latin(plain: Bytes, other_plain: Bytes, fold: Bytes, other_fold: Bytes,
           swaps: Shares, drops: Shares) -> float:  # fmt: skip
    longest = max(len(plain), len(other_plain))
    longest_fold = max(len(fold), len(other_fold))
    folds = 1.0 - edit_cost(fold, other_fold, swaps, drops, 3.0) / longest_fold - _FOLDED
    plains = 1.0 - edit_cost(plain, other_plain, swaps, drops, 3.0) / longest
    near = max(folds, plains)
    if _skeletons_agree(fold, other_fold):
        near += (1.0 - near) * _SAME_SKELETON
    return min(near, 0.99)


@compiled
def _near(
    asked: Arrays, asked_facts: Arrays, held: Arrays, held_facts: Arrays, costs: Arrays
) -> tuple[Numbers, Places, Shares, Places]:
    """Spellings of each asked token among those held: starts, tokens, likenesses."""
    letters, start, folds, fold_start = asked
    sort, group, keys, owner = asked_facts
    its_letters, its_start, its_folds, its_fold_start = held
    its_sort, its_group, its_keys, its_owner, buckets, meant = held_facts
    swaps, drops = costs
    count = len(start) - 1
    shift = 32
    while (1 << (32 - shift)) < len(buckets) - 1:
        shift -= 1
    # The keys of each asked token, together.
    first = np.zeros(count + 1, dtype=np.int64)
    for k in range(len(owner)):
        first[owner[k] + 1] += 1
    for n in range(count):
        first[n + 1] += first[n]
    place = first[:-1].copy()
    by_token = np.empty(len(keys), dtype=np.uint32)
    for k in range(len(owner)):
        by_token[place[owner[k]]] = keys[k]
        place[owner[k]] += 1
    seen = np.full(len(its_start) - 1, -1, dtype=np.int32)
    stands = np.full(len(its_start) - 1, -1, dtype=np.int64)
    starts = np.zeros(count + 1, dtype=np.int64)
    tokens = np.empty(max(16, 8 * count), dtype=np.int32)
    likenesses = np.empty(len(tokens), dtype=np.float32)
    exact = np.full(count, -1, dtype=np.int32)
    size = 0
    for n in range(count):
        mine = letters[start[n] : min(start[n + 1], start[n] + LONGEST)]
        fold = folds[fold_start[n] : min(fold_start[n + 1], fold_start[n] + LONGEST)]
        for k in range(first[n], first[n + 1]):
            key = by_token[k]
            at = buckets[key >> shift]
            end = buckets[(key >> shift) + 1]
            while at < end and its_keys[at] < key:
                at += 1
            while at < end and its_keys[at] == key:
                other = its_owner[at]
                at += 1
                if seen[other] == n:
                    continue
                seen[other] = n
                its = its_letters[
                    its_start[other] : min(its_start[other + 1], its_start[other] + LONGEST)
                ]
                near = 0.0
                if _same(its, mine):
                    near = 1.0
                    exact[n] = other
                elif sort[n] == NATIVE and its_sort[other] == NATIVE:
                    near = abjad.native_likeness(mine, its)
                elif sort[n] == NATIVE:
                    near = abjad.likeness(mine, its)
                elif its_sort[other] == NATIVE:
                    near = abjad.likeness(its, mine)
                elif not (len(mine) < 3 or len(its) < 3 or (_has_digit(mine) and _has_digit(its))):
                    its_fold = its_folds[
                        its_fold_start[other] : min(
                            its_fold_start[other + 1], its_fold_start[other] + LONGEST
                        )
                    ]
                    near = _latin(mine, its, fold, its_fold, swaps, drops)
                if group[n] >= 0 and group[n] == its_group[other]:
                    near = max(near, _SAME_NAME)
                elif group[n] >= 0 and its_group[other] >= 0 and near < 1.0:
                    near -= _OTHER_NAME
                # Several forms of one word stand for it together, as near as the nearest.
                target = meant[other]
                if near >= LEAST_LIKENESS and stands[target] >= starts[n]:
                    at_target = stands[target]
                    likenesses[at_target] = max(likenesses[at_target], near)
                elif near >= LEAST_LIKENESS:
                    if size == len(tokens):
                        tokens = np.concatenate((tokens, np.empty(size, dtype=np.int32)))
                        likenesses = np.concatenate((likenesses, np.empty(size, dtype=np.float32)))
                    stands[target] = size
                    tokens[size] = target
                    likenesses[size] = near
                    size += 1
        starts[n + 1] = size
    return starts, tokens[:size], likenesses[:size], exact
