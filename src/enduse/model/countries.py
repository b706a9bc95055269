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
    >>> [country_code(t) for t in ("TWN", "Türkiye", "中国", "Россия", "Crimea", "Atlantis")]
    ['TW', 'TR', 'CN', 'RU', 'UA', None]
    """
    from rigour.territories import lookup_territory

    text = text.strip()
    if not text:
        return None
    territory = lookup_territory(text)
    if territory is None:
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


def _territories(locale: object) -> dict[str, str]:
    return dict(locale.territories)  # type: ignore[attr-defined]
