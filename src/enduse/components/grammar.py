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


@dataclass(frozen=True, slots=True, eq=False)
class Chars:
    """One character of a set."""

    of: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class Sequence:
    """One after the other."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """One of several."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Repeat:
    """From `least` to `most` times."""

    node: Node
    least: int
    most: int


@dataclass(frozen=True, slots=True, eq=False)
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


_GROUP = re.compile(r"\?(?::|!|P<\w+>)")
_REPEATING = frozenset("?*+{")
_REPEAT = re.compile(r"([?*+])|\{(\d*)(,?)(\d*)\}")


@cache
def _literal(sign: str) -> Chars:
    return Chars(frozenset(sign))


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
            if sign.isalnum():
                self.at += 1
                nodes.append(self._repeated(_literal(sign)))
            else:
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
            kind = _GROUP.match(self.pattern, self.at)
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
        while self._peek() in _REPEATING and (found := _REPEAT.match(self.pattern, self.at)):
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
            if len(growing) > most:
                break
            done |= {head for head in growing if len(head) >= size}
            growing -= done
            if not growing:
                break
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


def most_information(node: Node) -> float:
    """How much `information` a code may hold at most, separators among letters aside."""
    if isinstance(node, Chars):
        return _most_surprise(node.of)
    if isinstance(node, Sequence):
        return sum(map(most_information, node.nodes))
    if isinstance(node, Choice):
        return max(map(most_information, node.nodes)) - log2(len(node.nodes))
    return 0.0 if isinstance(node, NotAhead) else node.most * most_information(node.node)


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
    if isinstance(node, Sequence):
        for part in node.nodes:
            if not held:
                break
            held = _informed(part, held, code)
        return held
    reached: dict[int, float] = {}
    if isinstance(node, Chars):
        of = node.of
        for at, bits in held.items():
            if at < len(code) and code[at] in of:
                reached[at + 1] = bits + _surprise(of, code[at])
        return reached
    if isinstance(node, NotAhead):
        return held
    if isinstance(node, Choice):
        cost = log2(len(node.nodes))
        following = {code[at : at + 1] for at in held}
        for part in node.nodes:
            firsts = _firsts(part)
            if firsts is not None and following.isdisjoint(firsts):
                continue
            for at, bits in _informed(part, held, code).items():
                if bits - cost > reached.get(at, -inf):
                    reached[at] = bits - cost
        return reached
    for times in range(node.most + 1):
        if times >= node.least:
            for at, bits in held.items():
                if bits > reached.get(at, -inf):
                    reached[at] = bits
        if times < node.most:
            held = _informed(node.node, held, code)
            if not held:
                break
    return reached


def begun_information(node: Node, code: str) -> float:
    """How much a grammar says of letters and digits with which one of its codes may begin.

    As `information`, separators aside; minus infinity where no code begins so.

    Examples
    --------
    >>> round(begun_information(parse("LM[0-9]{4}-[A-Z]{3}"), "LM257"), 1)
    9.4
    >>> begun_information(parse("LM[0-9]{4}-[A-Z]{3}"), "LT257")
    -inf
    """
    ends: list[float] = []
    _begin(node, {0: 0.0}, code, ends)
    return max(ends, default=-inf)


def _begin(node: Node, held: dict[int, float], code: str, ends: list[float]) -> dict[int, float]:
    """Positions that can be reached; `ends` takes the bits wherever the code is used up."""
    if len(code) in held:
        ends.append(held[len(code)])
        held = {at: bits for at, bits in held.items() if at < len(code)}
    if not held or isinstance(node, NotAhead):
        return held
    reached: dict[int, float] = {}
    if isinstance(node, Chars):
        if not any(map(str.isalnum, node.of)):
            return held
        reached = {
            at + 1: bits + _surprise(node.of, code[at])
            for at, bits in held.items()
            if code[at] in node.of
        }
    elif isinstance(node, Sequence):
        for part in node.nodes:
            held = _begin(part, held, code, ends)
        return held
    elif isinstance(node, Choice):
        cost = log2(len(node.nodes))
        for part in node.nodes:
            one: list[float] = []
            for at, bits in _begin(part, held, code, one).items():
                reached[at] = max(reached.get(at, -inf), bits - cost)
            ends.extend(bits - cost for bits in one)
    else:
        for times in range(node.most + 1):
            if times >= node.least:
                for at, bits in held.items():
                    reached[at] = max(reached.get(at, -inf), bits)
            if times < node.most and held:
                held = _begin(node.node, held, code, ends)
    if len(code) in reached:
        ends.append(reached.pop(len(code)))
    return reached


@cache
def _firsts(node: Node) -> frozenset[str] | None:
    """What stands first; None where the node may take no room."""
    if isinstance(node, Chars):
        return node.of
    if isinstance(node, Choice):
        all_firsts = [_firsts(part) for part in node.nodes]
        known = [firsts for firsts in all_firsts if firsts is not None]
        return frozenset().union(*known) if len(known) == len(all_firsts) else None
    if isinstance(node, Repeat):
        return _firsts(node.node) if node.least else None
    if isinstance(node, Sequence) and node.nodes:
        return _firsts(node.nodes[0])
    return None


@cache
def _most_surprise(of: frozenset[str]) -> float:
    signs = list(filter(str.isalnum, of)) or of
    return max(_surprise(of, sign) for sign in signs)


@cache
def _surprise(of: frozenset[str], sign: str) -> float:
    """Bits of a sign among those of its sort that may stand in its place."""
    if sign.isdigit():
        return log2(10 / sum(map(str.isdigit, of)))
    if sign.isalpha():
        return max(0.0, log2(26 / sum(map(str.isalpha, of))))
    return _SEPARATOR_BITS


def separators(node: Node) -> str:
    """The signs beside letters and digits that the codes may hold."""
    if isinstance(node, Chars):
        return "".join(sorted(sign for sign in node.of if not sign.isalnum()))
    parts = node.nodes if isinstance(node, (Sequence, Choice)) else (node.node,)
    return "".join(sorted(set("".join(map(separators, parts)))))
