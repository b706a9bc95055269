"""Part numbers: which ordering codes of the catalogue stand in a marking, and where.

Texts are searched without their separators, so that spaces, hyphens and line breaks inside a code
do no harm; afterwards what stood between two tokens is judged. Patterns are found by how they
begin, so that a text meets few of the thousands there are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from enduse.components.catalogue import Catalogue, Part
from enduse.components.confusions import corrected, exchanged, look, looks
from enduse.components.grammar import GrammarError, Node, beginnings, has_separators, parse, written
from enduse.components.marking import Marking, Token
from enduse.errors import InputError

_HEAD = 3
_MOST_HEADS = 1500
_MOST_TOKENS = 6
_LONGEST_TAIL = 8
_JOINS = re.compile(r"[\s\-/._#+'*]{0,4}")
_SPACED = re.compile(r"\s")


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
    joined: bool
    """Over a space or a line break that the maker does not write."""


class _Grammar:
    """A pattern in the forms in which texts are searched; each is made when first needed."""

    def __init__(self, part: Part) -> None:
        self.part = part
        try:
            self.node = parse(part.pattern)
        except GrammarError as error:
            raise InputError(
                f"A pattern of {', '.join(part.makers)} cannot be read: {error}.",
                hint="Write it with literals, classes, groups, alternatives and quantifiers only.",
            ) from error
        self.separated = has_separators(self.node)

    @cached_property
    def exact(self) -> re.Pattern[str]:
        return re.compile(self.part.pattern)

    @cached_property
    def exact_family(self) -> re.Pattern[str] | None:
        return re.compile(self.part.family) if self.part.family else None

    @cached_property
    def _family_node(self) -> Node | None:
        return parse(self.part.family) if self.part.family else None

    @cached_property
    def plain(self) -> re.Pattern[str]:
        return re.compile(written(self.node, _plain))

    @cached_property
    def family(self) -> re.Pattern[str] | None:
        node = self._family_node
        return re.compile(written(node, _plain)) if node else None

    @cached_property
    def alike(self) -> re.Pattern[str]:
        return re.compile(written(self.node, _alike))

    @cached_property
    def family_alike(self) -> re.Pattern[str] | None:
        node = self._family_node
        return re.compile(written(node, _alike)) if node else None


def _plain(sign: str) -> str:
    return sign if sign.isalnum() else ""


def _alike(sign: str) -> str:
    return look(sign) if sign.isalnum() else ""


class PartNumbers:
    """The ordering codes of a catalogue, ready to be looked for."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._grammars = [_Grammar(part) for part in catalogue.parts()]
        self._endings = _endings(catalogue)
        self._plain = self._index(_plain)

    @cached_property
    def _alike(self) -> dict[str, list[_Grammar]]:
        return self._index(_alike)

    def _index(self, form: Callable[[str], str]) -> dict[str, list[_Grammar]]:
        index: dict[str, list[_Grammar]] = {}
        for grammar in self._grammars:
            for head in beginnings(grammar.node, form, _HEAD, _MOST_HEADS):
                index.setdefault(head, []).append(grammar)
        return index

    def find(self, text: Marking, *, alike: bool = False) -> list[Found]:
        """Every part number of a marking, best first.

        Parameters
        ----------
        alike
            Take look-alike characters for one another.
        """
        search = _Search(text, self._endings, looks(text.compact) if alike else None)
        index = self._alike if alike else self._plain
        found: list[Found] = []
        for number, token in enumerate(text.tokens):
            head = search.searched[token.at : token.at + _HEAD]
            for size in range(len(head), -1, -1):
                for grammar in index.get(head[:size], ()):
                    if (hit := search.at(number, grammar)) is not None:
                        found.append(hit)
        found.sort(key=lambda hit: (-hit.quality, hit.start))
        return found


def _endings(catalogue: Catalogue) -> frozenset[str]:
    """What codes end in after their last digit: what may stand apart from a code."""
    endings: set[str] = set()
    for part in catalogue.parts():
        for example in part.examples:
            if found := re.search(r"[A-Z]+$", example.upper()):
                endings.update(found[0][at:] for at in range(len(found[0])))
    return frozenset(endings)


class _Search:
    """One text, searched by one pattern after the other."""

    def __init__(self, text: Marking, endings: frozenset[str], alike: str | None) -> None:
        self.text = text
        self.endings = endings
        self.is_alike = alike is not None
        self.searched = text.compact if alike is None else alike
        self._ends = {token.at + len(token.text): n for n, token in enumerate(text.tokens)}

    def at(self, first: int, grammar: _Grammar) -> Found | None:
        """The part number of this pattern that begins at a token."""
        start = self.text.tokens[first].at
        full = grammar.alike if self.is_alike else grammar.plain
        if full.match(self.searched, start) and (hit := self._whole(first, grammar, full)):
            return hit
        family = grammar.family_alike if self.is_alike else grammar.family
        if family is not None and (begun := family.match(self.searched, start)):
            return self._family(first, grammar, begun.end())
        return None

    def _whole(self, first: int, grammar: _Grammar, full: re.Pattern[str]) -> Found | None:
        start = self.text.tokens[first].at
        last: int | None = None
        for number in range(first, min(first + _MOST_TOKENS, len(self.text.tokens))):
            if number > first and not self._may_join(number, grammar, complete=last is not None):
                break
            token = self.text.tokens[number]
            if full.fullmatch(self.searched, start, token.at + len(token.text)):
                last = number
        if last is None:
            return None
        return self._found(first, last, grammar, whole=True, tail=0)

    def _family(self, first: int, grammar: _Grammar, end: int) -> Found | None:
        last = first
        while (token := self.text.tokens[last]).at + len(token.text) < end:
            last += 1
            if last - first >= _MOST_TOKENS or not self._may_join(last, grammar, complete=False):
                return None
        tail = token.at + len(token.text) - end
        if tail:
            before, after = self.text.compact[end - 1], self.text.compact[end]
            if tail > _LONGEST_TAIL or (before.isdigit() and after.isdigit()):
                return None
        return self._found(first, last, grammar, whole=False, tail=tail)

    def _may_join(self, number: int, grammar: _Grammar, *, complete: bool) -> bool:
        """Whether a token may belong to the same code as the one before it."""
        before, token = self.text.tokens[number - 1], self.text.tokens[number]
        gap = self.text.text[before.end : token.start]
        if not _JOINS.fullmatch(gap):
            return False
        if not _SPACED.search(gap):
            return True
        if grammar.separated:
            return True
        if token.prose or before.prose:
            return False
        if before.text[-1].isdigit() and token.text[0].isdigit():
            return False
        return not complete or token.text in self.endings

    def _found(
        self, first: int, last: int, grammar: _Grammar, *, whole: bool, tail: int
    ) -> Found | None:
        tokens = self.text.tokens[first : last + 1]
        start, end = tokens[0].start, tokens[-1].end
        changes = ""
        seen = self.text.text[start:end]
        if self.is_alike:
            pattern = grammar.plain if whole else grammar.family
            assert pattern is not None
            compact = "".join(token.text for token in tokens)
            fits = pattern.fullmatch if whole and not tail else pattern.match
            read = corrected(compact, fits)
            if read is None:
                return None
            changes = exchanged(compact, read)
            signs = iter(read)
            seen = "".join(next(signs) if sign.isalnum() else sign for sign in seen)
        number = _as_ordered(seen, grammar) if whole else re.sub(r"\s+", "", seen)
        if whole and grammar.exact.fullmatch(number + self.text.text[end : end + 1]):
            number += self.text.text[end : end + 1]
            end = min(end + 1, len(self.text.text))
        return Found(
            part=grammar.part,
            number=number,
            family=_family_of(number, grammar),
            first=first,
            last=last,
            start=start,
            end=end,
            quality=_quality(tokens, grammar, whole=whole, tail=tail, changes=changes),
            whole=whole,
            exchanged=changes,
            joined=bool(_SPACED.search(seen)) and not grammar.separated,
        )


def _as_ordered(seen: str, grammar: _Grammar) -> str:
    """The code as its maker writes it."""
    spaced = re.sub(r"\s+", " ", seen)
    bare = re.sub(r"\s+", "", seen)
    compact = "".join(filter(str.isalnum, seen))
    for tried in (bare, spaced, compact):
        if grammar.exact.fullmatch(tried):
            return tried
    if grammar.separated or not bare.isalnum():
        for tried in _separated(compact):
            if grammar.exact.fullmatch(tried):
                return tried
    return bare


def _separated(compact: str) -> Iterator[str]:
    """A code with one or two separators put in."""
    for at in range(1, len(compact)):
        for sign in "- /.#":
            once = f"{compact[:at]}{sign}{compact[at:]}"
            yield once
    for at in range(1, len(compact)):
        for sign in "- /.#":
            for further in range(at + 1, len(compact)):
                for other in "-/.#":
                    yield f"{compact[:at]}{sign}{compact[at:further]}{other}{compact[further:]}"


def _family_of(number: str, grammar: _Grammar) -> str:
    if grammar.exact_family is None:
        return number
    if found := grammar.exact_family.match(number):
        return found[0]
    compact = "".join(filter(str.isalnum, number))
    assert grammar.family is not None
    found = grammar.family.match(compact)
    return found[0] if found else number


def _quality(
    tokens: tuple[Token, ...], grammar: _Grammar, *, whole: bool, tail: int, changes: str
) -> float:
    compact = "".join(token.text for token in tokens)
    quality = 0.6 + 0.035 * min(len(compact), 10)
    letters = len(re.match(r"[^\W\d]*", compact)[0])  # type: ignore[index]
    quality -= (0.25, 0.1, 0.02)[letters] if letters < 3 else 0
    if len(compact) < 4:
        quality -= 0.2
    if not whole:
        quality -= 0.15 if tail else 0.1
    if not grammar.separated:
        quality -= 0.03 * (len({token.word for token in tokens}) - 1)
        if tokens[0].prose:
            quality -= 0.3
    quality -= 0.08 * (changes.count(" read as "))
    return max(0.05, min(1.0, quality))
