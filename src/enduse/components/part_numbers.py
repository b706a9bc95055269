"""Part numbers: which ordering codes of the catalogue stand in a marking, and where.

Texts are searched without their separators, so that spaces, hyphens and line breaks inside a code
do no harm; afterwards what stood between two tokens is judged. Patterns are found by how they
begin, so that a text meets few of the thousands there are.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Container
from collections.abc import Set as AbstractSet
from functools import cached_property
from math import inf

from enduse.components.catalogue import Catalogue
from enduse.components.code_search import LEAST_BITS_ALIKE, LONGEST_APART, CodeSearch, Found, shape
from enduse.components.confusions import look, looks
from enduse.components.grammar import beginnings, begun_information
from enduse.components.marking import Marking, Token
from enduse.components.ordering_codes import OrderingCode

_HEAD = 3
_MOST_HEADS = 150
_SURE = 0.8
"""Quality of a code from which none is looked for within it."""
_RIVAL_BITS = 9.0
"""A pattern that can say less by more than this is no rival of a code that is sure."""
_SHORT_PIECE = 3
_LEAST_BEGUN = 5
_LEAST_BITS_BEGUN = 11.0
"""Of information in the beginning of a code, for the rest to be left out."""
_PIECES = re.compile(r"[\s\-/]+")
_ENDING = re.compile(r"[A-Z]+(?=[+#]*$)")


class PartNumbers:
    """The ordering codes of a catalogue, ready to be looked for."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._grammars = [OrderingCode(part) for part in catalogue.parts()]
        self._endings = _endings(catalogue)
        self._plain = self._index(str)

    @cached_property
    def _alike(self) -> dict[str, list[OrderingCode]]:
        return self._index(look)

    def _index(self, sign: Callable[[str], str]) -> dict[str, list[OrderingCode]]:
        def form(one: str) -> str:
            return sign(one) if one.isalnum() else ""

        index: dict[str, list[OrderingCode]] = {}
        for grammar in self._grammars:
            if sign is look and grammar.most < LEAST_BITS_ALIKE:
                continue
            for head in beginnings(grammar.node, form, _HEAD, _MOST_HEADS):
                index.setdefault(head, []).append(grammar)
        for grammars in index.values():
            grammars.sort(key=lambda grammar: -grammar.most)
        return index

    def find(
        self,
        text: Marking,
        makers: AbstractSet[str] = frozenset(),
        barred: Container[int] = (),
        measures: Container[int] = (),
        *,
        alike: bool = False,
    ) -> list[Found]:
        """Every part number of a marking, best first.

        Parameters
        ----------
        makers
            Ids of makers that the text names: of others, patterns that could fit anything are not
            looked for.
        barred
            Tokens that are something else, so that no code goes on over a space into them.
        measures
            Tokens that may be, so that none does which is whole without them.
        alike
            Take look-alike characters for one another.
        """
        compact = looks(text.compact) if alike else None
        search = CodeSearch(text, self._endings, barred, measures, compact)
        index = self._alike if alike else self._plain
        found: list[Found] = []
        sure = -1
        for number, token in enumerate(text.tokens):
            if number <= sure or (alike and not _may_be_misread(token)):
                continue
            head = search.searched[token.at : token.at + _HEAD]
            least = -inf
            for size in range(len(head), -1, -1):
                for grammar in index.get(head[:size], ()):
                    if (grammar.is_loose or grammar.most < least) and makers.isdisjoint(
                        grammar.part.makers
                    ):
                        continue
                    if (hit := search.at(number, grammar)) is not None:
                        found.append(hit)
                        if hit.exact and not hit.joined and hit.quality > _SURE:
                            sure = max(sure, hit.last)
                            least = max(least, hit.bits - _RIVAL_BITS)
        found.sort(key=lambda hit: (-hit.quality, hit.start))
        return [hit for hit in found if not any(_goes_further(other, hit) for other in found)]

    def begun(self, text: Marking) -> list[Found]:
        """Words with which a part number may begin, the rest of it being left out; best first."""
        search = CodeSearch(text, self._endings, (), (), None)
        found: list[Found] = []
        for word in text.words:
            code = text.compact[text.tokens[word.first].at :][: sum(map(str.isalnum, word.text))]
            if len(code) < _LEAST_BEGUN or not any(map(str.isdigit, code)):
                continue
            for size in range(_HEAD, 0, -1):
                for grammar in self._plain.get(code[:size], ()):
                    if grammar.is_loose or grammar.most < _LEAST_BITS_BEGUN:
                        continue
                    bits = begun_information(grammar.node, code)
                    if bits >= _LEAST_BITS_BEGUN:
                        hit = search.found(
                            word.first, word.last, grammar, word.text, bits, lacking=1.5
                        )
                        found.append(hit)
        found.sort(key=lambda hit: (-hit.quality, hit.start))
        return found


def _may_be_misread(token: Token) -> bool:
    return token.has_digit or not (token.prose or len(token.text) > LONGEST_APART)


def _goes_further(other: Found, hit: Found) -> bool:
    """Whether one maker's longer code begins where its shorter one does."""
    return (
        other.whole
        and other.first == hit.first
        and other.last > hit.last
        and other.part.makers == hit.part.makers
        and other.quality > hit.quality - 0.15
        and not (hit.whole and other.joined and other.apart > LONGEST_APART)
    )


def _endings(catalogue: Catalogue) -> defaultdict[str, set[str]]:
    """What each maker's codes end in after their last digit: it may stand apart from a code."""
    endings: defaultdict[str, set[str]] = defaultdict(set)
    for part in catalogue.parts():
        known: set[str] = set()
        for example in part.examples:
            _, *more = _PIECES.split(example.upper())
            known.update(
                shape(piece) if piece[0].isdigit() or len(piece) > _SHORT_PIECE else piece
                for piece in more
                if any(map(str.isalpha, piece))
            )
            known.update(shape(piece) for piece in example.upper().split()[1:])
            if found := _ENDING.search(example.upper()):
                known.update(found[0][at:] for at in range(len(found[0])))
        for maker in part.makers:
            endings[maker] |= known
    return endings
