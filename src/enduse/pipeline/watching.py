"""What partners' tips name, as the rules look at it."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from enduse.engine import Engine
from enduse.lists import Watched
from enduse.records import part_keys

_TIPS = pa.schema([("list", pa.string()), ("sender", pa.string()), ("handling", pa.string())])
_NAMED = [("list", pa.string()), ("version", pa.string()), ("record_id", pa.string())]
_PARTS = pa.schema([*_NAMED, ("part_number", pa.string()), ("watched", pa.string())])
_ENDS = ("export_country", "transit_countries", "destination_country")
_ROUTES = pa.schema([*_NAMED, *((end, pa.string()) for end in _ENDS), ("route", pa.string())])


def register(engine: Engine, watched: Watched) -> None:
    """Give the engine ``tips``, ``watched_parts`` and ``watched_routes``.

    The last two say which of the part numbers and routes of the shipments a tip names.
    """
    tips = [
        {"list": name, "sender": terms.sender, "handling": terms.handling}
        for name, terms in watched.terms.items()
    ]
    engine.register("tips", pa.Table.from_pylist(tips, schema=_TIPS))
    named = watched.goods.to_pylist()
    parts = [row for row in named if row["kind"] == "part"]
    routes = [row for row in named if row["kind"] == "route"]
    engine.register("watched_parts", _parts(engine, parts))
    engine.register("watched_routes", _routes(engine, routes))


def _parts(engine: Engine, named: Sequence[dict[str, str]]) -> pa.Table:
    if not named:
        return _PARTS.empty_table()
    watched = part_keys(pa.array([row["part_number"] for row in named]))
    written = engine.query(
        "SELECT DISTINCT part_number FROM shipments WHERE part_number IS NOT NULL"
    )["part_number"]
    place = pc.index_in(part_keys(written), watched)
    found = []
    for text, first in zip(written.filter(place.is_valid()), place.drop_null(), strict=True):
        key = watched[first.as_py()]
        found += [
            {name: row[name] for name, _ in _NAMED}
            | {"part_number": text.as_py(), "watched": row["part_number"]}
            for row, other in zip(named, watched, strict=True)
            if other == key
        ]
    return pa.Table.from_pylist(found, schema=_PARTS)


def _routes(engine: Engine, named: Sequence[dict[str, str]]) -> pa.Table:
    if not named:
        return _ROUTES.empty_table()
    chosen = ", ".join(f"coalesce({end}, '') AS {end}" for end in _ENDS)
    found = []
    for ends in engine.query(f"SELECT DISTINCT {chosen} FROM shipments").to_pylist():
        way = ";".join(ends.values()).split(";")
        for row in named:
            if _passes(way, row["countries"]):
                told = {name: row[name] for name, _ in _NAMED}
                found.append(told | ends | {"route": " → ".join(row["countries"])})
    return pa.Table.from_pylist(found, schema=_ROUTES)


def _passes(way: Sequence[str], route: Sequence[str]) -> bool:
    """Whether a way goes through all countries of a route, in their order.

    Examples
    --------
    >>> _passes(["TW", "HK", "TR", "RU"], ["TW", "TR", "RU"])
    True
    >>> _passes(["TW", "RU", "TR"], ["TW", "TR", "RU"])
    False
    """
    left = iter(way)
    return all(country in left for country in route)
