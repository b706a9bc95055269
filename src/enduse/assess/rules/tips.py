"""What partners' tips name: parties, parts, routes."""

from __future__ import annotations

from enduse.assess.rule import Gap, Rule, ref
from enduse.model.result import N_

TIP_RULES: tuple[Rule, ...] = (
    Rule(
        id="tipped",
        family="tip",
        title=N_("Named in a partner's tip"),
        statement=N_(
            "{name} meets {listed_name}, named in a tip of {sender} (record {record}); "
            "likeness {percent} of 100. {handling}"
        ),
        authorities="",
        needs=("tips",),
        query=f"""
            SELECT h.line_key, h.subject_kind, h.role || ': ' || h.name AS subject_id,
                   h.score AS strength, {ref("h.list", "h.version", "h.entity_id")} AS refs,
                   h.name AS name, h.matched_name AS listed_name, t.sender AS sender,
                   h.entity_id AS record, round(100 * h.score) AS percent,
                   t.handling AS handling
            FROM line_hits h JOIN tips t ON t.list = h.list
            WHERE h.standing_today <> 'listed_since'
        """,
    ),
    Rule(
        id="tipped-part",
        family="tip",
        title=N_("Part number named in a partner's tip"),
        statement=N_(
            "{part_number} is, but for signs and spaces, {watched}, a part named in a tip of {sender} "
            "({list}, record {record}). {handling}"
        ),
        authorities="",
        needs=("watched_goods",),
        query=f"""
            SELECT l.line_key, 'goods' AS subject_kind, l.part_number AS subject_id,
                   1.0 AS strength, {ref("w.list", "w.version", "w.record_id")} AS refs,
                   l.part_number AS part_number, w.watched AS watched, t.sender AS sender,
                   w.list AS list, w.record_id AS record, t.handling AS handling
            FROM lines l
            JOIN watched_parts w ON w.part_number = l.part_number
            JOIN tips t ON t.list = w.list
        """,
        gaps=(
            Gap(
                N_("The line names no part number."),
                "l.part_number IS NULL",
                said_per_line=False,
            ),
        ),
    ),
    Rule(
        id="tipped-route",
        family="tip-route",
        title=N_("Route named in a partner's tip"),
        statement=N_(
            "From {origin} to {destination}: the route {route} is named in a tip of {sender} "
            "({list}, record {record}). {handling}"
        ),
        scope="concern_lines",
        authorities="",
        needs=("watched_goods",),
        query=f"""
            SELECT c.line_key, 'route' AS subject_kind, w.route AS subject_id, 1.0 AS strength,
                   {ref("w.list", "w.version", "w.record_id")} AS refs,
                   l.export_country AS origin, l.destination_country AS destination,
                   w.route AS route, t.sender AS sender, w.list AS list, w.record_id AS record,
                   t.handling AS handling
            FROM concern_lines c
            JOIN lines l ON l.line_key = c.line_key
            JOIN watched_routes w ON w.export_country = l.export_country
             AND w.transit_countries = l.transit_countries
             AND w.destination_country = l.destination_country
            JOIN tips t ON t.list = w.list
        """,
    ),
)
