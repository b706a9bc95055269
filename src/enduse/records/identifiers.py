"""Numbers with a check digit: what fails is kept, and doubted."""

from __future__ import annotations

import re
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc
from rigour.ids import INN, LEI, OGRN, USCC

from enduse.model.identifiers import (
    container_number,
    imo_number,
    is_container_valid,
    is_imo_valid,
)
from enduse.records.checks import Checked, Verdict, each

_FAILED = "the check digit of {} fails"
_CONTAINER = re.compile(r"[A-Z]{4}\d{7}")


@lru_cache(maxsize=1 << 16)
def vessel_imo(text: str) -> Verdict:
    """Judge of a ship's number: its seven digits.

    Examples
    --------
    >>> vessel_imo("IMO 9074729").value, vessel_imo("9074728").doubt
    ('9074729', 'the check digit of an IMO number fails')
    """
    digits = imo_number(text)
    if digits is None:
        return Verdict(text, doubt="not seven digits, as an IMO number has")
    return Verdict(digits, doubt=None if is_imo_valid(digits) else _FAILED.format("an IMO number"))


@lru_cache(maxsize=1 << 16)
def container(text: str) -> Verdict:
    """Judge of a container number: four letters and seven digits.

    Examples
    --------
    >>> container("csqu 305438-3").value, container("CSQU3054384").doubt
    ('CSQU3054383', 'the check digit of a container number fails')
    """
    number = container_number(text)
    if is_container_valid(number):
        return Verdict(number)
    if _CONTAINER.fullmatch(number):
        return Verdict(number, doubt=_FAILED.format("a container number"))
    return Verdict(text, doubt="not four letters and seven digits, as a container number has")


def party_ids(text: pa.StringArray) -> Checked:
    """Rule of parties' numbers: kept as written, those that `party_id` can tell apart checked."""
    telling = pc.match_substring_regex(text, _TELLING_FORM)
    return Checked(text, doubts=_each_party_id(pc.if_else(telling, text, None)).doubts)


@lru_cache(maxsize=1 << 16)
def party_id(text: str) -> Verdict:
    """Judge of a party's number: kept as written, and checked where its form says what it is.

    That is an LEI (20 characters, the fifth and sixth 0, as ISO 17442 had them reserved, and
    some letter), a Chinese unified social credit code (18 characters of its alphabet, the first
    two naming an authority), and what is called LEI, EORI, INN or OGRN by its prefix. An EORI
    number has no check digit of its own: only its form is checked.

    Examples
    --------
    >>> party_id("529900T8BM49AURSDO55").doubt
    >>> party_id("529900T8BM49AURSDO56").doubt
    'the check digit of an LEI fails'
    """
    prefixed = _PREFIXED.fullmatch(text)
    said, number = (prefixed[1].upper(), prefixed[2]) if prefixed else ("", text)
    number = number.upper().replace(" ", "")
    doubt = None
    if said == "EORI":
        if not _EORI.fullmatch(number):
            doubt = "not in the form of an EORI number"
    elif said == "LEI" or _LEI.fullmatch(number):
        if not LEI.is_valid(number):
            doubt = _FAILED.format("an LEI")
    elif said in ("INN", "ИНН"):
        if not INN.is_valid(number):
            doubt = _FAILED.format("an INN")
    elif said in ("OGRN", "ОГРН"):
        if not OGRN.is_valid(number):
            doubt = _FAILED.format("an OGRN")
    elif _USCC.fullmatch(number) and not USCC.is_valid(number):
        doubt = _FAILED.format("a unified social credit code")
    return Verdict(text, doubt=doubt)


_PREFIXED = re.compile(
    r"(LEI|EORI|INN|ИНН|OGRN|ОГРН)(?:[\s:#№.-]+|(?=\d))([0-9A-Z ]+)", re.IGNORECASE
)
# What `party_id` looks at more closely, for a first sieve over millions of numbers.
_TELLING_FORM = r"(?i)^(?:(?:LEI|EORI|INN|ИНН|OGRN|ОГРН)|[0-9A-Z]{18}$|[0-9A-Z]{20}$)"
_EORI = re.compile(r"[A-Z]{2}[A-Z0-9]{1,15}")
_LEI = re.compile(r"(?=.*[A-Z])[0-9A-Z]{4}00[0-9A-Z]{12}\d{2}")
_USCC = re.compile(r"[159Y][1239]\d{6}[0-9A-HJ-NP-RTUW-Y]{10}")
_each_party_id = each(party_id, pa.string())
