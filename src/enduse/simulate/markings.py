"""Markings as they are found, made from the grammars of the catalogue, with the truth apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from enduse.components import Catalogue, Maker, Part
from enduse.components.grammar import Chars, Choice, Node, NotAhead, information, parse
from enduse.components.grammar import Sequence as InOrder

_FIRST_DAY = date(2017, 1, 2)
_LAST_DAY = date(2025, 12, 28)
_LEAST_BITS = 9.0
"""Of information in a code: a looser pattern could not be told from others by anybody."""
_MOST_OPEN = 3
"""Characters of a code that may be letter or digit: with more, who could see a misreading?"""
_TRIES = 40
_COUNTRIES = ("CHN", "MYS", "PHL", "THA", "TWN", "KOREA", "MALAYSIA", "TAIWAN", "CHINA", "JAPAN")
_DESCRIPTIONS = (
    "Microcontroller",
    "Chip",
    "Integrated circuit",
    "Processor",
    "Module",
    "Transceiver",
    "Memory chip",
    "Voltage converter",
    "Мікросхема",
    "Мікроконтролер",
    "Микросхема",
    "Процессор",
    "Модуль",
)
_OCR = {"0": "O", "O": "0", "1": "Il", "I": "1", "5": "S", "S": "5", "8": "B", "B": "8"}
_CYRILLIC = dict(zip("ABCEHIKMOPTX", "АВСЕНІКМОРТХ", strict=True))
_JOINT = re.compile(r"(?<=[A-Z])(?=\d)|(?<=\d)(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Noise:
    """How often a marking has what makes it hard to read; shares of markings, 0 to 1."""

    no_maker: float = 0.0
    no_date: float = 0.3
    shuffled: float = 0.0
    description: float = 0.0
    spaced: float = 0.0
    """A space or a line break inside the part number."""
    unseparated: float = 0.0
    """Hyphens and spaces of the part number left out."""
    part_misread: float = 0.0
    """One character of the part number taken for a look-alike."""
    date_misread: float = 0.0
    cyrillic: float = 0.0
    """Letters of the part number typed in Cyrillic."""
    small_letters: float = 0.0
    lot: float = 0.3
    serial: float = 0.0
    """A serial number, labelled, of as many digits as a date code has."""
    decidable: bool = True
    """Leave out misreadings and gaps that make another code of the maker: nobody could tell."""


CLEAN = Noise()
NOISY = Noise(
    no_maker=0.4,
    no_date=0.4,
    shuffled=0.5,
    description=0.5,
    spaced=0.2,
    unseparated=0.1,
    part_misread=0.15,
    date_misread=0.05,
    cyrillic=0.05,
    small_letters=0.03,
    lot=0.4,
    serial=0.1,
)
UNDECIDABLE = replace(NOISY, decidable=False)


@dataclass(frozen=True, slots=True)
class MadeMarking:
    """A marking, and what it says."""

    text: str
    part_number: str
    manufacturer: str | None
    """Brand; None where the code is of several makers and the text names none."""
    date_code: str | None
    made_on: date | None
    """A day that the date code means."""
    noisy: bool


def make_markings(
    catalogue: Catalogue, makers: Sequence[str], count: int, *, noise: Noise, seed: int
) -> list[MadeMarking]:
    """Markings of parts by some makers of a catalogue, as many of each maker as can be.

    Parameters
    ----------
    makers
        Ids of makers that have patterns special enough to be told from others.
    seed
        The same makes the same markings.
    """
    rng = Random(seed)
    grammars = {maker: list(_grammars(catalogue.makers[maker])) for maker in makers}
    able = [maker for maker in makers if grammars[maker]]
    made: list[MadeMarking] = []
    while able and len(made) < count:
        maker = able[len(made) % len(able)]
        part, node = rng.choice(grammars[maker])
        code = _code(part, node, rng)
        if code is None:
            grammars[maker].remove((part, node))
            if not grammars[maker]:
                able.remove(maker)
            continue
        made.append(_marking(catalogue.makers[maker], code, noise, rng))
    return made


def _grammars(maker: Maker) -> Iterator[tuple[Part, Node]]:
    for part in maker.parts:
        if not part.named and part.examples:
            yield part, parse(part.pattern)


def _code(part: Part, node: Node, rng: Random) -> str | None:
    """A code of the grammar that is not too loose; None where all are."""
    for _ in range(_TRIES):
        opened: list[str] = []
        code = sample(node, rng, opened) if rng.random() < 0.6 else rng.choice(part.examples)
        if (
            len(opened) <= _MOST_OPEN
            and re.fullmatch(part.pattern, code)
            and len(code) <= 24
            and any(map(str.isdigit, code))
            and information(node, code) >= _LEAST_BITS
        ):
            return code
    return None


def sample(node: Node, rng: Random, opened: list[str] | None = None) -> str:
    """A code that a grammar describes; what must not follow is left to the caller to check.

    Parameters
    ----------
    opened
        Gets the characters that may be both letter and digit.
    """
    opened = [] if opened is None else opened
    if isinstance(node, Chars):
        if any(map(str.isdigit, node.of)) and any(map(str.isalpha, node.of)):
            opened.append("".join(node.of))
        # Makers leave out letters that look like digits where both may stand.
        return rng.choice(sorted(node.of - {"O", "I", " "} or node.of))
    if isinstance(node, InOrder):
        return "".join(sample(part, rng, opened) for part in node.nodes)
    if isinstance(node, Choice):
        return sample(rng.choice(node.nodes), rng, opened)
    if isinstance(node, NotAhead):
        return ""
    return "".join(
        sample(node.node, rng, opened) for _ in range(rng.randint(node.least, node.most))
    )


def _marking(maker: Maker, code: str, noise: Noise, rng: Random) -> MadeMarking:
    shown = code
    noisy = False

    def happens(share: float) -> bool:
        return rng.random() < share

    grammars = [re.compile(part.pattern) for part in maker.parts]

    def could_be(text: str) -> bool:
        return noise.decidable and any(grammar.fullmatch(text) for grammar in grammars)

    if happens(noise.part_misread) and not could_be(misread := _misread(shown, rng)):
        shown, noisy = misread, True
    elif happens(noise.cyrillic):
        shown, noisy = "".join(_CYRILLIC.get(sign, sign) for sign in shown), True
    if happens(noise.unseparated):
        shown, noisy = re.sub(r"[\s\-]", "", shown), True
    if happens(noise.spaced) and not could_be(re.split(r"\s", spaced := _spaced(shown, rng))[0]):
        shown, noisy = spaced, True
    parts = [shown]
    scheme = maker.dates[0] if maker.dates else "YYWW"
    dated = None if happens(noise.no_date) else _dated(scheme, rng)
    if dated:
        is_misread = happens(noise.date_misread)
        parts.append(_misread(dated[0], rng) if is_misread else dated[0])
        noisy |= is_misread
    if happens(noise.lot):
        parts.append(_lot(rng))
    if happens(noise.serial):
        parts.append(f"S/N {rng.randint(0, 25):02}{rng.randint(1, 52):02}")
    if happens(0.5):
        parts.append(rng.choice(_COUNTRIES))
    if happens(noise.shuffled):
        rng.shuffle(parts)
    if not happens(noise.no_maker):
        parts.insert(rng.choice((0, len(parts))), rng.choice((maker.name, *maker.also[:2])))
    if happens(noise.description):
        parts.insert(0, rng.choice(_DESCRIPTIONS))
    text = parts[0] + "".join(rng.choice((" ", " ", "\n")) + part for part in parts[1:])
    if happens(noise.small_letters):
        text, noisy = text.lower(), True
    raw = dated[0] if dated else None
    return MadeMarking(text, code, maker.name, raw, dated[1] if dated else None, noisy)


def _misread(text: str, rng: Random) -> str:
    """The text with one character taken for another, where it has any that can be."""
    places = [at for at, sign in enumerate(text) if sign in _OCR]
    if not places:
        return text
    at = rng.choice(places)
    return text[:at] + rng.choice(_OCR[text[at]]) + text[at + 1 :]


def _spaced(text: str, rng: Random) -> str:
    places = [joint.start() for joint in _JOINT.finditer(text)]
    if not places:
        return text
    at = rng.choice(places)
    return text[:at] + rng.choice((" ", "\n")) + text[at:]


def _lot(rng: Random) -> str:
    letters = "ABCDEFGHJKLMNPQRTUVWXYZ"
    return "".join(rng.choice(letters if rng.random() < 0.5 else "0123456789") for _ in range(8))


def _dated(scheme: str, rng: Random) -> tuple[str, date] | None:
    """A date code by a scheme, and the day; None for schemes that are more than letters."""
    day = _FIRST_DAY + timedelta(days=rng.randrange((_LAST_DAY - _FIRST_DAY).days))
    year, week, _ = day.isocalendar()
    fields = {
        "YYYY": f"{year}",
        "YY": f"{year % 100:02}",
        "Y": f"{year % 10}",
        "WW": f"{week:02}",
        "MM": f"{day.month:02}",
        "M": "123456789ABC"[day.month - 1],
        "DD": f"{day.day:02}",
    }
    if re.fullmatch(r"[YWMD /.\-]+", scheme) is None:
        return None
    if "M" in scheme and day.year != year:
        return None
    return re.sub(r"YYYY|YY|Y|WW|MM|M|DD", lambda field: fields[field[0]], scheme), day


def makers_with_grammars(catalogue: Catalogue) -> list[str]:
    """Ids of the makers that have patterns to make markings from."""
    return [maker.id for maker in catalogue.makers.values() if any(True for _ in _grammars(maker))]
