"""Makers that a marking names, by name or by a mark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from enduse.components.catalogue import Catalogue
from enduse.components.confusions import looks
from enduse.components.marking import Marking, folded
from enduse.components.wording import WEAPON

_MOST_TOKENS = 6
_GAP = re.compile(r"[\s\-./&,'+()®™]{0,4}")
_FAR_EASTERN = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_NOUNS = frozenset({"MICROCHIP", "LINEAR", "DIODES", "NATIONAL", "CRYSTAL", "POWER", "GENERAL"})
"""Names that are also words of descriptions, where they stand first."""
_LEGAL = frozenset(
    ["INC", "LTD", "LIMITED", "CORP", "CORPORATION", "CO", "GMBH", "AG", "LLC", "COMPANY"]
)
_SHORT = 3
_LEAST_MISSPELT = 7


@dataclass(frozen=True, slots=True)
class Named:
    """A maker that the text speaks of."""

    maker: str
    """Its id."""
    start: int
    end: int
    strength: float
    """0 to 1: 1 for its name, less for a mark, for a name that is a common word or misspelt."""
    note: str


class MakersNamed:
    """The names of a catalogue, ready to be looked for."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._names: dict[str, list[str]] = {}
        self._marks: dict[str, list[str]] = {}
        far_eastern: dict[str, list[str]] = {}
        for maker in catalogue.makers.values():
            for name in dict.fromkeys((maker.name, *maker.also)):
                text = folded(name)
                if WEAPON.fullmatch(text):
                    # A part found in a weapon is not by the weapon's maker.
                    continue
                if _FAR_EASTERN.search(text):
                    far_eastern.setdefault(text, []).append(maker.id)
                elif key := _key(text):
                    self._add(self._names, key, maker.id)
            for mark in maker.marks:
                text = folded(mark)
                if _FAR_EASTERN.search(text):
                    far_eastern.setdefault(text, []).append(maker.id)
                else:
                    self._add(self._marks, _key(text), maker.id)
        self._far_eastern = far_eastern
        self._any_far_eastern = re.compile(
            "|".join(map(re.escape, sorted(far_eastern, key=len, reverse=True))) or "(?!)"
        )

    @staticmethod
    def _add(held: dict[str, list[str]], key: str, maker: str) -> None:
        if maker not in held.setdefault(key, []):
            held[key].append(maker)

    @cached_property
    def _misspelt(self) -> dict[str, list[str]]:
        """Long names with any one letter left out."""
        held: dict[str, list[str]] = {}
        for name in self._names:
            if len(name) >= _LEAST_MISSPELT and name.isalpha():
                for short in _shortened(name):
                    self._add(held, short, name)
        return held

    @cached_property
    def _alike(self) -> dict[str, str]:
        return {looks(name): name for name in self._names if len(name) > _SHORT}

    def find(self, text: Marking) -> list[Named]:
        """Every maker that is named, strongest first; names that lie within others are left out."""
        found = list(self._spelt(text, self._names))
        found += self._in_far_eastern(text)
        if not found:
            found = list(self._misread(text))
        taken = [(one.start, one.end) for one in found]
        found += [
            mark
            for mark in self._marked(text)
            if not any(start <= mark.start < end for start, end in taken)
        ]
        found.sort(key=lambda one: (-one.strength, one.start))
        return found

    def _spelt(self, text: Marking, names: dict[str, list[str]]) -> Iterator[Named]:
        first = 0
        while first < len(text.tokens):
            last = first
            for number, key in _joined(text, first):
                if key in names and self._stands(text, first, number, key):
                    last = number + 1
                    makers = names[key]
            if last == first:
                first += 1
                continue
            start, end = text.tokens[first].start, text.tokens[last - 1].end
            noun = text.text[start:end] in _NOUNS and first == 0
            for maker in makers:
                yield Named(maker, start, end, 0.4 if noun else 1.0, "")
            first = last

    @staticmethod
    def _stands(text: Marking, first: int, last: int, key: str) -> bool:
        """Whether a short name is written as a name is, by itself and in capitals."""
        if len(key) > _SHORT:
            return True
        start, end = text.tokens[first].start, text.tokens[last].end
        before, after = text.text[start - 1 : start], text.text[end : end + 1]
        if before in {"-", "/", "_"} or after == "_":
            return False
        return text.small or text.raw[start:end] == text.text[start:end]

    def _in_far_eastern(self, text: Marking) -> list[Named]:
        return [
            Named(maker, found.start(), found.end(), 1.0, "")
            for found in self._any_far_eastern.finditer(text.text)
            for maker in self._far_eastern[found[0]]
        ]

    def _marked(self, text: Marking) -> Iterator[Named]:
        for word in text.words:
            key = "".join(token.text for token in text.tokens[word.first : word.last + 1])
            makers = self._marks.get(key, ())
            if not makers:
                continue
            shown = text.raw[word.start : word.end]
            if len(key) <= _SHORT and not text.small and shown != shown.upper():
                continue
            noun = key in _NOUNS and word is text.words[0]
            strength = 0.4 if noun else 0.5 if len(key) > 1 else 0.2
            for maker in makers:
                yield Named(maker, word.start, word.end, strength, "")

    def _misread(self, text: Marking) -> Iterator[Named]:
        """Makers whose name has a letter wrong, where no name is right."""
        for first, token in enumerate(text.tokens):
            if token.has_digit and not token.has_letter:
                continue
            for last, key in _joined(text, first):
                name = self._alike.get(looks(key)) or self._one_wrong(key)
                if name is None:
                    continue
                start, end = token.start, text.tokens[last].end
                strength = 0.4 if first == 0 and name in _NOUNS else 0.8
                for maker in self._names[name]:
                    yield Named(
                        maker,
                        start,
                        end,
                        strength,
                        f"'{text.raw[start:end]}' read as a maker's name",
                    )

    def _one_wrong(self, key: str) -> str | None:
        if len(key) < _LEAST_MISSPELT - 1 or not key.isalpha():
            return None
        for short in (key, *_shortened(key)):
            if short in self._names and len(short) >= _LEAST_MISSPELT:
                return short
            for name in self._misspelt.get(short, ()):
                if abs(len(name) - len(key)) <= 1 and name[0] == key[0]:
                    return name
        return None


def _key(text: str) -> str:
    tokens = re.findall(r"[^\W_]+", text)
    while len(tokens) > 1 and tokens[-1] in _LEGAL:
        tokens.pop()
    return "".join(tokens)


def _joined(text: Marking, first: int) -> Iterator[tuple[int, str]]:
    """Last token and letters of everything that may be one name beginning at a token."""
    key = ""
    for number in range(first, min(first + _MOST_TOKENS, len(text.tokens))):
        token = text.tokens[number]
        if number > first and not _GAP.fullmatch(
            text.text[text.tokens[number - 1].end : token.start]
        ):
            return
        key += token.text
        yield number, key


def _shortened(name: str) -> Iterator[str]:
    for at in range(len(name)):
        yield name[:at] + name[at + 1 :]
