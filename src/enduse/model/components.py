"""Recovered components: what their markings say."""

from __future__ import annotations

import pyarrow as pa

from enduse.model.columns import column

READINGS = pa.schema(
    [
        column("component_id", pa.string(), "Whatever names the component.", required=True),
        column("marking", pa.string(), "The marking as given."),
        column("rank", pa.int32(), "1: the best reading; null: nothing could be read, see notes."),
        column("part_number", pa.string(), "Ordering code as read; null: none is there."),
        column("family", pa.string(), "Family of the part; null: not known."),
        column("kind", pa.string(), "What the part is, in free words; null: not known."),
        column("manufacturer", pa.string(), "Brand; null: neither named nor told by the code."),
        column(
            "manufacturer_country",
            pa.string(),
            "Alpha-2 of the brand's headquarters, which is neither where the part was assembled "
            "nor where it was sold.",
        ),
        column("owner", pa.string(), "Present owner of the brand; itself where nobody owns it."),
        column("date_code", pa.string(), "Date code as written; null: none is there."),
        column("date_code_earliest", pa.date32(), "First day that the date code may mean."),
        column("date_code_latest", pa.date32(), "Last day that the date code may mean."),
        column("lot", pa.string(), "Lot or trace code; null: none is there."),
        column("serial", pa.string(), "Serial number; null: none is there."),
        column(
            "country_of_assembly", pa.string(), "Alpha-2, as marked on the part; null: not marked."
        ),
        column("confidence", pa.float64(), "0 to 1: how sure the reading is as a whole."),
        column("spans", pa.string(), "JSON: field to [start, end) in characters of the marking."),
        column("notes", pa.string(), "What was assumed, corrected or refused; '; ' between."),
    ]
)
"""Readings of markings, best first for each component; a marking may have several or none."""

COMPONENTS = pa.schema(
    [
        column("component_id", pa.string(), "The source's own number.", required=True),
        column("weapon", pa.string(), "What it was recovered from; null: not said."),
        column("marking_raw", pa.string(), "The marking, as photographed or described."),
        column("part_number", pa.string(), "Ordering code as stated."),
        column("manufacturer", pa.string(), "Brand as stated."),
        column(
            "manufacturer_country",
            pa.string(),
            "Alpha-2 of the headquarters; neither country of assembly nor country of sale.",
        ),
        column("date_code", pa.string(), "Date code as stated."),
        column("lot", pa.string(), "Lot or trace code as stated."),
        column("serials", pa.string(), "Serial numbers joined by ';'."),
        column("recovered_on", pa.date32(), "Day of recovery; null: not said."),
        column("recovered_place", pa.string(), "Place of recovery, as written."),
        column("custody", pa.string(), "Who holds the piece, as written."),
        column("attribution_basis", pa.string(), "Why it is held to be this part, as written."),
        column("confidence", pa.string(), "How sure the source is, in its own words or number."),
        column("source", pa.string(), "Who says so, as written."),
        column("country_of_assembly", pa.string(), "Alpha-2, as marked or stated."),
        column("country_of_sale", pa.string(), "Alpha-2 where it was sold to, as stated."),
    ]
)
"""Recovered components as a file gives them: one row a piece."""

KEPT_COMPONENTS = pa.schema(
    [
        *COMPONENTS,
        column("maker", pa.string(), "Brand as the catalogue names it; null: not known to it."),
        column("owner", pa.string(), "Present owner of the brand; itself where nobody owns it."),
        column(
            "maker_country", pa.string(), "Alpha-2 of the brand's headquarters; null: not known."
        ),
        column("family", pa.string(), "Family of the part, as read; null: not known."),
        column("made_from", pa.date32(), "First day that the date code may mean; null: not read."),
        column("made_to", pa.date32(), "Last day that the date code may mean; null: not read."),
        column("as_read", pa.string(), "Columns that were empty and are read, joined by ';'."),
        column(
            "contradictions",
            pa.string(),
            "Where the marking, another row of this id or an earlier import says otherwise, "
            "joined by '; '; null: nowhere.",
        ),
        column("file", pa.string(), "File or table that gave it.", required=True),
        column("digest", pa.string(), "SHA-256 of the file; empty for a table.", required=True),
        column("row", pa.int64(), "Row in it, as a spreadsheet counts.", required=True),
    ]
)
"""Recovered components as the workspace keeps them: what was stated, filled in from the marking."""

SALES = pa.schema(
    [
        column("sale_id", pa.string(), "The seller's own number of the line.", required=True),
        column("date", pa.date32(), "Day of the sale or of its dispatch.", required=True),
        column("part_number", pa.string(), "Ordering code, as written.", required=True),
        column("lot", pa.string(), "Lot or trace code; null: not recorded."),
        column("date_code", pa.string(), "Date code, as written; null: not recorded."),
        column("serials", pa.string(), "Serial numbers joined by ';'; null: not recorded."),
        column("quantity", pa.float64(), "Pieces, above 0.", required=True),
        column("customer", pa.string(), "Buyer, as written.", required=True),
        column("ship_to", pa.string(), "Who or where it was sent to, as written."),
        column("country", pa.string(), "Alpha-2 that it was sold to; null: not recorded."),
        column("invoice", pa.string(), "Invoice, as written."),
        column("seller", pa.string(), "Who sold; null: whoever keeps the file."),
        column("part_key", pa.string(), "Part number without case and marks; null: no letters."),
        column("lot_key", pa.string(), "Lot without case and marks."),
        column("row", pa.int64(), "Row in the file, as a spreadsheet counts.", required=True),
        column("doubts", pa.string(), "What was kept although it may be wrong; null: none."),
    ]
)
"""Sales of a maker or distributor: one row a line, ordered by part."""

SUPPLIES = pa.schema(
    [
        column("rank", pa.int32(), "1: the best candidate.", required=True),
        *(
            SALES.field(name)
            for name in (
                "sale_id", "date", "part_number", "lot", "date_code", "quantity", "customer",
                "ship_to", "country", "invoice", "seller",
            )
        ),
        column("match", pa.string(), "serial, lot, near_lot, part_number or family.", required=True),
        column("probability", pa.float64(), "That this sale supplied the part.", required=True),
        column("customer_probability", pa.float64(), "That its customer was.", required=True),
        column("lot_share", pa.float64(), "Of what these records sold of the lot; null: no lot."),
        column("reasons", pa.string(), "What it rests on, joined by '; '.", required=True),
        column("file", pa.string(), "Sales file or table.", required=True),
        column("row", pa.int64(), "Row in it, as a spreadsheet counts.", required=True),
    ]
)  # fmt: skip
"""Sales that could have supplied a part, best first: by match, then by probability."""

SUPPLY_CUSTOMERS = pa.schema(
    [
        column("rank", pa.int32(), "1: the most probable.", required=True),
        column("customer", pa.string(), "As written in its most probable sale.", required=True),
        column("country", pa.string(), "Alpha-2 that was sold to; null: not recorded."),
        column("sales", pa.int32(), "Candidate sales.", required=True),
        column("quantity", pa.float64(), "Pieces in candidate sales.", required=True),
        column("lot_quantity", pa.float64(), "Pieces of the lot; null: no lot is known."),
        column("lot_share", pa.float64(), "Of what these records sold of the lot."),
        column("probability", pa.float64(), "That it was supplied with the part.", required=True),
        column("first_sale", pa.date32(), "First candidate sale.", required=True),
        column("last_sale", pa.date32(), "Last candidate sale.", required=True),
    ]
)
"""Customers whom the part could have been sold to, most probable first."""

COMPONENT_LINKS = pa.schema(
    [
        column("path", pa.int32(), "Path of links; 1 begins with the best sale.", required=True),
        column("step", pa.int32(), "Place of the link in its path, from 0.", required=True),
        column(
            "kind",
            pa.string(),
            "marking→part, part→sale, sale→customer, customer→shipment, shipment→shipment or "
            "shipment→destination.",
            required=True,
        ),
        column("source", pa.string(), "What the link leads from, as written.", required=True),
        column("target", pa.string(), "What it leads to, as written; null: a gap."),
        column("record", pa.string(), "The sale or the shipment and line that says so."),
        column("date", pa.date32(), "Day of that record."),
        column("country", pa.string(), "Alpha-2 of where the link leads."),
        column("quantity", pa.float64(), "Of that record, in `unit`."),
        column("unit", pa.string(), "UN/ECE Recommendation 20 code."),
        column(
            "strength",
            pa.float64(),
            "0 to 1: how surely the link holds, given that those before it do; null: a gap.",
        ),
        column("basis", pa.string(), "What the link rests on, in sentences.", required=True),
        column("gap", pa.string(), "Why the path ends here; null: it does not."),
    ]
)
"""What joins a recovered part to where it came from, link by link; gaps are rows too."""

DUPLICATES = pa.schema(
    [
        column("kind", pa.string(), "content, or serial.", required=True),
        column("component_id", pa.string(), "The record that counts.", required=True),
        column("records", pa.int32(), "Records that say the same, with it.", required=True),
        column("others", pa.string(), "Ids of the others, joined by ';'.", required=True),
    ]
)
"""Records that say the same under several ids: one row a group, the largest first.

`content`: the same in all that tells a piece apart; the group counts once. `serial`: one serial
number of one part in records that differ otherwise; they count each.
"""

SUMMARY = pa.schema(
    [
        column("value", pa.string(), "What is counted; null: not identified."),
        column("components", pa.int64(), "Distinct components.", required=True),
        column("share", pa.float64(), "Of all distinct components, 0 to 1.", required=True),
        column("records", pa.int64(), "Records, each id counted.", required=True),
    ]
)
"""Distinct components by one property, most first and those not identified last."""

NEWEST = pa.schema(
    [
        column("weapon", pa.string(), "What it was recovered from; null: not said."),
        column("maker", pa.string(), "Brand; null: not identified."),
        column("components", pa.int64(), "Distinct components of both.", required=True),
        column("dated", pa.int64(), "Those whose date code is known.", required=True),
        column("component_id", pa.string(), "The newest of them; null: none is dated."),
        column("date_code", pa.string(), "Its date code."),
        column("made_from", pa.date32(), "First day that it may mean."),
        column("made_to", pa.date32(), "Last day that it may mean."),
        column("recovered_on", pa.date32(), "When it was recovered; null: not said."),
        column(
            "months_to_recovery",
            pa.float64(),
            "Months from the middle of these days to the recovery; null: one is not known.",
        ),
    ]
)
"""Newest date code seen in each weapon from each maker: how fresh the supply is."""
