"""Where goods came from and where they went: what the goods ledger says."""

from __future__ import annotations

from enduse.assess.rule import Gap, Rule, ref
from enduse.model.result import N_

_CONCERN_CHAINS = """(
    SELECT DISTINCT g.chain_id FROM flow_legs g
    JOIN lines x ON x.line_key = g.line_key
    JOIN priority_codes p ON p.hs_code = x.hs_code)"""

FLOW_RULES: tuple[Rule, ...] = (
    Rule(
        id="flow-chain",
        family="flow",
        title=N_("On a path from a controlled origin to an embargoed destination"),
        statement=N_(
            "High-priority goods may have gone on: {path}, score {score}. A path is what days, "
            "goods and quantities fit best, not a proof; see the chains in the report."
        ),
        authorities="E5, BP",
        query=f"""
            SELECT g.line_key, 'route' AS subject_kind, g.path AS subject_id,
                   max(g.score) AS strength,
                   min({ref("'shipments'", "$shipments_version", "'shipments ' || g.shipments")})
                     AS refs,
                   g.path AS path, printf('%.2f', max(g.score)) AS score
            FROM flow_legs g
            JOIN {_CONCERN_CHAINS} c ON c.chain_id = g.chain_id
            GROUP BY g.line_key, g.path
        """,
        needs=("chain_ends",),
        gaps=(
            Gap(
                N_("The goods cannot be followed: quantity, parties or code do not allow it."),
                """EXISTS (SELECT 1 FROM flow_lines f
                   WHERE f.line_key = l.line_key AND f.not_assessed IS NOT NULL)""",
                said_per_line=False,
            ),
        ),
        scope="concern_lines",
    ),
    Rule(
        id="flow-forecast",
        family="flow",
        title=N_("Such goods of this consignee went on to an embargoed destination before"),
        statement=N_(
            "As of its day: of such goods on this route, {share} are expected to go on to an "
            "embargoed destination; it rests on {lots} earlier lots of the consignee."
        ),
        authorities="E5, BP",
        query=f"""
            SELECT c.line_key, 'route' AS subject_kind,
                   l.export_country || ' → ' || l.destination_country AS subject_id,
                   f.score_then AS strength,
                   {ref("'shipments'", "$shipments_version", "'lines before ' || l.date")} AS refs,
                   printf('%.1f%%', 100 * f.forecast) AS share, f.forecast_lots AS lots
            FROM concern_lines c
            JOIN lines l ON l.line_key = c.line_key
            JOIN flow_lines f ON f.line_key = c.line_key
            WHERE f.score_then >= $forecast_score AND f.forecast_lots > 0
              AND NOT c.embargoed
        """,
        needs=("chain_ends",),
        gaps=(
            Gap(
                N_("The consignee has no earlier lots in the file."),
                """EXISTS (SELECT 1 FROM flow_lines f
                   WHERE f.line_key = l.line_key AND f.forecast_lots = 0)""",
                said_per_line=False,
            ),
        ),
        scope="concern_lines",
    ),
)
