"""Goods against control lists: each distinct code once, each distinct text once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pyarrow as pa

from enduse.engine import Engine
from enduse.goods import DESCRIPTION_FIT, classify, description_fit
from enduse.lists import Controls
from enduse.model import CLASSIFICATIONS
from enduse.model.countries import country_code
from enduse.pipeline.run import Run

HIGH_PRIORITY_LIST = "common-high-priority"
_CODE_LENGTHS = range(2, 11)

TABLES = (
    "code_classifications",
    "text_classifications",
    "destination_controls",
    "misfits",
    "incomparable_goods",
    "stated_origins",
    "transit_stops",
)
"""What :func:`classify_lines` writes."""


def classify_lines(engine: Engine, run: Run, controls: Controls, as_of: date) -> dict[str, int]:
    """Write TABLES.

    Codes are looked up for all goods; texts are compared with control lists only for goods whose
    code is of high priority, where a candidate entry changes what a reader does next.
    """

    def kernel(**asked: pa.Table) -> Callable[[pa.RecordBatch], pa.RecordBatch]:
        def run_on(batch: pa.RecordBatch) -> pa.RecordBatch:
            found = classify(
                pa.Table.from_batches([batch]),
                nomenclature=controls.nomenclature,
                as_of=as_of,
                limit=3,
                **asked,
            )
            return _one_batch(found, CLASSIFICATIONS)

        return run_on

    engine.map_batches(
        "SELECT DISTINCT hs_code AS goods_id, hs_code, CAST(NULL AS VARCHAR) AS description, "
        "CAST(NULL AS VARCHAR) AS part_number FROM goods",
        kernel(
            control_entries=controls.control_entries.slice(0, 0), hs_entries=controls.hs_entries
        ),
        CLASSIFICATIONS,
        run.path("code_classifications.parquet"),
    )
    engine.register("code_classifications", run.path("code_classifications.parquet"))
    texts = engine.map_batches(
        f"""SELECT CAST(goods_key AS VARCHAR) AS goods_id, hs_code, description, part_number
            FROM goods WHERE hs_code IN (
              SELECT goods_id FROM code_classifications
              WHERE list = '{HIGH_PRIORITY_LIST}' AND status = 'candidate')""",
        kernel(
            control_entries=controls.control_entries, hs_entries=controls.hs_entries.slice(0, 0)
        ),
        CLASSIFICATIONS,
        run.path("text_classifications.parquet"),
    )
    _destination_controls(engine, run, controls)
    misfits = _misfits(engine, run, controls)
    _stated_origins(engine, run)
    _transit_stops(engine, run)
    return {"texts": texts, "misfits": misfits}


def has_code_lists(controls: Controls) -> bool:
    """Whether a list by code is held beside that of high priority."""
    return any(name != HIGH_PRIORITY_LIST for name in controls.hs_entries["list"].to_pylist())


def _one_batch(table: pa.Table, schema: pa.Schema) -> pa.RecordBatch:
    table = table.select(schema.names).cast(schema).combine_chunks()
    batches = table.to_batches()
    return batches[0] if batches else pa.RecordBatch.from_pylist([], schema=schema)


def _destination_controls(engine: Engine, run: Run, controls: Controls) -> None:
    """Entries by code, country and days; an entry for whatever destination has country '*'."""
    engine.register("hs_entries", controls.hs_entries)
    engine.create(
        "code_controls",
        f"""SELECT list, version, entry, hs_code,
                   coalesce(valid_from, DATE '0001-01-01') AS valid_from,
                   coalesce(valid_to, DATE '9999-12-31') AS valid_to,
                   unnest(coalesce(destinations, ['*'])) AS country
            FROM hs_entries WHERE list <> '{HIGH_PRIORITY_LIST}'""",
    )
    engine.create("codes", "SELECT DISTINCT hs_code FROM goods")
    by_length = (
        f"""SELECT c.hs_code, e.country, e.list, e.version, e.entry, e.valid_from, e.valid_to
            FROM codes c JOIN code_controls e
              ON length(e.hs_code) = {length} AND e.hs_code = substr(c.hs_code, 1, {length})"""
        for length in _CODE_LENGTHS
    )
    engine.write("\nUNION\n".join(by_length), run.path("destination_controls.parquet"))


def _misfits(engine: Engine, run: Run, controls: Controls) -> int:
    """Goods whose description speaks of another heading, and goods that cannot be compared."""

    def fit(batch: pa.RecordBatch) -> pa.RecordBatch:
        found = description_fit(pa.Table.from_batches([batch]), controls.nomenclature)
        return _one_batch(found, DESCRIPTION_FIT)

    engine.map_batches(
        "SELECT CAST(goods_key AS VARCHAR) AS goods_id, hs_code, description, part_number "
        "FROM goods WHERE description IS NOT NULL",
        fit,
        DESCRIPTION_FIT,
        run.path("fits.parquet"),
    )
    engine.register("fits", run.path("fits.parquet"))
    engine.register("nomenclature", controls.nomenclature)
    known = "f.own_heading IN (SELECT hs_code FROM nomenclature)"
    engine.write(
        f"""SELECT g.goods_key FROM fits f JOIN goods g ON CAST(g.goods_key AS VARCHAR) = f.goods_id
            WHERE f.own_score IS NULL OR NOT ({known})""",
        run.path("incomparable_goods.parquet"),
    )
    return engine.write(
        f"""SELECT g.goods_key, g.description, f.own_heading, f.best_heading, f.words
            FROM fits f JOIN goods g ON CAST(g.goods_key AS VARCHAR) = f.goods_id
            WHERE f.best_heading IS NOT NULL AND {known}""",
        run.path("misfits.parquet"),
    )


_STATED_ORIGIN = re.compile(
    r"\b(?:made in|product of|country of origin|origin)\b\s*[:=-]?\s*(?:the )?([^\d,;:.()/\[\]]{2,60})",
    re.IGNORECASE,
)


def stated_origin(description: str) -> str | None:
    """The country that a description says the goods come from, alpha-2; None if it says none.

    Examples
    --------
    >>> stated_origin("Capacitors, made in Taiwan"), stated_origin("IC, origin: US, reel")
    ('TW', 'US')
    >>> stated_origin("made in accordance with ISO 9001") is None
    True
    """
    match = _STATED_ORIGIN.search(description)
    if match is None:
        return None
    words = match.group(1).split()
    # The longest name first: 'South Korea by Samhan' is South Korea.
    names = (" ".join(words[:length]) for length in range(min(len(words), 4), 0, -1))
    return next((code for name in names if (code := country_code(name))), None)


def _stated_origins(engine: Engine, run: Run) -> None:
    told = engine.query(
        """SELECT goods_key, description FROM goods
           WHERE lower(description) LIKE '%made in%' OR lower(description) LIKE '%product of%'
              OR lower(description) LIKE '%origin%'"""
    ).to_pylist()
    rows = [
        {"goods_key": row["goods_key"], "description": row["description"], "country": country}
        for row in told
        if (country := stated_origin(row["description"]))
    ]
    schema = pa.schema(
        [("goods_key", pa.int64()), ("description", pa.string()), ("country", pa.string())]
    )
    engine.register("origins", pa.Table.from_pylist(rows, schema=schema))
    engine.write("SELECT * FROM origins", run.path("stated_origins.parquet"))


def _transit_stops(engine: Engine, run: Run) -> None:
    routes = engine.query(
        "SELECT DISTINCT transit_countries FROM shipments WHERE transit_countries IS NOT NULL"
    )["transit_countries"].to_pylist()
    rows = [
        {"transit_countries": route, "country": country}
        for route in routes
        for country in dict.fromkeys(route.split(";"))
        if country
    ]
    schema = pa.schema([("transit_countries", pa.string()), ("country", pa.string())])
    engine.register("stops", pa.Table.from_pylist(rows, schema=schema))
    engine.write("SELECT * FROM stops", run.path("transit_stops.parquet"))


def register(engine: Engine, run: Run) -> None:
    """Give the engine the tables that :func:`classify_lines` wrote."""
    for name in TABLES:
        engine.register(name, run.path(f"{name}.parquet"))
