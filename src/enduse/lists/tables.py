"""Parties as their readers answer them, as a table."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from enduse.lists.parsed import ParsedParty
from enduse.model import LISTING_NAMES, LISTINGS

_OF_A_COLLECTION = ("entity_key", "version", "first_seen", "absent_on", "gone_by")
"""What LISTINGS says of a whole collection and not of one snapshot."""

_NAME = pa.struct([LISTING_NAMES.field("name"), LISTING_NAMES.field("name_type")])

PARTIES = pa.schema(
    [
        *(field for field in LISTINGS if field.name not in _OF_A_COLLECTION),
        pa.field("names", pa.list_(_NAME), nullable=False),
    ]
)
"""One row a party of one snapshot: LISTINGS without what only a collection knows, with names."""


def parties_table(parties: Sequence[ParsedParty]) -> pa.Table:
    """Parties as a table of the schema `PARTIES`, in the order they came."""
    columns = []
    for field in PARTIES:
        values = [getattr(party, field.name) for party in parties]
        if field.name in ("names", "identifiers"):
            keys = [part.name for part in field.type.value_type]
            values = [[dict(zip(keys, v, strict=True)) for v in many] for many in values]
        columns.append(pa.array(values, field.type))
    return pa.Table.from_arrays(columns, schema=PARTIES)
