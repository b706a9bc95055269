"""What stands around a part number: date code, lot, serial, country of assembly."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from enduse.components.date_codes import (
    LABELLED,
    USUAL,
    DateCode,
    Dated,
    dated,
    dated_alike,
    words_of,
)
from enduse.components.marking import Marking, Word
from enduse.components.uncatalogued import label_of
from enduse.components.wording import (
    CHARACTERS,
    COUNTRIES,
    MADE_IN,
    MEASURE,
    MISTAKEN,
    PACKAGE,
    STANDARD,
    UNIT,
    WEAPON,
)

Span = tuple[int, int]

_LEAST_SIGNS = 3
"""Shorter schemes fit too much: they count only behind a label."""
_LEAST_LOT = 5
_NUMBERED = re.compile(
    r"engine|motor|servo|camera|module|battery|receiver|autopilot|modem|radio|pump|supply|converter"
)
_UNITS_AHEAD = re.compile(r"\s?([^\W\d_]+|[°%])(?![\w\-/])")


@dataclass(frozen=True, slots=True)
class Dates:
    """Date codes of a marking, most likely first, all of one place unless `spans` says other."""

    codes: tuple[DateCode, ...]
    span: Span | None
    lot: str | None
    """The word that holds date and trace code, where it does."""
    notes: tuple[str, ...]
    labelled: bool = False


@dataclass(frozen=True, slots=True)
class _Seen:
    dated: Dated
    start: int
    end: int
    text: str


def find_dates(text: Marking, taken: Sequence[Span], schemes: Sequence[str], today: date) -> Dates:
    """The date code of a marking, whose part number and maker are known.

    Parameters
    ----------
    taken
        Places of part number and makers.
    schemes
        The maker's, most usual first.
    """
    free = [number for number in range(len(text.words)) if not _is_taken(text, number, taken)]
    labelled = [n for n in free if label_of(text, text.words[n].start) == "date"]
    if found := _labelled(text, labelled, (*schemes, *LABELLED), today):
        return _dates(found, labelled=True)
    labels = ("serial", "lot", "part", "number", "year")
    free = [
        number
        for number in free
        if label_of(text, text.words[number].start) not in labels
        and not _is_measured(text, text.words[number])
    ]
    after = max((end for _, end in taken), default=0)
    free.sort(key=lambda number: (text.words[number].start < after, number))
    usual = [scheme for scheme in schemes if len(scheme) >= _LEAST_SIGNS]
    usual += [scheme for scheme in USUAL if scheme not in usual]
    refused: list[str] = []
    for look in (dated, dated_alike):
        for scheme in usual:
            for seen in _seen(text, free, scheme, today, look is dated_alike):
                if seen.dated.codes:
                    rivals = _rivals(seen, usual, today) if look is dated else ()
                    return _dates([seen, *rivals])
                refused.append(f"'{seen.text}' is no date code: {seen.dated.refused}")
    return Dates((), None, None, tuple(dict.fromkeys(refused)))


def _dates(found: Sequence[_Seen], *, labelled: bool = False) -> Dates:
    best = found[0]
    codes = list(dict.fromkeys(code for seen in found for code in seen.dated.codes))[:2]
    notes = []
    if len(codes) > 1:
        notes.append(f"the date code '{best.text}' can be read in more than one way")
    if best.dated.exchanged:
        notes.append(f"in the date code {best.dated.exchanged}")
    return Dates(
        tuple(codes),
        (best.start + best.dated.start, best.start + best.dated.end),
        best.text if best.dated.traced else None,
        tuple(notes),
        labelled,
    )


def _labelled(
    text: Marking, numbers: Iterable[int], schemes: Iterable[str], today: date
) -> list[_Seen]:
    for number in numbers:
        word = text.words[number]
        for scheme in dict.fromkeys(schemes):
            shown = word.text if scheme in LABELLED[2:4] else re.sub(r"[\-/.]", "", word.text)
            seen = dated(shown, scheme, today) or dated(word.text, scheme, today)
            if seen and seen.codes:
                whole = Dated(seen.codes, 0, len(word.text), seen.traced)
                return [_Seen(whole, word.start, word.end, word.text)]
    return []


def _seen(
    text: Marking, free: Sequence[int], scheme: str, today: date, alike: bool
) -> Iterator[_Seen]:
    """What a scheme makes of each free word, or of as many as it runs over."""
    for number in free:
        last = number + words_of(scheme) - 1
        if last >= len(text.words) or any(n not in free for n in range(number, last + 1)):
            continue
        words = text.words[number : last + 1]
        shown = " ".join(word.text for word in words)
        found = (dated_alike if alike else dated)(shown, scheme, today)
        if found is None:
            continue
        # Over two words, places count in the text itself.
        end = words[-1].end if last > number else words[0].start + found.end
        place = Dated(
            found.codes,
            found.start,
            end - words[0].start,
            found.traced,
            found.exchanged,
            found.refused,
        )
        yield _Seen(place, words[0].start, end, shown)


def _rivals(best: _Seen, schemes: Iterable[str], today: date) -> Iterator[_Seen]:
    """What the maker's other schemes make of the same words."""
    for scheme in schemes:
        found = dated(best.text, scheme, today)
        if found and found.codes and found.codes != best.dated.codes:
            yield _Seen(found, best.start, best.end, best.text)


def _is_taken(text: Marking, number: int, taken: Iterable[Span]) -> bool:
    word = text.words[number]
    return any(word.start < end and start < word.end for start, end in taken)


def _is_measured(text: Marking, word: Word) -> bool:
    ahead = _UNITS_AHEAD.match(text.text, word.end)
    return ahead is not None and UNIT.fullmatch(ahead[1]) is not None and len(ahead[1]) > 1


def find_trace(
    text: Marking, taken: Sequence[Span], *, kind: str, is_part_known: bool
) -> tuple[dict[str, tuple[str, Span]], list[str]]:
    """Lot and serial: what is labelled so; else the one code that is left beside a known part.

    Parameters
    ----------
    taken
        Places of what is something else.
    kind
        What the part is: engines, cameras, modules carry serial numbers, chips carry lots.

    Returns
    -------
    fields, notes
        ``lot`` and ``serial``, each with its place.
    """
    found: dict[str, tuple[str, Span]] = {}
    left: list[Word] = []
    for number, word in enumerate(text.words):
        if _is_taken(text, number, taken):
            continue
        label = label_of(text, word.start)
        field = "serial" if label == "number" else label
        if field in ("serial", "lot"):
            if field not in found and any(map(str.isdigit, word.text)):
                found[field] = (word.text, (word.start, word.end))
        elif label == "" and _is_trace(word.text):
            left.append(word)
    if is_part_known and not found and len(left) == 1:
        word = left[0]
        field = "serial" if _NUMBERED.search(kind) else "lot"
        found[field] = (word.text, (word.start, word.end))
        return found, [f"'{word.text}' is taken for the {field}: it is the only other code"]
    return found, []


def _is_trace(code: str) -> bool:
    signs = [sign for sign in code if sign.isalnum()]
    return (
        len(signs) >= _LEAST_LOT
        and sum(map(str.isdigit, signs)) >= 2
        and not any(pattern.fullmatch(code) for pattern in (MEASURE, PACKAGE, STANDARD, WEAPON))
    )


def country_of_assembly(
    text: Marking, taken: Sequence[Span], marks: Mapping[str, str]
) -> tuple[str, Span] | None:
    """The country that the part says it was made in; None: it says none.

    Parameters
    ----------
    taken
        Places of part number and makers: a country within a maker's name is none.
    marks
        The maker's own marks of its plants.
    """
    weak: tuple[str, Span] | None = None
    for number, word in enumerate(text.words):
        if _is_taken(text, number, taken):
            continue
        made = MADE_IN.search(text.text[: word.start][-24:]) is not None
        code = marks.get(word.text) or COUNTRIES.get(word.text)
        if code is None:
            code = _of_two_words(text, number)
        if code is None:
            continue
        span = (word.start, word.end)
        if made:
            return code, span
        in_brackets = text.text[word.start - 1 : word.start] == "("
        if word.text in marks or (word.text not in MISTAKEN and not in_brackets):
            weak = weak or (code, span)
    if weak is None:
        for sign, code in CHARACTERS.items():
            if (at := text.text.find(sign)) >= 0 and not any(s <= at < e for s, e in taken):
                return code, (at, at + len(sign))
    return weak


_TWO_WORDS = {("HONG", "KONG"): "HK", ("COSTA", "RICA"): "CR", ("EL", "SALVADOR"): "SV"} | {
    ("CZECH", "REPUBLIC"): "CZ",
    ("UNITED", "KINGDOM"): "GB",
    ("UNITED", "STATES"): "US",
}


def _of_two_words(text: Marking, number: int) -> str | None:
    pair = tuple(word.text for word in text.words[number : number + 2])
    return _TWO_WORDS.get(pair) if len(pair) == 2 else None
