"""Chains: paths of shipments that goods may have taken, leg by leg."""

from __future__ import annotations

import pyarrow as pa

from enduse.model.columns import column

CHAIN_STEPS = pa.schema(
    [
        column("chain_id", pa.int32(), "The chain; 1 is the best supported.", required=True),
        column(
            "hop",
            pa.int8(),
            "0 for the leg out of the controlled origin, then counted on; rows with the same hop "
            "are branches.",
            required=True,
        ),
        column("shipment_id", pa.string(), "The shipment.", required=True),
        column("line_no", pa.int32(), "The line.", required=True),
        column("date", pa.date32(), "Departure of the leg.", required=True),
        column("exporter", pa.string(), "Who sent it, as written.", required=True),
        column("exporter_country", pa.string(), "Where the exporter is, alpha-2.", required=True),
        column("consignee", pa.string(), "Who received it, as written.", required=True),
        column("consignee_country", pa.string(), "Where the consignee is, alpha-2.", required=True),
        column("export_country", pa.string(), "Where the leg begins, alpha-2.", required=True),
        column("destination_country", pa.string(), "Where the leg ends, alpha-2.", required=True),
        column("hs_code", pa.string(), "As declared, 6 to 10 digits.", required=True),
        column("part_number", pa.string(), "As written; null: none stated."),
        column("quantity", pa.float64(), "Of the line, in `unit`.", required=True),
        column("unit", pa.string(), "UN/ECE Recommendation 20 code.", required=True),
        column(
            "carried",
            pa.float64(),
            "How much of the line is followed along this chain, in `unit`; null: no quantity "
            "could be followed.",
        ),
        column("score", pa.float64(), "Of the chain, 0 to 1.", required=True),
        column(
            "link",
            pa.float64(),
            "How surely goods of the leg before went into this one, 0 to 1; null at hop 0.",
        ),
        column(
            "goods_key",
            pa.string(),
            "Finest key on which this leg agrees with the one before: part_number, hs6, "
            "control_entry, heading, party, or party_by_mass where units differ; null at hop 0.",
        ),
        column("lag_days", pa.int32(), "Days since the leg before; null at hop 0."),
        column(
            "arrivals",
            pa.int32(),
            "Other lots of the same goods key, or of a wider one by which the legs are linked, that "
            "had come to the party before this day; null: "
            "not counted.",
        ),
        column(
            "departures",
            pa.int32(),
            "Other orders of these goods that had left the party before this day; null: "
            "not counted.",
        ),
        column(
            "merged",
            pa.float64(),
            "Confidence that the consignee of the leg before and this exporter are one firm, 0 to "
            "1; null: the name is the same.",
        ),
        column(
            "weight_ratio",
            pa.float64(),
            "What one of the goods weighs, by what it weighed on the leg before; null: not known of "
            "both, or the quantity was told from a weight.",
        ),
        column(
            "price_ratio",
            pa.float64(),
            "What one of the goods costs, by what it cost on the leg before; null: not known of "
            "both in one stated currency.",
        ),
        column(
            "agrees",
            pa.string(),
            "Columns of the papers that say the same as on the leg before, joined by ';': of "
            "origin_country, manufacturer, description, lot and date_code; null: none does.",
        ),
        column(
            "differs",
            pa.string(),
            "Those that say something else; null: none does.",
        ),
        column(
            "by_weight",
            pa.bool_(),
            "Whether the quantity was told from the line's weight: it is not declared in the "
            "measure that is usual for such goods, or a thousand times off.",
            required=True,
        ),
    ]
)
