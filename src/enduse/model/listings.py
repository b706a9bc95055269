"""Listings: who is on which list of which authority, from when to when."""

from __future__ import annotations

from enum import StrEnum

import pyarrow as pa

from enduse.model.columns import column


class PartyKind(StrEnum):
    """What kind of party a list speaks of."""

    PERSON = "person"
    ORGANIZATION = "organization"
    VESSEL = "vessel"
    AIRCRAFT = "aircraft"
    UNKNOWN = "unknown"


IDENTIFIER = pa.struct(
    [
        column("type", pa.string(), "passport, tax, registration, imo, mmsi, lei, swift, other …"),
        column("value", pa.string(), "As written."),
    ]
)

LISTINGS = pa.schema(
    [
        column("entity_key", pa.int64(), "Number within one loaded collection.", required=True),
        column("list", pa.string(), "List, e.g. 'un-sc' or 'us-csl/Entity List'.", required=True),
        column("version", pa.string(), "Snapshot: '<date>/<digest12>'.", required=True),
        column("record_id", pa.string(), "The list's own id, as given; may repeat.", required=True),
        column("source_row", pa.int64(), "Row or ordinal in the file it came from.", required=True),
        column("kind", pa.string(), "A PartyKind.", required=True),
        column("name", pa.string(), "Primary name as written.", required=True),
        column("programs", pa.list_(pa.string()), "Programmes or regimes."),
        column("measure", pa.string(), "What follows: asset freeze, export control, denial …"),
        column("countries", pa.list_(pa.string()), "Alpha-2 codes of any tie stated."),
        column("addresses", pa.list_(pa.string()), "Addresses as written."),
        column("birth_dates", pa.list_(pa.string()), "YYYY, YYYY-MM or YYYY-MM-DD."),
        column("identifiers", pa.list_(IDENTIFIER), "Identifiers as given."),
        column("imo", pa.string(), "IMO number, 7 digits; null: none given."),
        column("listed_from", pa.date32(), "Listing date the list gives; null: it gives none."),
        column("listed_to", pa.date32(), "Delisting or expiry date; null: none given."),
        column(
            "first_seen", pa.date32(), "Date of the first snapshot that held it.", required=True
        ),
        column(
            "absent_on",
            pa.date32(),
            "Date of the newest whole snapshot of the list before first_seen, which did not hold "
            "it; null: none is held.",
        ),
        column(
            "gone_by",
            pa.date32(),
            "Date of the first later whole snapshot of the list without it; null: none is held.",
        ),
        column("source_url", pa.string(), "Where the authority publishes it."),
        column("remarks", pa.string(), "Remarks as given."),
    ]
)
"""One row a listed entity of one list, its newest snapshot's words, its dates over all."""

LISTING_NAMES = pa.schema(
    [
        column("entity_key", pa.int64(), "As in LISTINGS.", required=True),
        column("name", pa.string(), "A name as written, any script.", required=True),
        column(
            "name_type",
            pa.string(),
            "primary, alias, weak_alias (low quality), former, original_script.",
            required=True,
        ),
    ]
)
"""Every name of every listed entity, the primary one included."""
