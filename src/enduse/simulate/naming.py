"""What firms are called, and in which other ways their names are written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from enduse.simulate.catalogue import Catalogue
from enduse.simulate.coinage import BANKS, romanised, sector_words, unaccented
from enduse.simulate.firms import Firms

WRITINGS = 5
"""Ways in which a firm's name is written: as registered, bare capitals, own script (unaccented
where it has none), with an error of typing, abbreviated."""

_ABBREVIATIONS = (
    ("Electronics", "Elec."),
    ("International", "Intl"),
    ("Components", "Comp."),
    ("Engineering", "Eng."),
    ("Instruments", "Instr."),
    ("Logistics", "Log."),
    ("Machinery", "Mach."),
    ("Trading", "Trd."),
    ("Private Limited", "Pvt Ltd"),
    ("Limited", "Ltd"),
    ("Co., Ltd.", "Co Ltd"),
    ("San. ve Tic. Ltd. Şti.", "Ltd Sti"),
    ("Sdn. Bhd.", "Sdn Bhd"),
    ("LLC", "L.L.C."),
)
Chosen = TypeVar("Chosen")
_SIMPLIFIED = str.maketrans(
    "電訊網資腦儀測機軸業車紡織飾醫藥療農產鋼鐵屬貿國際實貨運膠裝傢",
    "电讯网资脑仪测机轴业车纺织饰医药疗农产钢铁属贸国际实货运胶装家",
)
_PUNCTUATION = str.maketrans("", "", '.,"')


def capitals(text: str) -> str:
    """Text as a declarant's system stores it.

    Examples
    --------
    >>> capitals('OOO "Dış Ticaret", Ltd.')
    'OOO DIS TICARET LTD'
    """
    return unaccented(text).translate(_PUNCTUATION).upper()


def firm_names(rng: np.random.Generator, catalogue: Catalogue, firms: Firms) -> list[str]:
    """WRITINGS names for each firm, one firm after the other."""
    stems = _stems(rng, catalogue, firms)
    chances = rng.random((len(firms), 6)).tolist()
    names: list[str] = []
    for country, business, stem, chance in zip(
        firms.country.tolist(), firms.business.tolist(), stems, chances, strict=True
    ):
        name, native = _name(catalogue, country, business, stem, chance)
        names += (
            name,
            capitals(name),
            native or unaccented(name),
            name.replace(stem[0], _mistyped(stem[0], chance[5])),
            _abbreviated(name),
        )
    return names


def _stems(rng: np.random.Generator, catalogue: Catalogue, firms: Firms) -> list[tuple[str, str]]:
    """The coined word of each firm, some of them a letter from another firm's."""
    stems: list[tuple[str, str]] = [("", "")] * len(firms)
    banks = np.array(catalogue.countries.bank)[firms.country]
    for name, bank in BANKS.items():
        members = np.flatnonzero(banks == name).tolist()
        for firm, word in zip(members, bank.words(rng, len(members)), strict=True):
            stems[firm] = word
    for firm in np.flatnonzero(firms.resembles >= 0).tolist():
        latin, native = stems[int(firms.resembles[firm])]
        place = int(rng.integers(1, len(latin) - 1))
        altered = latin[:place] + latin[place + 1 :]
        stems[firm] = (latin if rng.random() < 0.5 else altered, native)
    return stems


def _name(
    catalogue: Catalogue, country: int, business: int, stem: tuple[str, str], chance: list[float]
) -> tuple[str, str]:
    """The registered name in Latin letters, and the name in the country's own script or ''."""
    countries = catalogue.countries
    words = sector_words(catalogue.families, business)
    city, city_native = _one(countries.cities[country], chance[0])
    form = _one(countries.forms[country], chance[1])
    own_forms = countries.native_forms[country]
    own_form = _one(own_forms, chance[1]) if own_forms else ""
    bare = chance[3] < 0.12

    def sector(language: str) -> str:
        return "" if bare else f" {_one(words[language], chance[2])}"

    match countries.bank[country]:
        case "slavic-cyrillic" | "turkic-cyrillic":
            native = f"{own_form} «{stem[1]}{sector('ru')}»"
            body = f"{stem[0]}{romanised(sector('ru'))}"
            # Only the Latin letters show which form it is where the own script has one alone.
            return (f"{body} {form}" if form in ("LLC", "LLP") else f'{form} "{body}"'), native
        case "sinic":
            seated = chance[4] < 0.55
            native = f"{city_native if seated else ''}{stem[1]}{_one(words['zh'], chance[2])}"
            if countries.code[country] == "CN":
                native = native.translate(_SIMPLIFIED)
            return (
                f"{f'{city} ' if seated else ''}{stem[0]}{sector('en')} {form}",
                native + own_form,
            )
        case "japonic":
            native = f"{own_form}{stem[1]}" if own_form else ""
            return f"{stem[0]}{sector('en')} {form}", native
        case "turkic" if countries.code[country] == "TR":
            return f"{stem[0]}{sector('tr')} {form}", ""
    return f"{stem[0]}{sector('en')} {form}", ""


def _one(options: Sequence[Chosen], chance: float) -> Chosen:
    return options[int(chance * len(options))]


def _mistyped(word: str, chance: float) -> str:
    """The word with two letters swapped, one left out or one doubled."""
    place = 1 + int(chance * (len(word) - 2))
    letter, rest = word[place], word[place + 1 :]
    return (
        word[:place]
        + (rest[:1] + letter + rest[1:], rest, letter + letter + rest)[int(chance * 997) % 3]
    )


def _abbreviated(name: str) -> str:
    for long, short in _ABBREVIATIONS:
        if long in name:
            return name.replace(long, short)
    if '"' in name:
        return name.split('"')[1]
    return name.rpartition(" ")[0] or name
