"""Which keys may come near a reading: by what they share, without aligning them."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from enduse.engine.compiling import compiled
from enduse.names.alignment import GENERIC, INITIAL, LETTER, LETTER_WEIGHT, OTHER
from enduse.names.letters import Bytes, Flags, Floats, Numbers, Places, Sorts

Arrays: TypeAlias = tuple[Any, ...]
"""Arrays of several types, and numbers, as compiled code takes them together."""

_FEW = 64


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
def order_postings(
    key_start: Numbers, key_token: Places, lettered: Flags, order: Numbers, tokens: int
) -> tuple[Numbers, Numbers, Places]:
    """The keys that hold each token, in a given order, those with single letters first.

    Returns
    -------
    tuple
        Where the keys of each token begin, and the end of the last; where those without single
        letters begin; the keys.
    """
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
    for key in order:
        place = with_letters if lettered[key] else without
        for at in range(key_start[key], key_start[key + 1]):
            token = key_token[at]
            found[place[token]] = key
            place[token] += 1
    return start, plain, found


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
    mine: Numbers, weight: Floats, its_weight: Floats, near: Arrays, first: Places, met: Arrays
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
    through that say too little with the others, nor keys that weigh too much for what they share.
    """
    slot, token, _, _, gain = met
    k_total, k_kinds, p_start, p_plain, p_key = postings
    # Initials meet without being listed as near: ours any word, theirs any word of ours.
    free_gain, free_worth, letter_gain, letter_worth = 1e-9, 1e-9, 0.0, 0.0
    for i in range(len(our_weight)):
        if our_sort[i] == LETTER:
            free_gain += INITIAL * (our_weight[i] + 1.0)
            free_worth += INITIAL * our_weight[i] + max(0.0, INITIAL - least_met)
        elif our_sort[i] == OTHER or our_sort[i] == GENERIC:
            letter_gain += INITIAL * (our_weight[i] + LETTER_WEIGHT)
            letter_worth += INITIAL * our_weight[i] + max(0.0, INITIAL - least_met) * LETTER_WEIGHT
    needed = least_met * total
    most_gain, most_worth = np.zeros(len(our_weight)), np.zeros(len(our_weight))
    length = np.empty(count, dtype=np.int64)
    for at in range(count):
        length[at] = p_start[token[at]] - p_start[token[at] + 1]
    found = 0
    for at in np.argsort(length, kind="mergesort"):
        i, t = slot[at], token[at]
        its_worth = gain[at] - least_met * its_weight[t]
        worth = its_worth + most_worth.sum() - most_worth[i] + free_worth
        most = gain[at] + most_gain.sum() - most_gain[i] + free_gain
        most_worth[i] = max(most_worth[i], its_worth)
        most_gain[i] = max(most_gain[i], gain[at])
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
            while found + end - start > len(reached):
                reached = np.concatenate((reached, np.empty_like(reached)))
            for p in range(start, end):
                k = p_key[p]
                if not seen[k] and k_kinds[k] & kinds:
                    seen[k] = True
                    reached[found] = k
                    found += 1
    for c in range(found):
        seen[reached[c]] = False
    return found, reached


@compiled
def most_shared(
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
