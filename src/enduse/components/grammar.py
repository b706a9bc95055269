"""Ordering codes as grammars: the part of regular expressions that catalogues are written in.

A pattern is parsed once, and written anew in the form in which texts are searched: without
separators, in plain characters or in :mod:`classes of look-alikes <enduse.components.confusions>`.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
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
            return Chars(_LETTERS_AND_DIGITS)
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


def written(node: Node, form: Callable[[str], str]) -> str:
    """A grammar as a regular expression over the characters that `form` gives.

    Parameters
    ----------
    form
        The character as the searched text holds it; "" for one that the text leaves out.
    """
    if isinstance(node, Chars):
        of = sorted({form(sign) for sign in node.of})
        least = 0 if "" in of else 1
        of = [sign for sign in of if sign]
        if not of:
            return ""
        text = re.escape(of[0]) if len(of) == 1 else f"[{''.join(map(re.escape, of))}]"
        return text if least else f"{text}?"
    if isinstance(node, Sequence):
        return "".join(written(part, form) for part in node.nodes)
    if isinstance(node, Choice):
        return f"(?:{'|'.join(written(part, form) for part in node.nodes)})"
    inner = written(node.node, form)
    if isinstance(node, NotAhead):
        return f"(?!{inner})" if inner else ""
    if not inner:
        return ""
    return f"(?:{inner}){{{node.least},{node.most}}}"


def beginnings(node: Node, form: Callable[[str], str], length: int, most: int) -> set[str]:
    """How a code may begin, in at most `length` characters; shorter where there are too many.

    Every code of the grammar begins with one of them.
    """
    for size in range(length, 0, -1):
        found = set(islice(_begun(node, form, size), most + 1))
        if len(found) <= most:
            return {text[:size] for text in found}
    return {""}


def _begun(node: Node, form: Callable[[str], str], size: int) -> Iterator[str]:
    """Beginnings of at least `size` characters, or whole shorter codes."""
    if isinstance(node, Chars):
        yield from {form(sign) for sign in node.of}
    elif isinstance(node, Choice):
        for part in node.nodes:
            yield from _begun(part, form, size)
    elif isinstance(node, NotAhead):
        yield ""
    else:
        if isinstance(node, Sequence):
            counts = [node.nodes]
        else:
            counts = [(node.node,) * times for times in range(node.most, node.least - 1, -1)]
        for parts in counts:
            heads = {""}
            for part in parts:
                if all(len(head) >= size for head in heads):
                    break
                tails = set(_begun(part, form, size))
                heads = {
                    head if len(head) >= size else (head + tail)[:size]
                    for head in heads
                    for tail in (tails if len(head) < size else ("",))
                }
                if len(heads) > 4000:
                    break
            yield from heads


def has_separators(node: Node) -> bool:
    """Whether the maker writes hyphens, spaces or the like inside the code."""
    if isinstance(node, Chars):
        return any(not sign.isalnum() and sign not in "+#" for sign in node.of)
    if isinstance(node, (Sequence, Choice)):
        return any(map(has_separators, node.nodes))
    return has_separators(node.node)
