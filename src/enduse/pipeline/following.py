"""Goods followed through the lines of a check: scores, paths and forecasts line by line."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from enduse.assess import Policy
from enduse.engine import Engine
from enduse.engine.files import whole_file
from enduse.flow import Traced, trace
from enduse.model import CHAIN_STEPS
from enduse.pipeline.party_keys import party_keys
from enduse.pipeline.run import Run
from enduse.pipeline.tracing import COLUMNS, parties_of
from enduse.settings import Settings

FLOW_LINES = pa.schema(
    [
        pa.field("line_key", pa.int64(), nullable=False),
        pa.field("score", pa.float64()),
        pa.field("score_then", pa.float64()),
        pa.field("forecast", pa.float64()),
        pa.field("forecast_lots", pa.int32()),
        pa.field("not_assessed", pa.string()),
    ]
)
FLOW_LEGS = pa.schema(
    [
        pa.field("line_key", pa.int64(), nullable=False),
        pa.field("chain_id", pa.int32(), nullable=False),
        pa.field("score", pa.float64(), nullable=False),
        pa.field("path", pa.string(), nullable=False),
        pa.field("shipments", pa.string(), nullable=False),
    ]
)
"""Legs of chains; ``path`` and ``shipments`` tell the whole chain."""


def follow_lines(
    engine: Engine,
    run: Run,
    policy: Policy,
    registry: pa.Table | None,
    settings: Settings,
) -> dict[str, int]:
    """Write ``flow_lines``, ``flow_legs`` and ``flow_steps``; a destination counts from its embargo on."""
    engine.register("policy_embargoes", policy.tables["policy_embargoes"])
    path = run.path("shipments.parquet")
    held = pq.ParquetFile(path).schema_arrow.names
    table = pq.read_table(path, columns=["line_key", *(name for name in COLUMNS if name in held)])
    embargoed = engine.query(
        """SELECT s.line_key, count(e.country) > 0 AS embargoed FROM shipments s
           LEFT JOIN policy_embargoes e ON e.country = s.destination_country
            AND s.date BETWEEN e.valid_from AND e.valid_to
           GROUP BY s.line_key ORDER BY s.line_key"""
    )
    table = table.sort_by("line_key")
    keys = party_keys(table, registry=registry, threads=settings.thread_count)
    traced = trace(
        table,
        embargoed=embargoed["embargoed"].to_numpy(),
        controlled_origins=frozenset(policy.tables["policy_coalition"]["country"].to_pylist()),
        parties=parties_of(keys),
    )
    scores = traced.scores
    lines = pa.table(
        [table["line_key"], *(scores[name] for name in FLOW_LINES.names[1:])], schema=FLOW_LINES
    )
    for name, written in (
        ("flow_lines", lines),
        ("flow_legs", _legs(traced, table)),
        ("flow_steps", traced.steps),
    ):
        with whole_file(run.path(f"{name}.parquet")) as part:
            pq.write_table(written, part)
    return {
        "chains": int(traced.chains.chain.max(initial=0)),
        "starts": traced.counts["from a controlled origin"],
        "ends": traced.counts["to an embargoed destination"],
        "not_followed": scores["not_assessed"].drop_null().length(),
    }


def register(engine: Engine, run: Run) -> None:
    """Give the engine the tables that :func:`follow_lines` wrote."""
    for name in ("flow_lines", "flow_legs"):
        engine.register(name, run.path(f"{name}.parquet"))


def keep_shown(engine: Engine, run: Run) -> None:
    """Keep for the report the chains that hold high-priority goods, numbered anew."""
    steps = pq.read_table(run.path("flow_steps.parquet"))
    concern = engine.query(
        """SELECT DISTINCT g.chain_id FROM flow_legs g JOIN lines l ON l.line_key = g.line_key
           JOIN priority_codes p ON p.hs_code = l.hs_code ORDER BY g.chain_id"""
    )["chain_id"]
    steps = steps.filter(pc.is_in(steps["chain_id"], concern))
    number = pc.add(pc.index_in(steps["chain_id"], concern), 1).cast(pa.int32())
    with whole_file(run.path("flow_shown.parquet")) as part:
        pq.write_table(steps.set_column(0, steps.schema.field(0), number), part)


def chains_shown(run: Run) -> pa.Table:
    """Chains as the report shows them."""
    return pq.read_table(run.path("flow_shown.parquet")).cast(CHAIN_STEPS)


def _legs(traced: Traced, table: pa.Table) -> pa.Table:
    steps, chains = traced.steps, traced.chains
    rows = traced.ledger.movements.row[chains.shipment]
    firms = zip(
        steps["exporter"].to_pylist(),
        steps["export_country"].to_pylist(),
        steps["consignee"].to_pylist(),
        steps["destination_country"].to_pylist(),
        steps["shipment_id"].to_pylist(),
        chains.chain.tolist(),
        strict=True,
    )
    paths: dict[int, list[str]] = {}
    numbers: dict[int, list[str]] = {}
    for exporter, here, consignee, there, number, chain in firms:
        paths.setdefault(chain, [f"{exporter} ({here})"]).append(f"{consignee} ({there})")
        numbers.setdefault(chain, []).append(number)
    told = chains.chain.tolist()
    return pa.table(
        [
            table["line_key"].take(pa.array(rows.astype(np.int64))),
            pa.array(chains.chain),
            steps["score"],
            pa.array([" → ".join(paths[chain]) for chain in told], pa.string()),
            pa.array([", ".join(numbers[chain]) for chain in told], pa.string()),
        ],
        schema=FLOW_LEGS,
    )
