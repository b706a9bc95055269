"""Shipments: one row a declaration line, as every room sees them after they were read."""

from __future__ import annotations

from enum import StrEnum

import pyarrow as pa

from enduse.model.columns import column


class Role(StrEnum):
    """The parts a party can play in a shipment."""

    EXPORTER = "exporter"
    CONSIGNEE = "consignee"
    INTERMEDIATE_CONSIGNEE = "intermediate_consignee"
    END_USER = "end_user"
    NOTIFY_PARTY = "notify_party"
    FREIGHT_FORWARDER = "freight_forwarder"
    MANUFACTURER = "manufacturer"


ROLES: tuple[str, ...] = tuple(Role)


def _role_columns() -> list[pa.Field]:
    columns = []
    for role in ROLES:
        label = role.replace("_", " ")
        required = role in (Role.EXPORTER, Role.CONSIGNEE)
        columns += [
            column(role, pa.string(), f"Name of the {label}, as written.", required=required),
            column(
                f"{role}_country",
                pa.string(),
                f"Country of the {label}, ISO 3166 alpha-2.",
                required=required,
            ),
            column(f"{role}_country_as_written", pa.string(), "The country as the file had it."),
            column(f"{role}_address", pa.string(), f"Address of the {label}, as written."),
            column(f"{role}_id", pa.string(), "Registration or tax number, LEI or EORI."),
        ]
    return columns


SHIPMENTS = pa.schema(
    [
        column("line_key", pa.int64(), "Number of the line within a run, from 0.", required=True),
        column(
            "source_row",
            pa.int64(),
            "Row in the input as a spreadsheet counts: the header is row 1. For tables without "
            "a header (Parquet, JSON lines, SQL) the first record is row 1.",
            required=True,
        ),
        column("shipment_id", pa.string(), "The file's own number of the shipment.", required=True),
        column("line_no", pa.int32(), "Line within the shipment; 1 if not given.", required=True),
        column("date", pa.date32(), "Departure if known, else declaration.", required=True),
        column("flow", pa.string(), "export, import, transit or re-export; null: not said."),
        *_role_columns(),
        column("origin_country", pa.string(), "Country of origin, alpha-2."),
        column("export_country", pa.string(), "Country of export, alpha-2.", required=True),
        column(
            "destination_country",
            pa.string(),
            "Destination as declared, alpha-2.",
            required=True,
        ),
        column("transit_countries", pa.string(), "Alpha-2 codes joined by ';', in order."),
        column("origin_country_as_written", pa.string(), "As the file had it."),
        column("export_country_as_written", pa.string(), "As the file had it."),
        column("destination_country_as_written", pa.string(), "As the file had it."),
        column("transit_countries_as_written", pa.string(), "As the file had it."),
        column("hs_code", pa.string(), "Harmonized System code, 6, 8 or 10 digits.", required=True),
        column("description", pa.string(), "Description of the goods, any language."),
        column("part_number", pa.string(), "Part number, as written."),
        column("lot", pa.string(), "Lot or batch."),
        column("date_code", pa.string(), "Date code, as written."),
        column("serials", pa.string(), "Serial numbers joined by ';'."),
        column("quantity", pa.float64(), "Quantity in `unit`, above 0.", required=True),
        column("unit", pa.string(), "UN/ECE Recommendation 20 code; NAR (articles) if not given."),
        column("net_mass_kg", pa.float64(), "Net mass in kg."),
        column("value", pa.float64(), "Value in `currency`."),
        column("currency", pa.string(), "ISO 4217."),
        column("vessel_imo", pa.string(), "IMO number, 7 digits, without prefix."),
        column("container", pa.string(), "Container number, ISO 6346."),
        column("bill_of_lading", pa.string(), "Bill of lading."),
        column("permit_no", pa.string(), "Licence or permit, as written."),
        column("stated_end_use", pa.string(), "End use as stated."),
        column(
            "doubts",
            pa.string(),
            "What was kept although it cannot be right (a failed check digit, an unknown unit), "
            "as 'column: reason' joined by '; '. Null: none seen.",
        ),
    ]
)
