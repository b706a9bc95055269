"""Countries as lists write them: names, nationalities, several in a cell, in asides."""

from __future__ import annotations

import re
from functools import lru_cache

from enduse.model.countries import country_code

_NOTHING = {
    "", "-", "-0-", "00", "n/a", "n/d", "none identified", "not available", "stateless",
    "undetermined", "unknown",
}  # fmt: skip
_NO_STATE = {"AN", "BU", "CS", "DD", "EU", "FX", "SU", "TP", "YD", "YU", "ZR"}
"""Codes of states that are no more (ISO 3166-3), and of the Union."""
_LONGEST_NAME = 100
_NOW = re.compile(r"\b(?:now|currently)\s+(?:the\s+)?([^();]+)", re.IGNORECASE)
_ASIDE = re.compile(
    r"^(?:\(?[a-z]\)|of the|the|region:|possibly|presumably|probably|assumed|allegedly|occupied)\s+"
    r"|\s+(?:by birth|since \d{4}|passport)$|\s*\((?:presumed|occupied|possibly)[^)]*\)",
    re.IGNORECASE,
)
_BESIDE_COUNTRY = re.compile(r"\b\d{4,}\b|(?<=\w)\s*\([^()]*\)?$")
_SEVERAL = re.compile(r"\s*(?:[;/,()]|\.\s|\band\b|\bor\b|\b[a-e]\))\s*", re.IGNORECASE)
_OTHER_NAMES = {
    "belarussian": "BY",
    "bosnia-herzegovina": "BA",
    "congo (democratic republic)": "CD",
    "russian soviet federative socialist republic (rsfsr)": "RU",
    "ukrainian ssr": "UA",
}
"""Names in the lists that the country table lacks or would misread."""


@lru_cache(maxsize=65_536)
def countries_in(text: str) -> tuple[str, ...] | None:
    """The alpha-2 codes of the countries that a text names.

    Returns
    -------
    tuple of str or None
        Empty where the text says that nothing is known; None where it names something that is
        no country that exists.

    Examples
    --------
    >>> countries_in("Korea, North"), countries_in("(a) Algerian, (b) German")
    (('KP',), ('DZ', 'DE'))
    >>> countries_in("USSR (now Belarus)"), countries_in("undetermined"), countries_in("Atlantis")
    (('BY',), (), None)
    """
    text = " ".join(text.replace('"', " ").split())
    if text.lower() in _NOTHING:
        return ()
    if match := _NOW.search(text):
        text = match[1]
    if code := _code(text):
        return (code,)
    codes = [_code(part) for part in _SEVERAL.split(text) if part]
    return tuple(dict.fromkeys(c for c in codes if c)) or None


@lru_cache(maxsize=65_536)
def countries_at_end(address: str) -> tuple[str, ...]:
    """The country that an address ends with; empty if its last part names none.

    Examples
    --------
    >>> countries_at_end("5 Mira str., Khanty-Mansiysk, 628006 Russian Federation (office 2)")
    ('RU',)
    >>> countries_at_end("Georgia Street 4, Springfield, DE")
    ()
    """
    last = _NOW.sub(r", \1", address).rpartition(",")[2]
    last = _BESIDE_COUNTRY.sub(" ", last).strip(' ."')
    if len(last) < 3 and last not in ("UK", "US"):
        return ()
    return countries_in(last) or ()


def _code(text: str) -> str | None:
    before = None
    while text != before:
        before, text = text, _ASIDE.sub("", text).strip(" .")
    # 'no' and 'in' are words here, not Norway and India.
    if (len(text) < 4 and not text.isupper()) or len(text) > _LONGEST_NAME:
        return None
    code = _OTHER_NAMES.get(text.lower()) or country_code(text)
    return code if code not in _NO_STATE else None
