"""Why a party met a listing, in words."""

from __future__ import annotations

import pyarrow as pa

from enduse.names import explain
from enduse.screen.qualifiers import Qualifiers

_IDENTIFIERS = {
    "imo": "IMO number",
    "imo_company": "IMO company number",
    "passport": "passport",
    "national_id": "national identity number",
    "tax": "tax number",
    "registration": "registration number",
    "lei": "legal entity identifier",
    "swift": "SWIFT code",
    "duns": "D-U-N-S number",
}


def explanations(
    parties: pa.Table, listings: pa.Table, met: pa.Table, says: Qualifiers
) -> list[str | None]:
    """One explanation for each row of `met` (schema `screen.met.MET`)."""
    ours = parties.select(["name", "id", "country", "birth_date"]).take(met["party"]).to_pylist()
    columns = ["countries", "birth_dates"]
    theirs = listings.select(columns).take(met["listing"]).to_pylist()
    found = met.select(["by", "matched_name"]).to_pylist()
    rows = zip(
        ours,
        theirs,
        found,
        says.country.tolist(),
        says.birth_date.tolist(),
        says.address.tolist(),
        says.is_weak_alias.tolist(),
        strict=True,
    )
    return [_explanation(*row) for row in rows]


def _explanation(
    party: dict[str, str | None],
    listing: dict[str, list[str] | None],
    met: dict[str, str],
    country: int,
    birth_date: int,
    address: int,
    is_weak_alias: bool,
) -> str:
    name, matched, by = party["name"] or "", met["matched_name"], met["by"]
    parts = [] if by == "name" else [f"same {_IDENTIFIERS.get(by, by)}: {party['id']}"]
    if name:
        told = explain(name, matched)
        parts.append(told if by == "name" else f"names: {told}")
    if by == "name":
        if is_weak_alias:
            parts.append("the list calls this a weak alias")
        parts += _compared("country", country, party["country"], listing["countries"])
        parts += _compared("birth date", birth_date, party["birth_date"], listing["birth_dates"])
        if address > 0:
            parts.append("same address")
    return "; ".join(parts)


def _compared(what: str, says: int, ours: str | None, theirs: list[str] | None) -> list[str]:
    if says > 0:
        return [f"same {what}: {ours}"]
    if says < 0:
        return [f"other {what}: {ours}, on the list {', '.join(theirs or ())}"]
    return []
