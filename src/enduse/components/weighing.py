"""Which part number by which maker: the codes of a marking weighed against the names in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from enduse.components.catalogue import Catalogue, Maker, Part
from enduse.components.code_search import Found
from enduse.components.makers_named import Named
from enduse.components.marking import Marking
from enduse.components.part_numbers import PartNumbers
from enduse.components.uncatalogued import find_code, is_something_else, label_of
from enduse.components.wording import COUNTRIES, WEAPON

_LEAST = 0.42
"""Score from which a code of the catalogue counts."""
_LEAST_BESIDE = 0.62
"""The same for one that stands elsewhere in the text than the best."""
_CERTAIN = 0.8
"""Strength from which a name goes before what a code tells."""
_TELLING = 0.5
"""Strength from which a name or mark tells the maker where no code does."""
_RIVAL = 0.1
"""Codes in one place whose scores are nearer are both told."""
_FURTHER = 0.15
"""A whole code that goes on where another stops goes before it, if nearer in score."""
_SECOND_SOURCE = 0.2
"""The same where one of them is a part that several make."""
_GOOD = 0.72
"""Score from which look-alikes are not tried."""
_MOST_MAKERS = 4
_ONE_OF_SEVERAL = 0.4
"""How sure a part that several make is by the one or the other: nothing in the text says which."""
_LEAST_BITS_NAMED_SO = 8.0
"""Of information in a code of which a word looks like a measure."""
_ALIKE = 0.12
"""By how much a code with look-alikes exchanged must be better than one as it is written."""
_MOST_JOINED = 2
"""Kinds of look-alikes in a code that also runs over a space."""
_SHORT_NAME = 5
_LEAST_SURNAME = 4
"""Letters of a first word that tells firms of one name."""
_FEW_WORDS = 8
"""A text of more is a description, in which a mark alone tells no maker."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A part number, or none, by a maker, or none known."""

    part_number: str | None
    family: str | None
    kind: str
    place: tuple[int, int] | None
    maker: Maker | None
    named: Named | None
    """Where the text names the maker."""
    confidence: float
    is_known: bool
    """Whether the catalogue knows the part number."""
    notes: tuple[str, ...]


class Judge:
    """Weighs codes and names by one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._parts = PartNumbers(catalogue)

    def candidates(self, text: Marking, named: Sequence[Named]) -> list[Candidate]:
        """What the marking may mean, best first."""
        scored = self._scored(text, named)
        certain = [name for name in named if name.strength >= _CERTAIN]
        if scored and not self._is_foreign(scored[0][1].part, certain):
            return list(self._told(scored, named))
        code = self._code(text, named)
        if scored and (code is None or scored[0][0] > code.confidence):
            return list(self._told(scored, named))
        return [code] if code else []

    def _scored(self, text: Marking, named: Sequence[Named]) -> list[tuple[float, Found]]:
        barred = _barred(text, named)
        other = {n for n, word in enumerate(text.words) if is_something_else(text, word)}
        measures = {n for n, token in enumerate(text.tokens) if token.word in other}

        def stands(found: Found) -> bool:
            words = {text.tokens[n].word for n in range(found.first, found.last + 1)}
            if any(_WEAPON_NAME.fullmatch(text.words[n].text) for n in words):
                return False
            if label_of(text, found.start) in ("serial", "lot", "date"):
                return False
            first = text.words[text.tokens[found.first].word]
            if len(words) > 1 and first.text in _NO_PREFIXES:
                return False
            is_plain = found.exact and not found.exchanged and not found.joined
            if is_plain or other.isdisjoint(words):
                return True
            # "NEO 6M" is a module though 6M is a measure, too.
            is_named_so = found.whole and not found.exchanged and found.bits >= _LEAST_BITS_NAMED_SO
            return is_named_so and not any(map(str.isdigit, first.text))

        makers = frozenset(name.maker for name in named)
        scored = self._weighed(self._parts.find(text, makers, barred, measures), named)
        if not scored or scored[0][0] < _LEAST or not scored[0][1].whole:
            scored += self._weighed(self._parts.begun(text), named)
            scored.sort(key=lambda one: -one[0])
        if not scored or scored[0][0] < _GOOD or not scored[0][1].exact:
            best = _LEAST
            if scored:
                score, found = scored[0]
                is_missing = found.whole and not found.exact
                best = max(best, score + (0.0 if is_missing else _ALIKE))
            alike = self._weighed(
                self._parts.find(text, makers, barred, measures, alike=True), named
            )
            scored += [
                one
                for one in alike
                if one[1].exchanged
                and not (one[1].joined and one[1].exchanged.count(" read as ") > _MOST_JOINED)
                and one[0] > best
                and stands(one[1])
            ]
            scored.sort(key=lambda one: -one[0])
        return [one for one in scored if one[0] >= _LEAST and stands(one[1])]

    def _weighed(self, found: Sequence[Found], named: Sequence[Named]) -> list[tuple[float, Found]]:
        weighed = [
            (one.quality + self._agreement(one, named) - _with_name(one, named), one)
            for one in found
        ]
        weighed.sort(key=lambda one: (-one[0], one[1].start))
        return weighed

    def _agreement(self, found: Found, named: Sequence[Named]) -> float:
        """How much the names in the text speak for the makers of a part, or against them."""
        part = found.part
        best = 0.0
        named = [name for name in named if not _is_within(name, found)]
        for name in named:
            if name.maker in part.makers:
                best = max(best, 0.25 * name.strength)
            elif self._is_kin(name.maker, part):
                best = max(best, 0.15 * name.strength)
        if best == 0 and any(name.strength >= _CERTAIN for name in named):
            return -0.05 if len(part.makers) > 1 else -0.2
        return best

    def _is_kin(self, maker: str, part: Part) -> bool:
        """Whether a maker and a part's makers have one owner, or firms of one name."""
        return any(self._are_kin(maker, other) for other in part.makers)

    def _are_kin(self, one: str, other: str) -> bool:
        if self._root(one) == self._root(other):
            return True
        first, second = (self._catalogue.makers[id].name.split()[0] for id in (one, other))
        return first == second and len(first) >= _LEAST_SURNAME

    def _root(self, maker: str) -> str:
        return self._catalogue.owner(self._catalogue.makers[maker]).id

    def _is_foreign(self, part: Part, certain: Sequence[Named]) -> bool:
        return bool(certain) and not any(
            name.maker in part.makers or self._is_kin(name.maker, part) for name in certain
        )

    def _told(
        self, scored: Sequence[tuple[float, Found]], named: Sequence[Named]
    ) -> Iterator[Candidate]:
        """The best code, its rivals in the same place, and good codes elsewhere."""
        first_score, first = scored[0]
        best_score, best = next(
            (
                (score, found)
                for score, found in scored[1:]
                if found.whole and _holds(found, first) and score > first_score - _FURTHER
            ),
            scored[0],
        )
        shared = next(
            (
                found
                for score, found in scored
                if len(found.part.makers) > 1
                and (found.first, found.last) == (best.first, best.last)
                and found.whole
                and (found.exact or not best.exact)
                and score > best_score - _SECOND_SOURCE
            ),
            None,
        )
        if shared and set(best.part.makers) & set(shared.part.makers):
            best = shared
        told: set[tuple[str, str | None]] = set()
        order = [(best_score, best), *(one for one in scored if one[1] is not best)]
        for rank, (score, found) in enumerate(order):
            overlaps = found.first <= best.last and best.first <= found.last
            if rank and not (
                score > best_score - _RIVAL
                if overlaps
                else score > _LEAST_BESIDE and found.whole and not found.exchanged
            ):
                continue
            if overlaps and (found.last - found.first) < (best.last - best.first):
                continue
            factor = 1.0 if not rank else 0.8 if overlaps else 0.7
            for candidate in self._by_makers(found, named, factor):
                key = (
                    candidate.part_number or "",
                    candidate.maker.id if candidate.maker else None,
                )
                if key not in told:
                    told.add(key)
                    yield candidate

    def _by_makers(
        self, found: Found, named: Sequence[Named], factor: float
    ) -> Iterator[Candidate]:
        """A code by each maker that it may be of."""
        part = found.part
        notes = [f"in the part number {found.exchanged}"] if found.exchanged else []
        if not found.whole:
            notes.append("the family is known, the rest of the code is not")
        makers = self._catalogue.makers
        named = [name for name in named if not _is_within(name, found)]
        name = next((n for n in named if n.maker in part.makers), None) or next(
            (n for n in named if self._is_kin(n.maker, part)), None
        )
        certain = next((n for n in named if n.strength >= _CERTAIN), None)

        def candidate(
            maker: str | None, told: Named | None, confidence: float, *more: str
        ) -> Candidate:
            return Candidate(
                found.number,
                found.family,
                part.kind,
                (found.start, found.end),
                makers[maker] if maker else None,
                told,
                min(0.99, confidence * factor),
                True,
                (*notes, *((told.note,) if told and told.note else ()), *more),
            )

        if name is not None:
            maker = name.maker
            if maker not in part.makers:
                kin = next(m for m in part.makers if self._are_kin(maker, m))
                is_of_kin = self._root(kin) in (maker, kin)
                maker = kin if is_of_kin and self._root(maker) != kin else maker
            yield candidate(maker, name, found.quality + 0.1 * name.strength)
        elif certain is not None:
            others = ", ".join(makers[m].name for m in part.makers)
            yield candidate(
                certain.maker,
                certain,
                0.75 * found.quality,
                f"the text names {makers[certain.maker].name}; the code is of {others}",
            )
            if len(part.makers) == 1:
                yield candidate(
                    part.makers[0], None, 0.5 * found.quality, "the text names another maker"
                )
        elif len(part.makers) == 1:
            yield candidate(part.makers[0], None, found.quality)
        else:
            others = ", ".join(makers[m].name for m in part.makers)
            yield candidate(None, None, found.quality, f"made by several: {others}")
            for maker in part.makers[:_MOST_MAKERS]:
                yield candidate(
                    maker, None, _ONE_OF_SEVERAL * found.quality, "one of several that make it"
                )

    def _code(self, text: Marking, named: Sequence[Named]) -> Candidate | None:
        """The word that looks most like a part number, where the catalogue knows none."""
        name = next((n for n in named if n.strength >= _TELLING), None)
        if name and name.strength < _CERTAIN and len(text.words) > _FEW_WORDS:
            name = None
        taken = {
            number
            for number, word in enumerate(text.words)
            if word.text in COUNTRIES
            or any(word.start < n.end and n.start < word.end for n in named)
        }
        code = find_code(text, taken, named=name is not None)
        maker = self._catalogue.makers[name.maker] if name else None
        if code is None:
            if maker is None or name is None or name.strength < _CERTAIN:
                return None
            notes = (*((name.note,) if name.note else ()), "no part number is there")
            return Candidate(None, None, "", None, maker, name, 0.4, False, notes)
        notes = (*((name.note,) if name and name.note else ()), _UNKNOWN)
        share = 0.3 + 0.3 * code.likeness if maker else 0.1 + 0.35 * code.likeness
        return Candidate(
            code.text, None, "", (code.start, code.end), maker, name, share, False, notes
        )


def _holds(longer: Found, shorter: Found) -> bool:
    """Whether a code goes on where another stops; or begins before it, and is by its makers."""
    if longer.last - longer.first <= shorter.last - shorter.first or longer.last < shorter.last:
        return False
    return longer.first == shorter.first or (
        longer.first < shorter.first and longer.part.makers == shorter.part.makers
    )


def _is_within(name: Named, found: Found, *, joined: bool = True) -> bool:
    """Whether a name is but the letters that a code begins with; over a space, too, if `joined`."""
    is_short = name.end - name.start <= _SHORT_NAME
    return (
        is_short
        and (joined or not found.joined)
        and found.start <= name.start
        and name.end < found.end
    )


def _with_name(found: Found, named: Sequence[Named]) -> float:
    """What a code loses that begins with a maker's name: its own may be left out."""
    held = [
        name
        for name in named
        if found.start == name.start
        and name.strength >= _CERTAIN
        and found.first < found.last
        and not _is_within(name, found, joined=False)
    ]
    if not held:
        return 0.0
    return 0.06 if any(name.maker in found.part.makers for name in held) else 0.3


def _barred(text: Marking, named: Sequence[Named]) -> set[int]:
    """Tokens with which names of makers, countries or labels begin."""
    starts = {name.start for name in named if name.strength >= _TELLING}
    barred = {
        number
        for number, token in enumerate(text.tokens)
        if token.text in COUNTRIES or token.start in starts
    }
    for word in text.words:
        if word.text in _LABELS:
            barred.add(word.first)
    return barred


_NO_PREFIXES = frozenset(
    (
        "S/N",
        "P/N",
        "L/N",
        "M/N",
        "D/C",
        "LOT",
        "SERIAL",
        "IMEI",
        "IMSI",
        "ICCID",
        "MAC",
        "IP",
        "ID",
        "UID",
    )
)
"""Words that say what follows: no code begins with them and goes on over a space."""
_LABELS = frozenset(("S/N", "SN", "P/N", "PN", "LOT", "D/C", "DC", "REV", "VER"))
_WEAPON_NAME = re.compile(rf"(?=[^\W\d]{{4}})(?:{WEAPON.pattern})")
_UNKNOWN = "no pattern of the catalogue fits: the word that looks most like a part number"
