"""What a party did before: newcomers, sudden growth, former suppliers of an embargoed country.

History is what the records at hand hold up to the day of the line, never what came after, save
for rule 06, which asks what is known as of today.
"""

from __future__ import annotations

from enduse.assess.rule import Gap, Rule, ref
from enduse.model.result import N_


def _row(first_row: str) -> str:
    """The source of a first row, kept as '<date> row <number>' so that the earliest sorts first."""
    return ref("'shipments'", "$shipments_version", f"substr({first_row}, 12)")


def _rows_of(what: str) -> str:
    """The source of a figure over many rows of the input."""
    return ref("'shipments'", "$shipments_version", what)


HISTORY_RULES: tuple[Rule, ...] = (
    Rule(
        id="02",
        family="newcomer",
        title=N_("No imports at all before the invasion, now high-priority goods"),
        statement=N_(
            "{name} ({country}) appears as a receiver for the first time on {first}; "
            "none before {turning_point} in the records held, which begin on {begin}."
        ),
        authorities="E5",
        scope="concern_lines",
        needs=("history",),
        query=f"""
            SELECT r.line_key, 'party' AS subject_kind, r.role || ': ' || r.name AS subject_id,
                   CASE WHEN l.date < h.first_date + INTERVAL 730 DAY
                        THEN 1.0 ELSE 0.6 END AS strength, {_row("h.first_row")} AS refs,
                   r.name AS name, r.country AS country, h.first_date AS first,
                   $turning_point AS turning_point, $records_begin AS begin
            FROM receivers r
            JOIN lines l ON l.line_key = r.line_key
            JOIN receiver_history h ON h.firm_key = r.firm_key
            WHERE r.outside AND h.first_date >= $turning_point
              AND l.date >= $turning_point
        """,
    ),
    Rule(
        id="03",
        title=N_("Imported before, but never such goods"),
        statement=N_(
            "Lines received by {name} ({country}) before {turning_point}: {before}, none of them "
            "high-priority goods; the first such goods came on {first}."
        ),
        authorities="E5",
        scope="concern_lines",
        needs=("history",),
        query=f"""
            SELECT r.line_key, 'party' AS subject_kind, r.role || ': ' || r.name AS subject_id,
                   CASE WHEN h.lines_before >= 5 THEN 1.0 ELSE 0.6 END AS strength,
                   {_rows_of("'rows of ' || r.name")} AS refs,
                   r.name AS name, r.country AS country, h.lines_before AS before,
                   $turning_point AS turning_point, h.first_priority_date AS first
            FROM receivers r
            JOIN lines l ON l.line_key = r.line_key
            JOIN receiver_history h ON h.firm_key = r.firm_key
            WHERE r.outside AND h.lines_before > 0
              AND h.first_priority_date >= $turning_point AND l.date >= $turning_point
        """,
    ),
    Rule(
        id="04",
        title=N_("Such goods jump over the party's own baseline"),
        statement=N_(
            "{name} received {recent} lines of heading {heading} in {window} days up to {date}; "
            "its own average over the year before is {usual} in as many days."
        ),
        authorities="E5, G7",
        scope="concern_lines",
        query=f"""
            SELECT r.line_key, 'party' AS subject_kind, r.role || ': ' || r.name AS subject_id,
                   least(1.0, b.recent / ($jump_ratio * 3 * greatest(b.usual, 0.5))) AS strength,
                   {_rows_of("'rows of ' || r.name || ', heading ' || b.hs4")} AS refs, r.name AS name, b.recent AS recent, b.hs4 AS heading,
                   CAST($jump_days AS INTEGER) AS window, b.date AS date,
                   round(b.usual, 1) AS usual
            FROM receivers r JOIN baselines b
              ON b.line_key = r.line_key AND b.firm_key = r.firm_key
            WHERE b.recent >= 4 AND b.recent >= $jump_ratio * b.usual
              AND b.first_date <= b.date - INTERVAL 365 DAY
        """,
        gaps=(
            Gap(
                N_("The receiver has less than a year of records before the line."),
                """NOT EXISTS (SELECT 1 FROM receivers r JOIN receiver_history h
                     ON h.firm_key = r.firm_key
                   WHERE r.line_key = l.line_key
                     AND h.first_date <= l.date - INTERVAL 365 DAY)""",
            ),
        ),
    ),
    Rule(
        id="05",
        title=N_("A former supplier of the embargoed country sells to a new one"),
        statement=N_(
            "{name} supplied such goods to {embargoed} before the embargo ({lines} in the records "
            "held); to {destination} it first sold them on {first}."
        ),
        authorities="G7",
        scope="concern_lines",
        needs=("history",),
        query=f"""
            SELECT c.line_key, 'party' AS subject_kind, 'exporter: ' || l.exporter AS subject_id,
                   1.0 AS strength, {_row("s.first_row")} AS refs, l.exporter AS name, s.lines AS lines,
                   s.country AS embargoed, l.destination_country AS destination,
                   d.first_date AS first
            FROM concern_lines c
            JOIN lines l ON l.line_key = c.line_key
            JOIN former_suppliers s ON s.firm_key = l.exporter_firm
            JOIN supplier_markets d ON d.firm_key = l.exporter_firm
             AND d.country = l.destination_country
            WHERE NOT c.embargoed AND d.first_date >= $turning_point
        """,
    ),
    Rule(
        id="06",
        title=N_("Party has itself shipped such goods to an embargoed destination"),
        statement=N_(
            "{name} itself sent high-priority goods to {embargoed} under embargo: {lines} of its "
            "{all_lines} lines of such goods since {since} in the records held, from {first} to {last}."
        ),
        authorities="B24",
        scope="concern_lines",
        query=f"""
            SELECT p.line_key, 'party' AS subject_kind, p.role || ': ' || p.name AS subject_id,
                   least(1.0, 2.0 * s.lines / s.all_lines) AS strength,
                   {_row("s.first_row")} AS refs, $shipper_since AS since,
                   p.name AS name, s.lines AS lines, s.all_lines AS all_lines,
                   s.country AS embargoed,
                   s.first_date AS first, s.last_date AS last
            FROM concern_parties p JOIN embargo_shippers s ON s.firm_key = p.firm_key
            JOIN concern_lines c ON c.line_key = p.line_key
            WHERE NOT c.embargoed
        """,
    ),
    Rule(
        id="17",
        title=N_("Goods implausible for the country's industry"),
        statement=N_(
            "{country} received {before} of {all_before} lines of heading {heading} before "
            "{turning_point} in the records held; its share of all trade in them was {share}%."
        ),
        authorities="OT, TW",
        scope="concern_lines",
        needs=("history",),
        query=f"""
            SELECT c.line_key, 'goods' AS subject_kind, l.hs_code AS subject_id, 1.0 AS strength,
                   {_rows_of("'rows of heading ' || l.hs4 || ' before the embargo'")} AS refs,
                   l.destination_country AS country,
                   t.lines_before AS before, t.all_before AS all_before, l.hs4 AS heading,
                   $turning_point AS turning_point, round(100 * t.country_share, 2) AS share
            FROM concern_lines c
            JOIN lines l ON l.line_key = c.line_key
            JOIN country_headings t ON t.country = l.destination_country AND t.hs4 = l.hs4
            WHERE l.date >= $turning_point AND t.all_before >= $industry_min_lines
              AND t.country_before >= $industry_min_lines
              AND t.lines_before < $industry_ratio * t.all_before * t.country_share
        """,
        gaps=(
            Gap(
                N_("Too few records of the country or the heading before the embargo."),
                """NOT EXISTS (SELECT 1 FROM lines a JOIN country_headings t
                     ON t.country = a.destination_country AND t.hs4 = a.hs4
                   WHERE a.line_key = l.line_key AND t.all_before >= $industry_min_lines
                     AND t.country_before >= $industry_min_lines)""",
            ),
        ),
    ),
    Rule(
        id="established",
        title=N_("Long-standing importer of such goods"),
        statement=N_(
            "Lines of high-priority goods received by {name} before {turning_point} in the records "
            "held: {before}."
        ),
        authorities="",
        scope="concern_lines",
        needs=("history",),
        contradicts=True,
        query=f"""
            SELECT r.line_key, 'party' AS subject_kind, r.role || ': ' || r.name AS subject_id,
                   CASE WHEN h.priority_before >= 10 THEN 1.0 ELSE 0.6 END AS strength,
                   {_rows_of("'rows of ' || r.name")} AS refs, r.name AS name, h.priority_before AS before,
                   $turning_point AS turning_point
            FROM receivers r
            JOIN lines l ON l.line_key = r.line_key
            JOIN receiver_history h ON h.firm_key = r.firm_key
            WHERE r.is_final AND h.priority_before >= 3 AND l.date >= $turning_point
        """,
    ),
)
