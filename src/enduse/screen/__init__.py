"""Parties, vessels and addresses against the lists, and what that means as of a day."""

from enduse.screen.addresses import ADDRESS_HITS, AddressIndex
from enduse.screen.entities import entity_ids
from enduse.screen.queries import SCREENED, NamesScreened, screen_names
from enduse.screen.screener import DEFAULT_THRESHOLD, Screener
from enduse.screen.standing import Standing, standing, standing_sql

__all__ = [
    "ADDRESS_HITS",
    "DEFAULT_THRESHOLD",
    "SCREENED",
    "AddressIndex",
    "NamesScreened",
    "Screener",
    "Standing",
    "entity_ids",
    "screen_names",
    "standing",
    "standing_sql",
]
