"""Quantities as data sheets write them, as exact numbers of a base unit."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

_QUANTITY = re.compile(
    r"(?P<number>[+-]?\d{1,3}(?: \d{3})+|[+-]?\d+(?:[.,]\d+)*(?:e[+-]?\d{1,2}(?![^\W_]))?)"
    r"[\s-]*(?P<unit>.*)",
    re.IGNORECASE,
)
_EITHER_COMMA = re.compile(r"^[+-]?[1-9]\d{0,2},\d{3}$")
_PREFIXES = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_SPELLINGS = str.maketrans({"\u2212": "-", "\u2013": "-", "\u2010": "-"})


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of a dimension's base unit, and how it was written."""

    value: Fraction
    written: str


@dataclass(frozen=True, slots=True)
class Unread:
    """Why a value could not be taken as a quantity."""

    reason: str


@dataclass(frozen=True, slots=True)
class Dimension:
    """What is measured, and the units that are understood."""

    units: dict[str, int]
    """Unit to how many of the base unit it is; '' lets a bare number stand. Temperatures are
    turned to °C by a rule of their own."""
    suffixes: dict[str, str]
    """Ending of a column's name to the unit that a bare number in it has."""
    negative: bool = False


def _scaled(*units: str, factor: int = 1) -> dict[str, int]:
    return {prefix + unit: n * factor for unit in units for prefix, n in _PREFIXES.items()}


DIMENSIONS: dict[str, Dimension] = {
    "sample_rate": Dimension(
        _scaled("SPS", "S/s", "Sa/s", "Hz"),
        {"sps": "SPS", "ksps": "kSPS", "msps": "MSPS", "gsps": "GSPS"},
    ),
    "resolution": Dimension({"bit": 1, "bits": 1}, {"bit": "bit", "bits": "bit"}),
    "temperature": Dimension(
        dict.fromkeys(("°C", "C", "degC", "K", "°F", "F", "degF"), 1),
        {"c": "°C", "k": "K", "f": "°F"},
        negative=True,
    ),
    "data_rate": Dimension(
        _scaled("b/s", "bit/s", "bps") | _scaled("B/s", "Byte/s", "Bps", factor=8),
        {"mbps": "Mb/s", "gbps": "Gb/s", "tbps": "Tb/s"},
    ),
    "memory_bandwidth_density": Dimension(
        dict.fromkeys(("GB/s/mm2", "GB/s/mm^2", "GB/(s*mm2)", "GB/s per mm2"), 1),
        {"gb_s_mm2": "GB/s/mm2"},
    ),
    "count": Dimension(dict.fromkeys(("", "I/O", "I/Os", "IO", "IOs", "pins"), 1), {}),
    "number": Dimension({"": 1}, {}),
}


@lru_cache(maxsize=65_536)
def quantity(text: str, dimension: str, unit: str = "") -> Quantity | Unread:
    """What a value says, if it can be said without guessing.

    Parameters
    ----------
    text
        The value as written; full-width digits and the typographic minus are understood.
    dimension
        A key of `DIMENSIONS`.
    unit
        The unit of a bare number, where the column's name carries it.

    Examples
    --------
    >>> quantity("0.5 GSPS", "sample_rate") == Quantity(Fraction(500_000_000), "0.5 GSPS")
    True
    >>> quantity("62.5 GB/s", "data_rate").value == quantity("500 Gb/s", "data_rate").value
    True
    >>> quantity("500", "sample_rate").reason
    'its unit is missing'
    >>> quantity("218 K", "temperature").value
    Fraction(-55, 1)
    """
    known = DIMENSIONS[dimension]
    plain = " ".join(unicodedata.normalize("NFKC", text).translate(_SPELLINGS).split())
    match = _QUANTITY.fullmatch(plain)
    if match is None:
        return Unread("it is not a number with a unit")
    number = _number(match["number"])
    if number is None:
        return Unread("its commas or points can be read in more than one way")
    if number < 0 and not known.negative:
        return Unread("it is below zero")
    unit = match["unit"] or unit
    named = _unit_named(unit, known)
    if isinstance(named, Unread):
        return named
    written = plain if match["unit"] else f"{plain} {unit}".strip()
    value = _celsius(number, named) if dimension == "temperature" else number * known.units[named]
    return Quantity(value, written)


def _number(text: str) -> Fraction | None:
    text = text.replace(" ", "")
    if text.count(",") > 1 and "." not in text:
        text = text.replace(",", "")
    elif "," in text and ("." in text or _EITHER_COMMA.search(text)):
        return None
    try:
        return Fraction(text.replace(",", "."))
    except ValueError:
        return None


def _unit_named(text: str, dimension: Dimension) -> str | Unread:
    if text in dimension.units:
        return text
    if not text:
        return Unread("its unit is missing")
    alike = [unit for unit in dimension.units if unit.casefold() == text.casefold()]
    if len({dimension.units[unit] for unit in alike}) > 1:
        return Unread(f"its unit '{text}' may mean {' or '.join(alike)}")
    return alike[0] if alike else Unread(f"its unit '{text}' is not understood")


def _celsius(number: Fraction, unit: str) -> Fraction:
    match unit[-1]:
        case "K":
            # The lists themselves equate whole kelvin with whole degrees ('218 K (−55 °C)').
            return number - (273 if number.denominator == 1 else Fraction("273.15"))
        case "F":
            return (number - 32) * Fraction(5, 9)
        case _:
            return number
