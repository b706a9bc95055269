"""Small invented lists to screen against."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pyarrow as pa
import pytest

from enduse.model import LISTING_NAMES, LISTINGS, PARTIES

Lists = tuple[pa.Table, pa.Table]
"""Listings and their names."""

_LISTED = {
    "list": "un-sc",
    "version": "2026-07-31/0123456789ab",
    "kind": "organization",
    "first_seen": date(2026, 7, 31),
}


def lists_of(*entries: dict[str, object]) -> Lists:
    """Listings and names from entries of `name` and whatever else is stated.

    `aliases` and `weak_aliases` are lists of further names; keys count from 100.
    """
    listings, names = [], []
    for number, entry in enumerate(entries):
        key = 100 + number
        names.append({"entity_key": key, "name": entry["name"], "name_type": "primary"})
        for column, kind in (("aliases", "alias"), ("weak_aliases", "weak_alias")):
            names += [
                {"entity_key": key, "name": name, "name_type": kind}
                for name in entry.get(column, [])  # type: ignore[attr-defined]
            ]
        listings.append(
            {
                **_LISTED,
                "entity_key": key,
                "record_id": str(key),
                "source_row": number,
                **{name: value for name, value in entry.items() if name in LISTINGS.names},
            }
        )
    return (
        pa.Table.from_pylist(listings, schema=LISTINGS),
        pa.Table.from_pylist(names, schema=LISTING_NAMES),
    )


def parties_of(*parties: dict[str, object]) -> pa.Table:
    """Parties from what is known of each; keys count from 0."""
    rows = [{"party_key": key, **party} for key, party in enumerate(parties)]
    return pa.Table.from_pylist(rows, schema=PARTIES)


@pytest.fixture
def make_lists() -> Callable[..., Lists]:
    """`lists_of`, for tests that need their own."""
    return lists_of


@pytest.fixture
def make_parties() -> Callable[..., pa.Table]:
    """`parties_of`."""
    return parties_of
