"""The search for names among listed keys, in compiled code.

A *key* is the sequence of tokens of one or more listed names; a *reading* is one under which a
name is looked up. A token of a reading meets the listed tokens that may be spellings of it
(`vocabulary.Near`); postings lead from those to keys; the keys that may come near are aligned
with the reading token by token, and a learned score says what the alignment is worth.
"""

from __future__ import annotations

import numpy as np

from enduse.engine.compiling import compiled
from enduse.names.alignment import (
    AS_ABBREVIATION,
    AS_ONE,
    F_COUNT,
    MOST_TOKENS,
    Spans,
    align,
    describe,
    joins,
    mask_letters,
    unmask_letters,
    whole_likeness,
)
from enduse.names.letters import Flags, Floats, Masks, Numbers, Places, Sorts
from enduse.names.reach import Arrays, meet, reach, share_enough

KINDS = 3
"""Of listed entity for which scores are told apart: person, organisation, vessel."""

SAME = 30.0
"""The log-odds of the very same tokens."""

LEAST_MET = 0.3
"""The share of the weight of two names that must meet for an answer."""

_STEEP, _ALL = 12.0, 0.999


@compiled
def most_likely(share: float) -> float:
    """The highest log-odds that a pair can have whose weight meets to such a share."""
    return SAME if share > _ALL else _STEEP * (share - 0.5)


@compiled
def least_share(log_odds: float) -> float:
    """The share of weight that must meet for such log-odds."""
    return min(_ALL, log_odds / _STEEP + 0.5)


@compiled
def align_pair(
    mine: Spans,
    our_weight: Floats,
    our_sort: Sorts,
    our_known: Flags,
    its: Spans,
    their_weight: Floats,
    their_sort: Sorts,
    near: Floats,
    pairs: Numbers,
    joined: Numbers,
    theirs_joined: Numbers,
    native: bool,
    masks: Masks,
    length: int,
    features: Floats,
    weights: Floats,
    odds: Floats,
) -> float:
    """Align two names, fill `features`, and `odds` with the log-odds of each kind."""
    made = align(near, our_weight, our_sort, their_weight, their_sort, mine, its, pairs)
    n, m = len(our_weight), len(their_weight)
    if made < n or made < m:
        joins(our_sort, their_sort, mine, its, pairs, joined, theirs_joined)
    else:
        joined[:n] = -1
        theirs_joined[:m] = -1
    letters, start, tokens = mine
    its_letters, its_start, its_tokens = its
    same_first = 0
    for i in range(n):
        j = pairs[i, 0]
        if j >= 0 and letters[start[tokens[i]]] == its_letters[its_start[its_tokens[j]]]:
            same_first |= 1 << i
    whole = whole_likeness(masks, length, its, pairs, n, m)
    coverage = describe(
        near, our_weight, our_sort, our_known, their_weight, their_sort, same_first,
        pairs, joined, theirs_joined, native, whole, features,
    )  # fmt: skip
    same = n == m and made == n
    if same:
        for i in range(n):
            same = same and near[i, pairs[i, 0]] >= 1.0
    most = most_likely(min(coverage, _ALL))
    for kind in range(len(odds)):
        total = 0.0
        for f in range(F_COUNT):
            total += weights[kind, f] * features[f]
        odds[kind] = SAME if same else min(total, most)
    return coverage


@compiled
def search(
    readings: Arrays,
    tokens: Arrays,
    near: Arrays,
    held: Arrays,
    keys: Arrays,
    postings: Arrays,
    scratch: Arrays,
    weights: Floats,
    wanted: Arrays,
) -> tuple[Numbers, Numbers, Floats]:
    """The keys nearest to each reading.

    Found is every key that shares so much of the weight of both, by tokens that are spellings of
    one another and initials, that its log-odds may be high enough.

    Parameters
    ----------
    readings
        Where the tokens of each reading begin; the tokens (numbers of asked tokens).
    tokens
        Of the asked tokens: letters, starts, weight, sort, whether listed, whether native.
    near
        `vocabulary.Near` of the asked tokens, the listed token itself among them.
    held
        Of the listed tokens: letters, starts, weight, sort, first letter.
    keys
        Starts and tokens of the keys.
    postings
        Of the keys: their weight in all, and kinds of bearers as bits; `order_postings` by weight.
    scratch
        False for every key, -1 for every listed token; left so.
    weights
        Kinds by features.
    wanted
        First and last reading; keys to align and to answer for one reading at most; least
        log-odds; kinds as bits; whether readings are the keys, each pair wanted once.

    Returns
    -------
    tuple
        Reading, key, and log-odds for each kind, of every answer.
    """
    r_start, r_token = readings
    letters, start, weight, sort, known, native = tokens
    its_letters, its_start, its_weight, its_sort, _ = held
    k_start, k_token = keys
    k_total = postings[0]
    seen, first = scratch
    first_reading, last_reading, most_aligned, most_answers, least, kinds, is_join = wanted
    least_met = max(LEAST_MET, least_share(least))

    out_reading = np.empty(1024, dtype=np.int64)
    out_key = np.empty(1024, dtype=np.int64)
    out_odds = np.empty((1024, KINDS), dtype=np.float64)
    answers = 0

    pairs = np.empty((MOST_TOKENS, 2), dtype=np.int64)
    joined = np.empty(MOST_TOKENS, dtype=np.int64)
    theirs_joined = np.empty(MOST_TOKENS, dtype=np.int64)
    features = np.empty(F_COUNT, dtype=np.float64)
    odds = np.empty(KINDS, dtype=np.float64)
    like = np.zeros((MOST_TOKENS, MOST_TOKENS), dtype=np.float64)
    best = np.zeros(MOST_TOKENS, dtype=np.float64)
    masks = np.zeros(256, dtype=np.uint64)
    taken_weight = np.empty(MOST_TOKENS, dtype=np.float64)
    taken_sort = np.empty(MOST_TOKENS, dtype=np.uint8)
    reached = np.empty(4096, dtype=np.int32)
    met = (
        np.empty(1024, dtype=np.int32), np.empty(1024, dtype=np.int32),
        np.empty(1024, dtype=np.int32), np.empty(1024, dtype=np.float64),
        np.empty(1024, dtype=np.float64),
    )  # fmt: skip

    for r in range(first_reading, last_reading):
        mine = r_token[r_start[r] : r_start[r + 1]]
        n = len(mine)
        if n == 0:
            continue
        our_weight, our_sort, our_known = weight[mine], sort[mine], known[mine]
        our_letters = (letters, start, mine)
        total = our_weight.sum()
        is_native = native[mine].any()
        our_letter = letters[start[mine]]
        count, met = meet(mine, weight, its_weight, near, first, met)
        found, reached = reach(
            r, total, least_met, our_weight, our_sort, our_letter, its_weight, count, met,
            postings, kinds, is_join, seen, reached,
        )  # fmt: skip
        share, which = share_enough(
            total, least_met, reached[:found], our_sort, our_letter, held, keys, k_total, first,
            met, best,
        )  # fmt: skip
        share, which = _highest(share, which, most_aligned)

        length = mask_letters(our_letters, masks)
        base = answers
        lowest = least
        for c in np.argsort(-share, kind="mergesort"):
            if most_likely(min(1.0, share[c])) < lowest:
                break
            k = which[c]
            its = k_token[k_start[k] : k_start[k + 1]]
            m = len(its)
            for j in range(m):
                taken_weight[j], taken_sort[j] = its_weight[its[j]], its_sort[its[j]]
            their_letters = (its_letters, its_start, its)
            their_weight, their_sort = taken_weight[:m], taken_sort[:m]
            # Whichever was reached from which, the lower key is the reading.
            turned = is_join and k < r
            _set_likeness(its, n, first, met, turned, like)
            if turned:
                unmask_letters(our_letters, masks)
                align_pair(
                    their_letters, their_weight, their_sort, known[its],
                    our_letters, our_weight, our_sort, like, pairs, joined, theirs_joined,
                    native[its].any(), masks, mask_letters(their_letters, masks),
                    features, weights, odds,
                )  # fmt: skip
                shared = _shared(like, their_weight, our_weight, pairs)
                unmask_letters(their_letters, masks)
                mask_letters(our_letters, masks)
            else:
                align_pair(
                    our_letters, our_weight, our_sort, our_known,
                    their_letters, their_weight, their_sort, like, pairs, joined, theirs_joined,
                    is_native, masks, length, features, weights, odds,
                )  # fmt: skip
                shared = _shared(like, our_weight, their_weight, pairs)
            highest = odds.max()
            if highest < lowest or shared < least_met * (total + k_total[k]) - 1e-9:
                continue
            if answers == len(out_key):
                out_reading = np.concatenate((out_reading, np.empty_like(out_reading)))
                out_key = np.concatenate((out_key, np.empty_like(out_key)))
                out_odds = np.concatenate((out_odds, np.empty_like(out_odds)))
            # Answers of one reading stand sorted, best first.
            at = answers
            if answers - base == most_answers:
                at -= 1
            else:
                answers += 1
            while at > base and out_odds[at - 1].max() < highest:
                out_key[at] = out_key[at - 1]
                out_odds[at] = out_odds[at - 1]
                at -= 1
            out_key[at] = k
            out_odds[at] = odds
            if answers - base == most_answers:
                lowest = max(least, out_odds[answers - 1].max())
        unmask_letters(our_letters, masks)
        out_reading[base:answers] = r
        for at in range(count):
            first[met[1][at]] = -1
    return out_reading[:answers], out_key[:answers], out_odds[:answers]


@compiled
def _set_likeness(
    its: Places, n: int, first: Places, met: Arrays, turned: bool, like: Floats
) -> None:
    """Fill in how like the tokens of a reading and a key are, theirs by ours if `turned`."""
    slot, _, following, its_like, _ = met
    for j in range(len(its)):
        for i in range(n):
            if turned:
                like[j, i] = 0.0
            else:
                like[i, j] = 0.0
        at = first[its[j]]
        while at >= 0:
            i = slot[at]
            if turned:
                like[j, i] = max(like[j, i], its_like[at])
            else:
                like[i, j] = max(like[i, j], its_like[at])
            at = following[at]


@compiled
def _shared(like: Floats, our_weight: Floats, their_weight: Floats, pairs: Numbers) -> float:
    """The weight of what meets as a spelling or as an initial."""
    shared = 0.0
    for i in range(len(our_weight)):
        j = pairs[i, 0]
        if j >= 0 and pairs[i, 1] != AS_ABBREVIATION:
            shared += like[i, j] * (our_weight[i] + their_weight[j])
    return shared


@compiled
def _highest(share: Floats, which: Numbers, most: int) -> tuple[Floats, Numbers]:
    """The keys with the highest shares."""
    if len(share) <= most:
        return share, which
    bar = -np.partition(-share, most)[most]
    kept = 0
    for c in range(len(share)):
        if share[c] > bar or (share[c] == bar and kept < most):
            share[kept], which[kept] = share[c], which[c]
            kept += 1
    return share[:kept], which[:kept]


@compiled
def describe_pairs(
    readings: Arrays,
    tokens: Arrays,
    near: Arrays,
    held: Arrays,
    keys: Arrays,
    of: Arrays,
    weights: Floats,
) -> tuple[Floats, Floats, Numbers, Floats]:
    """What the alignment of each pair of a reading and a key says.

    Parameters are those of `search`, but for `of`: the reading and the key of each pair.

    Returns
    -------
    tuple
        Features, pairs by features; log-odds, pairs by kinds; for each token of the reading the
        place of the one it meets in the key (-1: none), how it meets, and how like they are.
    """
    r_start, r_token = readings
    letters, start, weight, sort, known, native = tokens
    n_start, n_token, n_like = near
    its_letters, its_start, its_weight, its_sort, _ = held
    k_start, k_token = keys
    reading, key = of
    count = len(reading)
    features = np.empty((count, F_COUNT), dtype=np.float64)
    odds = np.empty((count, KINDS), dtype=np.float64)
    meets = np.full((count, MOST_TOKENS, 2), -1, dtype=np.int64)
    likes = np.zeros((count, MOST_TOKENS), dtype=np.float64)
    masks = np.zeros(256, dtype=np.uint64)
    pairs = np.empty((MOST_TOKENS, 2), dtype=np.int64)
    joined = np.empty(MOST_TOKENS, dtype=np.int64)
    theirs_joined = np.empty(MOST_TOKENS, dtype=np.int64)
    for p in range(count):
        mine = r_token[r_start[reading[p]] : r_start[reading[p] + 1]]
        its = k_token[k_start[key[p]] : k_start[key[p] + 1]]
        n, m = len(mine), len(its)
        like = np.zeros((MOST_TOKENS, MOST_TOKENS), dtype=np.float64)
        is_native = False
        for i in range(n):
            is_native = is_native or native[mine[i]]
            for at in range(n_start[mine[i]], n_start[mine[i] + 1]):
                for j in range(m):
                    if its[j] == n_token[at]:
                        like[i, j] = max(like[i, j], n_like[at])
        our_letters = (letters, start, mine)
        length = mask_letters(our_letters, masks)
        align_pair(
            our_letters, weight[mine], sort[mine], known[mine],
            (its_letters, its_start, its), its_weight[its], its_sort[its],
            like, pairs, joined, theirs_joined, is_native, masks, length,
            features[p], weights, odds[p],
        )  # fmt: skip
        unmask_letters(our_letters, masks)
        for i in range(n):
            meets[p, i, 0], meets[p, i, 1] = pairs[i, 0], pairs[i, 1]
            if pairs[i, 0] >= 0:
                likes[p, i] = like[i, pairs[i, 0]]
            elif joined[i] >= 0:
                meets[p, i, 0], meets[p, i, 1] = joined[i], AS_ONE
            for j in range(m):
                if theirs_joined[j] == i:
                    meets[p, i, 0], meets[p, i, 1] = j, AS_ONE
    return features, odds, meets, likes
