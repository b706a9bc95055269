"""Goods, and the entries of control lists that may cover them."""

from __future__ import annotations

import pyarrow as pa

from enduse.model.columns import column

GOODS = pa.schema(
    [
        column("goods_id", pa.string(), "Whatever names the goods in the input.", required=True),
        column("hs_code", pa.string(), "Harmonized System code, 6 to 10 digits."),
        column("description", pa.string(), "Description, any language."),
        column("part_number", pa.string(), "Part number, as written."),
    ]
)
"""Goods to classify; further columns named ``param.<name>`` carry technical parameters."""

CONTROL_ENTRIES = pa.schema(
    [
        column("list", pa.string(), "Control list, e.g. 'us-ccl'.", required=True),
        column("version", pa.string(), "Snapshot: '<date>/<digest12>'.", required=True),
        column("entry", pa.string(), "Entry, e.g. '3A001'.", required=True),
        column(
            "paragraph",
            pa.string(),
            "Paragraph of an item, e.g. 'a.5.a.1'; a note begins with 'note' ('note', 'note a'), "
            "since notes letter their paragraphs anew; null: the heading.",
        ),
        column("text", pa.string(), "Text of the entry or paragraph.", required=True),
        column("reasons", pa.string(), "Reasons for control, as given."),
        column("valid_from", pa.date32(), "In force from; null: not given."),
        column("valid_to", pa.date32(), "In force to; null: still in force or not given."),
    ]
)
"""Control lists that speak in words."""

HS_ENTRIES = pa.schema(
    [
        column("list", pa.string(), "List, e.g. 'common-high-priority'.", required=True),
        column("version", pa.string(), "Snapshot: '<date>/<digest12>'.", required=True),
        column(
            "hs_code", pa.string(), "Code, 2 to 10 digits; covers what begins so.", required=True
        ),
        column("entry", pa.string(), "Tier or annex, e.g. '3.A'.", required=True),
        column("regime", pa.string(), "Regime, e.g. 'EU 833/2014'."),
        column("destinations", pa.list_(pa.string()), "Alpha-2; null: whatever the destination."),
        column("description", pa.string(), "What the list says of it."),
        column("valid_from", pa.date32(), "In force from; null: not given."),
        column("valid_to", pa.date32(), "In force to; null: still in force or not given."),
    ]
)
"""Control lists that are keyed by Harmonized System codes."""

NOMENCLATURE = pa.schema(
    [
        column("hs_code", pa.string(), "Code, 2, 4 or 6 digits.", required=True),
        column("description", pa.string(), "The nomenclature's words.", required=True),
        column("version", pa.string(), "Snapshot: '<date>/<digest12>'.", required=True),
    ]
)
"""The Harmonized System itself."""

CLASSIFICATIONS = pa.schema(
    [
        column("goods_id", pa.string(), "As in the input.", required=True),
        column("list", pa.string(), "The list that was asked.", required=True),
        column("version", pa.string(), "Snapshot: '<date>/<digest12>'.", required=True),
        column("entry", pa.string(), "Entry, tier or paragraph; null: none found in the list."),
        column("status", pa.string(), "candidate, excluded or insufficient_data.", required=True),
        column(
            "basis",
            pa.string(),
            "hs_code, description, part_number or parameters.",
            required=True,
        ),
        column("score", pa.float64(), "Text: 0 to 1, how near; null where not by text."),
        column("explanation", pa.string(), "Why, in words.", required=True),
    ]
)
"""Goods to control entries: candidates and exclusions, never a legal classification."""
