"""Ordering codes as grammars: the part of regular expressions that catalogues are written in.

A pattern is parsed once, and written anew in the form in which texts are searched: without
separators, in plain characters or in :mod:`classes of look-alikes <enduse.components.confusions>`.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from math import inf, log2
from typing import TypeAlias

_LETTERS_AND_DIGITS = frozenset(string.ascii_uppercase + string.digits)
_CLASSES = {
    "d": frozenset(string.digits),
    "w": _LETTERS_AND_DIGITS,
    "s": frozenset(" "),
    "D": frozenset(string.ascii_uppercase),
}
_MOST_REPEATS = 8
"""Where a pattern sets no end: no code has a longer run."""


@dataclass(frozen=True, slots=True)
class Chars:
    """One character of a set."""

    of: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after the other."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """From `least` to `most` times."""

    node: Node
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class NotAhead:
    """What must not follow; takes no room."""

    node: Node


Node: TypeAlias = Chars | Sequence | Choice | Repeat | NotAhead


class GrammarError(ValueError):
    """A pattern that uses more of regular expressions than codes need."""


def parse(pattern: str) -> Node:
    """The grammar that a pattern writes down.

    Raises
    ------
    GrammarError
        If it uses what no ordering code needs: references, lookbehinds, flags.
    """
    parser = _Parser(pattern)
    node = parser.choice()
    if parser.at < len(pattern):
        raise GrammarError(f"'{pattern}' has a ')' too many at {parser.at}")
    return node


class _Parser:
    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def _peek(self) -> str:
        return self.pattern[self.at] if self.at < len(self.pattern) else ""

    def _take(self) -> str:
        taken = self._peek()
        if not taken:
            raise GrammarError(f"'{self.pattern}' ends too early")
        self.at += 1
        return taken

    def choice(self) -> Node:
        nodes = [self._sequence()]
        while self._peek() == "|":
            self.at += 1
            nodes.append(self._sequence())
        return nodes[0] if len(nodes) == 1 else Choice(tuple(nodes))

    def _sequence(self) -> Node:
        nodes: list[Node] = []
        while (sign := self._peek()) and sign not in "|)":
            if sign in "^$":
                self.at += 1
                continue
            nodes.append(self._repeated(self._atom()))
        return nodes[0] if len(nodes) == 1 else Sequence(tuple(nodes))

    def _atom(self) -> Node:
        sign = self._take()
        if sign == "(":
            return self._group()
        if sign == "[":
            return Chars(self._class())
        if sign == "\\":
            return Sequence(()) if self._peek() == "b" and self._take() else Chars(self._escaped())
        if sign == ".":
            return Chars(_LETTERS_AND_DIGITS | {"-", ".", "/"})
        if sign in "*+?{":
            raise GrammarError(f"'{self.pattern}' repeats nothing at {self.at}")
        return Chars(frozenset(sign))

    def _group(self) -> Node:
        refused = False
        if self.pattern.startswith("?", self.at):
            kind = re.compile(r"\?(?::|!|P<\w+>)").match(self.pattern, self.at)
            if kind is None:
                raise GrammarError(f"'{self.pattern}' has a group that no code needs at {self.at}")
            refused = kind[0] == "?!"
            self.at = kind.end()
        node = self.choice()
        if self._take() != ")":
            raise GrammarError(f"'{self.pattern}' lacks a ')'")
        return NotAhead(node) if refused else node

    def _escaped(self) -> frozenset[str]:
        sign = self._take()
        if sign in _CLASSES:
            return _CLASSES[sign]
        if sign.isalnum():
            raise GrammarError(f"'{self.pattern}' has '\\{sign}', which no code needs")
        return frozenset(sign)

    def _class(self) -> frozenset[str]:
        without = self._peek() == "^" and bool(self._take())
        of: set[str] = set()
        first = True
        while (sign := self._take()) != "]" or first:
            first = False
            signs = self._escaped() if sign == "\\" else frozenset(sign)
            ends = self.pattern[self.at : self.at + 2]
            if len(signs) == 1 and ends[:1] == "-" and ends[1:] not in ("", "]"):
                self.at += 2
                last = next(iter(self._escaped())) if ends[1] == "\\" else ends[1]
                signs = frozenset(map(chr, range(ord(min(signs)), ord(last) + 1)))
            of |= signs
        return frozenset(_LETTERS_AND_DIGITS - of if without else of)

    def _repeated(self, node: Node) -> Node:
        while found := re.compile(r"([?*+])|\{(\d*)(,?)(\d*)\}").match(self.pattern, self.at):
            self.at = found.end()
            if found[1]:
                least, most = {"?": (0, 1), "*": (0, _MOST_REPEATS), "+": (1, _MOST_REPEATS)}[
                    found[1]
                ]
            else:
                least = int(found[2] or 0)
                most = int(found[4] or _MOST_REPEATS) if found[3] else least
            if self._peek() in ("?", "+") and found[1] != "?":
                self.at += 1
            node = Repeat(node, least, most)
        return node


def written(node: Node, form: Callable[[frozenset[str]], str]) -> str:
    """A grammar as a regular expression, each set of characters in the form given to it."""
    if isinstance(node, Chars):
        return form(node.of)
    if isinstance(node, Sequence):
        return "".join(written(part, form) for part in node.nodes)
    if isinstance(node, Choice):
        return f"(?:{'|'.join(written(part, form) for part in node.nodes)})"
    inner = written(node.node, form)
    if not inner:
        return ""
    if isinstance(node, NotAhead):
        return f"(?!{inner})"
    return f"(?:{inner}){{{node.least},{node.most}}}"


def beginnings(node: Node, form: Callable[[str], str], length: int, most: int) -> set[str]:
    """How a code may begin, in at most `length` characters; fewer where there are too many ways.

    Every code of the grammar begins with one of them.
    """
    for size in range(length, 0, -1):
        found = _begun(node, {""}, form, size, most)
        if len(found) <= most:
            return found
    return {""}


def _begun(
    node: Node, heads: set[str], form: Callable[[str], str], size: int, most: int
) -> set[str]:
    """The heads, each gone on with what the node may begin with, up to `size` characters."""
    growing = {head for head in heads if len(head) < size}
    done = heads - growing
    if not growing or len(heads) > most or isinstance(node, NotAhead):
        return heads
    if isinstance(node, Chars):
        signs = {form(sign) for sign in node.of}
        return done | {head + sign for head in growing for sign in signs}
    if isinstance(node, Sequence):
        for part in node.nodes:
            growing = _begun(part, growing, form, size, most)
        return done | growing
    if isinstance(node, Choice):
        return done.union(*(_begun(part, growing, form, size, most) for part in node.nodes))
    grown = set(growing) if node.least == 0 else set()
    for times in range(1, node.most + 1):
        before, growing = growing, _begun(node.node, growing, form, size, most)
        if times >= node.least:
            grown |= growing
        if growing <= before or len(grown) > most:
            break
    return done | (grown or growing)


def information(node: Node, code: str) -> float:
    """How much a grammar says of a code that it describes, beyond its run of letters and digits.

    In bits: none for a character that may be any letter or any digit, 4.7 for a letter that is
    fixed, 3.3 for a digit, 2 for a separator that the code has. Minus infinity where the code does
    not fit.

    Examples
    --------
    >>> round(information(parse("LM[0-9]{4}"), "LM2575"), 1)
    9.4
    >>> information(parse("[A-Z0-9]{6}"), "LM2575")
    0.0
    """
    return _informed(node, {0: 0.0}, code).get(len(code), -inf)


_SEPARATOR_BITS = 2.0


def _informed(node: Node, held: dict[int, float], code: str) -> dict[int, float]:
    """Positions that can be reached in the code, each with the most bits on the way to it."""
    reached: dict[int, float] = {}
    if isinstance(node, Chars):
        for at, bits in held.items():
            if at < len(code) and code[at] in node.of:
                _reach(reached, at + 1, bits + _surprise(node.of, code[at]))
    elif isinstance(node, Sequence):
        reached = held
        for part in node.nodes:
            reached = _informed(part, reached, code)
    elif isinstance(node, Choice):
        for part in node.nodes:
            for at, bits in _informed(part, held, code).items():
                _reach(reached, at, bits - log2(len(node.nodes)))
    elif isinstance(node, NotAhead):
        return held
    else:
        for times in range(node.most + 1):
            if times >= node.least:
                for at, bits in held.items():
                    _reach(reached, at, bits)
            held = _informed(node.node, held, code)
            if not held:
                break
    return reached


@cache
def _surprises(of: frozenset[str]) -> tuple[float, float]:
    """Bits of a digit and of a letter, among those that may stand."""
    digits, letters = sum(map(str.isdigit, of)), sum(map(str.isalpha, of))
    return log2(10 / max(1, digits)), max(0.0, log2(26 / max(1, letters)))


def _surprise(of: frozenset[str], sign: str) -> float:
    if sign.isdigit():
        return _surprises(of)[0]
    return _surprises(of)[1] if sign.isalpha() else _SEPARATOR_BITS


def _reach(reached: dict[int, float], at: int, bits: float) -> None:
    if bits > reached.get(at, -inf):
        reached[at] = bits


def separators(node: Node) -> str:
    """The signs beside letters and digits that the codes may hold."""
    if isinstance(node, Chars):
        return "".join(sorted(sign for sign in node.of if not sign.isalnum()))
    parts = node.nodes if isinstance(node, (Sequence, Choice)) else (node.node,)
    return "".join(sorted(set("".join(map(separators, parts)))))
