"""What the rules look at: tables worked out once from the lines, the parties and the policy.

Every statement is in the portable subset of SQL. Tables that speak of concern hold only lines of
high-priority goods that leave the coalition, so that most rules touch a tenth of the records.
"""

from __future__ import annotations

from enduse.assess.policy import Policy
from enduse.assess.rule import fill
from enduse.engine import Engine

INPUTS = (
    "shipments",
    "line_parties",
    "parties",
    "addresses",
    "line_goods",
    "code_classifications",
    "text_classifications",
    "destination_controls",
    "misfits",
    "incomparable_goods",
    "stated_origins",
    "line_hits",
    "line_address_hits",
    "registry_firms",
    "line_registry_hits",
    "transit_stops",
    "flow_lines",
    "flow_legs",
    "tips",
    "watched_parts",
    "watched_routes",
)
"""Tables that must be registered before: see the pipeline's stages."""

RUN_FACTS = (
    "as_of",
    "baseline_from",
    "baseline_to",
    "nomenclature_version",
    "policy_version",
    "records_begin",
    "registry_version",
    "shipments_version",
)
"""Parameters that come from the run and not from the policy."""

_IN_COALITION = """EXISTS (SELECT 1 FROM policy_coalition k WHERE k.country = {country}
    AND {date} BETWEEN k.valid_from AND k.valid_to)"""

_EMBARGOED = """EXISTS (SELECT 1 FROM policy_embargoes e WHERE e.country = {country}
    AND {date} BETWEEN e.valid_from AND e.valid_to)"""


def _coalition(country: str, date: str) -> str:
    return _IN_COALITION.format(country=country, date=date)


def _embargoed(country: str, date: str) -> str:
    return _EMBARGOED.format(country=country, date=date)


_LINES = """
    SELECT s.line_key, s.source_row, s.shipment_id, s.line_no, s.date, s.exporter,
           s.exporter_country, s.export_country, s.origin_country, s.destination_country,
           coalesce(s.transit_countries, '') AS transit_countries, s.hs_code,
           substr(s.hs_code, 1, 6) AS hs6, substr(s.hs_code, 1, 4) AS hs4,
           substr(s.hs_code, 1, 2) AS chapter, s.description, s.quantity, s.unit, s.value,
           s.currency, s.net_mass_kg, s.permit_no, s.part_number, s.consignee_country, s.end_user_country,
           s.intermediate_consignee_country, s.notify_party_country, s.vessel_imo, g.goods_key,
           p.firm_key AS exporter_firm
    FROM shipments s
    JOIN line_goods g ON g.line_key = s.line_key
    JOIN line_parties lp ON lp.line_key = s.line_key AND lp.role = 'exporter'
    JOIN parties p ON p.party_key = lp.party_key
"""

_PRIORITY_CODES = """
    SELECT goods_id AS hs_code, min(entry) AS tier, min(list) AS list, min(version) AS version
    FROM code_classifications
    WHERE list = 'common-high-priority' AND status = 'candidate'
    GROUP BY goods_id
"""

_TEXT_CANDIDATES = """
    SELECT CAST(goods_id AS BIGINT) AS goods_key, list, version, entry, score
    FROM (SELECT *, row_number() OVER (PARTITION BY goods_id ORDER BY score DESC, entry) AS place
          FROM text_classifications WHERE status = 'candidate') ranked
    WHERE place = 1
"""

_CONCERN_LINES = f"""
    SELECT l.line_key, l.date, g.tier, g.list, g.version,
           {_embargoed("l.destination_country", "l.date")}
             OR {_embargoed("l.consignee_country", "l.date")}
             OR coalesce({_embargoed("l.end_user_country", "l.date")}, FALSE) AS embargoed
    FROM lines l JOIN priority_codes g ON g.hs_code = l.hs_code
    WHERE NOT ({_coalition("l.destination_country", "l.date")}
           AND {_coalition("l.consignee_country", "l.date")}
           AND (l.end_user_country IS NULL OR {_coalition("l.end_user_country", "l.date")})
           AND (l.intermediate_consignee_country IS NULL
                OR {_coalition("l.intermediate_consignee_country", "l.date")})
           AND (l.notify_party_country IS NULL
                OR {_coalition("l.notify_party_country", "l.date")}))
"""

_CONCERN_PARTIES = f"""
    SELECT c.line_key, lp.role, lp.party_key, lp.address_key, p.firm_key, p.name, p.country,
           p.country IS NOT NULL AND NOT {_coalition("p.country", "l.date")} AS outside
    FROM concern_lines c
    JOIN lines l ON l.line_key = c.line_key
    JOIN line_parties lp ON lp.line_key = c.line_key
     AND lp.role NOT IN ('manufacturer', 'freight_forwarder')
    JOIN parties p ON p.party_key = lp.party_key
"""

_RECEIVERS = """
    SELECT cp.line_key, cp.role, cp.party_key, cp.address_key, cp.firm_key, cp.name, cp.country,
           cp.outside,
           cp.role = 'end_user' OR (cp.role = 'consignee' AND u.line_key IS NULL) AS is_final
    FROM concern_parties cp
    LEFT JOIN concern_parties u ON u.line_key = cp.line_key AND u.role = 'end_user'
    WHERE cp.role IN ('consignee', 'end_user', 'intermediate_consignee')
"""

_RECEIVER_HISTORY = """
    SELECT p.firm_key, min(l.date) AS first_date,
           min(CAST(l.date AS VARCHAR) || ' row ' || l.source_row) AS first_row,
           sum(CASE WHEN l.date < $turning_point THEN 1 ELSE 0 END) AS lines_before,
           sum(CASE WHEN l.date < $turning_point AND g.hs_code IS NOT NULL
                    THEN 1 ELSE 0 END) AS priority_before,
           min(CASE WHEN g.hs_code IS NOT NULL THEN l.date END) AS first_priority_date
    FROM line_parties lp
    JOIN parties p ON p.party_key = lp.party_key
    JOIN (SELECT DISTINCT firm_key FROM receivers) r ON r.firm_key = p.firm_key
    JOIN lines l ON l.line_key = lp.line_key
    LEFT JOIN priority_codes g ON g.hs_code = l.hs_code
    WHERE lp.role IN ('consignee', 'end_user', 'intermediate_consignee')
    GROUP BY p.firm_key
"""

_BASELINES = """
    SELECT w.line_key, w.firm_key, w.hs4, w.date, w.recent, h.first_date,
           w.year_before * 1.0 * $jump_days
             / greatest(1, least(365, w.date - h.first_date - $jump_days)) AS usual
    FROM (SELECT r.line_key, r.firm_key, l.hs4, l.date,
                 count(*) OVER (PARTITION BY r.firm_key, l.hs4 ORDER BY l.date
                   RANGE BETWEEN INTERVAL $jump_days DAY PRECEDING AND CURRENT ROW) AS recent,
                 count(*) OVER (PARTITION BY r.firm_key, l.hs4 ORDER BY l.date
                   RANGE BETWEEN INTERVAL $baseline_from DAY PRECEDING
                   AND INTERVAL $baseline_to DAY PRECEDING) AS year_before
          FROM (SELECT DISTINCT line_key, firm_key FROM receivers) r
          JOIN lines l ON l.line_key = r.line_key) w
    JOIN receiver_history h ON h.firm_key = w.firm_key
"""

_FORMER_SUPPLIERS = """
    SELECT l.exporter_firm AS firm_key, l.destination_country AS country, count(*) AS lines,
           min(CAST(l.date AS VARCHAR) || ' row ' || l.source_row) AS first_row
    FROM lines l
    JOIN priority_codes g ON g.hs_code = l.hs_code
    JOIN (SELECT country, min(valid_from) AS valid_from FROM policy_embargoes GROUP BY country) e
      ON e.country = l.destination_country AND l.date < e.valid_from
    GROUP BY l.exporter_firm, l.destination_country
    HAVING count(*) >= 2
"""

_SUPPLIER_MARKETS = """
    SELECT l.exporter_firm AS firm_key, l.destination_country AS country, min(l.date) AS first_date
    FROM lines l
    JOIN (SELECT DISTINCT firm_key FROM former_suppliers) s ON s.firm_key = l.exporter_firm
    JOIN priority_codes g ON g.hs_code = l.hs_code
    GROUP BY l.exporter_firm, l.destination_country
"""

_EMBARGO_SHIPPERS = f"""
    SELECT t.firm_key, t.country, t.lines, a.all_lines, t.first_date, t.last_date, t.first_row
    FROM (SELECT l.exporter_firm AS firm_key, l.destination_country AS country,
                 count(*) AS lines, min(l.date) AS first_date, max(l.date) AS last_date,
                 min(CAST(l.date AS VARCHAR) || ' row ' || l.source_row) AS first_row
          FROM lines l
          JOIN priority_codes g ON g.hs_code = l.hs_code
          WHERE l.date BETWEEN $shipper_since AND $as_of
            AND {_embargoed("l.destination_country", "l.date")}
          GROUP BY l.exporter_firm, l.destination_country) t
    JOIN (SELECT l.exporter_firm AS firm_key, count(*) AS all_lines
          FROM lines l JOIN priority_codes g ON g.hs_code = l.hs_code
          WHERE l.date BETWEEN $shipper_since AND $as_of
          GROUP BY l.exporter_firm) a ON a.firm_key = t.firm_key
"""

_COUNTRY_HEADINGS = """
    SELECT c.country, h.hs4, coalesce(ch.lines, 0) AS lines_before, h.lines AS all_before,
           c.lines AS country_before, c.lines * 1.0 / t.lines AS country_share
    FROM (SELECT destination_country AS country, count(*) AS lines FROM lines
          WHERE date < $turning_point GROUP BY destination_country) c
    CROSS JOIN (SELECT hs4, count(*) AS lines FROM lines
                WHERE date < $turning_point
                  AND hs4 IN (SELECT substr(hs_code, 1, 4) FROM priority_codes)
                GROUP BY hs4) h
    CROSS JOIN (SELECT count(*) AS lines FROM lines WHERE date < $turning_point) t
    LEFT JOIN (SELECT destination_country, hs4, count(*) AS lines FROM lines
               WHERE date < $turning_point GROUP BY destination_country, hs4) ch
      ON ch.destination_country = c.country AND ch.hs4 = h.hs4
"""


def _prices(denominator: str, keys: str) -> str:
    """Median and spread (1.4826 × median absolute deviation) of log prices.

    The robust score built on them is that of Iglewicz and Hoaglin (1993), 'How to Detect and
    Handle Outliers'; the floor keeps goods of one fixed price from alerting on cents.
    """
    on = " AND ".join(f"m.{key} = p.{key}" for key in keys.split(", "))
    named = ", ".join(f"m.{key}" for key in keys.split(", "))
    return f"""
        WITH prices AS (
            SELECT {keys}, ln(value / {denominator}) AS price FROM lines
            WHERE value > 0 AND {denominator} > 0 AND currency IS NOT NULL),
        middles AS (
            SELECT {keys}, median(price) AS middle, count(*) AS lines FROM prices
            GROUP BY {keys} HAVING count(*) >= $price_min_lines)
        SELECT {named}, m.middle, m.lines,
               greatest(0.15, 1.4826 * median(abs(p.price - m.middle))) AS spread
        FROM middles m JOIN prices p ON {on}
        GROUP BY {named}, m.middle, m.lines
    """


_ROUTE_COUNTS = """
    SELECT export_country, destination_country, chapter, transit_countries, count(*) AS lines,
           sum(count(*)) OVER (PARTITION BY export_country, destination_country, chapter)
             AS all_lines
    FROM lines
    GROUP BY export_country, destination_country, chapter, transit_countries
"""

_LINE_PLACES = """
    SELECT DISTINCT line_key, place, country FROM (
        SELECT c.line_key, 'destination' AS place, l.destination_country AS country
        FROM concern_lines c JOIN lines l ON l.line_key = c.line_key
        UNION ALL
        SELECT c.line_key, 'transit', t.country
        FROM concern_lines c JOIN lines l ON l.line_key = c.line_key
        JOIN transit_stops t ON t.transit_countries = l.transit_countries
        UNION ALL
        SELECT line_key, role, country FROM concern_parties
        WHERE role IN ('consignee', 'end_user', 'intermediate_consignee', 'notify_party')) places
    WHERE country IS NOT NULL
"""

_EMBARGO_PLACES = """
    SELECT line_key, 'destination' AS place, destination_country AS country FROM lines
    WHERE destination_country IN (SELECT country FROM policy_embargoes)
    UNION ALL
    SELECT line_key, 'consignee', consignee_country FROM lines
    WHERE consignee_country IN (SELECT country FROM policy_embargoes)
    UNION ALL
    SELECT line_key, 'end_user', end_user_country FROM lines
    WHERE end_user_country IN (SELECT country FROM policy_embargoes)
    UNION ALL
    SELECT line_key, 'intermediate_consignee', intermediate_consignee_country FROM lines
    WHERE intermediate_consignee_country IN (SELECT country FROM policy_embargoes)
"""

_WRITTEN_PLACES = """
    SELECT line_key, date, 'destination' AS place, destination_country_as_written AS written
    FROM shipments
    UNION ALL
    SELECT line_key, date, 'consignee', consignee_country_as_written FROM shipments
    UNION ALL
    SELECT line_key, date, 'consignee', consignee_address FROM shipments
    UNION ALL
    SELECT line_key, date, 'end_user', end_user_country_as_written FROM shipments
    UNION ALL
    SELECT line_key, date, 'end_user', end_user_address FROM shipments
"""

_TERRITORY_TEXTS = """
    SELECT t.written, w.word, w.regime, w.valid_from, w.valid_to
    FROM (SELECT DISTINCT destination_country_as_written AS written FROM shipments
          UNION
          SELECT DISTINCT consignee_country_as_written FROM shipments
          UNION
          SELECT DISTINCT end_user_country_as_written FROM shipments
          UNION
          SELECT DISTINCT address FROM addresses) t
    JOIN policy_territories w ON lower(t.written) LIKE '%' || w.word || '%'
"""

_TERRITORY_PLACES = f"""
    SELECT p.line_key, p.place, p.written, min(t.word) AS word, min(t.regime) AS regime
    FROM ({_WRITTEN_PLACES}) p
    JOIN territory_texts t ON t.written = p.written AND p.date BETWEEN t.valid_from AND t.valid_to
    GROUP BY p.line_key, p.place, p.written
"""

_GO_BETWEENS = """
    SELECT cp.line_key, count(DISTINCT cp.firm_key) AS parties,
           CASE WHEN min(cp.country) = max(cp.country) THEN min(cp.country)
                ELSE min(cp.country) || ', ' || max(cp.country) END AS countries
    FROM concern_parties cp
    JOIN lines l ON l.line_key = cp.line_key
    WHERE cp.role IN ('intermediate_consignee', 'notify_party')
      AND cp.country IS NOT NULL AND cp.outside
      AND cp.country NOT IN (l.export_country, l.destination_country, l.exporter_country,
                             l.consignee_country, coalesce(l.origin_country, ''),
                             coalesce(l.end_user_country, ''))
    GROUP BY cp.line_key
"""


def _has_word(text: str, table: str) -> str:
    """Rows of `table` whose word stands in `text` as a word of its own.

    Chinese is written without spaces between words: there it is enough that it stands in it.
    """
    spaced = f"' ' || regexp_replace(lower({text}), '[^\\p{{L}}\\p{{N}}]+', ' ', 'g') || ' '"
    return f"""JOIN {table} w ON CASE WHEN regexp_matches(w.word, '\\p{{Han}}')
        THEN {text} LIKE '%' || w.word || '%' ELSE {spaced} LIKE '% ' || w.word || ' %' END"""


_FORWARDER_FIRMS = f"""
    SELECT firm_key, basis, word, entity_id FROM (
        SELECT *, row_number() OVER (PARTITION BY firm_key ORDER BY basis DESC, word) AS nth FROM (
            SELECT p.firm_key, 'name' AS basis, w.word, CAST(NULL AS VARCHAR) AS entity_id
            FROM (SELECT DISTINCT firm_key, name FROM receivers WHERE is_final) p
            {_has_word("p.name", "policy_forwarder_words")}
            UNION ALL
            SELECT f.firm_key, 'activity', w.word, f.entity_id FROM registry_firms f
            {_has_word("f.activity", "policy_forwarder_words")}) found) ranked
    WHERE nth = 1
"""

_FIRM_CHAPTERS = """
    SELECT DISTINCT f.firm_key, a.chapter
    FROM registry_firms f
    JOIN policy_activities a ON lower(f.activity) LIKE '%' || a.word || '%'
"""

_FREE_ZONE_ADDRESSES = f"""
    SELECT a.address_key, min(a.address) AS address, min(w.word) AS word
    FROM addresses a
    JOIN (SELECT DISTINCT address_key FROM receivers) r ON r.address_key = a.address_key
    {_has_word("a.address", "policy_free_zone_words")}
    GROUP BY a.address_key
"""

_TABLES: tuple[tuple[str, str], ...] = (
    ("lines", _LINES),
    ("priority_codes", _PRIORITY_CODES),
    ("text_candidates", _TEXT_CANDIDATES),
    ("concern_lines", _CONCERN_LINES),
    ("concern_parties", _CONCERN_PARTIES),
    ("receivers", _RECEIVERS),
    ("receiver_history", _RECEIVER_HISTORY),
    ("baselines", _BASELINES),
    ("former_suppliers", _FORMER_SUPPLIERS),
    ("supplier_markets", _SUPPLIER_MARKETS),
    ("embargo_shippers", _EMBARGO_SHIPPERS),
    ("country_headings", _COUNTRY_HEADINGS),
    ("unit_prices", _prices("quantity", "hs6, unit, currency")),
    ("mass_prices", _prices("net_mass_kg", "hs6, currency")),
    ("route_counts", _ROUTE_COUNTS),
    ("line_places", _LINE_PLACES),
    ("embargo_places", _EMBARGO_PLACES),
    ("territory_texts", _TERRITORY_TEXTS),
    ("territory_places", _TERRITORY_PLACES),
    ("go_betweens", _GO_BETWEENS),
    ("forwarder_firms", _FORWARDER_FIRMS),
    ("firm_chapters", _FIRM_CHAPTERS),
    ("free_zone_addresses", _FREE_ZONE_ADDRESSES),
)


def build_context(engine: Engine, policy: Policy, parameters: dict[str, str]) -> None:
    """Work out every table that the rules name.

    Parameters
    ----------
    engine
        Holds the tables in INPUTS.
    policy
        Gives embargoes, hubs, coalition and words.
    parameters
        Policy parameters and run facts as SQL literals.
    """
    for name, table in policy.tables.items():
        engine.register(name, table)
    for name, sql in _TABLES:
        engine.create(name, fill(sql, parameters))
