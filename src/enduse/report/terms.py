"""Enduse's own words that a report shows: keys of the tables → texts to translate.

These are the only values that are ever translated; what a file says is shown as written.
"""

from __future__ import annotations

from enduse.model.result import N_

ACTIONS = {
    "hold": N_("hold"),
    "review": N_("review"),
    "release": N_("release"),
}

STATUSES = {
    "supports": N_("supports"),
    "contradicts": N_("contradicts"),
    "not_assessed": N_("not assessed"),
}

ROLES = {
    "exporter": N_("exporter"),
    "consignee": N_("consignee"),
    "intermediate_consignee": N_("intermediate consignee"),
    "end_user": N_("end user"),
    "notify_party": N_("notify party"),
    "freight_forwarder": N_("freight forwarder"),
    "manufacturer": N_("manufacturer"),
}

PLACES = {
    "origin": N_("origin"),
    "export": N_("export"),
    "transit": N_("transit"),
    "destination": N_("destination"),
}

COLUMNS = {
    "shipment_id": N_("shipment"),
    "line_no": N_("line"),
    "date": N_("date"),
    "flow": N_("flow"),
    "origin_country": N_("country of origin"),
    "export_country": N_("country of export"),
    "destination_country": N_("country of destination"),
    "transit_countries": N_("transit countries"),
    "hs_code": N_("HS code"),
    "description": N_("description"),
    "part_number": N_("part number"),
    "lot": N_("lot"),
    "date_code": N_("date code"),
    "serials": N_("serial numbers"),
    "quantity": N_("quantity"),
    "unit": N_("unit"),
    "net_mass_kg": N_("net mass, kg"),
    "value": N_("value"),
    "currency": N_("currency"),
    "vessel_imo": N_("vessel (IMO number)"),
    "container": N_("container"),
    "bill_of_lading": N_("bill of lading"),
    "permit_no": N_("licence or permit"),
    "stated_end_use": N_("stated end use"),
    "doubts": N_("doubts"),
}

OTHERS = {
    "shipments": N_("shipments"),
    "registry": N_("company registry"),
    "stated": N_("stated by the list"),
    "given": N_("given on import"),
    "imported": N_("day of import"),
    "shipped": N_("part of Enduse"),
    "owner": N_("owner"),
    "officer": N_("director or officer"),
    "name": N_("name"),
    "activity": N_("activity"),
    "third_country": N_("third country"),
}

TYPOLOGIES = {
    "pass_through": N_("passed straight on"),
    "split": N_("lots split"),
    "merge": N_("lots merged"),
    "hs_switch_within_heading": N_("other HS code, same heading"),
    "hs_switch_across_headings": N_("other HS heading"),
    "sister_firm": N_("sent on by a sister firm"),
    "lost_transit_leg": N_("lost in transit"),
    "mixed_with_legal": N_("mixed with lawful trade"),
    "slow_stock": N_("kept in stock for long"),
    "misdeclared_unit": N_("unit misdeclared"),
}

DECOYS = {
    "legal_distributor": N_("lawful distributor"),
    "legal_reexporter": N_("lawful re-exporter of food or medicine"),
    "stock_keeping": N_("stock-keeping"),
    "open_sale": N_("open sale of uncontrolled origin"),
    "unit_error": N_("honest error of unit"),
    "seasonal_trade": N_("seasonal trade"),
    "moved": N_("firm that moved"),
    "start_up": N_("young firm"),
    "ordinary": N_("ordinary trade"),
}

COMPONENTS = {
    "marking": N_("marking"),
    "family": N_("family of parts"),
    "kind": N_("what it is"),
    "manufacturer_country": N_("country of the maker's headquarters"),
    "country_of_assembly": N_("country of assembly, as marked"),
    "component_id": N_("component"),
    "weapon": N_("recovered from"),
    "recovered_on": N_("recovered on"),
    "recovered_place": N_("recovered at"),
    "custody": N_("custody"),
    "attribution_basis": N_("basis of attribution"),
    "confidence": N_("confidence of the record"),
    "source": N_("source of the record"),
    "customer": N_("customer"),
    "ship_to": N_("recipient"),
    "listed": N_("listed"),
    "undated": N_("listed, the day not known"),
    "listed_since": N_("listed since"),
    "delisted": N_("no longer listed"),
    "marking→part": N_("marking → part"),
    "part→sale": N_("part → sale"),
    "sale→customer": N_("sale → customer"),
    "customer→shipment": N_("customer → shipment"),
    "shipment→shipment": N_("shipment → shipment"),
    "shipment→destination": N_("shipment → destination"),
}

UNITS = {
    "NAR": N_("pcs"),
    "KGM": N_("kg"),
}
"""Units by their UN/ECE Recommendation 20 codes; others are shown as their codes."""

TERMS = {
    **OTHERS,
    **COLUMNS,
    **PLACES,
    **ROLES,
    **STATUSES,
    **ACTIONS,
    **TYPOLOGIES,
    **DECOYS,
    **COMPONENTS,
}

GUIDANCE = {
    "A1": N_("FinCEN and BIS joint alert FIN-2022-Alert003"),
    "A2": N_("FinCEN and BIS supplemental alert FIN-2023-Alert004"),
    "A3": N_("FinCEN and BIS joint notice of November 2023"),
    "AFF": N_("BIS Affiliates Rule"),
    "B24": N_("BIS guidance to industry of July 2024"),
    "BIS": N_("BIS guidance on free-trade zones"),
    "BP": N_("BIS best practices on transshipment"),
    "E5": N_("Five-country guidance on high-priority items, 2023"),
    "EU": N_("European Commission guidance on enhanced due diligence, 2023"),
    "G7": N_("G7 guidance to industry on preventing evasion, 2024"),
    "KYC": N_("BIS 'Know Your Customer' guidance, 15 CFR 732 Supplement 3"),
    "NCA": N_("United Kingdom National Crime Agency red alert, 2023"),
    "OT": N_("United Kingdom Office of Trade Sanctions Implementation guidance, 2025"),
    "TW": N_("Taiwan list for internal control programmes"),
}
"""Published guidance by the short names that rules cite it with."""
