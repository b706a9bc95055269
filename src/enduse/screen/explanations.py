"""Why a party met a listing, in words."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from enduse.names import NameIndex
from enduse.names.normalise import misencoded
from enduse.screen.met import Flags
from enduse.screen.qualifiers import Qualifiers, Says

_IDENTIFIERS = {
    "imo": "IMO number",
    "imo_company": "IMO company number",
    "passport": "passport",
    "national_id": "national identity number",
    "tax": "tax number",
    "registration": "registration number",
    "lei": "legal entity identifier",
    "swift": "SWIFT code",
    "mmsi": "MMSI radio number",
    "duns": "D-U-N-S number",
}


_COUNTRY = {
    Says.SAME: "same country: {ours}",
    Says.DIFFERS: "other country: {ours}, on the list {theirs}",
}
_BIRTH_DATE = {
    Says.SAME: "same birth date: {ours}",
    Says.NEAR: "near birth date: {ours}, on the list {theirs}",
    Says.SAME_YEAR: "same year of birth: {ours}, on the list {theirs}",
    Says.NEXT_YEAR: "year of birth one off: {ours}, on the list {theirs}",
    Says.DIFFERS: "other birth date: {ours}, on the list {theirs}",
}
_IDENTIFIER = {
    Says.DIFFERS: "another number of the same register: {ours}, on the list {theirs}",
    Says.OTHER_FORM: "another number of the same form: {ours}, on the list {theirs}",
}
_ADDRESS = {Says.SAME: "same address", Says.DIFFERS: "address not on the list: {ours}"}
_VERY_COMMON_NAME = "a name that many bear"


def explanations(
    parties: pa.Table,
    listings: pa.Table,
    met: pa.Table,
    says: Qualifiers,
    index: NameIndex,
    is_common: Flags,
) -> list[str | None]:
    """One explanation for each row of `met` (schema `screen.met.MET`).

    `index` holds the listed names, and `is_common` says whether so many bear the name that matched
    that it alone says little.
    """
    columns = ["name", "id", "country", "birth_date", "address"]
    ours = parties.select(columns).take(met["party"]).to_pylist()
    columns = ["countries", "birth_dates", "identifiers"]
    theirs = listings.select(columns).take(met["listing"]).to_pylist()
    names = [party["name"] or "" for party in ours]
    told = index.explain(names, met["matched_name"].to_pylist())
    said = zip(says.country, says.birth_date, says.identifier, says.address, strict=True)
    rows = zip(
        ours, theirs, met["by"].to_pylist(), told, said, says.is_weak_alias, is_common, strict=True
    )
    return [_explanation(*row) for row in rows]


def _explanation(
    party: dict[str, Any],
    listing: dict[str, Any],
    by: str,
    names: str,
    said: tuple[int, int, int, int],
    is_weak_alias: bool,
    is_common: bool,
) -> str:
    meant = misencoded(party["name"] or "")
    mended = [f"read as '{meant}', which its letters say in another encoding"] if meant else []
    if by != "name":
        same = f"same {_IDENTIFIERS.get(by, by)}: {party['id']}"
        return "; ".join([same, *([f"names: {names}"] if names else []), *mended])
    parts = [names, *mended]
    if is_weak_alias:
        parts.append("the list calls this a weak alias")
    if is_common:
        parts.append(_VERY_COMMON_NAME)
    numbers = [identifier["value"] for identifier in listing["identifiers"] or ()]
    stated = (
        (_COUNTRY, party["country"], listing["countries"]),
        (_BIRTH_DATE, party["birth_date"], listing["birth_dates"]),
        (_IDENTIFIER, party["id"], numbers),
        (_ADDRESS, party["address"], None),
    )
    for says, (words, ours, theirs) in zip(said, stated, strict=True):
        if says in words:
            parts.append(words[Says(says)].format(ours=ours, theirs=", ".join(theirs or ())))
    return "; ".join(parts)
