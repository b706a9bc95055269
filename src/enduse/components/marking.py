"""A marking cut into words, with the way back to the characters of the text as given."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

_FOLDED = {
    **dict.fromkeys("‐‑‒–—―−﹣－", "-"),
    **dict.fromkeys("’‘`´", "'"),
    **dict.fromkeys("\u00a0\u2007\u202f\u3000\u200b\ufeff", " "),
    "№": "№",
    "µ": "μ",
    "Ω": "Ω",
}
_PLAIN = re.compile(r"[\x00-\x7f]*")
_TOKEN = re.compile(
    r"[^\W_\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]+"  # letters and digits, but no Han or Hangul
)
_LAST_LATIN = "\u024f"


def folded(text: str) -> str:
    """The text in upper case and plain widths, of exactly its own length.

    Examples
    --------
    >>> folded("stm32Ｆ405–rgt6")
    'STM32F405-RGT6'
    """
    if _PLAIN.fullmatch(text):
        return text.upper()
    return "".join(map(_fold, text))


def _fold(sign: str) -> str:
    if sign in _FOLDED:
        return _FOLDED[sign]
    plain = unicodedata.normalize("NFKC", sign)
    upper = (plain if len(plain) == 1 else sign).upper()
    return upper if len(upper) == 1 else sign


@dataclass(frozen=True, slots=True)
class Token:
    """A run of letters and digits."""

    start: int
    end: int
    """In characters of the text."""
    at: int
    """Where it begins in the text without separators."""
    text: str
    """In upper case."""
    word: int
    """Number of the word, between spaces, that it stands in."""
    has_digit: bool
    has_letter: bool
    prose: bool
    """Written as words of a sentence are: no digit, small letters beyond the first."""


@dataclass(frozen=True, slots=True)
class Word:
    """What stands between two spaces, without the punctuation around it."""

    start: int
    end: int
    text: str
    """In upper case."""
    first: int
    last: int
    """Its tokens, `last` included."""
    line: int


@dataclass(frozen=True, slots=True)
class Marking:
    """A text as the reader sees it."""

    raw: str
    text: str
    """In upper case and plain widths, as long as `raw`."""
    tokens: tuple[Token, ...]
    words: tuple[Word, ...]
    compact: str
    """The tokens without what separates them."""
    places: tuple[int, ...]
    """Where each character of `compact` stands in the text."""
    small: bool
    """Written in small letters throughout, so that these say nothing."""

    def token_at(self, start: int) -> int:
        """Number of the first token that begins at or after `start`."""
        for number, token in enumerate(self.tokens):
            if token.start >= start:
                return number
        return len(self.tokens)


_WORD = re.compile(r'[^\s:=;,()\[\]{}"|«»“”„<>]+')


_TALL_L = re.compile(r"(?<!\w)(?=\w*\d)[A-ZА-Я0-9l]*l[A-ZА-Я0-9l]*(?!\w)")


def _one_for_l(word: re.Match[str]) -> str:
    """A small l in a word of capitals and digits is the digit 1."""
    return word[0].replace("l", "1") if re.search("[A-ZА-Я0-9]", word[0]) else word[0]


_DATED_PACKAGE = re.compile(
    r"(?:CL|CP|CS|FB|FF|FG|FT|HQ|PQ|SB|TQ|VQ)G?\d{2,4}(?P<dated>[A-Z]{3}\d\d(?:0[1-9]|[1-4]\d|5[0-3]))"
)
"""Package, and mask and date code, as FPGAs have them in one."""


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Where each word begins and ends; a package and a date code printed as one are two."""
    for word in _WORD.finditer(text):
        fused = _DATED_PACKAGE.fullmatch(text, *word.span())
        cuts = (fused.start("dated"),) if fused else ()
        yield from pairwise((word.start(), *cuts, word.end()))


def marking(raw: str) -> Marking:
    """Cut a text into its words and tokens."""
    text = _TALL_L.sub(_one_for_l, raw) if "l" in raw else raw
    text = folded(text)
    small = not any(sign.isupper() for sign in raw)
    tokens: list[Token] = []
    words: list[Word] = []
    places: list[int] = []
    at = 0
    line, lined = 0, 0
    for begin, stop in _pieces(text):
        first = len(tokens)
        for run in _TOKEN.finditer(text, begin, stop):
            start, end = run.span()
            shown = raw[start:end]
            letters = sum(map(str.isalpha, shown))
            digits = sum("0" <= sign <= "9" for sign in shown)
            tokens.append(
                Token(
                    start,
                    end,
                    at,
                    run[0],
                    len(words),
                    digits > 0,
                    letters > 0,
                    letters > 1 and not digits and not small and shown[1:] != shown[1:].upper(),
                )
            )
            places.extend(range(start, end))
            at += end - start
        if len(tokens) == first:
            continue
        line += text.count("\n", lined, begin)
        lined = begin
        start, end = tokens[first].start, tokens[-1].end
        words.append(Word(start, end, text[start:end], first, len(tokens) - 1, line))
    return Marking(
        raw,
        text,
        tuple(tokens),
        tuple(words),
        "".join(token.text for token in tokens),
        tuple(places),
        small,
    )
