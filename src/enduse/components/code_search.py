"""Whether a code stands at a place of a text: how far it goes, and how well it fits."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from math import exp

from enduse.components.catalogue import Part
from enduse.components.confusions import corrected, exchanges, said
from enduse.components.grammar import information
from enduse.components.marking import Marking
from enduse.components.ordering_codes import (
    LEAST_BITS,
    Forms,
    OrderingCode,
    as_ordered,
    digits_for_letters,
    family_of,
    separators_in,
)
from enduse.components.wording import NOUNS

_MOST_TOKENS = 10
_LONGEST_TAIL = 8
_MAY_BE_DATED = re.compile(r"\d\d(?:0[1-9]|[1-4]\d|5[0-3])")
_LEAST_GAIN = 4.1
"""Of information, in bits, for a code to go over a space though it is whole without."""
_BEYOND = 6
"""Signs behind the end that a greedy match finds, where a code may still go on."""
_PACKAGE_LETTERS = (3, 4)
_MOST_WAYS = 64
LONGEST_APART = 6
"""Signs of a token that stands apart from a code that is whole without it."""
LEAST_BITS_ALIKE = 8.0
"""Of information in a code that is read through look-alikes."""
_LEAST_BITS_OF_FAMILY = 14.0
"""The same where look-alikes are not all: of the code only the family is known, or separators
are missing."""
_LEAST_BITS_OF_WORDS = 20.0
_MOST_DROPPED = 2
"""Hyphens of the text that the maker does not write."""
_JOINS = re.compile(r"[\s\-/._#+'*®™]{0,4}|[(),:][\-/]?")
_SPACED = re.compile(r"\s")
_SPACES = re.compile(r"\s+")
_GOES_ON = re.compile(r"[\-/._]\w")


_CLOSING = {"+", ")", "#", "*", "-"}


@dataclass(frozen=True, slots=True)
class Found:
    """A part number in a marking."""

    part: Part
    number: str
    family: str
    first: int
    last: int
    """Tokens, `last` included."""
    start: int
    end: int
    """Characters of the text."""
    quality: float
    """0 to 1: how much of the code the pattern explains, and how special the pattern is."""
    whole: bool
    """The full ordering code, not the family alone."""
    exchanged: str
    """Characters taken for others, in words; empty: none."""
    exact: bool
    """Whole, and its separators where the text has them."""
    joined: bool
    """Over a space or a line break that the maker does not write."""
    bits: float
    """How much the pattern says of the code: see `enduse.components.grammar.information`."""
    apart: int
    """Signs of its last token."""


def shape(code: str) -> str:
    """What a code looks like, its letters and digits left open.

    Examples
    --------
    >>> shape("P270"), shape("SN")
    ('A999', 'SN')
    """
    if not any(map(str.isdigit, code)):
        return code
    return "".join("9" if s.isdigit() else "A" if s.isalpha() else s for s in code)


class CodeSearch:
    """One text, searched by one pattern after the other."""

    def __init__(
        self,
        text: Marking,
        endings: Mapping[str, set[str]],
        barred: Container[int],
        measures: Container[int],
        alike: str | None,
    ) -> None:
        self.text = text
        self.barred = barred
        self.measures = measures
        self.endings = endings
        self.is_alike = alike is not None
        self.searched = text.compact if alike is None else alike

    def at(self, first: int, grammar: OrderingCode) -> Found | None:
        """The part number of this pattern that begins at a token."""
        start = self.text.tokens[first].at
        forms = grammar.alike if self.is_alike else grammar.plain
        if begun := forms.compact.match(self.searched, start):
            last, further = self._last(first, begun.end(), forms, grammar)
            hit = None if last is None else self._whole(first, last, grammar)
            if further is not None:
                longer = self._whole(first, further, grammar)
                if longer and (hit is None or longer.bits > hit.bits + _LEAST_GAIN):
                    return longer
            if hit:
                return hit
        return self._family(first, forms.family, grammar) if forms.family else None

    def _last(
        self, first: int, end: int, forms: Forms, grammar: OrderingCode
    ) -> tuple[int | None, int | None]:
        """The last token of the code that begins at the first; and of one that may go further.

        Further is over a space into a token such as no code of the maker is known to end in.
        """
        last: int | None = None
        further: int | None = None
        is_further = is_apart = False
        written = [""]
        for number in range(first, min(first + _MOST_TOKENS, len(self.text.tokens))):
            token = self.text.tokens[number]
            if number > first:
                joints = self._joints(number, complete=last is not None)
                if not joints or (" " in joints and token.at >= end + _BEYOND):
                    break
                if last is not None and " " in joints and not self._is_spelt(number):
                    is_further |= not self._is_ending(number, grammar, is_apart)
                    is_apart = True
                written = [text + joint for joint in joints for text in written][:_MOST_WAYS]
            seen = self.searched[token.at : token.at + len(token.text)]
            written = [text + seen for text in written]
            if any(map(forms.gapped.fullmatch, written)):
                if is_further:
                    further = number
                else:
                    last = number
        return last, further

    def _is_ending(self, number: int, grammar: OrderingCode, is_apart: bool) -> bool:
        """Whether a token is such as the maker's codes end in, or as packages are lettered.

        Parameters
        ----------
        is_apart
            Another token before it stands apart already: what packages are lettered is said once.
        """
        token = self.text.tokens[number]
        endings = self.endings[grammar.part.makers[0]]
        if token.text in NOUNS or number in self.barred:
            return False
        if token.text in endings or shape(token.text) in endings:
            return True
        is_lettered = not (is_apart or token.has_digit or token.prose)
        return is_lettered and len(token.text) in _PACKAGE_LETTERS

    def _is_spelt(self, number: int) -> bool:
        """Whether a token goes on with a code that is written with a space after each sign."""
        return len(self.text.tokens[number - 1].text) == len(self.text.tokens[number].text) == 1

    def _joints(self, number: int, *, complete: bool) -> list[str]:
        """What may stand in a code between a token and the one before it."""
        before, token = self.text.tokens[number - 1], self.text.tokens[number]
        gap = self.text.text[before.end : token.start]
        if not _JOINS.fullmatch(gap):
            return []
        if not _SPACED.search(gap):
            return ["-", ""]
        if number in self.barred or token.text in NOUNS or (complete and number in self.measures):
            return [" "]
        has_digit = any(map(str.isdigit, self.text.words[before.word].text))
        if (complete or (has_digit and "-" not in gap)) and _MAY_BE_DATED.fullmatch(token.text):
            return [] if complete else [" "]
        joints = [" "]
        if self._is_spelt(number):
            return [" ", ""]
        if token.has_digit and len(token.text) <= LONGEST_APART:
            joints.append("_")
        if not (token.prose or before.prose):
            joints.append("-")
            if not (before.text[-1].isdigit() and token.text[0].isdigit()):
                joints.append("")
        return joints

    def _family(self, first: int, family: re.Pattern[str], grammar: OrderingCode) -> Found | None:
        """The code whose family is known, in as few tokens as hold it."""
        start = self.text.tokens[first].at
        if not family.match(self.searched, start):
            return None
        for last in range(first, min(first + _MOST_TOKENS, len(self.text.tokens))):
            if last > first and len(self._joints(last, complete=False)) < 2:
                return None
            token = self.text.tokens[last]
            if begun := family.match(self.searched, start, token.at + len(token.text)):
                return self._of_family(first, last, begun.end(), grammar)
        return None

    def _of_family(self, first: int, last: int, end: int, grammar: OrderingCode) -> Found | None:
        token = self.text.tokens[last]
        tail = token.at + len(token.text) - end
        start = self.text.tokens[first].at
        if tail:
            before, after = self.text.compact[end - 1], self.text.compact[end]
            if tail > _LONGEST_TAIL or (before.isdigit() and after.isdigit()):
                return None
            if before.isalpha() and after.isalpha():
                return None
        if not any(map(str.isdigit, self.text.compact[start:end])):
            return None
        number = self._read(first, last, grammar, end - start)
        if number is None:
            return None
        bare = _SPACES.sub("", number)
        read = "".join(filter(str.isalnum, bare))[: end - start]
        bits = information(grammar.family_node, read)
        if bits < 0:
            bits = information(grammar.family_node, family_of(number, grammar))
        if self.is_alike and bits < _LEAST_BITS_OF_FAMILY:
            return None
        return self.found(first, last, grammar, bare, bits, lacking=1.0 if not tail else 1.75)

    def _whole(self, first: int, last: int, grammar: OrderingCode) -> Found | None:
        seen = self._read(first, last, grammar, None)
        if seen is None:
            return None
        end = self.text.tokens[last].end
        number = as_ordered(seen, grammar)
        if number is None and (after := self.text.text[end : end + 1]) in _CLOSING:
            number = as_ordered(seen + after, grammar)
        if number is None:
            return None
        number = digits_for_letters(number, grammar)
        bits = information(grammar.node, number)
        # A name in words, as boards have, must be spelt by the pattern.
        is_in_words = not any(map(str.isdigit, number)) and "-" not in seen
        if is_in_words and (first == last or bits < _LEAST_BITS_OF_WORDS):
            return None
        kept, written = separators_in(seen), separators_in(number)
        missing = len(written - kept)
        if missing and separators_in(_SPACES.sub("", seen)) - written:
            return None
        spaced = bool(_SPACED.search(seen)) and " " not in number
        least = LEAST_BITS_ALIKE if self.is_alike else LEAST_BITS
        if self.is_alike and missing:
            least = _LEAST_BITS_OF_FAMILY
        if (missing or spaced or self.is_alike) and bits - 2 * missing < least:
            return None
        return self.found(first, last, grammar, number, bits - 2 * missing, lacking=0)

    def _read(self, first: int, last: int, grammar: OrderingCode, family: int | None) -> str | None:
        """What stands there, look-alikes exchanged so that the pattern fits; None: it cannot."""
        start, end = self.text.tokens[first].start, self.text.tokens[last].end
        seen = self.text.text[start:end]
        if not self.is_alike:
            return seen
        tokens = self.text.tokens[first : last + 1]
        compact = "".join(token.text for token in tokens)
        if family is None:
            read = corrected(compact, grammar.plain.compact.fullmatch)
        else:
            assert grammar.plain.family is not None
            read = corrected(compact[:family], grammar.plain.family.fullmatch)
        if read is None:
            return None
        if not (any(map(str.isdigit, compact)) and any(map(str.isdigit, read))):
            return None
        signs = iter(read + compact[len(read) :])
        return "".join(next(signs) if sign.isalnum() else sign for sign in seen)

    def found(
        self,
        first: int,
        last: int,
        grammar: OrderingCode,
        number: str,
        bits: float,
        *,
        lacking: float,
    ) -> Found:
        """A part number in these tokens; `lacking`: how much is left out of it."""
        tokens = self.text.tokens[first : last + 1]
        start, end = tokens[0].start, tokens[-1].end
        seen = self.text.text[start:end]
        spaces = sum(map(number.count, " ")) - len({token.word for token in tokens}) + 1
        misread = exchanges(self.text.raw[start:end], number)
        quality = 0.38 + 0.54 * (1 - exp(-max(0.0, bits) / 7))
        quality -= 0.12 * lacking + 0.06 * len(misread) + 0.02 * abs(min(0, spaces))
        missing = dropped = 0
        if not lacking:
            here, there = separators_in(_SPACES.sub("", seen)), separators_in(number)
            missing, dropped = len(there - separators_in(seen)), len(here - there)
            quality -= 0.1 * missing + 0.08 * dropped + (0.3 if dropped > _MOST_DROPPED else 0.0)
        if self.text.text[start - 1 : start] in {"-", "/", "_", "."}:
            quality -= 0.1
        quality += 0.005 * min(12, sum(map(str.isalnum, number)))
        after = self.text.text[end : end + 1]
        if after in _CLOSING and not lacking:
            if grammar.exact.fullmatch(number + after):
                number += after
            if number.endswith(after):
                end += 1
        is_cut = _GOES_ON.match(self.text.text, end) is not None
        if is_cut:
            quality -= 0.15
        return Found(
            part=grammar.part,
            number=number,
            family=family_of(number, grammar),
            first=first,
            last=last,
            start=start,
            end=end,
            quality=max(0.05, quality),
            whole=not lacking and not is_cut,
            exchanged=said(misread),
            exact=not (lacking or is_cut or missing or dropped),
            joined=spaces < 0,
            bits=bits,
            apart=len(tokens[-1].text),
        )
