"""Parts and routes that partners' tips name."""

from __future__ import annotations

import pyarrow as pa

from enduse.model.columns import column

WATCHED = pa.schema(
    [
        column("list", pa.string(), "List of the tip, e.g. 'tip-ukraine-…'.", required=True),
        column("version", pa.string(), "Snapshot: '<date>/<digest12>'.", required=True),
        column("record_id", pa.string(), "The tip's own id of the part or route.", required=True),
        column("kind", pa.string(), "'part' or 'route'.", required=True),
        column("manufacturer", pa.string(), "Of a part, as written; null: not named."),
        column("part_number", pa.string(), "Of a part, as written; null: a route."),
        column("serial", pa.string(), "Of a part; null: any."),
        column("date_code", pa.string(), "Of a part; null: any."),
        column(
            "countries", pa.list_(pa.string()), "Of a route, alpha-2 in their order; null: a part."
        ),
        column("remarks", pa.string(), "As the tip gives them."),
    ]
)
"""One row a part or route of a tip."""
