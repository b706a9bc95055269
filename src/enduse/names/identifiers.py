"""Identifiers of parties: what kind a number is, whether it can be right, and whom it tells apart.

Two numbers contradict one another only if one register gave both: a tax number and a trade licence
of one firm differ and say nothing. Where the register is not told, it is read from the country and
the form of the number (which places are digits, which are letters).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
from rigour.ids import CNPJ, IMO, INN, LEI, OGRN, USCC

_SHORTEST, _FEWEST_DIGITS = 6, 4
_NATIONAL = 9
"""Up to so many characters, another country may give the same number to somebody else."""

_LABELLED = re.compile(r"\s*([^:\d]{2,30}):\s*(.+)")
_NOT_ALNUM = re.compile(r"[\W_]+")
_GSTIN = re.compile(r"\d{2}([A-Z]{5}\d{4}[A-Z])[A-Z\d]{3}")
_SIREN = re.compile(r"(?:FR\d\d)?(\d{9})(?:\d{5})?")
_FORM = str.maketrans("0123456789", "9" * 10)
_LETTER = re.compile(r"[^\W\d]")


@dataclass(frozen=True, slots=True)
class Identifiers:
    """One row for each identifier of each party."""

    party: list[int]
    """Row of the party."""
    value: list[str]
    """Equal for identifiers that are the same."""
    scope: list[str | None]
    """The register; None if the number tells nobody apart."""

    def claims(self) -> pa.Table:
        """What each party claims in which register: `party_key`, `scope`, `value`.

        A register of which a party gives two numbers is left out for that party.
        """
        claimed: dict[tuple[int, str], str | None] = {}
        for party, value, scope in zip(self.party, self.value, self.scope, strict=True):
            if scope is not None:
                said = claimed.setdefault((party, scope), value)
                if said != value:
                    claimed[party, scope] = None
        kept = [(*at, value) for at, value in claimed.items() if value is not None]
        parties, scopes, values = zip(*kept, strict=True) if kept else ((), (), ())
        return pa.table(
            {
                "party_key": pa.array(parties, pa.int64()),
                "scope": pa.array(scopes, pa.string()),
                "value": pa.array(values, pa.string()),
            }
        )


def identifiers(
    texts: Sequence[str], countries: Sequence[str], kinds: Sequence[str]
) -> Identifiers:
    """The identifiers that parties state.

    Parameters
    ----------
    texts
        What each party states, '' for nothing: one number, or several with ';' between them, each
        with the name of its register before ':' or without.
    countries
        Of the parties, alpha-2, '' if unknown.
    kinds
        Of the parties, '' if unknown; seven digits of a vessel are its IMO number.

    Examples
    --------
    >>> read = identifiers(["INN: 7707083893; 12", "7707083893"], ["RU", "RU"], ["", ""])
    >>> list(zip(read.party, read.value, read.scope))
    [(0, 'inn 7707083893', 'inn'), (1, 'inn 7707083893', 'inn')]
    """
    known: dict[tuple[str, str, bool], list[tuple[str, str | None]]] = {}
    read = Identifiers([], [], [])
    for party, (text, country, kind) in enumerate(zip(texts, countries, kinds, strict=True)):
        if not text:
            continue
        stated = (text, country.strip().upper(), kind == "vessel")
        if stated not in known:
            parts = (_identifier(part, *stated[1:]) for part in text.split(";"))
            known[stated] = list(dict.fromkeys(part for part in parts if part))
        for value, scope in known[stated]:
            read.party.append(party)
            read.value.append(value)
            read.scope.append(scope)
    return read


def _identifier(text: str, country: str, is_vessel: bool) -> tuple[str, str | None] | None:
    """What identifies, and the register that gave it; None if it is too short to tell."""
    labelled = _LABELLED.fullmatch(text)
    label = _NOT_ALNUM.sub(" ", labelled[1]).casefold().strip() if labelled else ""
    written = unicodedata.normalize("NFKC", labelled[2] if labelled else text).upper()
    bare = _NOT_ALNUM.sub("", written)
    if len(bare) < _SHORTEST or sum(map(str.isdigit, bare)) < _FEWEST_DIGITS:
        return None
    known = _registered(bare, country, is_vessel or label.startswith("imo"))
    if known:
        register, number = known
        return f"{register} {number}", register
    if country and bare.startswith(country) and bare[len(country) :].isdigit():
        bare = bare[len(country) :]
    home = country if len(bare) <= _NATIONAL else ""
    register = label or _LETTER.sub("A", bare.translate(_FORM))
    return f"{home} {label} {bare}", f"{country} {register}" if country else None


def _registered(bare: str, country: str, is_vessel: bool) -> tuple[str, str] | None:
    """The register whose check digits a number fulfils, and the part that names the firm."""
    digits = bare.removeprefix("IMO")
    if (is_vessel or digits != bare) and len(digits) == 7 and IMO.is_valid(digits):
        return "imo", digits
    if len(bare) == 20 and LEI.is_valid(bare):
        return "lei", bare
    if country in ("", "RU") and bare.isdigit():
        if country and len(bare) in (10, 12) and INN.is_valid(bare):
            return "inn", bare
        if len(bare) in (13, 15) and OGRN.is_valid(bare):
            return "ogrn", bare
    if country in ("", "CN") and len(bare) == 18 and USCC.is_valid(bare):
        return "uscc", bare
    # A branch shares the first part of its number with the firm.
    if country in ("", "BR") and len(bare) == 14 and CNPJ.is_valid(bare):
        return "cnpj", bare[:8]
    if country in ("", "IN") and (pan := _GSTIN.fullmatch(bare)):
        return "pan", pan[1]
    if country == "FR" and (siren := _SIREN.fullmatch(bare)) and _luhn(siren[1]):
        return "siren", siren[1]
    return None


def _luhn(digits: str) -> bool:
    doubled = (int(d) * (2 if at % 2 else 1) for at, d in enumerate(reversed(digits)))
    return sum(d // 10 + d % 10 for d in doubled) % 10 == 0
