"""Parties, vessels, addresses and registered people against the lists, and the registry's firms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pyarrow as pa

from enduse.engine import Engine
from enduse.lists import Collection
from enduse.model import REGISTRY
from enduse.pipeline.run import Run
from enduse.screen import Screener, entity_ids, kept_screener, standing_sql
from enduse.settings import Settings

HITS_PER_PARTY = 60
"""Listed entities that a party may meet: more than lists there are, since the same name stands on
many, each with dates of its own."""

SAID_PER_STANDING = 3
"""How many of them are said for a party on a line, of each standing."""

_VESSELS = pa.schema([("vessel_key", pa.int64()), ("imo", pa.string()), ("name", pa.string())])


def screen_lines(
    engine: Engine,
    run: Run,
    collection: Collection,
    registry: pa.Table | None,
    normalise: Callable[[str], str],
    as_of: date,
    listed_score: float,
    settings: Settings,
) -> dict[str, int]:
    """Write where the lines meet the lists, as of the shipment and as of today.

    From `listed_score` on a party counts as the listed one; others that resemble it are said apart.

    Writes ``line_hits``, ``line_address_hits``, ``registry_firms`` and ``line_registry_hits``.
    """
    listings = collection.listings
    engine.register("listings", listings.append_column("entity_id", entity_ids(listings)))
    screener = kept_screener(collection, settings)

    parties = engine.query(
        "SELECT party_key, name, kind, country, birth_date, id, address FROM parties "
        "ORDER BY party_key"
    )
    engine.register("party_hits", screener.parties(parties, limit=HITS_PER_PARTY, explain=False))
    vessels = engine.query(
        """SELECT row_number() OVER (ORDER BY vessel_imo) - 1 AS vessel_key, vessel_imo AS imo,
                  CAST(NULL AS VARCHAR) AS name
           FROM (SELECT DISTINCT vessel_imo FROM shipments WHERE vessel_imo IS NOT NULL) v"""
    ).cast(_VESSELS)
    engine.register("vessels", vessels)
    engine.register("vessel_hits", screener.vessels(vessels, limit=HITS_PER_PARTY, explain=False))
    line_hits = engine.write(_line_hits(as_of, listed_score), run.path("line_hits.parquet"))

    receivers = engine.query(
        f"""SELECT address_key, address, country FROM addresses WHERE address_key IN (
              SELECT address_key FROM line_parties WHERE role IN ({_RECEIVING}))
            ORDER BY address_key"""
    )
    engine.register("address_hits", screener.addresses(receivers))
    engine.write(_line_address_hits(as_of), run.path("line_address_hits.parquet"))

    _registry(engine, run, screener, registry, normalise)
    engine.write(_line_registry_hits(as_of), run.path("line_registry_hits.parquet"))
    return {"listed_entities": listings.num_rows, "line_hits": line_hits}


def _standings(as_of: date) -> str:
    today = f"DATE '{as_of.isoformat()}'"
    return f"""{standing_sql("s.date", "l.")} AS standing,
               {standing_sql(today, "l.")} AS standing_today"""


def _line_hits(as_of: date, listed_score: float) -> str:
    return f"""
        SELECT * FROM (
            SELECT *, row_number() OVER (
                     PARTITION BY line_key, role, standing, standing_today, score >= {listed_score}
                     ORDER BY score DESC, entity_id) AS nth
            FROM (
                SELECT h.line_key, h.subject_kind, h.role, h.name, s.date, h.score,
                       h.matched_name, l.list, l.entity_id, l.version, l.listed_from,
                       l.first_seen, {_standings(as_of)}
                FROM (SELECT lp.line_key, 'party' AS subject_kind, lp.role, p.name, h.score,
                             h.matched_name, h.entity_key
                      FROM party_hits h
                      JOIN parties p ON p.party_key = h.party_key
                      JOIN line_parties lp ON lp.party_key = h.party_key
                      UNION ALL
                      SELECT v.line_key, 'vessel', 'vessel', 'IMO ' || v.vessel_imo, h.score,
                             h.matched_name, h.entity_key
                      FROM vessel_hits h
                      JOIN vessels n ON n.vessel_key = h.party_key
                      JOIN shipments v ON v.vessel_imo = n.imo) h
                JOIN shipments s ON s.line_key = h.line_key
                JOIN listings l ON l.entity_key = h.entity_key) judged) ranked
        WHERE nth <= {SAID_PER_STANDING}
    """


def _line_address_hits(as_of: date) -> str:
    return f"""
        SELECT * FROM (
            SELECT *, row_number() OVER (PARTITION BY line_key, role, standing
                                         ORDER BY score DESC, entity_id) AS nth
            FROM (
                SELECT lp.line_key, lp.role, p.name, a.address, h.score, h.matched_address, l.list,
                       l.name AS listed_name, l.entity_id, l.version, l.listed_from, l.first_seen,
                       {_standings(as_of)}
                FROM address_hits h
                JOIN addresses a ON a.address_key = h.address_key
                JOIN line_parties lp ON lp.address_key = h.address_key AND lp.role IN ({_RECEIVING})
                JOIN parties p ON p.party_key = lp.party_key
                JOIN shipments s ON s.line_key = lp.line_key
                JOIN listings l ON l.entity_key = h.entity_key) judged) ranked
        WHERE nth <= {SAID_PER_STANDING}
    """


def _line_registry_hits(as_of: date) -> str:
    return f"""
        SELECT * FROM (
            SELECT *, row_number() OVER (PARTITION BY line_key, role, relation, standing
                                         ORDER BY score DESC, person, entity_id) AS nth
            FROM (
                SELECT lp.line_key, lp.role, p.name, s.date, f.entity_id AS registry_id, o.person,
                       o.relation, o.share, o.held_from, o.held_to, h.score, h.matched_name,
                       l.list, l.entity_id, l.version, l.listed_from, l.first_seen,
                       {_standings(as_of)}
                FROM people_hits h
                JOIN named_people n ON n.party_key = h.party_key
                JOIN people o ON o.person = n.name
                JOIN registry_firms f ON f.firm_key = o.firm_key
                JOIN parties p ON p.firm_key = o.firm_key
                JOIN line_parties lp ON lp.party_key = p.party_key AND lp.role IN ({_RECEIVING})
                JOIN shipments s ON s.line_key = lp.line_key
                JOIN listings l ON l.entity_key = h.entity_key) judged) ranked
        WHERE nth <= {SAID_PER_STANDING}
    """


_RECEIVING = "'consignee', 'end_user', 'intermediate_consignee'"

_REGISTRY_FIRMS = """
    SELECT firm_key, entity_id, name, country, incorporation_date, activity, officers, owners,
           officers IS NOT NULL OR owners IS NOT NULL AS has_people
    FROM (SELECT m.firm_key, r.*, m.by_id,
                 count(*) OVER (PARTITION BY m.firm_key, m.by_id) AS rivals,
                 row_number() OVER (PARTITION BY m.firm_key ORDER BY m.by_id DESC, r.entity_id)
                   AS place
          FROM (SELECT DISTINCT firm_key, entity_id, max(by_id) AS by_id FROM (
                    SELECT p.firm_key, r.entity_id, 1 AS by_id
                    FROM parties p JOIN registry r
                      ON r.entity_id = p.id AND r.country = p.country
                    UNION ALL
                    SELECT p.firm_key, r.entity_id, 0
                    FROM parties p
                    JOIN registry r ON r.country = p.country
                    JOIN registry_forms f ON f.name = r.name AND f.form = p.form) met
                GROUP BY firm_key, entity_id) m
          JOIN registry r ON r.entity_id = m.entity_id) ranked
    WHERE place = 1 AND rivals = 1
"""
"""A firm's registration: by number, else by name and country; none where two could be meant."""


def _registry(
    engine: Engine,
    run: Run,
    screener: Screener,
    registry: pa.Table | None,
    normalise: Callable[[str], str],
) -> None:
    registry = REGISTRY.empty_table() if registry is None else registry
    engine.register("registry", registry)
    names = registry["name"].unique().drop_null()
    forms = pa.array([normalise(name) or name for name in names.to_pylist()], pa.string())
    engine.register("registry_forms", pa.table({"name": names, "form": forms}))
    engine.write(_REGISTRY_FIRMS, run.path("registry_firms.parquet"))
    engine.register("registry_firms", run.path("registry_firms.parquet"))
    people = _people(engine.query("SELECT * FROM registry_firms"))
    engine.register("people", people)
    named = engine.query(
        """SELECT row_number() OVER (ORDER BY person) - 1 AS party_key, person AS name,
                  CAST(NULL AS VARCHAR) AS kind, CAST(NULL AS VARCHAR) AS country,
                  CAST(NULL AS VARCHAR) AS birth_date, CAST(NULL AS VARCHAR) AS id,
                  CAST(NULL AS VARCHAR) AS address
           FROM (SELECT DISTINCT person FROM people) distinct_ones"""
    )
    engine.register("named_people", named)
    hits = screener.parties(named, limit=HITS_PER_PARTY, explain=False)
    engine.register("people_hits", hits)


_PEOPLE = pa.schema(
    [
        ("firm_key", pa.int64()),
        ("person", pa.string()),
        ("relation", pa.string()),
        ("share", pa.float64()),
        ("held_from", pa.date32()),
        ("held_to", pa.date32()),
    ]
)


def _people(firms: pa.Table) -> pa.Table:
    """Owners and officers of the firms, one row each."""
    rows: list[dict[str, object]] = []
    for firm in firms.select(["firm_key", "officers", "owners"]).to_pylist():
        key = firm["firm_key"]
        rows += [
            {"firm_key": key, "person": name, "relation": "officer"}
            for name in firm["officers"] or ()
            if name
        ]
        rows += [
            {
                "firm_key": key,
                "person": owner["name"],
                "relation": "owner",
                "share": owner["share"],
                "held_from": owner["from"],
                "held_to": owner["to"],
            }
            for owner in firm["owners"] or ()
            if owner and owner["name"]
        ]
    return pa.Table.from_pylist(rows, schema=_PEOPLE)


def register(engine: Engine, run: Run) -> None:
    """Give the engine the tables that :func:`screen_lines` wrote."""
    for name in ("line_hits", "line_address_hits", "registry_firms", "line_registry_hits"):
        engine.register(name, run.path(f"{name}.parquet"))
