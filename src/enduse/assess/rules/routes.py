"""Which way it goes: hubs, unusual routes, free zones, needless intermediaries."""

from __future__ import annotations

from enduse.assess.rule import Gap, Rule, ref
from enduse.model.result import N_

ROUTE_RULES: tuple[Rule, ...] = (
    Rule(
        id="19",
        title=N_("Unusual route for product and destination"),
        statement=N_(
            "From {origin} to {destination} by way of {route}: {lines} of {all_lines} lines of "
            "chapter {chapter} go so."
        ),
        authorities="TW, G7",
        scope="concern_lines",
        query=f"""
            SELECT c.line_key, 'route' AS subject_kind,
                   l.export_country || ' → ' || l.transit_countries || ' → '
                     || l.destination_country AS subject_id,
                   1.0 AS strength,
                   {ref("'shipments'", "$shipments_version", "'rows of chapter ' || l.chapter")}
                     AS refs, l.export_country AS origin,
                   l.destination_country AS destination, l.transit_countries AS route,
                   t.lines AS lines, t.all_lines AS all_lines, l.chapter AS chapter
            FROM concern_lines c
            JOIN lines l ON l.line_key = c.line_key
            JOIN route_counts t ON t.export_country = l.export_country
             AND t.destination_country = l.destination_country AND t.chapter = l.chapter
             AND t.transit_countries = l.transit_countries
            WHERE l.transit_countries <> '' AND t.all_lines >= $route_min_lines
              AND t.lines < $route_share * t.all_lines
        """,
        gaps=(
            Gap(
                N_("The line names no transit country."),
                """EXISTS (SELECT 1 FROM lines a
                   WHERE a.line_key = l.line_key AND a.transit_countries = '')""",
            ),
            Gap(
                N_("Too few lines between the two countries to say what is usual."),
                """EXISTS (SELECT 1 FROM lines a
                   WHERE a.line_key = l.line_key AND a.transit_countries <> '')
                   AND NOT EXISTS (SELECT 1 FROM lines a JOIN route_counts t
                     ON t.export_country = a.export_country
                    AND t.destination_country = a.destination_country
                    AND t.chapter = a.chapter
                   WHERE a.line_key = l.line_key AND t.all_lines >= $route_min_lines)""",
            ),
        ),
    ),
    Rule(
        id="20",
        title=N_("Known diversion hub on the route"),
        statement=N_("{place} is {country}, a point of transshipment named by {source}."),
        authorities="A1, OT, EU",
        scope="concern_lines",
        query=f"""
            SELECT c.line_key, 'route' AS subject_kind, p.country AS subject_id,
                   CASE WHEN p.place IN ('transit', 'intermediate_consignee') THEN 1.0
                        ELSE 0.8 END AS strength,
                   {ref("'policy'", "$policy_version", "'hubs ' || p.country")} AS refs,
                   p.place AS place, p.country AS country, h.source AS source
            FROM concern_lines c
            JOIN (SELECT line_key, country, max(place) AS place FROM line_places
                  GROUP BY line_key, country) p ON p.line_key = c.line_key
            JOIN policy_hubs h ON h.country = p.country
             AND c.date BETWEEN h.valid_from AND h.valid_to
            LEFT JOIN policy_coalition k ON k.country = p.country
             AND c.date BETWEEN k.valid_from AND k.valid_to
            WHERE k.country IS NULL
        """,
    ),
    Rule(
        id="21",
        title=N_("Consignee in a free-trade zone"),
        statement=N_("The address of {name} ({address}) names a free-trade zone ({word})."),
        authorities="BIS",
        scope="concern_lines",
        query="""
            SELECT r.line_key, 'party' AS subject_kind, r.role || ': ' || r.name AS subject_id,
                   1.0 AS strength, '' AS refs, r.name AS name, z.address AS address,
                   z.word AS word
            FROM receivers r JOIN free_zone_addresses z ON z.address_key = r.address_key
            WHERE r.outside
        """,
        gaps=(
            Gap(
                N_("No receiver has an address."),
                """NOT EXISTS (SELECT 1 FROM receivers r
                   WHERE r.line_key = l.line_key AND r.address_key IS NOT NULL)""",
            ),
        ),
    ),
    Rule(
        id="37",
        title=N_("Needless intermediaries"),
        statement=N_(
            "Parties between exporter and final consignee in countries where the goods neither come "
            "from nor go: {parties}, in {countries}."
        ),
        authorities="EU, OT",
        scope="concern_lines",
        query="""
            SELECT m.line_key, 'route' AS subject_kind, m.countries AS subject_id,
                   CASE WHEN m.parties >= 2 THEN 1.0 ELSE 0.6 END AS strength, '' AS refs,
                   m.parties AS parties, m.countries AS countries
            FROM go_betweens m JOIN concern_lines c ON c.line_key = m.line_key
        """,
    ),
)
