"""Goods against control lists: once for each distinct code, description and part number."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from enduse.engine import Engine
from enduse.goods import classify, description_fit
from enduse.lists import Controls
from enduse.pipeline.run import Run

HIGH_PRIORITY_LIST = "common-high-priority"


def classify_lines(engine: Engine, run: Run, controls: Controls, as_of: date) -> dict[str, int]:
    """Write ``classifications``, ``destination_controls``, ``misfits`` and ``transit_stops``.

    Codes are looked up for all goods; texts are compared with control lists only for goods whose
    code is of high priority, where a candidate entry changes what a reader does next.
    """
    goods = engine.query(
        "SELECT CAST(goods_key AS VARCHAR) AS goods_id, hs_code, description, part_number "
        "FROM goods ORDER BY goods_key"
    )
    found = classify(
        goods,
        control_entries=controls.control_entries.slice(0, 0),
        hs_entries=controls.hs_entries,
        nomenclature=controls.nomenclature,
        as_of=as_of,
    )
    priority = pc.and_(
        pc.equal(found["list"], HIGH_PRIORITY_LIST), pc.equal(found["status"], "candidate")
    )
    concerning = goods.filter(
        pc.is_in(goods["goods_id"], value_set=found.filter(priority)["goods_id"].combine_chunks())
    )
    by_text = classify(
        concerning,
        control_entries=controls.control_entries,
        hs_entries=controls.hs_entries.slice(0, 0),
        nomenclature=controls.nomenclature,
        as_of=as_of,
        limit=3,
    )
    engine.register("found_classifications", pa.concat_tables([found, by_text]))
    engine.write(
        "SELECT * FROM found_classifications WHERE entry IS NOT NULL AND status = 'candidate'",
        run.path("classifications.parquet"),
    )
    engine.register("hs_entries", controls.hs_entries)
    engine.write(
        f"""SELECT DISTINCT g.goods_key, h.country, h.list, h.version, h.entry
           FROM goods g JOIN (
             SELECT list, version, entry, hs_code, regime, unnest(destinations) AS country
             FROM hs_entries WHERE list <> '{HIGH_PRIORITY_LIST}') h
             ON starts_with(g.hs_code, h.hs_code)""",
        run.path("destination_controls.parquet"),
    )
    fits = description_fit(goods, controls.nomenclature)
    engine.register("fits", fits)
    misfits = engine.write(
        """SELECT g.goods_key, g.description, f.own_heading, f.best_heading, f.words
           FROM fits f JOIN goods g ON CAST(g.goods_key AS VARCHAR) = f.goods_id
           WHERE f.best_heading IS NOT NULL""",
        run.path("misfits.parquet"),
    )
    _transit_stops(engine, run)
    return {"classifications": found.num_rows, "misfits": misfits}


def _transit_stops(engine: Engine, run: Run) -> None:
    routes = engine.query(
        "SELECT DISTINCT transit_countries FROM shipments WHERE transit_countries IS NOT NULL"
    )["transit_countries"].to_pylist()
    rows = [
        {"transit_countries": route, "country": country}
        for route in routes
        for country in route.split(";")
        if country
    ]
    schema = pa.schema([("transit_countries", pa.string()), ("country", pa.string())])
    engine.register("stops", pa.Table.from_pylist(rows, schema=schema))
    engine.write("SELECT * FROM stops", run.path("transit_stops.parquet"))


def register(engine: Engine, run: Run) -> None:
    """Give the engine the tables that :func:`classify_lines` wrote."""
    for name in ("classifications", "destination_controls", "misfits", "transit_stops"):
        engine.register(name, run.path(f"{name}.parquet"))
