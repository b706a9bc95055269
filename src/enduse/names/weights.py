"""What a token says of who bears a name, and what an alignment says of two names."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from importlib import resources

import numpy as np

from enduse.names.alignment import (
    FEATURES,
    FIGURES,
    GENERIC,
    LEGAL,
    LETTER,
    LETTER_WEIGHT,
    OTHER,
    PARTICLE,
    PATRONYMIC,
)
from enduse.names.kernel import SAME
from enduse.names.letters import Floats, Numbers, Sorts
from enduse.names.vocabulary import NUMBER, Near
from enduse.names.words import GENERIC as GENERIC_WORDS
from enduse.names.words import LEGAL_FORMS, PARTICLES, SAME_WORD, TITLES

_LEGAL, _PARTICLE, _GENERIC, _NUMBER = 0.03, 0.05, 0.25, 0.7
_PATRONYMIC = re.compile(
    r"[a-z]{2,}?(?:(?:[oeiy]|ye|yo|a)v?(?:ich|itch|itsch|ych)|(?:ow|ew)(?:icz|itsch)|(?:o|e|ye|i|yi)vna|(?:in)?ichna"
    r"|(?:ov|ev)na|ogl[uiy]|[kqg][iy]z[iy])"
)
# Fewer names than this say little of how rare a token is.
_FEWEST = 10_000
# A token that is on no list weighs what the nearest listed token weighs, and this for each part
# of unlikeness: a misspelt 'Limitted' is no rare word.
_LENT = 1.0


def sorts(tokens: Sequence[str], spelled: Sorts) -> Sorts:
    """The sort of each token by what it says (`alignment.LEGAL` …).

    `spelled` is its sort by letters (`vocabulary.WORD` …).
    """
    found = np.empty(len(tokens), dtype=np.uint8)
    for n, token in enumerate(tokens):
        word = SAME_WORD.get(token, token)
        if word in LEGAL_FORMS:
            found[n] = LEGAL
        elif word in PARTICLES and word not in TITLES:
            found[n] = PARTICLE
        # A title says little of a person, and 'Lady Fortune' is another ship than 'Fortune'.
        elif word in GENERIC_WORDS or word in TITLES:
            found[n] = GENERIC
        elif len(token) == 1 and token.isalpha():
            found[n] = LETTER
        elif spelled[n] == NUMBER:
            found[n] = FIGURES
        else:
            found[n] = PATRONYMIC if _PATRONYMIC.fullmatch(token) else OTHER
    return found


def weigh(sort: Sorts, holders: Numbers, keys: int) -> Floats:
    """The weight of tokens, 0 to 1: 1 for one that a single key holds.

    The logarithm of how many keys share a token, with less for words that any company may bear,
    for legal forms and for single letters, and never little for a number.
    """
    many = max(keys, _FEWEST)
    weight: Floats = np.log1p(many / np.maximum(holders, 1)) / np.log1p(many)
    weight[sort == LEGAL] = _LEGAL
    weight[sort == PARTICLE] = _PARTICLE
    weight[sort == LETTER] = LETTER_WEIGHT
    generic, figures = sort == GENERIC, sort == FIGURES
    weight[generic] = np.minimum(weight[generic], _GENERIC)
    weight[figures] = np.maximum(weight[figures], _NUMBER)
    return weight


def lent(weight: Floats, near: Near, listed: Floats) -> Floats:
    """Weights of asked tokens, where one that is not listed weighs no more than what it is near."""
    unlisted = np.repeat(near.exact < 0, np.diff(near.start))
    rows = np.repeat(np.arange(len(weight)), np.diff(near.start))[unlisted]
    most = listed[near.token[unlisted]] + (1 - near.likeness[unlisted]) * _LENT
    lighter = weight.copy()
    np.minimum.at(lighter, rows, most)
    known = near.exact >= 0
    lighter[known] = listed[near.exact[known]]
    return lighter


def probability(log_odds: Floats) -> Floats:
    """Log-odds as a probability, to six places; 1 only for the very same tokens."""
    score = np.round(1 / (1 + np.exp(-np.clip(log_odds, -SAME, SAME))), 6)
    return np.where(log_odds >= SAME - 1, 1.0, np.minimum(score, _MOST))


def log_odds(probability: float) -> float:
    """The log-odds of a probability; of 0 and 1 those of one so near that no score lies between."""
    share = min(max(probability, 1e-6), 1 - 1e-6)
    return float(np.log(share / (1 - share)))


_MOST = 0.9999


SCORED_KINDS = ("person", "organization", "vessel")
"""The rows of `SCORE_WEIGHTS`."""


def _score_weights() -> Floats:
    """What each feature of an alignment counts, for persons, organisations and vessels.

    Learned by ``python -m benchmarks.names.fit``.
    """
    text = (resources.files("enduse.names") / "score.json").read_text(encoding="utf-8")
    learned = json.loads(text)
    return np.array([[learned[kind][name] for name in FEATURES] for kind in SCORED_KINDS])


SCORE_WEIGHTS = _score_weights()
