"""Distinct parties, addresses and goods among the lines, so that each is judged once."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa

from enduse.engine import Engine
from enduse.model import ROLES
from enduse.pipeline.run import Run

_MENTIONS = "\nUNION ALL\n".join(
    f"""SELECT line_key, '{role}' AS role, {role} AS name,
               coalesce({role}_country, '') AS country, coalesce({role}_id, '') AS id,
               coalesce({role}_address, '') AS address
        FROM shipments WHERE {role} IS NOT NULL"""
    for role in ROLES
)


def separate(engine: Engine, run: Run, normalise: Callable[[str], str]) -> dict[str, int]:
    """Write parties, addresses and goods, each once, and which lines they stand on.

    Parameters
    ----------
    engine
        Holds ``shipments``.
    normalise
        A name to the form that spellings of one name share.
    """
    engine.create("mentions", _MENTIONS)
    engine.create("named", "SELECT DISTINCT name, country, id FROM mentions")
    names = engine.query("SELECT DISTINCT name FROM named ORDER BY name")["name"]
    forms = pa.array([normalise(name) or name for name in names.to_pylist()], pa.string())
    engine.register("name_forms", pa.table({"name": names, "form": forms}))
    # Firms of one name and country are one unless their numbers differ; a mention without a number
    # is theirs only where one number bears the name.
    engine.create(
        "firm_ids",
        """SELECT f.form, n.country, count(DISTINCT n.id) AS ids, min(n.id) AS id
           FROM named n JOIN name_forms f ON f.name = n.name
           WHERE n.id <> '' GROUP BY f.form, n.country""",
    )
    parties = engine.write(
        """SELECT row_number() OVER (ORDER BY n.name, n.country, n.id) - 1 AS party_key, n.name,
                  CAST(NULL AS VARCHAR) AS kind, nullif(n.country, '') AS country,
                  CAST(NULL AS VARCHAR) AS birth_date, nullif(n.id, '') AS id,
                  CAST(NULL AS VARCHAR) AS address,
                  dense_rank() OVER (ORDER BY f.form, n.country,
                    CASE WHEN n.id <> '' THEN n.id WHEN k.ids = 1 THEN k.id ELSE '' END)
                    AS firm_key, f.form
           FROM named n
           JOIN name_forms f ON f.name = n.name
           LEFT JOIN firm_ids k ON k.form = f.form AND k.country = n.country""",
        run.path("parties.parquet"),
    )
    engine.register("parties", run.path("parties.parquet"))
    addresses = engine.write(
        """SELECT row_number() OVER (ORDER BY address, country) - 1 AS address_key, address,
                  nullif(country, '') AS country
           FROM (SELECT DISTINCT address, country FROM mentions WHERE address <> '') distinct_ones""",
        run.path("addresses.parquet"),
    )
    engine.register("addresses", run.path("addresses.parquet"))
    engine.write(
        """SELECT m.line_key, m.role, p.party_key, a.address_key
           FROM mentions m
           JOIN parties p ON p.name = m.name AND coalesce(p.country, '') = m.country
            AND coalesce(p.id, '') = m.id
           LEFT JOIN addresses a ON a.address = m.address AND m.address <> ''
            AND coalesce(a.country, '') = m.country""",
        run.path("line_parties.parquet"),
    )
    engine.drop("mentions")
    engine.drop("named")
    goods = engine.write(
        """SELECT row_number() OVER (ORDER BY hs_code, description, part_number) - 1 AS goods_key,
                  hs_code, description, part_number
           FROM (SELECT DISTINCT hs_code, description, part_number FROM shipments) distinct_ones""",
        run.path("goods.parquet"),
    )
    engine.register("goods", run.path("goods.parquet"))
    engine.write(
        """SELECT s.line_key, g.goods_key FROM shipments s JOIN goods g
             ON g.hs_code = s.hs_code
            AND coalesce(g.description, '\x1f') = coalesce(s.description, '\x1f')
            AND coalesce(g.part_number, '\x1f') = coalesce(s.part_number, '\x1f')""",
        run.path("line_goods.parquet"),
    )
    return {"parties": parties, "addresses": addresses, "goods": goods}


def register(engine: Engine, run: Run) -> None:
    """Give the engine the tables that :func:`separate` wrote."""
    for name in ("parties", "addresses", "line_parties", "goods", "line_goods"):
        engine.register(name, run.path(f"{name}.parquet"))
