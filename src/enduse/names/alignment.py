"""Which token of a name meets which of another, and what that says: compiled code."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from enduse.engine.compiling import compiled
from enduse.names.letters import Bytes, Flags, Floats, Masks, Numbers, Places, Sorts

FEATURES = (
    "constant",
    "coverage",
    "coverage over 0.6",
    "coverage over 0.8",
    "coverage over 0.95",
    "our share left",
    "our weight left",
    "their weight left",
    "met",
    "rarest met",
    "unlike",
    "unlike though both known",
    "most unlike",
    "their rarest left",
    "initials",
    "abbreviated",
    "written as one or apart",
    "another first letter",
    "out of order",
    "numbers differ",
    "a number left",
    "one token",
    "two tokens",
    "through another script",
    "whole likeness",
    "whole likeness over 0.7",
    "whole likeness over 0.85",
    "our legal form",
    "legal forms differ",
    "our words left",
    "their words left",
    "our words of the trade left",
    "their words of the trade left",
    "words differ",
    "words of the trade differ",
    "the only word unlike",
    "a patronymic left",
    "patronymics differ",
)
"""What an alignment says of a pair of names; all are 0 or more."""

Spans: TypeAlias = tuple[Bytes, Numbers, Places]
"""Letters of some tokens: those of all, where each of all begins in them, and which are meant."""

F_COUNT = len(FEATURES)
MOST_TOKENS = 32

LEGAL, GENERIC, PARTICLE, LETTER, FIGURES, OTHER, PATRONYMIC = 0, 1, 2, 3, 4, 5, 6
"""Sorts of token by what they say of who bears a name."""

MET, AS_INITIAL, AS_ONE, AS_ABBREVIATION = 1, 2, 3, 4
"""How a token of ours meets one of theirs."""

INITIAL, LETTER_WEIGHT = 0.4, 0.1
"""How like an initial is to the word that it stands for, and what a single letter weighs."""

_ABBREVIATED = 0.75
_JOINED = 0.95
_NATIVE_LETTER = 128


@compiled
def align(
    near: Floats,
    our_weight: Floats,
    our_sort: Sorts,
    their_weight: Floats,
    their_sort: Sorts,
    ours: Spans,
    theirs: Spans,
    pairs: Numbers,
) -> int:
    """Pair the tokens of two names, each with one at most, the likest and weightiest first.

    Parameters
    ----------
    near
        Ours by theirs: how like tokens are, 0 told apart. Filled up where initials meet.
    our_weight, our_sort, their_weight, their_sort
        Of the tokens of both sides.
    ours, theirs
        Letters of the tokens.
    pairs
        Filled: for each of our tokens, theirs that it meets, or -1; and how (`MET` …).

    Returns
    -------
    int
        How many pairs were made.
    """
    n, m = len(our_weight), len(their_weight)
    letters, start, tokens = ours
    their_letters, their_start, their_tokens = theirs
    # Flags of tokens stand in the bits of a number (`MOST_TOKENS`): arrays would cost more than
    # all the rest.
    taken = 0
    for i in range(n):
        pairs[i, 0] = -1
        pairs[i, 1] = 0
    made = 0
    while True:
        best, bi, bj = 0.0, -1, -1
        for i in range(n):
            if pairs[i, 0] >= 0:
                continue
            for j in range(m):
                if near[i, j] > 0.0 and not taken >> j & 1:
                    # Where two meet as well, the one at the same place in the name.
                    gain = near[i, j] * (our_weight[i] + their_weight[j]) - 1e-4 * abs(i - j)
                    if near[i, j] >= 1.0:
                        gain += 1.0
                    if gain > best:
                        best, bi, bj = gain, i, j
        if bi < 0:
            break
        pairs[bi, 0], pairs[bi, 1] = bj, MET
        taken |= 1 << bj
        made += 1
    for i in range(n):
        if pairs[i, 0] >= 0:
            continue
        for j in range(m):
            if taken >> j & 1:
                continue
            ours_is_letter = our_sort[i] == LETTER
            if ours_is_letter == (their_sort[j] == LETTER):
                continue
            whole = their_sort[j] if ours_is_letter else our_sort[i]
            if whole in (LEGAL, FIGURES, PARTICLE):
                continue
            if letters[start[tokens[i]]] == their_letters[their_start[their_tokens[j]]]:
                pairs[i, 0], pairs[i, 1] = j, AS_INITIAL
                near[i, j] = INITIAL
                taken |= 1 << j
                made += 1
                break
    for i in range(n):
        if pairs[i, 0] >= 0 or our_sort[i] == LEGAL or our_sort[i] == FIGURES:
            continue
        for j in range(m):
            if taken >> j & 1 or their_sort[j] == LEGAL or their_sort[j] == FIGURES:
                continue
            if _abbreviates(ours, i, theirs, j) or _abbreviates(theirs, j, ours, i):
                pairs[i, 0], pairs[i, 1] = j, AS_ABBREVIATION
                near[i, j] = _ABBREVIATED
                taken |= 1 << j
                made += 1
                break
    return made


@compiled
def _abbreviates(short: Spans, i: int, long: Spans, j: int) -> bool:
    """Whether a word of three letters or more stands, in order, in one half as long again.

    Both begin with the same letter, and the short one is the beginning of the other or holds no
    vowel that the other has not at that place: 'shpg' of 'shipping', 'dept' of 'department'.
    """
    letters, start, tokens = short
    its_letters, its_start, its_tokens = long
    k, end = start[tokens[i]], start[tokens[i] + 1]
    at, its_end = its_start[its_tokens[j]], its_start[its_tokens[j] + 1]
    if end - k < 3 or 2 * (its_end - at) < 3 * (end - k) or letters[k] != its_letters[at]:
        return False
    while k < end and at < its_end:
        if letters[k] == its_letters[at]:
            k += 1
        at += 1
    return bool(k == end)


@compiled
def joins(
    our_sort: Sorts,
    their_sort: Sorts,
    ours: Spans,
    theirs: Spans,
    pairs: Numbers,
    joined: Numbers,
    theirs_joined: Numbers,
) -> None:
    """Find tokens left over that one side writes as one and the other as two or three.

    `joined[i]` is set to the token of theirs that holds ours, and `theirs_joined[j]` to the token
    of ours that holds theirs; -1 elsewhere. Letters must agree but for one of doubled ones.
    """
    n, m = len(our_sort), len(their_sort)
    taken = 0
    for i in range(n):
        joined[i] = -1
        if pairs[i, 0] >= 0:
            taken |= 1 << pairs[i, 0]
    for j in range(m):
        theirs_joined[j] = -1
    for j in range(m):
        if not taken >> j & 1 and their_sort[j] != LEGAL:
            for i in range(n - 1):
                run = _run(ours, i, n, theirs, j)
                if run > 1 and _free(pairs, joined, i, run):
                    for k in range(i, i + run):
                        joined[k] = j
                    taken |= 1 << j
                    break
    for i in range(n):
        if pairs[i, 0] < 0 and joined[i] < 0 and our_sort[i] != LEGAL:
            for j in range(m - 1):
                run = _run(theirs, j, m, ours, i)
                if run > 1 and not taken >> j & ((1 << run) - 1):
                    for k in range(j, j + run):
                        theirs_joined[k] = i
                        taken |= 1 << k
                    break


@compiled
def _free(pairs: Numbers, joined: Numbers, first: int, run: int) -> bool:
    free = True
    for i in range(first, first + run):
        free = free and pairs[i, 0] < 0 and joined[i] < 0
    return free


@compiled
def _run(parts: Spans, at: int, count: int, whole: Spans, one: int) -> int:
    """How many parts from `at` on make up the token `one` of the whole; 0: none do."""
    letters, start, tokens = parts
    its_letters, its_start, its_tokens = whole
    begin, end = its_start[its_tokens[one]], its_start[its_tokens[one] + 1]
    k = begin
    if end - k < 4:
        return 0
    for n in range(at, min(at + 3, count)):
        for p in range(start[tokens[n]], start[tokens[n] + 1]):
            if k < end and its_letters[k] == letters[p]:
                k += 1
            elif k > begin and its_letters[k - 1] == letters[p]:
                continue
            else:
                return 0
        if k == end:
            return n - at + 1
    return 0


@compiled
def describe(
    near: Floats,
    our_weight: Floats,
    our_sort: Sorts,
    our_known: Flags,
    their_weight: Floats,
    their_sort: Sorts,
    same_first: int,
    pairs: Numbers,
    joined: Numbers,
    theirs_joined: Numbers,
    native: bool,
    whole: float,
    found: Floats,
) -> float:
    """Fill `found` (one for each of `FEATURES`) with what an alignment says.

    `same_first` has a bit for each of our tokens: whether it begins as the one that it meets.
    """
    n, m = len(our_weight), len(their_weight)
    total_ours, total_theirs, met_ours, met_theirs, met = 0.0, 0.0, 0.0, 0.0, 0.0
    unlike, unlike_known, most_unlike, initials, as_one = 0.0, 0.0, 0.0, 0.0, 0.0
    their_rarest_left = 0.0
    our_numbers, their_numbers, tokens = 0, 0, 0
    rarest_met, other_first, abbreviated = 0.0, 0.0, 0.0
    our_patronymic, their_patronymic = 0.0, 0.0
    our_legal, their_legal, legal_met = 0, 0, 0
    our_words, their_words, our_trade, their_trade = 0, 0, 0, 0
    accounted = 0
    last, disorder, ordered = -1, 0, 0
    for i in range(n):
        weight = our_weight[i]
        total_ours += weight
        if our_sort[i] > PARTICLE:
            tokens += 1
        our_legal += our_sort[i] == LEGAL
        j = pairs[i, 0]
        if j >= 0:
            accounted |= 1 << j
            like = near[i, j]
            met_ours += weight
            met_theirs += their_weight[j]
            met += like * (weight + their_weight[j])
            legal_met += our_sort[i] == LEGAL
            if like > 0.85:
                rarest_met = max(rarest_met, (weight + their_weight[j]) / 2)
            if pairs[i, 1] == AS_INITIAL:
                initials += weight + their_weight[j]
            elif pairs[i, 1] == AS_ABBREVIATION:
                abbreviated += weight + their_weight[j]
            else:
                loss = (1.0 - like) * (weight + their_weight[j]) / 2
                unlike += loss
                if our_known[i]:
                    unlike_known += loss
                if like < 1.0 and not same_first >> i & 1:
                    other_first += (weight + their_weight[j]) / 2
                if our_sort[i] > PARTICLE:
                    most_unlike = max(most_unlike, 1.0 - like)
            if our_sort[i] > PARTICLE:
                if j < last:
                    disorder += 1
                last = j
                ordered += 1
        elif joined[i] >= 0:
            met_ours += weight
            met += _JOINED * weight
            as_one += weight
            accounted |= 1 << joined[i]
        else:
            our_numbers += our_sort[i] == FIGURES
            if our_sort[i] == PATRONYMIC:
                our_patronymic += weight
            our_words += our_sort[i] >= LETTER and our_sort[i] != PATRONYMIC
            our_trade += our_sort[i] == GENERIC
    for i in range(n):
        if pairs[i, 0] < 0 and joined[i] >= 0 and (i == 0 or joined[i - 1] != joined[i]):
            met += _JOINED * their_weight[joined[i]]
            met_theirs += their_weight[joined[i]]
    their_tokens = 0
    for j in range(m):
        total_theirs += their_weight[j]
        their_legal += their_sort[j] == LEGAL
        if their_sort[j] > PARTICLE:
            their_tokens += 1
        i = theirs_joined[j]
        if i >= 0:
            accounted |= 1 << j
            met_theirs += their_weight[j]
            met += _JOINED * their_weight[j]
            as_one += their_weight[j]
            if j == 0 or theirs_joined[j - 1] != i:
                met += _JOINED * our_weight[i]
                met_ours += our_weight[i]
        if not accounted >> j & 1:
            their_rarest_left = max(their_rarest_left, their_weight[j])
            their_numbers += their_sort[j] == FIGURES
            if their_sort[j] == PATRONYMIC:
                their_patronymic += their_weight[j]
            their_words += their_sort[j] >= LETTER and their_sort[j] != PATRONYMIC
            their_trade += their_sort[j] == GENERIC
    for i in range(n):
        if pairs[i, 0] < 0 and joined[i] < 0:
            is_whole = False
            for j in range(m):
                is_whole = is_whole or theirs_joined[j] == i
            if is_whole:
                our_numbers -= our_sort[i] == FIGURES
                our_words -= our_sort[i] >= LETTER
                our_trade -= our_sort[i] == GENERIC
    # Where one side leaves the father's name out, that says nothing; where both have one, it does.
    patronymics_differ = our_patronymic > 0.0 and their_patronymic > 0.0
    if not patronymics_differ and ordered > 1:
        total_ours -= our_patronymic
        total_theirs -= their_patronymic
    total = max(total_ours + total_theirs, 1e-6)
    coverage = min(met / total, 1.0)
    ours_left = max(total_ours - met_ours, 0.0)
    theirs_left = max(total_theirs - met_theirs, 0.0)
    fewest = min(tokens, their_tokens)
    found[0] = 1.0
    found[1] = coverage
    found[2] = max(0.0, coverage - 0.6)
    found[3] = max(0.0, coverage - 0.8)
    found[4] = max(0.0, coverage - 0.95)
    found[5] = ours_left / max(total_ours, 1e-6)
    found[6] = ours_left
    found[7] = theirs_left
    found[8] = met
    found[9] = rarest_met
    found[10] = unlike
    found[11] = unlike_known
    found[12] = most_unlike
    found[13] = their_rarest_left
    found[14] = initials
    found[15] = abbreviated
    found[16] = as_one
    found[17] = other_first
    found[18] = disorder / max(ordered - 1, 1)
    found[19] = 1.0 if our_numbers > 0 and their_numbers > 0 else 0.0
    found[20] = 1.0 if our_numbers > 0 or their_numbers > 0 else 0.0
    found[21] = 1.0 if fewest <= 1 else 0.0
    found[22] = 1.0 if fewest == 2 else 0.0
    found[23] = 1.0 if native else 0.0
    found[24] = whole
    found[25] = max(0.0, whole - 0.7)
    found[26] = max(0.0, whole - 0.85)
    found[27] = 1.0 if our_legal > 0 else 0.0
    found[28] = 1.0 if our_legal > 0 and their_legal > 0 and legal_met == 0 else 0.0
    found[29] = min(our_words, 3)
    found[30] = min(their_words, 3)
    found[31] = min(our_trade, 3)
    found[32] = min(their_trade, 3)
    found[33] = min(our_words, their_words, 3)
    found[34] = min(our_trade, their_trade, 3)
    found[35] = most_unlike if fewest <= 1 else 0.0
    found[36] = 1.0 if our_patronymic > 0.0 or their_patronymic > 0.0 else 0.0
    found[37] = 1.0 if patronymics_differ else 0.0
    return coverage


@compiled
def mask_letters(ours: Spans, masks: Masks) -> int:
    """Set in `masks` (256) the places at which each letter stands in our tokens, up to 64."""
    letters, start, tokens = ours
    at = 0
    for token in tokens:
        for k in range(start[token], start[token + 1]):
            if at < 64:
                masks[letters[k]] |= np.uint64(1) << np.uint64(at)
                at += 1
    return at


@compiled
def unmask_letters(ours: Spans, masks: Masks) -> None:
    """Clear what `mask_letters` set."""
    letters, start, tokens = ours
    for token in tokens:
        for k in range(start[token], start[token + 1]):
            masks[letters[k]] = np.uint64(0)


@compiled
def whole_likeness(
    masks: Masks, length: int, theirs: Spans, pairs: Numbers, n: int, m: int
) -> float:
    """How like two names are letter by letter, theirs put into the order of ours: 0 to 1.

    Twice the longest common subsequence over the letters of both (H. Hyyro, 'Bit-parallel LCS
    length computation revisited', 2004), on the first 64 letters.
    """
    letters, start, tokens = theirs
    rest = ~np.uint64(0)
    used = 0
    count = 0
    for step in range(n + m):
        if step < n:
            j = pairs[step, 0]
            if j < 0 or used >> j & 1:
                continue
        else:
            j = step - n
            if used >> j & 1:
                continue
        used |= 1 << j
        for k in range(start[tokens[j]], start[tokens[j] + 1]):
            if count < 64:
                count += 1
                met = rest & masks[letters[k]]
                rest = (rest + met) | (rest - met)
    common = 0
    for at in range(length):
        common += not (rest >> np.uint64(at)) & np.uint64(1)
    return 2.0 * common / max(length + count, 1)
