"""What is traded, and where: goods, lines of business and countries with stated shares."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np

from enduse.simulate.draws import Flags, Floats, Ints

LANGUAGES = ("en", "zh", "ru", "tr")

_NEAR = {
    frozenset(pair): factor
    for *pair, factor in (
        ("embargoed", "central-asia", 4.0),
        ("embargoed", "caucasus", 4.0),
        ("embargoed", "europe", 1.5),
        ("embargoed", "balkan", 2.0),
        ("central-asia", "caucasus", 2.0),
        ("east-asia", "south-east-asia", 2.5),
        ("east-asia", "america", 1.6),
        ("europe", "balkan", 3.0),
        ("europe", "middle-east", 1.5),
        ("middle-east", "south-asia", 2.0),
        ("middle-east", "caucasus", 3.0),
        ("middle-east", "central-asia", 2.0),
    )
}
_SAME_REGION = 2.5


@dataclass(frozen=True, slots=True)
class Goods:
    """Kinds of goods, by HS code; prices in USD per unit, masses in kg per unit."""

    code: tuple[str, ...]
    unit: tuple[str, ...]
    family: Ints
    high_priority: Flags
    has_parts: Flags
    price: Floats
    """Natural logarithm of the usual price."""
    spread: Floats
    """Standard deviation of that logarithm between makes."""
    mass: Floats
    """Natural logarithm of the mass of a unit."""
    quantity: Floats
    """Natural logarithm of the usual quantity of a line."""
    weight: Floats
    """How often they are traded, relative to others."""
    within: tuple[tuple[int, ...], ...]
    """Other goods of the same heading and unit, as which these may be declared."""
    across: tuple[tuple[int, ...], ...]
    """Goods of another heading and the same unit, likewise."""
    wording: tuple[tuple[tuple[str, ...], ...], ...]
    """Descriptions by goods and language."""


@dataclass(frozen=True, slots=True)
class Families:
    """Lines of business."""

    name: tuple[str, ...]
    sensitive: Flags
    """Whether exports to embargoed countries stopped altogether."""
    activity: tuple[str, ...]
    amplitude: Floats
    peak_month: Ints
    sectors: tuple[dict[str, tuple[str, ...]], ...]
    """Words that stand in company names, by language."""
    end_uses: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Countries:
    """Countries of the world, with what they sell and buy."""

    code: tuple[str, ...]
    region: tuple[str, ...]
    bank: tuple[str, ...]
    """Which bank of syllables names are coined from."""
    currency: tuple[str, ...]
    coalition: Flags
    sea: Flags
    sells: Floats
    """Countries by families."""
    buys: Floats
    near: Floats
    """Countries by countries: how much likelier trade is than size alone would say; 0 at home."""
    forms: tuple[tuple[str, ...], ...]
    native_forms: tuple[tuple[str, ...], ...]
    cities: tuple[tuple[tuple[str, str], ...], ...]
    """Name in Latin letters and in the country's own script, empty if there is none."""
    zone: tuple[str, ...]
    language: tuple[tuple[int, float], ...]
    """Index of the other language of declarations, and its share."""

    def index(self, code: str) -> int:
        """Index of an alpha-2 code; ValueError if the world has no such country."""
        return self.code.index(code)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Goods, families and countries."""

    goods: Goods
    families: Families
    countries: Countries


def _rows(name: str) -> list[dict[str, str]]:
    text = files("enduse.simulate").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("|") if part)


def _goods(families: tuple[str, ...]) -> Goods:
    rows = _rows("goods.csv")
    index = {row["hs_code"]: i for i, row in enumerate(rows)}

    def switches(row: dict[str, str], same_heading: bool) -> tuple[int, ...]:
        return tuple(
            index[code]
            for code in row["switch_to"].split()
            if (code[:4] == row["hs_code"][:4]) == same_heading
            and rows[index[code]]["unit"] == row["unit"]
        )

    def logarithm(column: str) -> Floats:
        return np.log([float(row[column]) for row in rows])

    return Goods(
        code=tuple(index),
        unit=tuple(row["unit"] for row in rows),
        family=np.array([families.index(row["family"]) for row in rows]),
        high_priority=np.array([bool(row["tier"]) for row in rows]),
        has_parts=np.array([row["parts"] == "1" for row in rows]),
        price=logarithm("usd"),
        spread=0.6 * np.array([float(row["spread"]) for row in rows]),
        mass=logarithm("kg"),
        quantity=logarithm("quantity"),
        weight=np.array([float(row["weight"]) for row in rows]),
        within=tuple(switches(row, True) for row in rows),
        across=tuple(switches(row, False) for row in rows),
        wording=tuple(tuple(_parts(row[language]) for language in LANGUAGES) for row in rows),
    )


def _families() -> Families:
    rows = _rows("families.csv")
    return Families(
        name=tuple(row["family"] for row in rows),
        sensitive=np.array([row["sensitive"] == "1" for row in rows]),
        activity=tuple(row["activity"] for row in rows),
        amplitude=np.array([float(row["amplitude"]) for row in rows]),
        peak_month=np.array([int(row["peak_month"]) for row in rows]),
        sectors=tuple({lang: _parts(row[lang]) for lang in LANGUAGES} for row in rows),
        end_uses=tuple(_parts(row["end_use"]) for row in rows),
    )


def _countries(families: tuple[str, ...]) -> Countries:
    rows = _rows("countries.csv")
    sells = np.zeros((len(rows), len(families)))
    for i, row in enumerate(rows):
        sells[i] = 0.35 * float(row["sells"])
        for item in row["specialities"].split():
            family, factor = item.split(":")
            sells[i, families.index(family)] = float(factor) * float(row["sells"])
    near = np.array(
        [
            [
                0.0
                if one is other
                else _SAME_REGION
                if one["region"] == other["region"]
                else _NEAR.get(frozenset((one["region"], other["region"])), 1.0)
                for other in rows
            ]
            for one in rows
        ]
    )
    languages = [(row["languages"] or "en:0").split(":") for row in rows]
    return Countries(
        code=tuple(row["code"] for row in rows),
        region=tuple(row["region"] for row in rows),
        bank=tuple(row["bank"] for row in rows),
        currency=tuple(row["currency"] for row in rows),
        coalition=np.array([row["coalition"] == "1" for row in rows]),
        sea=np.array([row["sea"] == "1" for row in rows]),
        sells=sells,
        buys=np.array([float(row["buys"]) for row in rows]),
        near=near,
        forms=tuple(_parts(row["forms"]) for row in rows),
        native_forms=tuple(_parts(row["native_forms"]) for row in rows),
        cities=tuple(
            tuple(
                (city.partition(":")[0], city.partition(":")[2]) for city in _parts(row["cities"])
            )
            for row in rows
        ),
        zone=tuple(row["zone"] for row in rows),
        language=tuple((LANGUAGES.index(name), float(share)) for name, share in languages),
    )


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """The catalogue that comes with Enduse, read once."""
    families = _families()
    return Catalogue(_goods(families.name), families, _countries(families.name))
