"""Parties: who takes part, what a registry says of them, and where they meet a list."""

from __future__ import annotations

import pyarrow as pa

from enduse.model.columns import column

PARTIES = pa.schema(
    [
        column("party_key", pa.int64(), "Number of the party within a run.", required=True),
        column("name", pa.string(), "Name as written.", required=True),
        column("kind", pa.string(), "person, organization, vessel; null: not known."),
        column("country", pa.string(), "Alpha-2; null: not known."),
        column("birth_date", pa.string(), "YYYY, YYYY-MM or YYYY-MM-DD; null: not known."),
        column("id", pa.string(), "An identifier: registration, tax, passport, IMO number."),
        column("address", pa.string(), "Address as written."),
    ]
)
"""Distinct parties to be screened."""

HITS = pa.schema(
    [
        column("party_key", pa.int64(), "The party that was screened.", required=True),
        column("entity_key", pa.int64(), "The listed entity, as in LISTINGS.", required=True),
        column("score", pa.float64(), "0 to 1; 1 is the same name or a strong id.", required=True),
        column("matched_name", pa.string(), "The listed name that met it.", required=True),
        column("basis", pa.string(), "name, identifier or imo.", required=True),
        column("explanation", pa.string(), "Which part met which, in words."),
    ]
)
"""Where a party meets a listed entity, whatever the date."""

OWNER = pa.struct(
    [
        column("name", pa.string(), "Owner as written."),
        column("share", pa.float64(), "Share held, 0 to 1; null: not known."),
        column("from", pa.date32(), "Held from; null: not known."),
        column("to", pa.date32(), "Held to; null: still held or not known."),
    ]
)

REGISTRY = pa.schema(
    [
        column("entity_id", pa.string(), "The registry's own number.", required=True),
        column("name", pa.string(), "Name as registered.", required=True),
        column("country", pa.string(), "Alpha-2.", required=True),
        column("incorporation_date", pa.date32(), "Founded on; null: not known."),
        column("address", pa.string(), "Registered address."),
        column("activity", pa.string(), "Line of business: words, or an ISIC/NACE code."),
        column("officers", pa.list_(pa.string()), "Officers; null: not known, empty: none."),
        column("owners", pa.list_(OWNER), "Owners; null: not known, empty: none."),
    ]
)
"""A company registry: one row a company."""
