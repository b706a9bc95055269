"""Parties, vessels and addresses against the lists, and what that means as of a day."""

from enduse.screen.addresses import ADDRESS_HITS, AddressIndex
from enduse.screen.changes import Changes
from enduse.screen.entities import entity_ids
from enduse.screen.kept import kept_screener
from enduse.screen.queries import SCREENED, NamesScreened, screen_names
from enduse.screen.screener import DEFAULT_THRESHOLD, MMSI_TRUST, Screener
from enduse.screen.standing import Standing, standing, standing_sql

__all__ = [
    "ADDRESS_HITS",
    "DEFAULT_THRESHOLD",
    "MMSI_TRUST",
    "SCREENED",
    "AddressIndex",
    "Changes",
    "NamesScreened",
    "Screener",
    "Standing",
    "entity_ids",
    "kept_screener",
    "screen_names",
    "standing",
    "standing_sql",
]
