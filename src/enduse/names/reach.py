"""Which keys may come near a reading: by what they share, without aligning them."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from enduse.engine.compiling import compiled
from enduse.names.alignment import (
    GENERIC,
    INITIAL,
    LETTER,
    LETTER_WEIGHT,
    MOST_TOKENS,
    OTHER,
    PATRONYMIC,
)
from enduse.names.letters import Bytes, Flags, Floats, Masks, Numbers, Places, Sorts

Arrays: TypeAlias = tuple[Any, ...]
"""Arrays of several types, and numbers, as compiled code takes them together."""

_FEW, _STEP, _BLOCK = 64, 16, 64
# So much more an alignment may find: initials, abbreviations, and words joined or parted.
_UNSEEN = 0.12

# Of the 64 bits of a mark, so many are for tokens, and the others for first letters.
_TOKEN_BITS, _LETTER_BITS = 38, 26
_NOTHING = np.uint64(0)


@compiled
def total_weights(
    key_start: Numbers, key_token: Places, weight: Floats, sort: Sorts
) -> tuple[Floats, Flags]:
    """What the tokens of each key weigh, and whether single letters are among them."""
    total = np.zeros(len(key_start) - 1, dtype=np.float64)
    lettered = np.zeros(len(total), dtype=np.bool_)
    for key in range(len(total)):
        for at in range(key_start[key], key_start[key + 1]):
            total[key] += weight[key_token[at]]
            lettered[key] |= sort[key_token[at]] == LETTER
    return total, lettered


@compiled
def _token_mark(token: int) -> int:
    return np.uint64(1) << np.uint64(token % _TOKEN_BITS)  # type: ignore[return-value]


@compiled
def _letter_mark(letter: int) -> int:
    return np.uint64(1) << np.uint64(_TOKEN_BITS + letter % _LETTER_BITS)  # type: ignore[return-value]


@compiled
def _has_initial(sort: int) -> bool:
    """Whether an initial may stand for a token of such a sort."""
    return sort in (OTHER, GENERIC, PATRONYMIC)


@compiled
def order_postings(
    key_start: Numbers, key_token: Places, lettered: Flags, order: Numbers, sort: Sorts,
    letter: Bytes,
) -> tuple[Numbers, Numbers, Places, Masks]:  # fmt: skip
    """The keys that hold each token, in a given order, those with single letters first.

    Parameters
    ----------
    sort, letter
        Of each token: what it says, and its first letter.

    Returns
    -------
    tuple
        Where the keys of each token begin, and the end of the last; where those without single
        letters begin; the keys; and their marks: bits that are set if a key holds a token, or a
        word or initial that begins with a letter, and seldom if it does not.
    """
    tokens = len(sort)
    start = np.zeros(tokens + 1, dtype=np.int64)
    plain = np.zeros(tokens, dtype=np.int64)
    for key in range(len(key_start) - 1):
        for at in range(key_start[key], key_start[key + 1]):
            start[key_token[at] + 1] += 1
            plain[key_token[at]] += lettered[key]
    for token in range(tokens):
        start[token + 1] += start[token]
        plain[token] += start[token]
    with_letters, without = start[:-1].copy(), plain.copy()
    found = np.empty(len(key_token), dtype=np.int32)
    marks = np.empty(len(key_token), dtype=np.uint64)
    for key in order:
        mark = _NOTHING
        for at in range(key_start[key], key_start[key + 1]):
            token = key_token[at]
            mark |= _token_mark(token)
            if sort[token] == LETTER or _has_initial(sort[token]):
                mark |= _letter_mark(letter[token])
        place = with_letters if lettered[key] else without
        for at in range(key_start[key], key_start[key + 1]):
            token = key_token[at]
            found[place[token]], marks[place[token]] = key, mark
            place[token] += 1
    return start, plain, found, marks


@compiled
def _first_after(keys: Places, totals: Floats, total: float, key: int) -> int:
    """The place of the first of keys (ascending by total, then number) after such a one."""
    low, high = 0, len(keys)
    while low < high:
        middle = (low + high) // 2
        its = totals[keys[middle]]
        if its < total or (its == total and keys[middle] <= key):
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def meet(
    mine: Places, weight: Floats, its_weight: Floats, near: Arrays, first: Places, met: Arrays
) -> tuple[int, Arrays]:
    """Chain in `first` (one for each listed token) what meets each token; it stands in `met`."""
    n_start, n_token, n_like = near
    slot, token, following, like, gain = met
    count = 0
    for i in range(len(mine)):
        q = mine[i]
        for at in range(n_start[q], n_start[q + 1]):
            if count == len(slot):
                slot = np.concatenate((slot, np.empty(count, dtype=np.int32)))
                token = np.concatenate((token, np.empty(count, dtype=np.int32)))
                following = np.concatenate((following, np.empty(count, dtype=np.int32)))
                like = np.concatenate((like, np.empty(count, dtype=np.float64)))
                gain = np.concatenate((gain, np.empty(count, dtype=np.float64)))
            t = n_token[at]
            slot[count], token[count], like[count] = i, t, n_like[at]
            gain[count] = n_like[at] * (weight[q] + its_weight[t])
            following[count] = first[t]
            first[t] = count
            count += 1
    return count, (slot, token, following, like, gain)


@compiled
def reach(
    r: int,
    total: float,
    least_met: float,
    our_weight: Floats,
    our_sort: Sorts,
    our_letter: Bytes,
    its_weight: Floats,
    count: int,
    met: Arrays,
    postings: Arrays,
    kinds: int,
    is_join: bool,
    seen: Flags,
    reached: Places,
) -> tuple[int, Places]:
    """The keys that may share `least_met` of the weight of both with a reading.

    What meets must weigh so much of the reading's weight (`needed`) once each listed token that
    meets has paid for its own share (`worth`). A key is reached by the rarest of its tokens that
    meet, so that only more usual ones can add to what it shares: neither are usual words gone
    through that say too little with the others, nor keys that weigh too much for what they share,
    nor such that by their marks hold too little of the rest.
    """
    slot, token, _, _, gain = met
    k_total, k_kinds, p_start, p_plain, p_key, p_mark = postings
    n = len(our_weight)
    # Initials meet without being listed as near: ours any word, theirs any word of ours.
    free_gain, free_worth, letter_gain, letter_worth = 1e-9, 1e-9, 0.0, 0.0
    initial, initial_gain = np.full(n, _NOTHING), np.zeros(n)
    for i in range(n):
        if our_sort[i] == LETTER:
            initial_gain[i] = INITIAL * (our_weight[i] + 1.0)
            free_gain += initial_gain[i]
            free_worth += INITIAL * our_weight[i] + max(0.0, INITIAL - least_met)
        elif _has_initial(our_sort[i]):
            initial_gain[i] = INITIAL * (our_weight[i] + LETTER_WEIGHT)
            letter_gain += initial_gain[i]
            letter_worth += INITIAL * our_weight[i] + max(0.0, INITIAL - least_met) * LETTER_WEIGHT
        if initial_gain[i] > 0.0:
            initial[i] = _letter_mark(our_letter[i])
    needed = least_met * total
    most_gain, most_worth = np.zeros(n), np.zeros(n)
    spelled = np.full(n, _NOTHING)
    # What the other tokens of the reading may add: by a spelling, or else by an initial.
    by_spelling, by_initial = np.empty(n, dtype=np.uint64), np.empty(n, dtype=np.uint64)
    more, more_by_initial = np.empty(n), np.empty(n)
    length = np.empty(count, dtype=np.int64)
    for at in range(count):
        length[at] = p_start[token[at]] - p_start[token[at] + 1]
    found = 0
    for at in np.argsort(length, kind="mergesort"):
        i, t = slot[at], token[at]
        its_worth = gain[at] - least_met * its_weight[t]
        worth = its_worth + most_worth.sum() - most_worth[i] + free_worth
        most = gain[at] + most_gain.sum() - most_gain[i] + free_gain
        for lettered in range(2):
            start, end = p_plain[t], p_start[t + 1]
            if lettered:
                start, end = p_start[t], p_plain[t]
                worth += letter_worth
                most += letter_gain
            heaviest = most / least_met - total
            if start == end or worth < needed or (is_join and heaviest < total):
                continue
            if is_join:
                start += _first_after(p_key[start:end], k_total, total, r)
            if end - start > _FEW:
                end = start + _first_after(p_key[start:end], k_total, heaviest, len(k_total))
            if start == end:
                continue
            while found + end - start > len(reached):
                reached = np.concatenate((reached, np.empty_like(reached)))
            others = 0
            for j in range(n):
                if j != i:
                    may = lettered or our_sort[j] == LETTER
                    by_spelling[others], more[others] = spelled[j], most_gain[j]
                    by_initial[others] = initial[j] if may else _NOTHING
                    more_by_initial[others] = initial_gain[j]
                    others += (by_spelling[others] | by_initial[others]) != _NOTHING
            lacking = 0.0
            for p in range(start, end):
                k = p_key[p]
                # Keys ascend by weight.
                if (p - start) % _STEP == 0:
                    lacking = least_met * (total + k_total[k]) - gain[at] - 1e-9
                if lacking > 0.0:
                    left = lacking
                    for j in range(others):
                        its = more[j] if by_spelling[j] & p_mark[p] else 0.0
                        if by_initial[j] & p_mark[p]:
                            its = max(its, more_by_initial[j])
                        left -= its
                    if left > 0.0:
                        continue
                if not seen[k] and k_kinds[k] & kinds:
                    seen[k] = True
                    reached[found] = k
                    found += 1
        spelled[i] |= _token_mark(t)
        most_worth[i] = max(most_worth[i], its_worth)
        most_gain[i] = max(most_gain[i], gain[at])
    for c in range(found):
        seen[reached[c]] = False
    return found, reached


@compiled
def share_enough(
    total: float,
    least_met: float,
    reached: Places,
    our_sort: Sorts,
    our_letter: Bytes,
    held: Arrays,
    keys: Arrays,
    k_total: Floats,
    first: Places,
    met: Arrays,
    best: Floats,
) -> tuple[Floats, Numbers]:
    """Those of the keys reached that may share so much: the share, and the key."""
    _, _, _, its_sort, its_letter = held
    k_start, k_token = keys
    share = np.empty(len(reached), dtype=np.float64)
    which = np.empty(len(reached), dtype=np.int64)
    begin, end = np.empty(_BLOCK, dtype=np.int64), np.empty(_BLOCK, dtype=np.int64)
    its_total = np.empty(_BLOCK, dtype=np.float64)
    its = np.empty(_BLOCK * MOST_TOKENS, dtype=np.int32)
    kept = 0
    for one in range(0, len(reached), _BLOCK):
        many = min(_BLOCK, len(reached) - one)
        # Keys lie all over the memory: it answers sooner if many are asked for at once.
        for c in range(many):
            k = reached[one + c]
            begin[c], end[c], its_total[c] = k_start[k], k_start[k + 1], k_total[k]
        size = 0
        for c in range(many):
            for at in range(begin[c], end[c]):
                its[size] = k_token[at]
                size += 1
        size = 0
        for c in range(many):
            last = size + end[c] - begin[c]
            shared, more = _most_shared(
                its[size:last], our_sort, our_letter, its_sort, its_letter, first, met, best
            )
            size = last
            part = shared / (total + its_total[c])
            if part >= least_met - 1e-9:
                share[kept], which[kept] = part + more * _UNSEEN, reached[one + c]
                kept += 1
    return share[:kept], which[:kept]


@compiled
def _most_shared(
    its: Places,
    our_sort: Sorts,
    our_letter: Bytes,
    its_sort: Sorts,
    its_letter: Bytes,
    first: Places,
    met: Arrays,
    best: Floats,
) -> tuple[float, bool]:
    """The most weight that a key can share with the reading, and whether more may be found.

    That is, whether tokens left over on both sides begin with one letter, as initials,
    abbreviations and words that one side writes as one do.
    """
    slot, _, following, _, gain = met
    n = len(our_sort)
    best[:n] = 0.0
    left, letters = np.uint64(0), 0
    for t in its:
        at = first[t]
        if at < 0:
            left |= np.uint64(1) << np.uint64(its_letter[t] & 63)
            letters += its_sort[t] == LETTER
        while at >= 0:
            i = slot[at]
            best[i] = max(best[i], gain[at])
            at = following[at]
    shared, ours_left = 0.0, np.uint64(0)
    for i in range(n):
        shared += best[i]
        if best[i] == 0.0:
            ours_left |= np.uint64(1) << np.uint64(our_letter[i] & 63)
            letters += our_sort[i] == LETTER
    if ours_left & left:
        return shared + letters * INITIAL * (1.0 + LETTER_WEIGHT), True
    return shared, False
