"""Codes that no pattern of the catalogue fits: the word that looks most like a part number."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from enduse.components.marking import Marking, Word
from enduse.components.wording import (
    COUNTRIES,
    LABEL,
    MEASURE,
    NOUNS,
    PACKAGE,
    STANDARD,
    UNIT,
    WEAPON,
)

_LONGEST = 24
_LEAST = 0.5
_LEAST_NAMED = 0.3
_LETTERS_FIRST = re.compile(r"[^\W\d_]{1,6}[\-/.]?\d{2,}")
_LETTER_FIRST = re.compile(r"[^\W\d_]+\d")
_DIGITS_FIRST = re.compile(r"\d{1,3}[^\W\d_]{1,5}\d{2,}")
_CALENDAR = re.compile(r"\d{1,4}[./\-]\d{1,2}[./\-]\d{1,4}")
_AHEAD = re.compile(r"\s?([^\W\d_]+|[°%])(?![\w\-/])")
_NUMBER_BEFORE = re.compile(r"\d\s$")
_TURN = re.compile(r"(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)")
_HAN_LABEL = 24


@dataclass(frozen=True, slots=True)
class Code:
    """A word that may be a part number."""

    first: int
    last: int
    """Words, `last` included."""
    start: int
    end: int
    text: str
    likeness: float
    """0 to 1: how much it looks like a part number."""


def label_of(text: Marking, start: int) -> str:
    """What the words before a place say will follow: serial, lot, date, part, number, year, or ""."""
    found = LABEL.search(text.text[max(0, start - _HAN_LABEL) : start])
    return found.lastgroup or "" if found else ""


def find_code(text: Marking, taken: Collection[int], *, named: bool) -> Code | None:
    """The word that looks most like a part number; None: none does.

    Parameters
    ----------
    taken
        Words that are something else: makers, countries, date codes.
    named
        Whether the text names a maker, so that a part number is to be expected.
    """
    found = [
        code
        for number in range(len(text.words))
        if number not in taken and (code := _code(text, number, taken, named=named))
    ]
    best = max(found, key=lambda code: code.likeness, default=None)
    if best is None or best.likeness < (_LEAST_NAMED if named else _LEAST):
        return None
    return best


def _code(text: Marking, number: int, taken: Collection[int], *, named: bool) -> Code | None:
    word = text.words[number]
    label = label_of(text, word.start)
    if label in ("serial", "lot", "date", "year", "number"):
        return None
    last = number
    shown = word.text
    following = text.words[number + 1] if number + 1 < len(text.words) else None
    if (
        following is not None
        and number + 1 not in taken
        and _goes_on(text, word, following)
        and not label_of(text, following.start)
    ):
        last = number + 1
        word = Word(
            word.start,
            following.end,
            text.text[word.start : following.end],
            word.first,
            following.last,
            word.line,
        )
        shown = re.sub(r"\s+", " ", word.text)
    likeness = _likeness(text, word, named=named or label == "part")
    if likeness <= 0:
        return None
    if label == "part":
        likeness += 0.4
    likeness -= 0.01 * number
    return Code(number, last, word.start, word.end, shown, min(1.0, likeness))


def _goes_on(text: Marking, word: Word, following: Word) -> bool:
    """Whether letters and the number behind them are one code, as in 'TEN 5-2411'."""
    shown = text.raw[word.start : word.end]
    return (
        2 <= len(shown) <= 5
        and shown.isalpha()
        and shown == shown.upper()
        and not text.small
        and word.text not in COUNTRIES
        and word.text not in NOUNS
        and not _is_measured(text, following)
        and word.line == following.line
        and following.text[0].isdigit()
        and not re.fullmatch(r"\d{4}", following.text)
        and not MEASURE.fullmatch(following.text)
    )


def _likeness(text: Marking, word: Word, *, named: bool) -> float:
    code = word.text
    tokens = text.tokens[word.first : word.last + 1]
    digits = sum(map(str.isdigit, code))
    letters = sum(map(str.isalpha, code))
    if not digits or not 4 <= digits + letters <= _LONGEST or is_something_else(text, word):
        return 0.0
    if not letters:
        return 0.35 if named and "-" in code and digits >= 5 else 0.3 if named and digits > 4 else 0
    likeness = 0.35
    if _LETTERS_FIRST.match(code):
        likeness += 0.25
    elif _LETTER_FIRST.match(code):
        likeness += 0.15
    elif _DIGITS_FIRST.match(code):
        likeness += 0.1
    likeness += 0.05 * (digits >= 3) + 0.05 * (letters >= 2) + 0.05 * (digits + letters >= 6)
    likeness += 0.05 * (len(tokens) > 1)
    likeness -= min(0.08, 0.04 * max(0, len(_TURN.findall(code)) - 3))
    if digits + letters < 5:
        likeness -= 0.1
    if any(token.prose for token in tokens):
        likeness -= 0.25
    return likeness


def is_something_else(text: Marking, word: Word) -> bool:
    """Whether a word is a measure, a package, a standard, a weapon, a day of the calendar."""
    code = word.text
    if any(pattern.fullmatch(code) for pattern in (MEASURE, PACKAGE, STANDARD, WEAPON, _CALENDAR)):
        return True
    if UNIT.fullmatch(code) and _NUMBER_BEFORE.search(text.text[: word.start]):
        return True
    return code.isdigit() and _is_measured(text, word)


def _is_measured(text: Marking, word: Word) -> bool:
    after = _AHEAD.match(text.text, word.end)
    return after is not None and UNIT.fullmatch(after[1]) is not None
