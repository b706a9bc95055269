"""Countries: names and codes as files have them, to ISO 3166 alpha-2."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=65_536)
def country_code(text: str) -> str | None:
    """The ISO 3166 alpha-2 code that a code or name stands for, in any script.

    Parameters
    ----------
    text
        Alpha-2, alpha-3 or a name, as written.

    Returns
    -------
    str or None
        Upper-case alpha-2 (``XK`` for Kosovo, as is usual); None if it names no country.
        A region is answered with its country as the United Nations recognises it:
        Crimea is in Ukraine.

    Examples
    --------
    >>> [country_code(t) for t in ("TWN", "Türkiye", "中國", "臺灣", "Россия", "Crimea", "Atlantis")]
    ['TW', 'TR', 'CN', 'TW', 'RU', 'UA', None]
    """
    from rigour.territories import lookup_territory

    text = text.strip()
    if not text:
        return None
    territory = lookup_territory(text)
    if territory is None:
        return _cldr_codes().get(_folded(text))
    if territory.is_historical or territory.code == "eu":
        return None
    code = territory.code.split("-")[0].upper()
    return code if len(code) == 2 else None


def country_name(code: str, language: str = "en") -> str:
    """The name of a country in the reader's language (CLDR), or the code if it has none.

    Examples
    --------
    >>> country_name("TW"), country_name("TW", "zh_Hant"), country_name("UA", "uk")
    ('Taiwan', '台灣', 'Україна')
    """
    from babel import Locale

    return str(_territories(Locale.parse(language)).get(code, code))


_LANGUAGES = ("en", "uk", "ru", "zh", "zh_Hant", "tr", "de", "fr", "es", "pl", "ja", "ko")
_NOT_COUNTRIES = {"EA", "EZ", "IC", "QO", "UN", "XA", "XB", "ZZ"}
# Usual on customs papers, and in none of the sources.
_SHORT_NAMES = {
    "中国香港": "HK",
    "中國香港": "HK",
    "中国澳门": "MO",
    "中國澳門": "MO",
    "俄罗斯联邦": "RU",
    "俄羅斯聯邦": "RU",
    "阿联酋": "AE",
    "阿聯酋": "AE",
}


@lru_cache(maxsize=1)
def _cldr_codes() -> dict[str, str]:
    """Names of countries in the languages that customs papers come in, to codes (CLDR)."""
    from babel import Locale

    return _SHORT_NAMES | {
        _folded(name): code
        for language in _LANGUAGES
        for code, name in _territories(Locale.parse(language)).items()
        if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES
    }


def _folded(text: str) -> str:
    # Taiwan's own papers write 臺 and 台 for one and the same character.
    return text.casefold().replace("臺", "台")


def _territories(locale: object) -> dict[str, str]:
    return dict(locale.territories)  # type: ignore[attr-defined]
