"""What is written where a country should stand: its code, why there is none, what is doubtful."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files

from enduse.model.countries import country_code, country_name
from enduse.records.checks import Verdict

_UNCONTROLLED = "names a territory not under its government's control"


@lru_cache(maxsize=1 << 16)
def country(text: str) -> Verdict:
    """Judge of a country: its alpha-2 code, unless two countries are called so.

    A territory that is not under the control of its country's government is taken as that
    country, and doubted.

    Examples
    --------
    >>> country("Türkiye").value, country("Germny").wrong
    ('TR', "is no country that is known: did you mean 'Germany' (DE)?")
    >>> country("Korea").wrong
    'could be North Korea (KP) or South Korea (KR): write which'
    >>> country("Південна Осетія")[::2]
    ('GE', "names a territory not under its government's control")
    """
    word = _folded(text)
    if codes := _words("ambiguous").get(word):
        named = " or ".join(f"{country_name(code)} ({code})" for code in codes.split(" or "))
        return Verdict(wrong=f"could be {named}: write which")
    if code := _words("uncontrolled").get(word):
        return Verdict(code, doubt=_UNCONTROLLED)
    code = country_code(text)
    return Verdict(code) if code else Verdict(wrong=_unknown_country(text))


def countries(parts: list[str]) -> Verdict:
    """Judge of several countries: their alpha-2 codes joined by ';'.

    Examples
    --------
    >>> countries(["Hong Kong", "AE"]).value
    'HK;AE'
    """
    verdicts = [country(part) for part in parts]
    for part, verdict in zip(parts, verdicts, strict=True):
        if verdict.wrong:
            return Verdict(wrong=f"'{part[:40]}' {verdict.wrong}")
    codes = ";".join(str(verdict.value) for verdict in verdicts)
    return Verdict(codes or None, doubt=next((v.doubt for v in verdicts if v.doubt), None))


def _unknown_country(text: str) -> str:
    from rapidfuzz import fuzz, process

    said = "is no country that is known"
    if len(text) > 40:
        return said
    near = process.extractOne(text.casefold(), _country_names(), scorer=fuzz.ratio, score_cutoff=75)
    return f"{said}: did you mean '{near[0].title()}' ({near[2]})?" if near else said


@lru_cache(maxsize=1)
def _country_names() -> dict[str, str]:
    from babel import Locale

    territories = Locale.parse("en").territories
    return {
        code: name.casefold()
        for code, name in territories.items()
        if len(code) == 2 and country_code(code) == code
    }


@lru_cache(maxsize=2)
def _words(kind: str) -> dict[str, str]:
    """Folded words of territories.toml to what they are listed under."""
    table = tomllib.loads(files("enduse.records").joinpath("territories.toml").read_text("utf-8"))
    return {_folded(word): said for said, words in table[kind].items() for word in words}


def _folded(text: str) -> str:
    return re.sub(r"[\W_]+|ʼ", "", text).casefold()
