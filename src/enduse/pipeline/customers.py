"""Customers of candidate sales, and who the goods were sent to, against the workspace's lists."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa

from enduse.components.shares import compared_name
from enduse.lists import collection
from enduse.model import PARTIES
from enduse.model.columns import column
from enduse.screen import Standing, kept_screener, standing
from enduse.settings import Settings

CUSTOMERS = pa.schema(
    [
        column("role", pa.string(), "customer, or ship_to: who or where the goods went."),
        column("name", pa.string(), "As written in the most probable sale.", required=True),
        column("country", pa.string(), "Alpha-2 that was sold to; null: not recorded."),
        column("sales", pa.int32(), "Candidate sales.", required=True),
        column("quantity", pa.float64(), "Pieces in candidate sales.", required=True),
        column("lot_share", pa.float64(), "Of what these records sold of the lot."),
        column("probability", pa.float64(), "That it was supplied with the part.", required=True),
        column("first_sale", pa.date32(), "First candidate sale.", required=True),
        column("last_sale", pa.date32(), "Last candidate sale.", required=True),
        column("screened", pa.bool_(), "Whether any list was asked.", required=True),
        column(
            "when_sold",
            pa.string(),
            "listed, undated, listed_since or delisted, at the sale where it stood worst; null: no "
            "match in the lists asked, or none was asked.",
        ),
        column("now", pa.string(), "The same as of today."),
        column("score", pa.float64(), "How surely it is the listed one, 0 to 1."),
        column("matched_name", pa.string(), "The listed name that met it."),
        column("list", pa.string(), "The list."),
        column("record_id", pa.string(), "The list's own id of the entity."),
        column("listed_from", pa.date32(), "Listing date; null: the list gives none."),
        column("explanation", pa.string(), "What met, in words."),
    ]
)
"""Customers and recipients of candidate sales, screened; most probable first."""

_ROLES = ("customer", "ship_to")
_WORST = (Standing.LISTED, Standing.UNDATED, Standing.LISTED_SINCE, Standing.DELISTED)
_DATES = ("listed_from", "listed_to", "first_seen", "absent_on", "gone_by")
_MOST_HITS = 5


def screened_customers(
    customers: pa.Table, candidates: pa.Table, *, as_of: date, settings: Settings
) -> tuple[pa.Table, tuple[str, ...]]:
    """Customers and recipients, and where they stood on the lists when sold to and stand now.

    Parameters
    ----------
    customers
        Schema SUPPLY_CUSTOMERS.
    candidates
        Schema SUPPLIES.
    as_of
        The day that counts as today.
    settings
        Names the workspace whose lists are asked.

    Returns
    -------
    tuple
        A table in the schema CUSTOMERS, and the titles of the snapshots asked.
    """
    rows = [
        {
            "role": "customer",
            "name": row["customer"],
            **{name: row[name] for name in CUSTOMERS.names[2:9]},
        }
        for row in customers.to_pylist()
    ]
    sales = candidates.select(["customer", "ship_to", "country", "date", "quantity", "probability"])
    for role in _ROLES:
        # Spellings that the supply takes for one firm are one here, too.
        sales = sales.append_column(f"{role}_compared", compared_name(sales[role]))
    listed = sales.to_pylist()
    rows += _recipients(listed)
    held = collection(settings)
    asked = tuple(snapshot.title for snapshot in held.in_force)
    if asked and rows:
        _screen(rows, listed, kept_screener(held, settings), as_of)
    for row in rows:
        row["screened"] = bool(asked)
    return pa.Table.from_pylist(rows, CUSTOMERS), asked


def _recipients(sales: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Who goods were sent to, where that is no customer; most probable first."""
    known = {sale["customer_compared"] for sale in sales}
    found: dict[str, dict[str, Any]] = {}
    for sale in sales:
        name = sale["ship_to_compared"]
        if not name or name in known:
            continue
        row = found.setdefault(
            name,
            {
                "role": "ship_to",
                "name": sale["ship_to"],
                "country": sale["country"],
                "sales": 0,
                "quantity": 0.0,
                "probability": 0.0,
                "first_sale": sale["date"],
                "last_sale": sale["date"],
            },
        )
        row["sales"] += 1
        row["quantity"] += sale["quantity"]
        row["probability"] = min(1.0, row["probability"] + sale["probability"])
        row["first_sale"] = min(row["first_sale"], sale["date"])
        row["last_sale"] = max(row["last_sale"], sale["date"])
    return sorted(found.values(), key=lambda row: -row["probability"])


def _screen(
    rows: list[dict[str, Any]], sales: list[dict[str, Any]], screener: Any, as_of: date
) -> None:
    """Add what the lists say to each row: the surest entity that stood worst."""
    days: dict[str, set[date]] = {}
    for sale in sales:
        for name in {sale[f"{role}_compared"] for role in _ROLES}:
            days.setdefault(name, set()).add(sale["date"])
    names = compared_name(pa.chunked_array([[row["name"] for row in rows]], pa.string()))
    parties = pa.Table.from_pylist(
        [
            {"party_key": key, "name": row["name"], "country": row["country"]}
            for key, row in enumerate(rows)
        ],
        PARTIES,
    )
    listings = screener.listings
    place = {key: at for at, key in enumerate(listings["entity_key"].to_pylist())}
    best: dict[int, tuple[Any, ...]] = {}
    for hit in screener.parties(parties, limit=_MOST_HITS).to_pylist():
        row = rows[hit["party_key"]]
        listed = listings.slice(place[hit["entity_key"]], 1).to_pylist()[0]
        dates = {name: listed[name] for name in _DATES}
        sold = days[names[hit["party_key"]].as_py()]
        when = min((standing(day, **dates) for day in sold), key=_WORST.index)
        now = standing(as_of, **dates)
        rank = (_WORST.index(when), _WORST.index(now), -hit["score"])
        if rank < best.get(hit["party_key"], (len(_WORST),)):
            best[hit["party_key"]] = rank
            row |= {
                "when_sold": str(when),
                "now": str(now),
                **{name: hit[name] for name in ("score", "matched_name", "explanation")},
                **{name: listed[name] for name in ("list", "record_id", "listed_from")},
            }
