"""The search for names among listed keys, in compiled code.

A *key* is the sequence of tokens of one or more listed names; a *reading* is one under which a
name is looked up. A token of a reading meets the listed tokens that may be spellings of it
(`vocabulary.Near`); postings lead from those to keys; the keys that may come near are aligned
with the reading token by token, and a learned score says what the alignment is worth.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from enduse.names.alignment import (
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
from enduse.names.compiling import compiled
from enduse.names.letters import Flags, Floats, Masks, Numbers, Sorts

Arrays: TypeAlias = tuple[Any, ...]
"""Arrays of several types, and numbers, as compiled code takes them together."""

KINDS = 3
"""Of listed entity for which scores are told apart: person, organisation, vessel."""

SAME = 30.0
"""The log-odds of the very same tokens."""

_STEEP, _ALL = 12.0, 0.999
# An alignment may find more than the postings showed: initials, and words joined or parted.
_UNSEEN = 0.12


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
    same_first = np.zeros(n, dtype=np.bool_)
    for i in range(n):
        if pairs[i, 0] >= 0:
            same_first[i] = mine[0][mine[1][i]] == its[0][its[1][pairs[i, 0]]]
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
    postings: Arrays,
    scratch: Arrays,
    weights: Floats,
    wanted: Arrays,
) -> tuple[Numbers, Numbers, Floats]:
    """The keys nearest to each reading.

    Parameters
    ----------
    readings
        Where the tokens of each reading begin; the tokens (numbers of asked tokens).
    tokens
        Of the asked tokens: letters, starts, weight, sort, whether listed, whether native.
    near
        `vocabulary.Near` of the asked tokens, the listed token itself among them.
    held
        Of the listed tokens: letters, starts, weight, sort.
    postings
        Starts and tokens of the keys; their weight in all; starts and keys of the tokens; which
        keys are allowed.
    scratch
        Zeros for every key, -1 for every listed token; left so.
    weights
        Kinds by features.
    wanted
        First and last reading; keys to align and to answer for one reading at most; least
        log-odds; whether only keys after the one of the reading's number are wanted.

    Returns
    -------
    tuple
        Reading, key, and log-odds for each kind, of every answer.
    """
    r_start, r_token = readings
    letters, start, weight, sort, known, native = tokens
    n_start, n_token, n_like = near
    its_letters, its_start, its_weight, its_sort = held
    k_start, k_token, k_total, p_start, p_key, allowed = postings
    reached, first_meeting = scratch
    first_reading, last_reading, most_aligned, most_answers, least, only_after = wanted
    least_met = max(0.3, least_share(least))

    size = (last_reading - first_reading) * most_answers
    out_reading = np.empty(size, dtype=np.int64)
    out_key = np.empty(size, dtype=np.int64)
    out_odds = np.empty((size, KINDS), dtype=np.float64)
    answers = 0

    pairs = np.empty((MOST_TOKENS, 2), dtype=np.int64)
    joined = np.empty(MOST_TOKENS, dtype=np.int64)
    theirs_joined = np.empty(MOST_TOKENS, dtype=np.int64)
    features = np.empty(F_COUNT, dtype=np.float64)
    odds = np.empty(KINDS, dtype=np.float64)
    like = np.zeros((MOST_TOKENS, MOST_TOKENS), dtype=np.float64)
    masks = np.zeros(256, dtype=np.uint64)
    touched = np.empty(4096, dtype=np.int64)
    m_slot = np.empty(4096, dtype=np.int64)
    m_next = np.empty(4096, dtype=np.int64)
    m_like = np.empty(4096, dtype=np.float64)
    m_token = np.empty(4096, dtype=np.int64)

    for r in range(first_reading, last_reading):
        mine = r_token[r_start[r] : r_start[r + 1]]
        n = len(mine)
        if n == 0:
            continue
        total = 0.0
        is_native = False
        most = np.zeros(n, dtype=np.float64)
        leads = np.ones(n, dtype=np.float64)
        meetings = 0
        for i in range(n):
            q = mine[i]
            total += weight[q]
            is_native = is_native or native[q]
            count = n_start[q + 1] - n_start[q]
            if meetings + count > len(m_slot):
                more = meetings + count
                m_slot = np.concatenate((m_slot, np.empty(more, dtype=np.int64)))
                m_next = np.concatenate((m_next, np.empty(more, dtype=np.int64)))
                m_like = np.concatenate((m_like, np.empty(more, dtype=np.float64)))
                m_token = np.concatenate((m_token, np.empty(more, dtype=np.int64)))
            for at in range(n_start[q], n_start[q + 1]):
                t = n_token[at]
                m_slot[meetings], m_like[meetings], m_token[meetings] = i, n_like[at], t
                m_next[meetings] = first_meeting[t]
                first_meeting[t] = meetings
                meetings += 1
                most[i] = max(most[i], n_like[at] * (weight[q] + its_weight[t]))
                leads[i] += p_start[t + 1] - p_start[t]
        # Tokens are left out of the search, those first that say least for the keys they lead
        # to, as many as cannot reach the least coverage together were they all that met.
        order = np.argsort(most / leads, kind="mergesort")
        together, left_out, telling = 0.0, 0.0, 0
        for place in range(n):
            together += most[order[place]]
            if together >= least_met * (total + together / 2):
                telling = place
                break
            left_out = together
            telling = place + 1
        found = 0
        for place in range(telling, n):
            i = order[place]
            q = mine[i]
            for at in range(n_start[q], n_start[q + 1]):
                t = n_token[at]
                gain = n_like[at] * (weight[q] + its_weight[t])
                if gain <= 0.0:
                    continue
                for p in range(p_start[t], p_start[t + 1]):
                    k = p_key[p]
                    if (only_after and k <= r) or not allowed[k]:
                        continue
                    if reached[k] == 0.0:
                        if found == len(touched):
                            touched = np.concatenate((touched, np.empty(found, dtype=np.int64)))
                        touched[found] = k
                        found += 1
                    reached[k] += gain
        kept = 0
        share = np.empty(found, dtype=np.float32)
        which = np.empty(found, dtype=np.int64)
        for c in range(found):
            k = touched[c]
            part = (reached[k] + left_out) / (total + k_total[k])
            reached[k] = 0.0
            if part >= least_met - _UNSEEN:
                share[kept], which[kept] = part, k
                kept += 1
        share, which = share[:kept], which[:kept]
        if kept > most_aligned:
            bar = -np.partition(-share, most_aligned)[most_aligned]
            kept = 0
            for c in range(len(share)):
                if share[c] > bar or (share[c] == bar and kept < most_aligned):
                    share[kept], which[kept] = share[c], which[c]
                    kept += 1
            share, which = share[:kept], which[:kept]
        by_share = np.argsort(-share, kind="mergesort")

        our_letters = (letters, start[mine], start[mine + 1])
        our_weight, our_sort, our_known = weight[mine], sort[mine], known[mine]
        length = mask_letters(our_letters, masks)
        base = answers
        lowest = least
        for c in by_share:
            if most_likely(min(1.0, share[c] + _UNSEEN)) < lowest:
                break
            k = which[c]
            its = k_token[k_start[k] : k_start[k + 1]]
            m = len(its)
            for i in range(n):
                for j in range(m):
                    like[i, j] = 0.0
            for j in range(m):
                at = first_meeting[its[j]]
                while at >= 0:
                    like[m_slot[at], j] = max(like[m_slot[at], j], m_like[at])
                    at = m_next[at]
            align_pair(
                our_letters, our_weight, our_sort, our_known,
                (its_letters, its_start[its], its_start[its + 1]), its_weight[its], its_sort[its],
                like, pairs, joined, theirs_joined, is_native, masks, length,
                features, weights, odds,
            )  # fmt: skip
            highest = odds.max()
            if highest < lowest:
                continue
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
        for at in range(meetings):
            first_meeting[m_token[at]] = -1
    return out_reading[:answers], out_key[:answers], out_odds[:answers]


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
    its_letters, its_start, its_weight, its_sort = held
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
        our_letters = (letters, start[mine], start[mine + 1])
        length = mask_letters(our_letters, masks)
        align_pair(
            our_letters, weight[mine], sort[mine], known[mine],
            (its_letters, its_start[its], its_start[its + 1]), its_weight[its], its_sort[its],
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
