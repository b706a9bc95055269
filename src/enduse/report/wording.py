"""One reader's language: texts from the catalogues, numbers and dates as that reader writes them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from math import inf
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

from enduse.errors import UsageError
from enduse.model.countries import country_name
from enduse.model.result import N_
from enduse.report.terms import TERMS, UNITS

LOCALE = Path(__file__).parent / "locale"
LANGUAGES = ("en", "uk", "zh_Hant")
"""Languages a report can be written in; English is the language of the source."""


class Wording:
    """What a report says in one language; made by :func:`wording`.

    Texts that no catalogue knows are shown in English, never left out.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self.html_language = language.replace("_", "-")
        self.translations = _translations(language)
        # The order day, month, year is read the same everywhere.
        self._locale = Locale.parse("en_GB" if language == "en" else language)
        # A report says the same few numbers, days and countries over and over.
        self.number = lru_cache(maxsize=4096)(self._number)
        self.bits = lru_cache(maxsize=4096)(self._bits)
        self.day = lru_cache(maxsize=4096)(self._day)
        self.country = lru_cache(maxsize=512)(self._country)

    def text(self, message: str) -> str:
        """A text that was marked with ``N_`` where it was written."""
        return self.translations.gettext(message) if message else ""

    def term(self, key: str) -> str:
        """One of Enduse's own words (an action, a role, a column), or the key as it is."""
        return self.text(TERMS[key]) if key in TERMS else key

    def share(self, part: int, whole: int) -> str:
        """A share in percent; what is not all or nothing never reads 100% or 0%."""
        share = part / whole if whole else 0.0
        if share in (0, 1):
            digits = "0%"
        else:
            share = min(0.999, max(0.0001, share))
            digits = "0.0%" if share >= 0.01 else "0.00%"
        return format_percent(share, format=digits, locale=self._locale)

    def moment(self, when: datetime) -> str:
        """Day and time, with the time zone if it is known."""
        style = "d MMM y, HH:mm zzz" if when.tzinfo else "d MMM y, HH:mm"
        if self.language == "zh_Hant":
            style = style.replace("d MMM y", "y年M月d日")
        return format_datetime(when, style, locale=self._locale)

    def distance(self, span: timedelta) -> str:
        """How long before or after the shipment something was."""
        if not span:
            return ""
        # Up to two of a unit the smaller one says more: 18 months, not 2 years.
        said = format_timedelta(abs(span), granularity="day", threshold=2, locale=self._locale)
        if span < timedelta():
            return self.text(N_("{span} before")).format(span=said)
        return self.text(N_("{span} after")).format(span=said)

    def days(self, count: int) -> str:
        """So many days, never put as weeks or months."""
        span = timedelta(days=count)
        return str(format_timedelta(span, "day", threshold=inf, locale=self._locale))

    def percent(self, share: float) -> str:
        """A share, 0 to 1, in whole percent; what is not all or nothing never reads so."""
        return str(format_percent(_told_apart(share), format="0%", locale=self._locale))

    def degree(self, value: float) -> str:
        """A score or a confidence, 0 to 1; what is not certain never reads as if it were."""
        return self.bits(_told_apart(value), digits=2)

    def ratio(self, value: float) -> str:
        """How many times as much, in three digits that count."""
        return str(format_decimal(value, format="@@@", locale=self._locale))

    def columns(self, names: str) -> str:
        """Columns of a table, given with ';' between them."""
        words = [self.term(name) for name in names.split(";")]
        return str(format_list(words, locale=self._locale))

    def amount(self, quantity: float, unit: str) -> str:
        """A quantity with its unit."""
        return f"{self.quantity(quantity)} {self.text(UNITS[unit]) if unit in UNITS else unit}"

    def quantity(self, quantity: float) -> str:
        """A quantity, as exact as its size makes sense."""
        digits = "#,##0" if abs(quantity) >= 1_000 else "#,##0.###"
        return str(format_decimal(quantity, format=digits, locale=self._locale))

    def _number(self, value: int) -> str:
        return format_decimal(value, format="#,##0", locale=self._locale)

    def _bits(self, value: float, *, signed: bool = False, digits: int = 1) -> str:
        places = "0." + "0" * digits
        return format_decimal(
            round(value, digits) + 0.0,
            format=f"+{places};−{places}" if signed else f"{places};−{places}",
            locale=self._locale,
        )

    def _day(self, when: date) -> str:
        return format_date(when, "medium", locale=self._locale)

    def _country(self, code: str) -> str:
        return country_name(code, self.language)


def _told_apart(share: float) -> float:
    """A share that two digits can show without making it all or nothing."""
    return share if share in (0, 1) else min(0.99, max(0.01, share))


@lru_cache
def wording(language: str) -> Wording:
    """The wording of a language.

    Parameters
    ----------
    language
        ``en``, ``uk`` or ``zh_Hant``; a hyphen is as good as an underscore.

    Raises
    ------
    UsageError
        If there is no catalogue of that language.

    Examples
    --------
    >>> wording("uk").term("consignee"), wording("zh-Hant").term("consignee")
    ('вантажоодержувач', '收貨人')
    """
    known = {name.casefold(): name for name in LANGUAGES}
    name = known.get(language.replace("-", "_").casefold())
    if name is None:
        raise UsageError(
            f"There is no report in the language '{language}'.",
            hint=f"Use one of {', '.join(LANGUAGES)}.",
        )
    return Wording(name)


def _translations(language: str) -> NullTranslations:
    path = LOCALE / language / "LC_MESSAGES" / "enduse.po"
    if language == "en":
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)
