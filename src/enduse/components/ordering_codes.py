"""One ordering code's grammar in the forms in which texts are searched, and codes written out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import combinations, product

from enduse.components.catalogue import Part
from enduse.components.confusions import look
from enduse.components.grammar import (
    GrammarError,
    Node,
    information,
    most_information,
    parse,
    separators,
    written,
)
from enduse.errors import InputError

LEAST_BITS = 4.6
"""Of information in a code that is read over spaces or without its separators: a pattern that
never says more counts only where the text names its maker."""

_SPACES = re.compile(r"\s+")


class OrderingCode:
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
        self.most = most_information(self.node)
        self.is_loose = part.named or (len(part.makers) == 1 and self.most < LEAST_BITS)

    @cached_property
    def separators(self) -> str:
        return separators(self.node)

    @cached_property
    def exact(self) -> re.Pattern[str]:
        return re.compile(self.part.pattern)

    @cached_property
    def family_node(self) -> Node:
        return parse(self.part.family) if self.part.family else self.node

    @cached_property
    def exact_family(self) -> re.Pattern[str]:
        return re.compile(self.part.family or self.part.pattern)

    @cached_property
    def plain(self) -> Forms:
        return Forms(self.node, self.family_node if self.part.family else None, str)

    @cached_property
    def alike(self) -> Forms:
        return Forms(self.node, self.family_node if self.part.family else None, look)


class Forms:
    """A grammar over plain characters, or over their looks."""

    def __init__(self, node: Node, family: Node | None, sign: Callable[[str], str]) -> None:
        def compact(of: frozenset[str]) -> str:
            return _one_of({sign(one) for one in of if one.isalnum()}, optional=False)

        def gapped(of: frozenset[str]) -> str:
            signs = {sign(one) for one in of if one.isalnum()}
            marks = {one for one in of if not one.isalnum()}
            gaps = {"-"} if marks else set()
            if " " in marks:
                # In a run of any signs a space is trusted less than by itself.
                gaps.add("_" if signs else " ")
            return _one_of(signs | gaps, optional=not signs)

        self.compact = re.compile(written(node, compact))
        self.gapped = re.compile(written(node, gapped))
        self.family = re.compile(written(family, compact)) if family else None


def _one_of(signs: set[str], *, optional: bool) -> str:
    if not signs:
        return ""
    text = "".join(re.escape(sign) for sign in sorted(signs))
    return (text if len(signs) == 1 else f"[{text}]") + ("?" if optional else "")


def separators_in(text: str) -> set[int]:
    """How many letters and digits stand before each separator."""
    places: set[int] = set()
    signs = 0
    for sign in text:
        if sign.isalnum():
            signs += 1
        elif sign != "+" and signs:
            places.add(signs)
    places.discard(signs)
    return places


def as_ordered(seen: str, grammar: OrderingCode) -> str | None:
    """The code as its maker writes it; None where its separators stand in no such place."""
    spaced = _SPACES.sub(" ", seen)
    bare = _SPACES.sub("", seen)
    compact = "".join(filter(str.isalnum, seen))
    for tried in dict.fromkeys((spaced, bare, compact)):
        if grammar.exact.fullmatch(tried):
            return tried
    for tried in _separated(compact, grammar.separators):
        if grammar.exact.fullmatch(tried):
            return tried
    return None


_LETTER_IN_DIGITS = {
    signs: re.compile(rf"(?<=\d)O(?![A-Z])|(?<![A-Z])O(?=\d)|(?<=\d)[{signs}](?=\d)")
    for signs in ("OI", "O")
}


def _digit_for(sign: re.Match[str]) -> str:
    return "0" if sign[0] == "O" else "1"


def digits_for_letters(number: str, grammar: OrderingCode) -> str:
    """An O or I among digits read as the digit, where the pattern leaves the choice.

    Makers avoid an O there; an I may well be the grade of a part, so that it stays unless the
    pattern is more at home with the digit.
    """
    for signs in ("OI", "O"):
        read = _LETTER_IN_DIGITS[signs].sub(_digit_for, number)
        if read == number or not grammar.exact.fullmatch(read):
            continue
        gain = information(grammar.node, read) - information(grammar.node, number)
        if gain > 0 or (gain == 0 and signs == "O"):
            return read
    return number


def _separated(compact: str, signs: str) -> Iterator[str]:
    """A code with one or two separators put in."""
    places = range(1, len(compact))
    for at, sign in product(places, signs):
        yield f"{compact[:at]}{sign}{compact[at:]}"
    for (at, further), one, other in product(combinations(places, 2), signs, signs):
        yield f"{compact[:at]}{one}{compact[at:further]}{other}{compact[further:]}"


def family_of(number: str, grammar: OrderingCode) -> str:
    if found := grammar.exact_family.match(number):
        return found[0]
    compact = "".join(filter(str.isalnum, number))
    if grammar.plain.family and (found := grammar.plain.family.match(compact)):
        return found[0]
    return number
